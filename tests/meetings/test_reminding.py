"""The evening before: who has meetings the next day reads them, once, on its own clock."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.meetings.world import SYSTEM, all_ask, arranged, make_meetings, published

from levante.kernel.api import clock_at
from levante.meetings import api
from levante.meetings.reminding import KIND, remind_of_tomorrow
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db

#: A quarter past six in the evening, in Rome; the meetings are the morning after.
EVE = datetime(2026, 5, 31, 16, 15, tzinfo=UTC)


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return published(arranged(all_ask(make_meetings(enterprise, representative, actor_for, person))))


def remind(moment):
    with clock_at(moment):
        return remind_of_tomorrow(actor=SYSTEM)


def told():
    return Notice.objects.filter(kind=KIND)


def test_each_reads_its_meetings_of_tomorrow_once(made):
    assert remind(EVE - timedelta(minutes=30)) == 0, "it is not evening yet"
    assert remind(EVE - timedelta(days=1)) == 0, "they are the day after tomorrow"
    api.Attendee.objects.filter(side="a").update(own_table="B7")
    meetings = api.Meeting.objects.standing()
    people = {pk for one in meetings for pk in (one.a_id, one.b_id)}
    assert remind(EVE) == len(people)
    before = set(told().values_list("user", "subject_id"))
    assert {subject for _, subject in before} == {f"{pk}:2026-06-01" for pk in people}
    assert remind(EVE + timedelta(hours=1)) == 0
    assert set(told().values_list("user", "subject_id")) == before
    notice = told().get(user=made.buyers[0].user)
    first = (
        meetings.filter(b=made.b[0]).select_related("slot", "a__enterprise", "b").order_by("slot__starts_at").first()
    )
    hour = first.slot.starts_at + timedelta(hours=2)
    assert notice.body_it.splitlines()[1] == f"{hour:%H:%M} {first.a.name}, B7"
    assert notice.body_en.splitlines()[1] == f"{hour:%H:%M} {first.a.name}, B7"
    assert notice.path == f"/partner/incontri/{made.initiative.code}/"


def test_it_is_evening_where_one_is(made):
    api.Attendee.objects.filter(pk=made.b[0].pk).update(zone="America/New_York")
    remind(EVE)
    assert not told().filter(user=made.buyers[0].user).exists(), "it is noon there"
    assert remind(EVE + timedelta(hours=6, minutes=15)) == 1
    notice = told().get(user=made.buyers[0].user)
    assert notice.body_it.splitlines()[-1] == "Fuso orario: New York."
    assert notice.body_it.splitlines()[1].startswith("03:")


def test_what_is_off_is_not_told(made):
    api.Meeting.objects.filter(b=made.b[0]).update(state=api.states.CANCELLED)
    remind(EVE)
    assert told().exists()
    assert not told().filter(user=made.buyers[0].user).exists()


def test_a_closed_agenda_reminds_nobody(made):
    type(made.agenda).objects.filter(pk=made.agenda.pk).update(state="closed")
    assert remind(EVE) == 0
