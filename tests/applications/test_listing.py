"""The desk's list of applications: found by number or by enterprise, gone through by key without losing or doubling one."""

import pytest
from django.http import QueryDict

from levante.applications.api import Application, submit_application
from levante.web.components.firms import firms_named
from levante.web.desk.applications.listing import _after, matching


@pytest.fixture
def three(first_come, filled):
    sent = []
    for name in ("Caffè dell’Èlite S.r.l.", "Officine Rossi S.p.A.", "Cantieri Rossi"):
        draft, actor, _user = filled(first_come, name)
        sent.append(submit_application(actor=actor, application=draft))
    return sent


def found(text):
    return set(Application.objects.filter(matching(text, firms_named(text)[0])).values_list("pk", flat=True))


def test_found_by_number_and_by_enterprise_as_its_own_search_finds_it(three):
    coffee, workshop, yard = three
    assert found(coffee.number) == {coffee.pk}
    assert found(workshop.enterprise.tax_code) == {workshop.pk}
    assert found("caffe elite") == {coffee.pk}
    assert found("rossi") == {workshop.pk, yard.pk}
    assert workshop.pk in found("officnie rossi"), "a mistake is forgiven"
    assert found("nobody at all") == set()


def test_every_application_comes_once_even_when_several_came_in_the_same_instant(three):
    rows = Application.objects.order_by("submitted_at", "pk")
    seen, cursor = [], ""
    while piece := list(_after(rows, cursor)[:1]):
        seen.append(piece[0].pk)
        cursor = f"{piece[0].submitted_at.isoformat()}~{piece[0].pk}"
    assert seen == [one.pk for one in rows]
    at = three[0].submitted_at.isoformat()
    assert [one.pk for one in _after(rows, f"{at}~0")][:1] == [three[0].pk], "same instant, the next by number"
    assert QueryDict(f"after={cursor.replace('+', '%2B')}")["after"] == cursor
