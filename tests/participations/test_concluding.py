"""What is left to settle before an initiative is concluded, and what a cancellation does once it has begun."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.initiatives.world import SYSTEM
from tests.participations.world import AFTER, decided, make_world

from levante.controls.api import Refund, record_due_payment
from levante.initiatives.api import INITIATIVES, keep_the_days, move_initiative
from levante.kernel.api import Refused, clock_at, system
from levante.participations import api
from levante.wins.api import make_follow_ups

pytestmark = pytest.mark.django_db
D = Decimal
FIRST, OVER = datetime(2026, 6, 1, 9, tzinfo=UTC), datetime(2026, 6, 6, 9, tzinfo=UTC)


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


def with_places(made, paid=2):
    """Two places accepted, ``paid`` of them with their quota."""
    with made.at():
        for number in range(2):
            row = api.accept_place(actor=made.actors[number], row=made.rows()[number])
            if row.due is not None and number < paid:
                record_due_payment(
                    actor=SYSTEM, due=row.due, source="treasury", reference=f"r{number}", on=AFTER.date(), amount=row.due.amount
                )  # fmt: skip
    return made


def words(made):
    made.initiative.refresh_from_db()
    return [item.text.it for item in INITIATIVES.missing("conclude", made.initiative)]


def test_the_preparation_waits_for_the_list_and_a_decided_list_closes_the_call(world):
    made = world()
    with made.at():
        with pytest.raises(Refused, match="la lista di chi partecipa"):
            move_initiative(actor=SYSTEM, initiative=made.initiative, step="prepare")
        decided(made)
        with pytest.raises(Refused, match="posti liberi senza nessuno in attesa"):
            move_initiative(actor=SYSTEM, initiative=made.initiative, step="call")
        assert move_initiative(actor=SYSTEM, initiative=made.initiative, step="prepare").state == "preparing"


@pytest.mark.slow  # places accepted and paid, a task, and the end
def test_it_is_concluded_with_nothing_left_or_saying_why(world, desk):
    made = with_places(decided(world(quota=D("100.00"))), paid=1)
    with made.at():
        api.add_task(
            actor=SYSTEM, initiative=made.initiative, kind="visa", what="Visti", owner=desk.users.anna, due_on=date(2026, 5, 1)
        )  # fmt: skip
    with clock_at(OVER):
        keep_the_days(actor=system("initiatives.days"))
        assert words(made) == [
            "posti ancora aperti: 1",
            "dire chi è venuto: 1",
            "quote non pagate: 1",
            "compiti da fare: 1",
        ]
        with pytest.raises(Refused, match="Scrivi perché si conclude lo stesso") as why:
            move_initiative(actor=SYSTEM, initiative=made.initiative, step="conclude", reason=" ")
        assert why.value.field == "reason"
        ended = move_initiative(actor=SYSTEM, initiative=made.initiative, step="conclude", reason="Fallita: si chiude")
        assert ended.state == "done"
    step = ended.steps.get(name="conclude")
    assert (step.reason, [one["it"] for one in step.left]) == ("Fallita: si chiude", [
        "posti ancora aperti: 1", "dire chi è venuto: 1", "quote non pagate: 1", "compiti da fare: 1",
    ])  # fmt: skip
    with clock_at(OVER), pytest.raises(Refused, match="conclusa"):
        api.record_presence(actor=SYSTEM, initiative=ended, present={made.rows()[0].pk: True})


def test_what_is_still_to_be_asked_holds_it_open_and_a_concluded_one_asks_no_more(world):
    made = with_places(decided(world()))
    with clock_at(FIRST):
        api.record_presence(actor=SYSTEM, initiative=made.initiative, present={row.pk: True for row in made.rows()[:2]})
    with clock_at(OVER):
        keep_the_days(actor=system("initiatives.days"))
        assert words(made) == ["domande di seguito ancora da fare: 8"]
        assert make_follow_ups(actor=system("wins")) == 2
        assert words(made) == ["domande di seguito ancora da fare: 6", "domande di seguito senza risposta: 2"]
        move_initiative(actor=SYSTEM, initiative=made.initiative, step="conclude", reason="Ufficio soppresso")
    with clock_at(OVER + timedelta(days=120)):
        assert make_follow_ups(actor=system("wins")) == 0


def test_cancelled_once_on_site_gives_back_what_the_act_says_and_who_was_there_was_there(world):
    made = with_places(decided(world(firms=3, quota=D("100.00"))))
    first, second = made.rows()[:2]
    with clock_at(FIRST):
        keep_the_days(actor=system("initiatives.days"))
        with pytest.raises(Refused, match="dire chi è venuto: 2"):
            move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason="Allagamento", back=60)
        api.record_presence(actor=SYSTEM, initiative=made.initiative, present={first.pk: True, second.pk: False})
        move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason="Allagamento", back=60)
    assert made.states() == ["attended", "absent", "called_off"]
    assert list(Refund.objects.values_list("amount", "due")) == [(D("60.00"), first.due_id)], (
        "who did not come has nothing back"
    )
