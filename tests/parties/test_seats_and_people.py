"""Operating seats and people at the desk and in the portal: entered, closed, put right, and seen by whom it concerns."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from levante.kernel.api import Refused, system
from levante.kernel.models import AuditEntry
from levante.parties.api import (
    Contact,
    Correction,
    Enterprise,
    Mandate,
    OwnershipLink,
    Person,
    Seat,
    correct_person,
    record_contact,
)

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]
SYSTEM = system("test")


@pytest.fixture
def firm(enterprise: Maker) -> Enterprise:
    return enterprise()


@pytest.mark.usefixtures("places")
def test_an_operating_seat_is_opened_and_closed_at_the_desk(firm: Enterprise, officer: Maker, signed_in: Maker) -> None:
    desk = signed_in(officer("front_desk"))
    address = f"/ufficio/imprese/{firm.pk}/sedi/nuova/"
    assert desk.get(address).status_code == 200
    values = {"comune": "Nardò", "address": "via del Mare, 1", "cap": "", "since": "2025-02-01"}
    assert "cap" in desk.post(address, values | {"cap": "00100"}).context["form"].errors
    assert "since" in desk.post(address, values | {"since": "2999-01-01"}).context["form"].errors
    assert desk.post(address, values).status_code == 302
    assert "address" in desk.post(address, values).context["form"].errors, "the same place twice"
    seat = Seat.objects.get()
    assert (seat.kind, seat.cap, seat.since) == ("operating", "73048", date(2025, 2, 1))
    close = f"/ufficio/imprese/sedi/{seat.pk}/fine/"
    assert close in desk.get(f"/ufficio/imprese/{firm.pk}/").content.decode()
    assert "on" in desk.post(close, {"on": "2024-01-01"}).context["form"].errors
    assert desk.post(close, {"on": "2026-03-31"}).status_code == 302
    seat.refresh_from_db()
    assert seat.until == date(2026, 3, 31)
    assert desk.get(close).status_code == 404


@pytest.mark.usefixtures("places")
def test_an_operating_seat_is_proposed_by_the_enterprise_and_reviewed(
    firm: Enterprise, enterprise: Maker, representative: Maker, officer: Maker, signed_in: Maker
) -> None:
    clerk, owner = officer("case_officer", given="Ugo"), representative(firm)
    browser = signed_in(owner, firm)
    values = {
        "comune": "Lecce",
        "address": "via Taranto, 2",
        "cap": "73100",
        "since": "2025-01-01",
        "reason": "contratto",
    }
    assert browser.post("/impresa/la-mia-impresa/sedi/nuova/", values).status_code == 302
    assert not Seat.objects.exists(), "nothing changes until an office accepts it"
    proposed = Correction.objects.get()
    desk = signed_in(clerk)
    review = f"/ufficio/imprese/correzioni/{proposed.pk}/"
    assert "Lecce" in desk.get(review).content.decode()
    assert desk.post(review, {"decision": "accept"}).status_code == 302
    seat = Seat.objects.get()
    assert (seat.kind, seat.province_id, seat.since) == ("operating", "LE", date(2025, 1, 1))
    browser = signed_in(owner, firm)
    there = f"/impresa/la-mia-impresa/sedi/{seat.pk}/"
    assert there in browser.get("/impresa/la-mia-impresa/").content.decode()
    assert browser.get(there).status_code == 200
    assert browser.post(there, values | {"until": "2026-01-31"}).status_code == 302
    closing = Correction.objects.get(state="proposed")
    assert closing.changes == {"until": ["", "2026-01-31"]}
    desk = signed_in(clerk)
    assert desk.post(f"/ufficio/imprese/correzioni/{closing.pk}/", {"decision": "accept"}).status_code == 302
    seat.refresh_from_db()
    assert seat.until == date(2026, 1, 31)
    other = enterprise("Altra")
    foreign = Seat.objects.create(enterprise=other, kind="operating", comune=seat.comune, province_id="LE")
    assert signed_in(owner, firm).get(f"/impresa/la-mia-impresa/sedi/{foreign.pk}/").status_code == 404


def test_the_desk_adds_ends_and_corrects_a_contact(firm: Enterprise, officer: Maker, signed_in: Maker) -> None:
    desk = signed_in(officer("front_desk"))
    values = {"given_name": "Elio", "family_name": "Neri", "email": "elio@example.org", "role": "export"}
    address = f"/ufficio/imprese/{firm.pk}/contatti/nuovo/"
    assert desk.post(address, values).status_code == 302
    contact = Contact.objects.get()
    page = f"/ufficio/persone/{contact.person_id}/correggi/"
    assert "reason" in desk.post(page, {"family_name": "Nero", "language": "it"}).context["form"].errors
    right = {
        "given_name": "Elio",
        "family_name": "Nero",
        "email": "e.nero@example.org",
        "phone": "080 1",
        "language": "en",
    }
    assert desk.post(page, right | {"reason": "e-mail del 4 marzo"}).status_code == 302
    person = Person.objects.get()
    assert (person.family_name, person.email, person.language) == ("Nero", "e.nero@example.org", "en")
    entry = AuditEntry.objects.get(verb="parties.correct_person")
    assert entry.data["fields"] == ["email", "family_name", "language", "phone"]
    assert "Nero" not in str(entry.data)
    assert desk.post(f"/ufficio/imprese/contatti/{contact.pk}/fine/", {"on": "2190-01-01"}).status_code == 302
    contact.refresh_from_db()
    assert contact.until is not None


def test_a_person_corrects_oneself_but_not_the_tax_code(person: Maker, signed_in: Maker, actor_for: Maker) -> None:
    anna = person()
    browser = signed_in(anna)
    values = {
        "given_name": "Anna",
        "family_name": "Greco Villa",
        "email": "anna@example.org",
        "phone": "",
        "language": "de",
    }
    assert browser.post("/impresa/i-miei-dati/correggi/", values).status_code == 302
    mine = Person.objects.get(user=anna)
    anna.refresh_from_db()
    assert (mine.language, anna.language) == ("de", "de"), "and is written to in it"
    assert mine.family_name == "Greco Villa"
    with pytest.raises(Refused):
        correct_person(actor=actor_for(anna), person=mine, changes={"codice_fiscale": "RSSMRA80A01H501U"})
    with pytest.raises(Refused):
        correct_person(actor=actor_for(person("Eva")), person=mine, changes={"family_name": "Altra"})


def test_what_is_typed_of_a_known_person_is_never_dropped_in_silence(firm: Enterprise, enterprise: Maker) -> None:
    whole = {"given_name": "Elio", "family_name": "Neri", "email": "info@example.org"}
    first = record_contact(actor=SYSTEM, enterprise=firm, **whole)
    second = record_contact(actor=SYSTEM, enterprise=enterprise("Altra"), phone="080 12", **whole)
    assert second.person == first.person
    assert Person.objects.get().phone == "080 12", "what was missing is filled in"
    with pytest.raises(Refused) as refusal:
        record_contact(actor=SYSTEM, enterprise=enterprise("Terza"), phone="099 9", **whole)
    assert refusal.value.field == "phone"
    sister = record_contact(actor=SYSTEM, enterprise=enterprise("Quarta"), **whole | {"given_name": "Rita"})
    assert sister.person != first.person, "two of a family with the address of the firm"


@pytest.mark.parametrize(
    ("role", "office", "sees"),
    [
        ("case_officer", "sezione", True),
        ("auditor", "sezione", True),
        ("call_designer", "sezione", False),
        ("finance", "sezione", False),
        ("agency_staff", "agenzia", False),
        ("director", "agenzia", False),
        ("case_officer", "agenzia", False),
    ],
)
def test_people_are_seen_by_the_roles_that_deal_with_them(
    firm: Enterprise, representative: Maker, officer: Maker, signed_in: Maker, actor_for: Maker, role: str, office: str,
    sees: bool,
) -> None:  # fmt: skip
    owner = representative(firm, given="Zelinda", family="Quarta")
    person = Person.objects.create(given_name="Osvaldo", family_name="Titolare", email="osvaldo@example.org")
    Contact.objects.create(enterprise=firm, person=person)
    OwnershipLink.objects.create(owned=firm, holder_person=person, kind="participation", capital=Decimal(60))
    user = officer(role, office)
    actor = actor_for(user)
    assert Person.objects.visible_to(actor).exists() is sees
    assert Mandate.objects.visible_to(actor).filter(user=owner).exists() is sees
    desk = signed_in(user)
    page = desk.get(f"/ufficio/imprese/{firm.pk}/")
    assert page.status_code == 200
    for told in ("Osvaldo", "Zelinda", "osvaldo@example.org"):
        assert (told in page.content.decode()) <= sees, told
    assert ("Osvaldo" in page.content.decode()) is sees
    assert desk.get("/ufficio/persone/").status_code == (200 if sees else 403)
    assert desk.get(f"/ufficio/persone/{person.pk}/").status_code == (200 if sees else 403)
