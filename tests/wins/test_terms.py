"""The days and months of wins and follow-ups are those of the programme, dated; where it chose none, the default."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.wins.world import LATER, over, tell

from levante.kernel.api import clock_at, system
from levante.programme.api import ChosenValue, chosen_values, vocabulary
from levante.wins import api
from levante.wins.following import left_to_ask

pytestmark = pytest.mark.django_db
NIGHT = system("tests")
WAITING = ["follow-ups still to be asked: 2", "follow-ups not answered: 1"]


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return over(enterprise, representative, actor_for)


def choose(world, **numbers):
    """Values of the programme of the initiative, from the second day of July on unless ``since`` says otherwise."""
    since = numbers.pop("since", date(2026, 7, 2))
    for name, value in numbers.items():
        ChosenValue.objects.create(
            programme=world.initiative.direction.programme, code=name, parameter=f"export_win.{name}", value=value, since=since,
            confidence="assumption",
        )  # fmt: skip


def on(*day):
    return clock_at(datetime(*day, 9, tzinfo=UTC))


def test_a_win_keeps_the_term_of_its_programme_on_the_day_it_was_won(world):
    choose(world, confirmation_months=[18], link_days=[10])
    assert tell(world).confirm_by == date(2027, 7, 1), "won the day before: the default"
    win = tell(world, won_on=date(2026, 7, 2))
    assert win.confirm_by == date(2028, 1, 2)
    with world.at(LATER):
        ask, _ = api.ask_customer(actor=world.actors[0], win=win)
    assert ask.expires_on == date(2026, 7, 25)


def test_the_questions_are_those_of_the_programme_on_the_last_day_of_the_initiative(world):
    last = world.initiative.ends_on
    choose(
        world, since=last, follow_up_months=[0, 2], follow_up_remind_days=[5], follow_up_close_days=[20]
    )  # fmt: skip
    values = chosen_values()
    with on(2026, 6, 5):
        assert api.make_follow_ups(actor=NIGHT) == 2
        mine = api.FollowUp.objects.get(enterprise=world.firms[0])
        assert mine.answer_by == date(2026, 6, 25)
        assert api.next_reminder(mine, values) == date(2026, 6, 10)
        given = {"contacts": 0, "offers": 0, "orders": 0, "expected": Decimal("0.00")}
        api.answer_follow_up(actor=world.actors[0], row=mine, **given)
        assert [one.text.en for one in left_to_ask(initiative=world.initiative)] == WAITING, "two months after"
    for day, touched in ((9, 0), (10, 1)):
        with on(2026, 6, day):
            assert api.remind_of_follow_ups(actor=NIGHT) == touched
    with on(2026, 8, 5):
        assert api.make_follow_ups(actor=NIGHT) == 2
    assert set(api.FollowUp.objects.values_list("months", flat=True)) == {0, 2}
    assert api.followed_until(world.initiative) == date(last.year, last.month + 2, last.day) + timedelta(days=20)
    assert set(api.rounds()) == {0, 2, 3, 6, 12}, "a list is filtered by each that anybody was asked at"
    assert vocabulary.VALUES[vocabulary.FOLLOW_UP_MONTHS].many
