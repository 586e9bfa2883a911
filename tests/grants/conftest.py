"""Admitted applications with money on their line, a director, and the simulated system of acts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.applications.conftest import filled, firm, first_come  # noqa: F401
from tests.applications.test_lifecycle import examine
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.exchange.conftest import act_system  # noqa: F401
from tests.kept import kept


@pytest.fixture
def line(programme):  # noqa: F811
    return kept("line", lambda: _line(programme))


def _line(programme):  # noqa: F811
    from levante.kernel.api import system
    from levante.programme.api import Act, BudgetLine, Triennium, allocate

    found = BudgetLine.objects.get()
    act = Act.objects.create(
        programme=programme, code="stanziamento", kind="dgr", title_it="S", title_en="S", confidence="to_confirm",
        triennium=Triennium.objects.get(), adopted_on=date(2023, 9, 1),
    )  # fmt: skip
    allocate(actor=system("test"), line=found, amount=Decimal("100000.00"), act=act, exercise=2023, on=date(2023, 9, 1))
    return found


@pytest.fixture
def desk(officer, actor_for):
    return kept("desk of grants", lambda: actor_for(officer(given="Carla")))


@pytest.fixture
def director(officer, actor_for):
    return kept("director of grants", lambda: actor_for(officer("director", given="Dora")))


@pytest.fixture
def admitted(first_come, filled, desk, director, line):  # noqa: F811
    """Make an admitted application, about which the director declared too: ``admitted("Nome S.r.l.")``."""
    from levante.applications.api import admit_application, declare_conflict, submit_application

    def make(name="Cantieri del Levante S.r.l.", **more):
        key = "admitted", first_come.pk, desk, director, name, sorted(more.items())
        made = kept(key, lambda: admit(name, more))
        made.opening = first_come
        return made

    def admit(name, more):
        draft, actor, _ = filled(first_come, name, **more)
        sent = submit_application(actor=actor, application=draft)
        examine(sent, desk)
        declare_conflict(actor=director, application=sent, has_conflict=False)
        return admit_application(actor=desk, application=sent)

    return make


@pytest.fixture
def worker():
    """What the worker does: try what is due, some seconds later."""
    from levante.exchange.jobs import sweep
    from levante.kernel.api import clock_at, now

    def work(seconds=0):
        with clock_at(now() + timedelta(seconds=seconds)):
            sweep(0)

    return work
