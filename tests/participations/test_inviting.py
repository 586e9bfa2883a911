"""Buyers invited answer by the link of their letter; strangers ask to come and are admitted or told no; nobody needs an account."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction
from tests.initiatives.world import OPEN, SYSTEM, called, make_fair

from levante.identity.api import roles
from levante.initiatives.api import (
    BuyerInterest,
    admit_buyer_interest,
    decline_buyer_interest,
    express_buyer_interest,
    withdraw_buyer_interest,
)
from levante.kernel.api import ANONYMOUS, Refused, clock_at
from levante.meetings.api import behaviour_of
from levante.messages.api import Notice
from levante.participations import api
from levante.participations.asking_in import asking_token
from levante.participations.inviting import as_buyer, invited_token
from levante.participations.inviting_mail import buyer_letter, send_buyer_letter
from levante.participations.personal import forget_old_invitations
from levante.parties.api import Buyer, Invitation
from levante.web.desk.participants.worklist import my_turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(desk):
    found = called(make_fair())
    type(found).objects.filter(pk=found.pk).update(open_to_buyers=True)
    found.refresh_from_db()
    return found


def buyer(name="Nordic Boats", **more):
    given = {
        "country_id": "DE",
        "email": "anna@nordic.example",
        "languages": ["de", "en"],
        "looking_for": "wooden boats",
    }
    return Buyer.objects.create(name=name, **(given | more))


def invite(fair, *buyers):
    with clock_at(OPEN):
        return api.invite_buyers(actor=SYSTEM, initiative=fair, buyers=buyers)


def host(fair):
    with clock_at(OPEN):
        return api.set_hospitality(actor=SYSTEM, initiative=fair, nights=2, least_meetings=3, owed_percent=50)


@pytest.mark.slow  # six pages
def test_who_is_invited_accepts_the_terms_by_its_letter_without_an_account(
    fair, client, officer, django_capture_on_commit_callbacks
):
    chief = officer(roles.DIRECTOR)
    host(fair)
    one = buyer()
    (row,) = invite(fair, one, one)
    assert invite(fair, one) == [], "who is invited already is left as it is"
    with pytest.raises(Refused, match="Senza indirizzo"):
        invite(fair, buyer("Mute", email=""))
    assert buyer_letter(row, "invited")[0] == "An invitation: Boats abroad"
    with clock_at(OPEN):
        send_buyer_letter(invitation_id=row.pk, kind="invited")
        link = re.search(r"https?://[^/]+(/en/fiere/invito/\S+/)", mail.outbox[-1].body)[1]
        page = client.get(link)
        assert page["Cache-Control"] == "no-store"
        assert "gives back 50" in page.content.decode()
        row.refresh_from_db()
        assert row.state == "sent", "opening it changes nothing"
        yes = {"answer": "yes", "looking_for": "sailing boats", "version": "1"}
        assert "accept them to come" in client.post(link, yes).content.decode()
        assert client.post(link, yes | {"terms": "on"}).status_code == 302
        assert client.post(link, yes | {"terms": "on"}).status_code == 302
        assert "we expect you" in client.get(link).content.decode()
    row.refresh_from_db()
    interest = BuyerInterest.objects.standing().get(initiative=fair)
    assert (row.state, row.interest, interest.buyer, interest.looking_for) == (
        "accepted",
        interest,
        one,
        "sailing boats",
    )
    assert api.accepted_terms(fair)[one.pk].owed_percent == 50
    offered = Invitation.objects.get(buyer=one)
    assert (offered.email, sorted(offered.scopes)) == ("anna@nordic.example", ["ask", "correct", "meet", "read"])
    assert Notice.objects.filter(user=chief, kind="buyer-accepted").count() == 1
    with pytest.raises(Refused, match="già risposto"):
        api.withdraw_buyer_invitation(actor=SYSTEM, row=row)
    for wrong in ({"state": "sent"}, {"email": ""}, {"state": "draft"}, {"buyer": None}, {"language": "D1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            api.BuyerInvitation.objects.filter(pk=row.pk).update(**wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_who_is_invited_declines_and_says_why_and_a_letter_withdrawn_answers_no_more(fair, client):
    hanse = buyer("Hanse Boote", languages=["de"], email="h@hanse.example")
    spoken = buyer("Yachts de Loire", languages=["fr"], email="y@loire.example")
    rossi = buyer("Rossi Import", country_id="IT", email="r@rossi.example")
    said = buyer("Rossi Paris", country_id="IT", language="de", email="p@rossi.example")
    (no, gone, german, french, chosen) = invite(fair, buyer(), rossi, hanse, spoken, said)
    languages = [row.language for row in (no, gone, german, french, chosen)]
    assert languages == ["en", "it", "de", "fr", "de"], "as it said, else the only one that it speaks, else English"
    german_subject, german_text = buyer_letter(german, "invited")
    assert (german_subject, buyer_letter(french, "invited")[0]) == (
        "Eine Einladung: Boats abroad",
        "An invitation: Boats abroad",
    )
    assert "1. Juni 2026 – 5. Juni 2026" in german_text
    link = re.search(r"https?://[^/]+(/de/fiere/invito/\S+/)", german_text)[1]
    with clock_at(OPEN):
        shown = client.get(link).content.decode()
        wrong = client.post(link, {"answer": "yes"}).content.decode()
    for words in ('<html lang="de"', "Sie sind eingeladen", "Messe", "Deutschland", "Antwort senden"):
        assert words in shown
    assert "Schreiben Sie, was Sie suchen" in wrong
    for row in (german, french, chosen):
        api.withdraw_buyer_invitation(actor=SYSTEM, row=row)
    with clock_at(OPEN):
        assert api.remind_invited(actor=SYSTEM, initiative=fair) == 0, "written to today"
    with clock_at(OPEN + timedelta(days=4)):
        assert api.remind_invited(actor=SYSTEM, initiative=fair) == 2
        assert api.remind_invited(actor=SYSTEM, initiative=fair) == 0
    page = f"/en/fiere/invito/{invited_token(no)}/"
    with clock_at(OPEN):
        assert "A few words are enough" in client.post(page, {"answer": "no"}).content.decode()
        assert client.post(page, {"answer": "no", "reason": "other dates"}).status_code == 302
        api.withdraw_buyer_invitation(actor=SYSTEM, row=gone)
        with pytest.raises(Refused, match="non vale più"):
            api.accept_as_invited(actor=ANONYMOUS, token=invited_token(gone), looking_for="x")
        assert client.get("/fiere/invito/wrong/").status_code == 404
    no.refresh_from_db()
    assert (no.state, no.reason) == ("declined", "other dates")
    assert [row.pk for row in invite(fair, no.buyer)] != [no.pk], "it may be invited again"
    with clock_at(OPEN + timedelta(days=80)), pytest.raises(Refused, match="non vale più"):
        api.decline_as_invited(
            actor=ANONYMOUS,
            token=invited_token(api.BuyerInvitation.objects.waiting().model.objects.latest("pk")),
            reason="late",
        )
    assert not BuyerInterest.objects.exists()


def test_a_stranger_asks_to_come_confirms_its_address_is_admitted_and_accepts(fair, client, officer, actor_for):
    chief = officer(roles.DIRECTOR)
    boss = actor_for(chief)

    def awaited():
        return [(one.why, one.due) for one in my_turn(boss) if "buyer" in one.why]

    with clock_at(OPEN):
        assert "Ask to come as a buyer" in client.get(f"/en/fiere/{fair.code}/").content.decode()
        page = f"/en/fiere/{fair.code}/buyer/"
        token = client.get(page).context["form"].initial["token"]
    sent = {
        "name": "Kim Lee", "email": "kim@lee.example", "organisation": "Lee Marine", "country": "DE", "kind": "importer",
        "looking_for": "dinghies", "volume": "", "references_given": "Cantieri X", "consent": "on", "token": token, "homepage": "",
    }  # fmt: skip
    with clock_at(OPEN + timedelta(seconds=30)):
        for wrong in ({"homepage": "x"}, {"consent": ""}, {"organisation": ""}):
            assert client.post(page, sent | wrong).status_code == 200
        assert not api.BuyerInvitation.objects.exists()
        assert client.post(page, sent).status_code == 302
        assert client.post(page, sent).status_code == 302, "sent twice it is one"
        row = api.BuyerInvitation.objects.get()
        assert row.state == "draft"
        assert not api.BuyerInvitation.objects.visible_to(SYSTEM).exists(), "the office reads what is confirmed"
        assert not awaited()
        link = f"/en/fiere/buyer/conferma/{asking_token(row)}/"
        assert "dinghies" in client.get(link).content.decode()
        assert not Buyer.objects.exists()
        for _ in range(2):
            assert "has your request" in client.post(link).content.decode()
        row.refresh_from_db()
        new = Buyer.objects.get()
        assert (row.state, new.name, new.email, new.buying.references_given) == (
            "asked",
            "Lee Marine",
            "kim@lee.example",
            "Cantieri X",
        )
        assert Notice.objects.filter(user=chief, kind="buyer-asks").count() == 1
        assert api.invited_by(invited_token(row)) is None, "not before the office admits it"
        assert awaited() == [("1 buyer asks to come: admit it or say no", row.expires_on)]
        api.admit_asking(actor=SYSTEM, row=row)
        assert not awaited()
        assert buyer_letter(row, "admitted")[0].startswith("Your request is accepted")
        api.accept_as_invited(actor=ANONYMOUS, token=invited_token(row), looking_for="dinghies")
    assert BuyerInterest.objects.standing().get().buyer == new
    with clock_at(OPEN + timedelta(days=4000)):
        assert forget_old_invitations(actor=SYSTEM) == 1
    row.refresh_from_db()
    assert (row.email, row.name, row.asked) == ("", "", {})


def test_who_asked_is_told_no_with_the_reason_in_its_language_and_what_is_not_confirmed_goes(fair):
    given = {
        "actor": ANONYMOUS, "initiative": fair, "looking_for": "boats",
        "contact": {"name": "Kim", "email": "anna@nordic.example", "language": "en", "consent_wording": "w"},
        "told": {"organisation": "Other name", "country": "DE", "kind": "importer"},
    }  # fmt: skip
    known = buyer()
    with clock_at(OPEN):
        row = api.ask_to_come(**given, key="one")
        left = api.ask_to_come(**given, key="two")
        api.confirm_asking(actor=ANONYMOUS, token=asking_token(row))
        row.refresh_from_db()
        assert row.buyer == known, "who owns the address of a buyer of ours is that buyer"
        with pytest.raises(Refused, match="già invitato"):
            api.confirm_asking(actor=ANONYMOUS, token=asking_token(left))
        with pytest.raises(Refused, match="Scrivi perché"):
            api.refuse_asking(actor=SYSTEM, row=row, reason=" ")
        api.refuse_asking(actor=SYSTEM, row=row, reason="The fair is full.")
        send_buyer_letter(invitation_id=row.pk, kind="refused")
        assert "did not accept" in mail.outbox[-1].body
        assert "The fair is full." in mail.outbox[-1].body
        with pytest.raises(Refused, match="niente da decidere"):
            api.admit_asking(actor=SYSTEM, row=row)
    with clock_at(OPEN + timedelta(days=9)):
        assert api.asking_by(asking_token(left)) is None
        assert api.drop_unconfirmed_asking(actor=SYSTEM) == 1
    assert not BuyerInterest.objects.exists()


def test_the_office_says_no_to_a_buyer_with_an_account_and_may_think_again(fair):
    one = buyer()
    me = as_buyer(one)
    with clock_at(OPEN):
        interest = express_buyer_interest(actor=me, initiative=fair, looking_for="boats")
        with pytest.raises(Refused, match="in inglese"):
            decline_buyer_interest(actor=SYSTEM, interest=interest, reason_it="Completo.", reason_en="")
        decline_buyer_interest(actor=SYSTEM, interest=interest, reason_it="Completo.", reason_en="It is full.")
        assert not BuyerInterest.objects.standing().exists()
        with pytest.raises(Refused, match="Completo"):
            express_buyer_interest(actor=me, initiative=fair, looking_for="more boats")
        withdraw_buyer_interest(actor=me, interest=interest)
        interest.refresh_from_db()
        assert interest.state == "declined", "what the office said stays"
        assert invite(fair, one) == [], "who was told no is admitted, not invited"
        admit_buyer_interest(actor=SYSTEM, interest=interest)
        assert BuyerInterest.objects.standing().get().admitted_at == OPEN
    assert behaviour_of(SYSTEM, one.pk).missed == 0
    for wrong in ({"state": "declined"}, {"declined_it": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BuyerInterest.objects.filter(pk=interest.pk).update(**wrong)


@pytest.mark.slow  # a dozen pages
def test_the_office_invites_from_its_page(fair, client, signed_in, officer, django_assert_max_num_queries):
    one, two = buyer(), buyer("Oslo Yachts", country_id="AE", email="o@oslo.example")
    signed_in(officer(roles.DIRECTOR))
    base = f"/ufficio/iniziative/{fair.code}/buyer/"
    with clock_at(OPEN):
        shown = client.get(f"{base}?country=DE").content.decode()
        assert "Nordic Boats" in shown
        assert "Oslo Yachts" not in shown
        shown = client.get(base, {"q": "oslo yac", "qualified": "no"}).content.decode()
        assert "Oslo Yachts" in shown
        assert "Nordic Boats" not in shown
        assert "Oslo Yachts" not in client.get(base, {"q": "oslo", "qualified": "yes"}).content.decode()
        assert client.post(f"{base}invita/", {}).status_code == 400
        assert client.post(f"{base}invita/", {"buyer": [one.pk, two.pk]}).status_code == 302
        row = api.BuyerInvitation.objects.get(buyer=one)
        express_buyer_interest(actor=as_buyer(two), initiative=fair, looking_for="yachts")
        with django_assert_max_num_queries(32):
            assert "in attesa di risposta" in client.get(base).content.decode()
        assert client.post(f"/ufficio/invitati/{row.pk}/ritira/").status_code == 302
        told = {"decision": "decline", f"i{BuyerInterest.objects.get().pk}-reason_it": "Completo."}
        assert client.post(f"{base}{two.pk}/decidi/", told).status_code == 400, (
            "the reason in English is wanted, and nothing is lost"
        )
        assert (
            client.post(
                f"{base}{two.pk}/decidi/", told | {f"i{BuyerInterest.objects.get().pk}-reason_en": "Full."}
            ).status_code
            == 302
        )
        sheet = (
            b"".join(client.get(f"/ufficio/iniziative/{fair.code}/buyer.csv").streaming_content).decode().splitlines()
        )
    row.refresh_from_db()
    assert (row.state, BuyerInterest.objects.get().state) == ("withdrawn", "declined")
    assert [line.split(";")[0].strip('"') for line in sheet[1:]] == ["Nordic Boats", "Oslo Yachts"]
    assert sheet[2].endswith("Completo."), "why it does not come"
