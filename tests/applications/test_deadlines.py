"""Terms as rows: suspended, met or missed as the file goes, and reminded once before, on the day and after."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.applications.api import (
    Application,
    Deadline,
    answer_integration,
    expire_integration,
    give_rejection_notice,
    record_absence,
    refresh_deadlines,
    reject_application,
    remind_of_deadlines,
    request_integration,
    send_observations,
    submit_application,
    sweep_deadlines,
    take_in_charge,
    withdraw_application,
)
from levante.applications.deadlines import BEFORE, moment_of
from levante.applications.models import Reminder
from levante.kernel.api import clock_at, now, system, today
from levante.law import parameters
from levante.messages.api import Notice

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(DAYS, st.integers(-40, 40))
def test_a_term_is_reminded_before_on_its_day_and_after(due, distance):
    found = moment_of(due, due + timedelta(days=distance))
    assert found == ("after" if distance > 0 else "on" if distance == 0 else "before" if distance >= -BEFORE else None)


def test_the_notice_stops_the_clock_since_the_law_says_so():
    effects = [
        parameters.value("procedure.notice.effect", on=day).value for day in (date(2020, 7, 16), date(2020, 7, 17))
    ]
    assert effects == ["interrupts", "suspends"]


@pytest.fixture
def examined(first_come, filled, officer, actor_for):
    """A file in somebody's hands: ``(application, enterprise's actor, officer's actor)``."""
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desk = actor_for(officer(given="Pia"))
    take_in_charge(actor=desk, application=sent, has_conflict=False)
    return sent, actor, desk


def rows(application):
    return {row.kind: row for row in Deadline.objects.filter(application=application)}


@pytest.mark.django_db
def test_the_rows_follow_the_file(examined):
    sent, actor, desk = examined
    first = rows(sent)["examination"]
    assert (first.state, first.due_on) == ("running", today() + timedelta(days=30))
    asked = request_integration(actor=desk, application=sent, items=[{"it": "Visura"}], text="Manca", days=30)
    there = rows(sent)
    assert (there["examination"].state, there["integration"].state) == ("suspended", "running")
    most = first.due_on + timedelta(days=30)
    assert there["examination"].due_on == most, "never more than thirty days, wherever the last day falls"
    assert there["integration"].due_on == asked.due_on
    with clock_at(now() + timedelta(days=4)):
        answer_integration(actor=actor, application=sent, text="Eccola")
        assert (rows(sent)["examination"].state, rows(sent)["integration"].state) == ("running", "met")
        again = request_integration(actor=desk, application=sent, items=[{"it": "Bilancio"}], text="Manca anche questo")
        due = rows(sent)["examination"]
        assert not again.suspends
        assert (due.state, due.due_on) == ("running", first.due_on + timedelta(days=4)), "once only"
    with clock_at(now() + timedelta(days=60)):
        expire_integration(actor=desk, application=sent)
        assert [row.state for row in Deadline.objects.filter(application=sent, kind="integration").order_by("ref")] == [
            "met", "missed",
        ]  # fmt: skip


@pytest.mark.django_db
def test_the_notice_suspends_and_the_decision_ends_the_term(examined):
    sent, actor, desk = examined
    first = rows(sent)["examination"].due_on
    notice = give_rejection_notice(actor=desk, application=sent, reasons="Non ha sede in Puglia")
    assert rows(sent)["examination"].state == "suspended"
    days = (notice.due_on - today()).days
    assert rows(sent)["examination"].due_on == first + timedelta(days=days)
    with clock_at(now() + timedelta(days=3)):
        send_observations(actor=actor, application=sent, text="La sede c’è")
        assert rows(sent)["examination"].due_on == first + timedelta(days=13), "ten days after the observations"
        assert rows(sent)["notice"].state == "met"
    with clock_at(now() + timedelta(days=14)):
        assert refresh_deadlines() == 1
        assert rows(sent)["examination"].state == "running", "by the mere passing of days"
        reject_application(actor=desk, application=sent, reason="La sede è chiusa", answer="Non lo prova")
        assert rows(sent)["examination"].state == "met"


@pytest.mark.django_db
def test_what_came_in_gets_its_row_and_what_is_over_has_none_running(first_come, filled):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    assert not rows(sent)
    assert sweep_deadlines() == 1
    assert sweep_deadlines() == 0
    withdraw_application(actor=actor, application=sent)
    sweep_deadlines()
    assert rows(sent)["examination"].state == "ended"


@pytest.mark.django_db
def test_everybody_is_reminded_once_of_each_moment(examined, officer, actor_for):
    sent, _, desk = examined
    due = rows(sent)["examination"].due_on
    robot, begin = system("test"), now()
    ugo = officer(given="Ugo")

    def on(day):
        with clock_at(begin + timedelta(days=(day - begin.date()).days)):
            return remind_of_deadlines(actor=robot, on=day)

    assert on(due - timedelta(days=BEFORE + 1)) == 0
    assert [on(due - timedelta(days=BEFORE)), on(due - timedelta(days=2)), on(due), on(due)] == [1, 0, 1, 0]
    with clock_at(begin + timedelta(days=(due - begin.date()).days + 1)):
        record_absence(
            actor=desk, user=sent.case_officer, substitute=ugo, since=today(), until=today() + timedelta(days=3)
        )
        assert remind_of_deadlines(actor=robot) == 1
    assert list(Reminder.objects.values_list("moment", "user_id").order_by("id")) == [
        ("before", desk.user_id), ("on", desk.user_id), ("after", ugo.pk),
    ]  # fmt: skip
    titles = Notice.objects.filter(kind="application-deadline").order_by("id").values_list("title_it", flat=True)
    assert list(titles) == [
        "Termini delle pratiche: 1 in scadenza", "Termini delle pratiche: 1 in scadenza", "Termini delle pratiche: 1 scadute",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_enterprise_is_reminded_of_its_own_terms_and_the_office_once_they_are_past(examined):
    sent, actor, desk = examined
    asked = request_integration(actor=desk, application=sent, items=[{"it": "Visura"}], text="Manca")
    for day in (asked.due_on, asked.due_on + timedelta(days=1)):
        with clock_at(now() + timedelta(days=(day - today()).days)):
            remind_of_deadlines(actor=system("test"))
    told = Notice.objects.filter(kind="application-deadline").order_by("id")
    assert [(one.user_id, one.path) for one in told] == [
        (actor.user_id, f"/impresa/domande/{sent.pk}/"), (desk.user_id, "/ufficio/scadenze/"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_only_the_files_one_sees(examined, officer, actor_for):
    _, actor, desk = examined
    assert Deadline.objects.visible_to(desk).count() == Deadline.objects.visible_to(actor).count() == 1
    assert not Deadline.objects.visible_to(actor_for(officer("communication", given="Lia"))).exists()
    assert Application.objects.visible_to(desk).exists()
