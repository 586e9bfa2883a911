"""The platform writes to the customer: with what it must say, once, never too often; what comes back is told; the address is erased."""

import io
import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wins.world import LATER, over, tell

from levante.kernel.api import Refused, clock_at, system
from levante.kernel.models import AuditEntry
from levante.messages.api import Notice
from levante.wins import api, cli, jobs
from levante.wins.pure.returned import read_returned, without_addresses
from levante.wins.wordings import letter_wordings

CUSTOMER = "anna@boote.example"
RETURNED = """\
From: MAILER-DAEMON@mx.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; anna@boote.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 <anna@boote.example>: no such user
--b
Content-Type: {kind}

Message-ID: <{message_id}>
Subject: x

--b--
"""


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return over(enterprise, representative, actor_for)


def send(world, win, *, at=LATER, **changes):
    given = {"actor": world.actors[0], "win": win, "email": CUSTOMER, "language": "en", "declared": True}
    with clock_at(at):
        return api.send_customer_letter(**(given | changes))


def post(letter, at=LATER):
    with clock_at(at):
        jobs.post_customer_letter(letter.pk)
    letter.refresh_from_db()
    return letter


@pytest.mark.slow  # a fair that is over, and three pages
@pytest.mark.django_db
def test_it_leaves_once_says_what_it_must_and_the_address_goes_with_the_answer(world, client, mailoutbox):
    win = tell(world)
    EmailAddress.objects.create(user=world.users[0], email="mia@impresa.example", verified=True)
    for wrong, said in (
        ({"declared": False}, "dichiarazione"), ({"language": "fr"}, "Scegli la lingua"),
        ({"email": "anna"}, "valido"), ({"email": "MIA@impresa.example"}, "dell’impresa"),
        ({"actor": world.actors[1]}, "chi prepara le pratiche"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            send(world, win, **wrong)
    letter = send(world, win)
    assert send(world, win).pk == letter.pk, "a second click"
    for _ in range(2):
        assert post(letter).state == "sent", "once, whatever the job does"
    (mail,) = mailoutbox
    assert mail.to == [CUSTOMER]
    assert mail.extra_headers["Message-ID"] == f"<{letter.message_id}>"
    for words in (
        world.firms[0].name,
        "Barche a vela (1 July 2026)",
        "art. 14",
        "erase it when you answer",
        "/en/info/privacy/",
    ):
        assert words in mail.body, words
    path = re.search(r"http\S+?(/en/affari/conferma/\S+)", mail.body)[1]
    with clock_at(LATER):
        for _ in range(2):
            assert client.get(path).status_code == 200
        german = client.get(path.replace("/en/", "/de/")).content.decode()
        for words in (
            "Trifft das zu?",
            "Ja, ich bestätige es",
            "Erwarteter Wert",
            f"{world.firms[0].name} hat der Region",
        ):
            assert words in german, words
        assert "Is this true" not in german
        letter.refresh_from_db()
        assert (letter.state, letter.email) == ("sent", CUSTOMER), "opening it changes nothing"
        client.post(path, {"answer": "yes", "rating": "5"})
    letter.refresh_from_db()
    win.refresh_from_db()
    assert (win.state, letter.state, letter.email) == ("confirmed", "sent", "")
    said = AuditEntry.objects.filter(verb__startswith="wins.")
    assert not said.filter(data__icontains=CUSTOMER).exists(), "no address in the audit"
    assert {"wins.send_customer_letter", "wins.customer_letter_sent"} <= set(said.values_list("verb", flat=True))


@pytest.mark.django_db
def test_what_comes_back_is_told_what_is_over_is_forgotten_and_there_are_limits(world, mailoutbox, monkeypatch, capsys):
    win, day = tell(world), timedelta(days=1)
    first = post(send(world, win))
    second = send(world, win, at=LATER + day, language="it", email="altra@boote.example")
    first.refresh_from_db()
    assert (first.email, second.state) == ("", "waiting"), "a new link: the address of the one before is erased"

    def refused(letter):
        raise SMTPRecipientsRefused({letter.email: (550, b"no such user altra@boote.example")})

    def down(letter):
        raise SMTPServerDisconnected("down")

    for failing, tries, state in ((down, 1, "waiting"), (refused, 2, "returned")):
        with monkeypatch.context() as patch:
            patch.setattr(jobs, "deliver", failing)
            assert (post(second, LATER + day).state, second.tries) == (state, tries)
    assert second.problem == "550 no such user …", "the words of the server, without the address"
    assert Notice.objects.filter(kind="customer-letter-returned", subject_id=str(second.pk)).count() == 1
    with clock_at(LATER + day):
        assert [one.why for one in api.to_confirm(world.actors[0])] == [api.BACK], "and it is its turn in Today"
    third = post(send(world, win, at=LATER + 2 * day), LATER + 2 * day)
    with clock_at(LATER + 2 * day):
        assert api.to_confirm(world.actors[0]) == [], "the customer has a letter"
    for action, status in (("delayed", 1), ("failed", 0)):
        content = RETURNED.format(action=action, message_id=third.message_id, kind="text/rfc822-headers").encode()
        monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": io.BytesIO(content)}))
        assert cli.main(["returned"]) == status
    third.refresh_from_db()
    assert (third.state, third.problem) == ("returned", "5.1.1 smtp; 550 …: no such user")
    with pytest.raises(Refused, match="più volte"):
        send(world, win, at=LATER + 3 * day)
    other = tell(world, what="Alberi")
    waiting = send(world, other, at=LATER + 2 * day)
    with clock_at(LATER + 61 * day + 2 * day):
        assert api.forget_customers(actor=system("tests")) == 2, "the link that came back and the one never sent"
        assert api.forget_customers(actor=system("tests")) == 0
        assert {one.why for one in api.to_confirm(world.actors[0])} == {api.OVER}
    assert post(waiting).state == "dropped"
    assert not api.CustomerLetter.objects.exclude(email="").exists()
    for wrong in ({"email": CUSTOMER}, {"state": "waiting"}, {"problem": "", "state": "returned"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            api.CustomerLetter.objects.filter(pk=first.pk).update(**wrong)
    assert len(mailoutbox) == 2


def test_every_language_of_every_version_says_the_same_things():
    for version in letter_wordings():
        assert {"it", "en", "de"} <= set(version.languages)
        assert version.languages[0] == "en"
        for code in version.languages:
            for text in (version.subject, version.letter):
                names = set(re.findall(r"{(\w+)}", text.in_language(code)))
                assert names == set(re.findall(r"{(\w+)}", text.en)), code
        assert version.letter.in_language("fr") == version.letter.en, "English for the rest"
        assert version.letter.in_language("de").startswith("Sehr geehrte")


@pytest.mark.django_db
def test_the_customer_is_proposed_its_language_and_written_to_in_it(world, mailoutbox):
    win = tell(world)
    for country, language in (("DE", "de"), ("AT", "de"), ("IT", "it"), ("FR", "en")):
        win.country_id = country
        assert api.letter_language(win) == language
    post(send(world, win, language="de"))
    (mail,) = mailoutbox
    assert "/de/affari/conferma/" in mail.body
    assert "1. Juli 2026" in mail.body, "the day as it is written there"
    assert "Können Sie dieses Geschäft bestätigen?" in mail.subject


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_is_not(content):
    read_returned(content)
    read_returned(RETURNED.format(action="failed", message_id="x@y", kind="message/rfc822").encode() + content)


def test_a_return_may_carry_the_whole_message():
    found = read_returned(RETURNED.format(action="failed", message_id="x@y", kind="message/rfc822").encode())
    assert found.message_id == "x@y"
    assert without_addresses("550 <a@b.c>: no a@b.c, sorry") == "550 …: no …, sorry"
    assert read_returned(b"Subject: hello\n\nhello") is None
