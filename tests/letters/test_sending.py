"""Letters on their way, over real sockets: numbers, message, receipts, and everything that can go wrong; each goes once."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from tests.letters.conftest import ACTOR, START, TO

from levante.documents.api import path_of
from levante.documents.models import StoredFile
from levante.exchange.api import ExternalRequest, mailboxes, read_mailbox, submit
from levante.exchange.simulators.pec_receipts import Signer, write_receipt
from levante.kernel.api import Refused, clock_at
from levante.kernel.models import AuditEntry
from levante.letters import sending
from levante.letters.api import (
    Letter,
    LetterReceipt,
    cancel_letter,
    edit_draft,
    finish_draft,
    read_letter,
    record_outcome,
    send_letter_again,
    send_letter_otherwise,
    try_again,
)
from levante.letters.models import Dispatch

pytestmark = pytest.mark.django_db


def test_a_letter_is_numbered_sent_accepted_and_delivered(letter, post, pec, protocol):
    one = letter()
    assert (one.state, one.channel, one.address) == ("ready", "pec", TO)
    pec.provider.behave({"at": (START + timedelta(minutes=2)).isoformat()})
    post(one)
    assert one.state == "delivered"
    assert one.register_number.startswith("LET-2026/")
    assert one.protocol_number.startswith("AOO_SEZIONE/")
    assert one.delivered_at == START + timedelta(minutes=2), "the instant that the provider certifies"
    going = one.dispatches.get()
    assert [row.kind for row in going.receipts.all()] == ["accettazione", "avvenuta-consegna"]
    assert all(row.counted and row.signature["intact"] for row in going.receipts.all())
    (taken,) = pec.provider.taken
    assert (taken["to"], taken["message_id"]) == (TO, going.message_id)
    assert taken["subject"] == f"Prot. {one.protocol_number}: Domanda n. 2026/7: rigetto"
    kept = path_of(going.mail.sha256).read_bytes()
    assert next(iter(pec.provider.boxes[TO].values())) == kept, "what is kept is what went"
    assert "Non ha sede in Puglia." in one.body
    assert "60 giorni" in one.body


def test_nothing_of_what_was_written_changes_afterwards(letter):
    one = letter()
    for name, value in [("body", "x"), ("subject", "x"), ("signatory", {"name": "Altri"}), ("addressee", {})]:
        with pytest.raises(ProgrammingError, match="does not change"), transaction.atomic():
            Letter.objects.filter(pk=one.pk).update(**{name: value})
    with pytest.raises(ProgrammingError), transaction.atomic():
        one.delete()
    for wrong in [
        {"state": "sent"},
        {"state": "delivered"},
        {"state": "not_delivered"},
        {"state": "cancelled"},
        {"state": "queued"},
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(pk=one.pk).update(**wrong)


def test_the_same_key_is_the_same_letter(letter):
    assert letter(key="a") == letter(key="a")
    assert letter(key="a") != letter(key="b")
    assert AuditEntry.objects.filter(verb="letters.write_letter").count() == 2


def test_a_text_that_asks_for_what_is_not_there_is_refused_by_name(letter):
    with pytest.raises(Refused) as error:
        letter(own={"rejected": {"body": {"it": "{reasons} {remedies} {motivi}"}}})
    assert "{motivi}" in error.value.reason.it
    assert not Letter.objects.exists()


def test_a_provider_that_is_down_or_busy_is_tried_again(letter, post, pec):
    one = letter()
    pec.provider.behave({"down": True})
    post(one, minutes=1)
    assert (one.state, one.dispatches.get().offered_at) == ("queued", None)
    pec.provider.behave({"busy": 1})
    post(one, minutes=10)
    assert one.state == "queued"
    pec.provider.behave({})
    post(one, minutes=60)
    assert one.state == "delivered"
    assert len(pec.provider.taken) == 1


def test_a_line_that_falls_after_the_message_was_taken_does_not_send_it_twice(letter, post, pec):
    one = letter()
    pec.provider.behave({"drop": 1})
    post(one, minutes=1, read=False)
    going = one.dispatches.get()
    assert one.state == "queued"
    assert going.offered_at
    assert not going.handed_at
    post(one, minutes=60, read=False)  # long after: but its receipt is in the mailbox
    assert one.state == "delivered"
    assert len(pec.provider.taken) == 1


def test_a_worker_killed_between_the_sending_and_our_record_does_not_send_twice(letter, post, pec, monkeypatch):
    one = letter()

    def killed(*arguments, **more):
        submit(*arguments, **more)
        raise SystemExit

    monkeypatch.setattr(sending, "submit", killed)
    pec.provider.behave({"hold": True})
    with pytest.raises(SystemExit):
        post(one)
    monkeypatch.undo()
    post(one, minutes=10, read=False)
    assert (one.state, len(pec.provider.taken)) == ("queued", 1), "no receipt yet: it waits, it does not send again"
    pec.provider.behave({})
    post(one, minutes=20, read=False)
    assert (one.state, len(pec.provider.taken)) == ("delivered", 1)


def test_what_never_arrived_at_the_provider_is_sent_again_once_the_mailbox_has_nothing(letter, post, pec, monkeypatch):
    one = letter()

    def killed(*arguments, **more):
        raise SystemExit

    monkeypatch.setattr(sending, "submit", killed)
    with pytest.raises(SystemExit):
        post(one)
    monkeypatch.undo()
    post(one, minutes=5, read=False)
    assert not pec.provider.taken
    pec.provider.behave({"down": True})
    post(one, minutes=80, read=False)
    assert one.state == "queued", "a mailbox that cannot be read says nothing"
    pec.provider.behave({})
    post(one, minutes=300, read=False)
    post(one, minutes=301)
    assert (one.state, len(pec.provider.taken)) == ("delivered", 1)


@pytest.mark.parametrize(
    ("fate", "failure"),
    [("unknown", "unknown_address"), ("full", "other"), ("virus", "virus"), ("not_accepted", "not_accepted"),
     ("refused", "refused"), ("warned", "other")],
)  # fmt: skip
def test_what_does_not_arrive_says_why(letter, post, pec, fate, failure):
    pec.provider.behave({"addresses": {TO: fate}})
    one = post(letter())
    assert (one.state, one.failure, bool(one.failure_text)) == ("not_delivered", failure, True)
    if fate == "warned":
        assert one.dispatches.get().receipts.count() == 3


def test_an_enterprise_without_pec_is_a_task(letter, post, pec, enterprise):
    one = post(letter(enterprise=enterprise("Senza PEC S.r.l.")))
    assert (one.state, one.failure) == ("not_delivered", "no_address")
    assert not pec.provider.taken
    assert not one.dispatches.exists()


def test_receipts_that_come_twice_late_or_in_another_order_change_nothing_more(letter, post, pec):
    one = letter()
    pec.provider.behave({"hold": True, "twice": True, "at": START.isoformat()})
    post(one)
    assert one.state == "queued"
    accepted, _, delivered, _ = pec.provider.held
    pec.provider.held[:] = [delivered, accepted, accepted, delivered]
    pec.provider.behave({})
    post(one, minutes=30)
    assert (one.state, one.delivered_at) == ("delivered", START)
    assert one.dispatches.get().receipts.count() == 2
    audit = AuditEntry.objects.count()
    post(one, minutes=31)
    assert AuditEntry.objects.count() == audit
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        LetterReceipt.objects.update(kind="x")


def test_a_delivery_after_a_notice_of_failure_is_the_proof(letter, post, pec):
    pec.provider.behave({"addresses": {TO: "full"}})
    one = post(letter())
    going = one.dispatches.get()
    late = write_receipt(
        pec.provider.signer, "avvenuta-consegna", domain="pec.example.org", sender="sezione@pec.example.org", recipient=TO,
        subject="x", message_id=going.message_id, at=START + timedelta(hours=3),
    )  # fmt: skip
    pec.provider.put("sezione@pec.example.org", late)
    post(one, minutes=200)
    assert (one.state, one.failure) == ("delivered", "")


@pytest.mark.parametrize("forged", ["unsigned", "changed", "untrusted", "address"])
def test_a_receipt_that_is_not_believed_is_kept_and_changes_nothing(letter, post, pec, settings, tmp_path, forged):
    (tmp_path / "root.pem").write_bytes(pec.provider.signer.pem)
    settings.PEC_TRUST = str(tmp_path / "root.pem")
    pec.provider.behave({"addresses": {TO: "silent"}})
    one = post(letter())
    going = one.dispatches.get()
    signer = Signer() if forged == "untrusted" else pec.provider.signer
    false = write_receipt(
        signer, "avvenuta-consegna", domain="pec.example.org", sender="sezione@pec.example.org",
        recipient="altri@pec.example.org" if forged == "address" else TO, subject="x", message_id=going.message_id,
        at=START, signed=forged != "unsigned",
    )  # fmt: skip
    if forged == "changed":
        false = false.replace(b"Content-Type: text/plain", b"content-type: text/plain", 1)
    pec.provider.put("sezione@pec.example.org", false)
    post(one, minutes=5)
    assert one.state == "sent"
    row = going.receipts.get(kind="avvenuta-consegna")
    assert not row.counted
    assert row.signature["reason"]
    assert going.receipts.get(kind="accettazione").signature["trusted"] is True


def test_a_trust_list_that_cannot_be_read_stops_the_reading_and_says_so(letter, post, pec, settings):
    settings.PEC_TRUST = "/nowhere"
    one = post(letter())
    assert one.state == "queued"
    assert not LetterReceipt.objects.exists()
    from levante.exchange.api import PecMailbox

    assert "LEVANTE_PEC_TRUST" in PecMailbox.objects.get().last_error


def test_an_office_without_a_mailbox_writes_in_the_portal_and_reading_is_the_delivery(
    letter, post, representative, actor_for, firm, settings
):
    settings.PEC = []
    one = post(letter())
    assert (one.state, one.channel, one.sent_at) == ("sent", "portal", START + timedelta(minutes=1))
    reader = actor_for(representative(firm), firm)
    assert list(Letter.objects.visible_to(reader)) == [one]
    with clock_at(START + timedelta(days=1)):
        read_letter(actor=reader, letter=one)
        read_letter(actor=reader, letter=one)
    one.refresh_from_db()
    assert (one.state, one.delivered_at) == ("delivered", START + timedelta(days=1))


def test_a_mailbox_taken_away_makes_the_letter_wait_and_say_why(letter, post, pec, settings):
    one = letter()
    settings.PEC = []
    post(one)
    assert one.state == "ready"
    assert one.problem == "no_mailbox"
    assert "has no PEC mailbox" in one.problem_label.en
    settings.PEC = [pec.mailbox("sezione@pec.example.org")]
    post(one, minutes=5)
    assert (one.state, one.problem) == ("delivered", "")


def test_a_protocol_that_refuses_is_said_and_one_that_is_down_is_waited_for(letter, post, pec, protocol):
    one = letter()
    protocol.behave({"fail": 3})
    post(one)
    assert (one.state, one.problem) == ("ready", "")
    protocol.behave({"refuse": "registro di emergenza"})
    post(one, minutes=60)
    assert one.state == "ready"
    assert one.problem_label.en == "The protocol system refused: registro di emergenza"
    assert not pec.provider.taken


def test_an_officer_sends_to_another_address_or_by_registered_letter(letter, post, pec, desk):
    pec.provider.behave({"addresses": {TO: "unknown"}})
    one = post(letter())
    with pytest.raises(Refused):
        send_letter_again(actor=desk, letter=one, address="non-un-indirizzo")
    with clock_at(START + timedelta(minutes=10)):
        send_letter_again(actor=desk, letter=one, address="Nuova@pec.example.org ")
        send_letter_again(actor=desk, letter=one, address="nuova@pec.example.org")  # a second click
    post(one, minutes=20)
    assert (one.state, one.address, one.dispatches.count()) == ("delivered", "nuova@pec.example.org", 2)
    number = one.register_number

    pec.provider.behave({"addresses": {TO: "full"}})
    two = post(letter(key="due"), minutes=21)
    assert two.register_number != number
    with clock_at(START + timedelta(days=3)):
        with pytest.raises(Refused) as error:
            send_letter_otherwise(actor=desk, letter=two, channel="registered_letter", sent_on=START.date())
        assert error.value.field == "reference"
        with pytest.raises(Refused) as error:
            send_letter_otherwise(
                actor=desk,
                letter=two,
                channel="registered_letter",
                sent_on=START.date() - timedelta(days=1),
                reference="RR 1",
            )
        assert error.value.field == "sent_on"
        send_letter_otherwise(
            actor=desk,
            letter=two,
            channel="registered_letter",
            sent_on=START.date() + timedelta(days=1),
            reference="RR 12345",
        )
        two.refresh_from_db()
        assert (two.state, two.failure) == ("sent", "")
        record_outcome(actor=desk, letter=two, returned="destinatario sconosciuto")
        two.refresh_from_db()
        assert (two.state, two.failure) == ("not_delivered", "returned")
        send_letter_otherwise(
            actor=desk, letter=two, channel="by_hand", sent_on=START.date() + timedelta(days=2),
            delivered_on=START.date() + timedelta(days=2),
        )  # fmt: skip
    two.refresh_from_db()
    assert (two.state, two.channel, two.dispatches.count()) == ("delivered", "by_hand", 3)
    with pytest.raises(Refused):
        record_outcome(actor=desk, letter=two, delivered_on=START.date())


def test_what_people_write_of_an_arrival_is_a_day_that_can_be(letter, post, pec, desk):
    pec.provider.behave({"addresses": {TO: "full"}})
    one = post(letter())
    with clock_at(START + timedelta(days=5)):
        send_letter_otherwise(
            actor=desk,
            letter=one,
            channel="registered_letter",
            sent_on=START.date() + timedelta(days=2),
            reference="RR 1",
        )
        for day in (START.date(), START.date() + timedelta(days=9)):
            with pytest.raises(Refused) as error:
                record_outcome(actor=desk, letter=one, delivered_on=day)
            assert error.value.field == "delivered_on"
        record_outcome(actor=desk, letter=one, delivered_on=START.date() + timedelta(days=4))
    one.refresh_from_db()
    assert one.state == "delivered"


def test_a_draft_is_written_finished_or_cancelled(letter, desk):
    one = letter(kind="communication", draft=True)
    assert one.state == "draft"
    with pytest.raises(Refused) as error:
        edit_draft(actor=desk, letter=one, subject="Oggetto", body="Gentile {enterprise}, ecco.")
    assert "{enterprise}" in error.value.reason.it
    edit_draft(actor=desk, letter=one, subject=" Un  oggetto ", body="Gentile impresa,\r\n\r\necco.")
    finish_draft(actor=desk, letter=one)
    finish_draft(actor=desk, letter=one)
    one.refresh_from_db()
    assert (one.state, one.subject, one.body) == ("ready", "Un oggetto", "Gentile impresa,\n\necco.")
    cancel_letter(actor=desk, letter=one, reason="Doppia")
    one.refresh_from_db()
    assert (one.state, one.cancel_reason) == ("cancelled", "Doppia")
    with pytest.raises(Refused):
        edit_draft(actor=desk, letter=one, subject="x", body="y")


def test_who_may_not_write_may_not_follow(letter, post, pec, officer, actor_for):
    pec.provider.behave({"addresses": {TO: "unknown"}})
    one = post(letter())
    other = actor_for(officer("agency_staff", office="agenzia", given="Ugo"))
    assert not Letter.objects.visible_to(other).exists()
    for service in (send_letter_again, cancel_letter):
        with pytest.raises(Refused):
            service(actor=other, letter=one, **({"reason": "x"} if service is cancel_letter else {}))
    assert Letter.objects.visible_to(actor_for(officer("auditor", given="Ada"))).count() == 1


def test_many_are_tried_again_at_once(letter, post, pec, desk, enterprise):
    pec.provider.behave({"addresses": {TO: "full"}})
    full = post(letter())
    nowhere = post(letter(key="b", enterprise=enterprise("Senza PEC")))
    fine = post(letter(key="c", enterprise=enterprise("Con PEC", pec="c@pec.example.org")), minutes=2)
    pec.provider.behave({})
    with clock_at(START + timedelta(minutes=10)):
        assert try_again(actor=desk, letters=[full, nowhere, fine]) == 1
    post(full, minutes=30)
    assert full.state == "delivered"


@pytest.mark.django_db(transaction=True)
def test_two_officers_send_again_at_once_and_it_goes_once(letter, post, pec, desk):
    pec.provider.behave({"addresses": {TO: "full"}})
    one = post(letter())
    start = threading.Barrier(2)

    def click():
        start.wait(timeout=5)
        try:
            send_letter_again(actor=desk, letter=one)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert Dispatch.objects.filter(letter=one).count() == 2
    assert ExternalRequest.objects.filter(system="pec").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_readers_of_one_mailbox_keep_each_receipt_once(letter, post, pec):
    one = letter()
    pec.provider.behave({"twice": True})
    post(one, read=False)
    (mailbox,) = mailboxes()
    start = threading.Barrier(2)

    def look():
        start.wait(timeout=5)
        try:
            with clock_at(START + timedelta(minutes=3)):
                read_mailbox(actor=ACTOR, mailbox=mailbox)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    one.refresh_from_db()
    assert one.state == "delivered"
    assert LetterReceipt.objects.count() == 2


@pytest.mark.slow  # prints a PDF: the fonts of the machine are read
def test_the_paper_is_pdf_a_with_its_number_and_travels_with_the_message(letter, post, pec, protocol):
    from tests.documents.test_pdf import inflated

    one = post(letter())
    file = one.document.file
    content = path_of(file.sha256).read_bytes()
    inside = inflated(content)
    for mark in (b"/StructTreeRoot", b"/Lang (it)", b"pdfaid", b"/OutputIntent"):
        assert mark in inside, mark
    assert file.name.endswith(".pdf")
    assert one.document.data["number"] == one.protocol_number
    kept = StoredFile.objects.get(pk=one.dispatches.get().mail_id)
    assert b"application/pdf" in path_of(kept.sha256).read_bytes()
