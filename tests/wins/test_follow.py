"""What is asked after an initiative: by itself, once, reminded once, answered or closed."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.wins.world import over

from levante.kernel.api import Refused, clock_at, system
from levante.messages.api import Notice
from levante.wins import api

pytestmark = pytest.mark.django_db
NIGHT = system("tests")
ZERO = Decimal("0.00")


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return over(enterprise, representative, actor_for)


def on(*day):
    return clock_at(datetime(*day, 9, tzinfo=UTC))


def test_they_are_made_when_their_day_comes_and_a_missed_night_loses_nothing(world):
    with on(2026, 6, 4):
        assert api.make_follow_ups(actor=NIGHT) == 0, "the fair is not over"
    with on(2026, 6, 5):
        assert api.make_follow_ups(actor=NIGHT) == 2
        assert api.make_follow_ups(actor=NIGHT) == 0
    with on(2026, 12, 20):
        assert api.make_follow_ups(actor=NIGHT) == 2, "three months, nights after; one at a time"
        assert api.make_follow_ups(actor=NIGHT) == 0
        mine = api.FollowUp.objects.get(enterprise=world.firms[0], months=3)
        api.answer_follow_up(actor=world.actors[0], row=mine, contacts=0, offers=0, orders=0, expected=ZERO)
        assert api.make_follow_ups(actor=NIGHT) == 1, "who answered is asked the next"
    with on(2027, 2, 20):
        assert api.make_follow_ups(actor=NIGHT) == 1, "and who did not, when its days are over"
    assert sorted(api.FollowUp.objects.values_list("months", flat=True)) == [0, 0, 3, 3, 6, 6]


def test_nothing_is_an_answer_and_who_says_nothing_is_reminded_once_then_it_is_closed(world):
    with on(2026, 6, 5):
        api.make_follow_ups(actor=NIGHT)
        mine, other = (api.FollowUp.objects.get(enterprise=firm) for firm in world.firms)
        given = {"row": mine, "contacts": 0, "offers": 0, "orders": 0, "expected": ZERO}
        with pytest.raises(Refused, match="chi prepara le pratiche"):
            api.answer_follow_up(actor=world.actors[1], **given)
        assert [one.pk for one in api.waiting_for_firm(world.actors[0])] == [mine.pk]
        assert api.answer_follow_up(actor=world.actors[0], **given).state == "answered"
        assert not api.waiting_for_firm(world.actors[0])
    touched = []
    for day in ((2026, 6, 18), (2026, 6, 19), (2026, 6, 25), (2026, 7, 20), (2026, 7, 21), (2026, 7, 22)):
        with on(*day):
            touched.append(api.remind_of_follow_ups(actor=NIGHT))
    assert touched == [0, 1, 0, 0, 1, 0]
    assert Notice.objects.filter(kind="follow-up-reminded").count() == 1
    with on(2026, 7, 22), pytest.raises(Refused, match="termine per rispondere"):
        api.answer_follow_up(actor=world.actors[1], **(given | {"row": other}))
    other.refresh_from_db()
    assert other.state == "closed"
    report = api.report_of(world.actors[0], world.initiative)
    assert (report.asked, report.answered) == (2, 1)
