"""Several officers at once, each with a connection and a transaction of their own: the money is never spent twice."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from tests.programme.conftest import make_programme

from levante.kernel.api import Refused
from levante.programme import api
from levante.programme.models import BudgetLine, Movement, Position
from levante.programme.queries import reconcile

pytestmark = [pytest.mark.django_db(transaction=True)]


def together(*tasks):
    """Run each task in a thread with its own connection, all released at the same instant; return what each one gave or raised."""
    barrier = threading.Barrier(len(tasks))
    outcomes = [None] * len(tasks)

    def run(index, task):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            outcomes[index] = task()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return outcomes


def allocated(made, line, amount):
    api.allocate(
        actor=made.system, line=line, amount=Decimal(amount), act=made.second.act, exercise=2023, on=date(2023, 2, 1)
    )


def words(made, line, subject, amount, **more):
    return {
        "actor": made.system, "line": line, "amount": Decimal(amount), "act": made.second.act, "exercise": 2024,
        "on": date(2024, 5, 1), "subject_type": "grants.Award", "subject_id": subject, **more,
    }  # fmt: skip


def test_two_officers_taking_the_last_euro_exactly_one_wins():
    made = make_programme()
    line = made.second.lines[0]
    allocated(made, line, "100.00")
    outcomes = together(*[lambda s=s: api.commit(**words(made, line, s, "60.00")) for s in ("1", "2")])
    won = [o for o in outcomes if isinstance(o, Movement)]
    lost = [o for o in outcomes if isinstance(o, Refused)]
    assert (len(won), len(lost)) == (1, 1), outcomes
    assert "mancano 20,00" in lost[0].reason.it
    assert "sono disponibili 40,00" in lost[0].reason.it
    assert api.availability(line).available == Decimal("40.00")
    assert not Position.objects.exclude(committed__gt=0).exists()
    assert reconcile(made.root) == []


@pytest.mark.slow
def test_twelve_at_once_take_exactly_what_there_is():
    """Twelve connections of their own take a few seconds."""
    made = make_programme()
    line = made.second.lines[0]
    allocated(made, line, "50.00")
    steps = [api.commit, api.reserve]
    outcomes = together(*[lambda i=i: steps[i % 2](**words(made, line, str(i), "10.00")) for i in range(12)])
    assert sum(isinstance(o, Movement) for o in outcomes) == 5
    assert sum(isinstance(o, Refused) for o in outcomes) == 7
    line.refresh_from_db()
    assert line.available == 0
    assert reconcile(made.root) == []


def test_the_same_key_from_two_tabs_is_one_movement():
    made = make_programme()
    line = made.second.lines[0]
    allocated(made, line, "100.00")
    task = words(made, line, "1", "60.00", idempotency_key="award-1")
    outcomes = together(lambda: api.commit(**task), lambda: api.commit(**task))
    assert {o.pk for o in outcomes} == {Movement.objects.get(kind="commitment").pk}


def test_opposite_reprogrammings_neither_wait_for_each_other_nor_lose_a_cent():
    made = make_programme()
    one, two = made.second.lines
    for line in (one, two):
        allocated(made, line, "100.00")

    def move(source, target, amount):
        return lambda: api.reprogramme(
            actor=made.system, source=source, target=target, amount=Decimal(amount), act=made.second.act, exercise=2024,
            on=date(2024, 1, 1),
        )  # fmt: skip

    outcomes = together(move(one, two, "70.00"), move(two, one, "30.00"), move(one, two, "20.00"))
    assert all(isinstance(o, Movement) for o in outcomes), outcomes
    amounts = {row.pk: row.allocated for row in BudgetLine.objects.all()}
    assert (amounts[one.pk], amounts[two.pk]) == (Decimal("40.00"), Decimal("160.00"))
    assert reconcile(made.root) == []


def test_two_payments_of_the_same_liquidazione_one_is_refused():
    made = make_programme()
    line = made.second.lines[0]
    allocated(made, line, "100.00")
    api.commit(**words(made, line, "1", "50.00"))
    api.liquidate(**words(made, line, "1", "50.00"))
    outcomes = together(*[lambda: api.pay(**words(made, line, "1", "50.00"))] * 2)
    assert sorted(type(o).__name__ for o in outcomes) == ["Movement", "Refused"]
    assert Position.objects.get().paid == Decimal("50.00")
