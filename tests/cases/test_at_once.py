"""Several people at once, each with a connection and a transaction of their own."""

import pytest
from tests.programme.test_concurrency import together

from levante.cases import api
from levante.cases.models import Case
from levante.kernel.api import Refused

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_two_officers_take_the_same_case_and_one_wins(desk, asked):
    case = asked()
    outcomes = together(*[lambda who=who: api.assign_case(actor=who, case=case) for who in (desk.anna, desk.bruno)])
    won = [o for o in outcomes if isinstance(o, Case)]
    lost = [o for o in outcomes if isinstance(o, Refused)]
    assert (len(won), len(lost)) == (1, 1), outcomes
    case.refresh_from_db()
    assert case.owner_id == won[0].owner_id
    assert "già presa in carico" in lost[0].reason.it


def test_requests_at_once_have_numbers_one_after_the_other_and_a_key_makes_one(desk, asked):
    outcomes = together(*[lambda i=i: asked(idempotency_key=f"key-{i % 3}") for i in range(6)])
    assert all(isinstance(o, Case) for o in outcomes), outcomes
    assert sorted(Case.objects.values_list("sequence", flat=True)) == [1, 2, 3]
