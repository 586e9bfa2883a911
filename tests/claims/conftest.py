"""An award in force whose call pays a percentage of costs by item, or a fixed amount; e-invoices written for its enterprise."""

import pytest
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.claims import world
from tests.claims.world import MONEY, PAYMENT, award_of
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import admitted, desk, director, filled, firm, first_come, line, worker  # noqa: F401
from tests.kept import kept


@pytest.fixture
def award(admitted, desk, director, act_system, worker):  # noqa: F811
    """Of 6,000 euro, half of the costs, in an advance, a progress payment and the balance."""
    return _kept("award", act_system, lambda: award_of(admitted, desk, director, worker, money=MONEY, payment=PAYMENT))


@pytest.fixture
def voucher(admitted, desk, director, act_system, worker):  # noqa: F811
    """Of a fixed 6,000 euro, paid at once."""
    return _kept("voucher", act_system, lambda: award_of(admitted, desk, director, worker))


def _kept(key, acts, make):
    """What an award is in our database, and what its act is in that of the system of acts."""
    made, before, remembered, asked = kept(key, lambda: (make(), dict(world.BEFORE), acts.kept, acts.asked))
    world.BEFORE.update(before)
    acts.kept, acts.asked = remembered, asked
    return made


@pytest.fixture
def chief(actor_for):
    """Who acts for the enterprise of an award: ``chief(award)``."""
    from levante.parties.api import Mandate

    def make(of):
        return actor_for(Mandate.objects.filter(enterprise=of.enterprise).first().user, of.enterprise)

    return make
