"""Contacts, consents with their proof, access to one's data, erasure."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from levante.kernel.api import Refused, now, system
from levante.parties.api import (
    Consent,
    Correction,
    Mandate,
    Person,
    accept_correction,
    consent_wordings,
    consents_of,
    end_contact,
    ensure_person,
    erase_person,
    export_person,
    propose_correction,
    record_consent,
    record_contact,
    record_ownership,
    refuse_correction,
    revoke_mandate,
    wording_on,
)

Maker = Callable[..., Any]
#: The versions of the consents that were published, by the sum of their texts.
PUBLISHED = {"2024-01": "ae6718ee883e609a", "2026-11": "357c0f4e7a7efaaf"}
SYSTEM = system("test")


def consent(person: Person, given: bool, **names: Any) -> Consent | None:
    values = {"purpose": "events", "channel": "email", "wording": "2024-01", "proof": "form"} | names
    return record_consent(actor=names.pop("actor", SYSTEM), person=person, given=given, **values)


@pytest.fixture
def elio(db: None) -> Person:
    return Person.objects.create(given_name="Elio", family_name="Neri", email="elio@example.org")


def test_a_person_met_twice_is_one(enterprise: Maker) -> None:
    one, two = enterprise("One"), enterprise("Two")
    values = {"given_name": "Ada", "family_name": "Bo", "email": "Ada@example.org"}
    first = record_contact(actor=SYSTEM, enterprise=one, **values)
    second = record_contact(actor=SYSTEM, enterprise=two, **(values | {"email": "ada@EXAMPLE.org"}))
    assert first.person == second.person
    with pytest.raises(Refused, match="già"):
        record_contact(actor=SYSTEM, enterprise=one, **values)
    end_contact(actor=SYSTEM, contact=first, on=date(2026, 1, 1))
    assert record_contact(actor=SYSTEM, enterprise=one, **values).person == first.person


def test_the_last_word_holds_and_history_stays(elio: Person) -> None:
    assert consent(elio, False) is None
    consent(elio, True)
    consent(elio, True)
    consent(elio, False)
    assert list(elio.consents.order_by("id").values_list("given", flat=True)) == [True, False]
    assert not any(row["given"] for row in consents_of(elio))


def test_a_consent_has_its_proof_and_cannot_be_rewritten(elio: Person) -> None:
    with pytest.raises(Refused):
        consent(elio, True, proof=" ")
    with pytest.raises(Refused):
        consent(elio, True, purpose="anything")
    made = consent(elio, True)
    assert made is not None
    for write in (
        lambda: Consent.objects.filter(pk=made.pk).update(given=False),
        lambda: Consent.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_a_stranger_decides_nothing_about_a_person(elio: Person, person: Maker, actor_for: Maker) -> None:
    stranger = actor_for(person())
    for act in (
        lambda: record_consent(
            actor=stranger, person=elio, purpose="events", channel="email", given=True, wording="2024-01", proof="x"
        ),
        lambda: export_person(actor=stranger, person=elio),
        lambda: erase_person(actor=stranger, person=elio),
    ):
        with pytest.raises(Refused):
            act()
    assert not Person.objects.visible_to(stranger).exists()


def test_an_export_holds_everything(enterprise: Maker, representative: Maker, actor_for: Maker) -> None:
    firm = enterprise()
    user = representative(firm)
    me = ensure_person(actor=actor_for(user), user=user)
    record_contact(actor=SYSTEM, enterprise=firm, given_name="", family_name=user.family_name, email=user.email)
    record_ownership(actor=SYSTEM, owned=firm, kind="participation", holder_person=me, capital=10)
    consent(me, True)
    file = export_person(actor=actor_for(user), person=me)
    assert file["person"]["email"] == user.email
    assert [len(file[part]) for part in ("contacts", "mandates", "holdings", "consents")] == [1, 1, 1, 1]


def test_an_erasure_keeps_what_the_law_requires(enterprise: Maker, representative: Maker, actor_for: Maker) -> None:
    firm = enterprise()
    user = representative(firm)
    me = ensure_person(actor=actor_for(user), user=user)
    record_contact(actor=SYSTEM, enterprise=firm, given_name="", family_name=user.family_name, email=user.email)
    past = record_ownership(
        actor=SYSTEM,
        owned=firm,
        kind="participation",
        holder_person=me,
        capital=10,
        since=date(2020, 1, 1),
        until=date(2021, 1, 1),
    )
    consent(me, True)
    with pytest.raises(Refused, match="deleghe"):
        erase_person(actor=SYSTEM, person=me)
    revoke_mandate(actor=SYSTEM, mandate=Mandate.objects.get())
    erase_person(actor=SYSTEM, person=me)
    me.refresh_from_db()
    assert (me.family_name, me.email, me.user, me.codice_fiscale) == ("", "", None, None)
    past.refresh_from_db()
    assert past.holder_person == me
    assert me.consents.count() == 1
    assert me.contacts.get().until is not None
    assert Person.objects.search("greco").count() == 0
    with pytest.raises(Refused, match="già"):
        erase_person(actor=SYSTEM, person=me)


def test_a_purpose_is_asked_through_its_own_channels_and_on_a_text_that_is_kept(elio: Person) -> None:
    with pytest.raises(Refused) as refusal:
        consent(elio, True, purpose="opportunities", channel="post")
    assert refusal.value.field == "channel"
    with pytest.raises(Refused) as refusal:
        consent(elio, True, wording="1999-01")
    assert refusal.value.field == "wording"
    # One of the past, through a channel that its purpose has no more, is seen and taken back.
    Consent.objects.create(
        person=elio, purpose="opportunities", channel="post", given=True, at=now(), wording="2024-01", proof="foglio"
    )
    held = [row for row in consents_of(elio) if row["given"]]
    assert [(row["purpose"], row["channel"]) for row in held] == [("opportunities", "post")]
    consent(elio, False, purpose="opportunities", channel="post")
    assert not [row for row in consents_of(elio) if row["given"]]


def test_the_texts_people_read_are_kept_as_they_were() -> None:
    """A version that was published does not change: add another."""
    assert wording_on(date(2026, 12, 1)).version == "2026-11"
    assert wording_on(date(2025, 6, 1)).version == "2024-01"
    for version, digest in PUBLISHED.items():
        one = consent_wordings()[version]
        assert set(one.purposes) == set(dict(Consent.PURPOSES))
        texts = [text for code in sorted(one.purposes) for text in (one.text_of(code).it, one.text_of(code).en)]
        assert all(texts)
        assert sha256("\n".join(texts).encode()).hexdigest()[:16] == digest, version


def test_the_text_is_shown_with_the_proof(elio: Person, officer: Maker, signed_in: Maker) -> None:
    desk = signed_in(officer("front_desk"))
    address = f"/ufficio/persone/{elio.pk}/"
    sent = {"what": "events:email", "given": "yes", "wording": "2024-01", "proof": "foglio firmato 7"}
    assert desk.post(address, sent).status_code == 302
    page = desk.get(address).content.decode()
    assert "foglio firmato 7" in page
    assert "Inviti a fiere e missioni. " not in page
    assert "Il consenso è libero e si ritira in ogni momento. Inviti a fiere e missioni." in page


def test_an_erasure_reaches_the_declarations_and_the_account(
    enterprise: Maker, representative: Maker, person: Maker, actor_for: Maker, officer: Maker
) -> None:
    firm = enterprise()
    owner, clerk = actor_for(representative(firm), enterprise=firm), actor_for(officer("director", given="Ugo"))
    holder = {"holder": "person", "name": "Ex", "given": "Elio", "code": "RSSMRA80A01H501U"}
    terms = {"kind": "participation", "capital": "20"}
    declared = propose_correction(actor=owner, enterprise=firm, subject="ownership", values=holder | terms)
    again = propose_correction(
        actor=owner, enterprise=firm, subject="ownership", values=holder | terms | {"capital": "21"}
    )
    accept_correction(actor=clerk, correction=declared)
    one = Person.objects.get(codice_fiscale="RSSMRA80A01H501U")
    user = person("Elio", "Ex", codice_fiscale="RSSMRA80A01H501U")
    ensure_person(actor=actor_for(user), user=user)
    link = one.holdings.get()
    link.until = date(2026, 1, 1)
    link.save()
    with pytest.raises(Refused, match="esame"):
        erase_person(actor=clerk, person=one)
    refuse_correction(actor=clerk, correction=again, reason="doppia")
    erase_person(actor=clerk, person=one)
    for correction in Correction.objects.all():
        text = str(correction.changes)
        assert "RSSMRA80A01H501U" not in text
        assert "Elio" not in text
        assert correction.changes["capital"][1] in ("20", "21"), "what the office decided on stays"
    user.refresh_from_db()
    assert (user.given_name, user.family_name, user.codice_fiscale, user.is_active) == ("", "", None, False)
    assert "elio" not in user.email


def test_who_still_works_in_an_office_is_not_erased(officer: Maker, actor_for: Maker) -> None:
    user = officer("finance")
    one = ensure_person(actor=actor_for(user), user=user)
    with pytest.raises(Refused, match="ruolo"):
        erase_person(actor=SYSTEM, person=one)
    one.refresh_from_db()
    assert one.user == user


def test_an_enterprise_learns_nothing_of_the_people_of_others(
    enterprise: Maker, representative: Maker, actor_for: Maker
) -> None:
    other, firm = enterprise("Altra"), enterprise("Mia")
    values = {"given_name": "Ada", "family_name": "Neri", "email": "ada@example.org"}
    theirs = record_contact(actor=SYSTEM, enterprise=other, phone="080 1", **values)
    mine = actor_for(representative(firm), firm)
    ours = record_contact(actor=mine, enterprise=firm, phone="099 2", **values)
    assert ours.person_id != theirs.person_id, "another row: nothing is said of the one that was known"
    with pytest.raises(Refused, match="codice fiscale"):
        record_contact(
            actor=mine, enterprise=firm, codice_fiscale="RSSMRA80A01H501U", family_name="Rossi", given_name="M"
        )
