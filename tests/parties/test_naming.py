"""Who may know people reads their names in an explanation; the others, and what is kept, a number."""

from datetime import date

import pytest

from levante.parties.api import OwnershipLink, Person, with_names
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
