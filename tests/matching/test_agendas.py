"""Agendas: always within the rules, never over the bound, the same for the same seed; tiny ones against all there are."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.events import events, every_agenda, person, plain

from levante.matching.api import OBJECTIVES, Agenda, Meeting, Run, bounds, check, instance_from, solve
from levante.matching.event import event_of
from levante.matching.programs import least_shortfall

STATED = ("objective", "shortfall", "unmet_mutual", "bound")
TINY = events(sides=2, most_slots=4, most_pairs=4)


@given(event=events(), objective=st.sampled_from(OBJECTIVES), seed=st.integers(0, 3))
@settings(max_examples=18)
def test_every_agenda_keeps_the_rules_and_says_what_it_is_worth(event, objective, seed):
    instance = instance_from(event)
    agenda = solve(instance, objective=objective, run=Run(seed=seed))
    report = check(instance, agenda, stated=STATED)
    assert report.violations == ()
    assert agenda.objective <= agenda.bound + 1e-6
    assert agenda.shortfall >= agenda.least_shortfall
    assert replace(solve(instance, objective=objective, run=Run(seed=seed)), seconds=0) == replace(agenda, seconds=0)


@given(event=TINY)
@settings(max_examples=30)
def test_the_bounds_are_above_the_best_there_is(event):
    instance = instance_from(event)
    reports = [check(instance, agenda) for agenda in every_agenda(instance)]
    found = bounds(instance)
    best = max(report.objective for report in reports)
    assert found.weighted >= best - 1e-6
    assert found.least_shortfall <= min(report.shortfall for report in reports)
    assert found.least_unmet_mutual <= min(report.unmet_mutual for report in reports)
    # What somebody reached never changes what is least: it only spares the program where nothing is left to ask.
    numbers = event_of(instance)
    assert {least_shortfall(numbers, reached=report.shortfall) for report in reports} == {found.least_shortfall}
    # So small an event is not too hard for the search either: where its bound is reached, it reaches it.
    if found.weighted <= best + 1e-6:
        assert solve(instance).objective == pytest.approx(best)


@given(event=TINY)
@settings(max_examples=20)
def test_no_agenda_is_fairer_than_the_bound(event):
    instance = instance_from(event)
    agenda = solve(instance, objective="fair")
    assert agenda.least_share <= bounds(instance).fair + 1e-6
    assert agenda.least_share >= solve(instance).least_share


@given(event=events(), data=st.data())
@settings(max_examples=10)
def test_pins_are_kept(event, data):
    free = solve(instance_from(event))
    where = {(meeting.a, meeting.b): meeting.slot for meeting in free.meetings}
    for pair in event["pairs"]:
        slot = where.get((pair["a"], pair["b"]))
        if slot is not None and data.draw(st.booleans()):
            pair["pinned"] = slot
            pair["weight"] = 0
    instance = instance_from(event)
    for objective in OBJECTIVES:
        agenda = solve(instance, objective=objective)
        assert check(instance, agenda, stated=STATED).valid
        there = {(meeting.a, meeting.b, meeting.slot) for meeting in agenda.meetings}
        assert all((p["a"], p["b"], p["pinned"]) in there for p in event["pairs"] if p.get("pinned"))


def test_it_stops_when_it_is_told_with_what_there_is():
    instance = instance_from(plain())
    told = []
    run = Run(cancelled=lambda: True, progress=lambda stage, value: told.append(stage))
    agenda = solve(instance, run=run)
    assert check(instance, agenda, stated=STATED).valid
    assert "bound" in told


def test_no_time_at_all_still_gives_an_agenda_and_a_true_bound():
    instance = instance_from(plain())
    agenda = solve(instance, run=Run(seconds=1e-6))
    assert check(instance, agenda, stated=STATED).valid
    assert agenda.bound >= 20


def test_an_event_with_nobody():
    agenda = solve(instance_from(plain(participants=[], pairs=[])))
    assert (agenda.meetings, agenda.objective, agenda.bound, agenda.gap) == ((), 0, 0, 0)


def test_who_cannot_reach_the_minimum_is_in_the_bound():
    document = plain(pairs=[])
    document["participants"][0]["min"] = 3
    agenda = solve(instance_from(document))
    assert (agenda.objective, agenda.bound, agenda.shortfall, agenda.least_shortfall) == (-75, -75, 3, 3)


def test_mutual_requests_come_before_anything_heavier():
    document = plain(tables=1, slots=plain()["slots"][:1])
    document["participants"] = [person(name, name[0], ["s0"]) for name in ("a1", "a2", "b1", "b2")]
    document["pairs"][0].update(weight=1, mutual=True)
    document["pairs"][3]["weight"] = 900
    instance = instance_from(document)
    assert solve(instance).unmet_mutual == 1
    assert solve(instance, objective="mutual").unmet_mutual == 0


# -- the checker, rule by rule, on agendas made by hand

ALL = (Meeting("a1", "b1", "s0"), Meeting("a2", "b2", "s0"), Meeting("a1", "b2", "s1"), Meeting("a2", "b1", "s1"))


def kinds(document, meetings, **stated):
    return {v.kind for v in check(instance_from(document), Agenda(tuple(meetings), **stated), stated=stated).violations}


def people(**more):
    return [{**each, **more} for each in plain()["participants"]]


@pytest.mark.parametrize(
    ("change", "meetings", "kind"),
    [
        ({}, [Meeting("a1", "b9", "s0")], "unknown_pair"),
        ({}, [Meeting("b1", "a1", "s0")], "unknown_pair"),
        ({}, [Meeting("a1", "b1", "s9")], "unknown_slot"),
        ({}, [Meeting("a1", "b1", "s0"), Meeting("a1", "b1", "s1")], "repeated_pair"),
        ({}, [Meeting("a1", "b1", "s0"), Meeting("a1", "b2", "s0")], "two_at_once"),
        ({}, [Meeting("a1", "b1", "s0", interpreter="de")], "interpreter_wrong"),
        ({}, [Meeting("a1", "b1", "s0", 3)], "table_unknown"),
        ({}, [Meeting("a1", "b1", "s0", 1), Meeting("a2", "b2", "s0", 1)], "table_taken"),
        ({"participants": people(available=["s1"])}, ALL[:1], "not_available"),
        ({"participants": people(max=1)}, ALL, "over_maximum"),
        ({"participants": people(max_per_day=1)}, ALL, "over_day_maximum"),
        ({"participants": people(rest_after=1)}, ALL, "no_rest"),
        ({"tables": 1}, ALL, "tables_short"),
        ({"pairs": [{**pair, "interpreter": "de"} for pair in plain()["pairs"]]}, ALL, "interpreters_short"),
        ({"pairs": [{**pair, "pinned": "s1"} for pair in plain()["pairs"][:1]]}, ALL[:1], "pin_not_kept"),
        ({"pairs": [{**pair, "pinned": "s1"} for pair in plain()["pairs"][:1]]}, [], "pin_not_kept"),
    ],
)
def test_the_checker_sees(change, meetings, kind):
    assert kind in kinds(plain(**change), meetings)


def test_the_checker_lets_a_good_agenda_pass():
    assert kinds(plain(), ALL, objective=20, bound=20, shortfall=0, unmet_mutual=0) == set()


@pytest.mark.parametrize("name", STATED)
def test_the_checker_reckons_what_is_stated(name):
    assert kinds(plain(), ALL, **{name: 7}) == {f"{name}_wrong"}


def test_slots_that_overlap_exclude_each_other_and_own_tables_take_none():
    document = plain(tables=0)
    document["slots"][1]["start"] = "10:20"
    document["participants"][0]["own_table"] = True
    agenda = solve(instance_from(document))
    assert len(agenda.meetings) == 1
    assert kinds(document, ALL[:1] + ALL[2:3]) == {"two_at_once"}
