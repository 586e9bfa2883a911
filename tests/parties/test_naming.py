"""Who may know people reads their names in an explanation; the others, and what is kept, a number."""

from datetime import date

import pytest
from django.db import ProgrammingError, transaction

from levante.identity.api import close_account
from levante.kernel.api import today
from levante.kernel.models import AuditEntry
from levante.parties.api import (
    Mandate,
    OwnershipLink,
    Person,
    ensure_person,
    erase_person,
    refuse_mandate,
    request_mandate,
    with_names,
)
from levante.parties.naming import person_in_case

pytestmark = pytest.mark.django_db


def test_an_enterprise_reads_the_names_of_who_holds_it_and_no_other(enterprise, representative, actor_for):
    one, two = enterprise("Uno"), enterprise("Due")
    mine, other, gone = (Person.objects.create(given_name=name, family_name="Rossi") for name in ("Ada", "Ugo", "Ivo"))
    OwnershipLink.objects.create(owned=one, holder_person=mine, kind="participation", votes=60)
    OwnershipLink.objects.create(owned=two, holder_person=other, kind="participation", votes=60)
    OwnershipLink.objects.create(owned=one, holder_person=gone, kind="participation", votes=10)
    Person.objects.filter(pk=gone.pk).update(erased_at="2026-01-01T00:00Z", given_name="", family_name="")
    said = " ".join(person_in_case(person.pk) for person in (mine, other, gone))
    line = {"text": f"{said} {one.tax_code}", "question_en": f"{said} {two.tax_code}", "reference": said}
    (told,) = with_names([line], actor=actor_for(representative(one), one))
    assert told["text"] == f"Ada Rossi persona n. {other.pk} persona n. {gone.pk} Uno ({one.tax_code})"
    assert told["question_en"] == f"Ada Rossi person no. {other.pk} person no. {gone.pk} Due ({two.tax_code})"
    assert told["reference"] == said


def test_two_people_of_one_name_are_told_apart(officer, actor_for):
    pair = [Person.objects.create(given_name="Ada", family_name="Rossi") for _ in range(2)]
    (told,) = with_names([{"text": " e ".join(person_in_case(one.pk) for one in pair)}], actor=actor_for(officer()))
    assert told["text"] == " e ".join(f"Ada Rossi (persona n. {one.pk})" for one in pair)


def test_what_tells_of_nobody_costs_nothing(officer, actor_for, django_assert_num_queries):
    actor = actor_for(officer())
    with django_assert_num_queries(0):
        assert with_names([{"text": "Massimale 300.000,00 €", "on": date(2026, 1, 1)}], actor=actor)


@pytest.mark.slow(reason="six pages of a file, read by two people")
def test_the_history_of_an_enterprise_names_who_may_be_known_and_forgets_who_is_erased(
    enterprise, person, officer, actor_for, signed_in
):
    firm, clerk = enterprise("Uno"), officer(given="Clara")
    user = person("Ilaria", "Fersini")
    mandate = request_mandate(
        actor=actor_for(user), enterprise=firm, kind=Mandate.DELEGATE, scopes=["read"], since=today()
    )
    address = f"/ufficio/imprese/{firm.pk}/"

    def told():
        pages = {role: signed_in(made).get(address).content.decode() for role, made in readers.items()}
        return {role: ("Ilaria" in page, "una persona" in page) for role, page in pages.items()}

    readers = {"case_officer": clerk, "finance": officer("finance")}
    assert told() == {"case_officer": (True, False), "finance": (False, True)}
    refuse_mandate(actor=actor_for(clerk), mandate=mandate, reason="Non ha titolo")
    assert "Clara" in signed_in(readers["finance"]).get(address).content.decode(), "an office acts by name"
    who = ensure_person(actor=actor_for(user), user=user)
    erase_person(actor=actor_for(clerk), person=who)
    assert not AuditEntry.objects.filter(actor_label__contains="Ilaria").exists()
    assert told() == {"case_officer": (False, False), "finance": (False, False)}
    with pytest.raises(ProgrammingError, match="does not change"), transaction.atomic():
        AuditEntry.objects.filter(user=clerk).update(actor_label="", verb="another.thing")


def test_who_closes_an_account_leaves_no_name_in_the_audit(person, actor_for):
    user = person("Ilaria", "Fersini")
    close_account(actor=actor_for(user), user=user)
    assert list(AuditEntry.objects.filter(user=user).values_list("verb", "actor_label")) == [
        ("identity.close_account", "")
    ]
