"""Contacts, consents with their proof, access to one's data, erasure."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from levante.kernel.api import Refused, system
from levante.parties.api import (
    Consent,
    Mandate,
    Person,
    consents_of,
    end_contact,
    ensure_person,
    erase_person,
    export_person,
    record_consent,
    record_contact,
    record_ownership,
    revoke_mandate,
)

Maker = Callable[..., Any]
SYSTEM = system("test")


def consent(person: Person, given: bool, **names: Any) -> Consent | None:
    values = {"purpose": "events", "channel": "email", "wording": "1", "proof": "form"} | names
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
            actor=stranger, person=elio, purpose="events", channel="email", given=True, wording="1", proof="x"
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
