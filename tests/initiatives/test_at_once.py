"""Two tabs of one enterprise at once make one expression of interest."""

import pytest
from tests.initiatives.world import OPEN, called, make_fair
from tests.programme.test_concurrency import together

from levante.initiatives import api
from levante.initiatives.models import ExpressionOfInterest
from levante.kernel.api import clock_at

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_two_tabs_make_one(desk, enterprise, representative, actor_for):
    initiative = called(make_fair())
    firm = enterprise()
    actor = actor_for(representative(firm), firm)

    def tab():
        with clock_at(OPEN):
            return api.express_interest(actor=actor, initiative=initiative, products="boats")

    outcomes = together(tab, tab)
    assert all(isinstance(o, ExpressionOfInterest) for o in outcomes), outcomes
    assert len({(o.pk, o.number) for o in outcomes}) == 1
    assert ExpressionOfInterest.objects.count() == 1
