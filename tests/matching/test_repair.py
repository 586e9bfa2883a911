"""An agenda mended: what is kept stays where it is, few move when moves are allowed, and only who is concerned is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.events import events, plain

from levante.matching.api import Changes, Meeting, changed, changes_from, check, instance_from, repair, solve
from levante.matching.instance import Agenda

STATED = ("objective", "shortfall", "unmet_mutual", "bound")


@given(event=events(), moves=st.sampled_from(["0", "priced"]), data=st.data())
@settings(max_examples=15)
def test_what_can_stay_stays_and_the_rest_keeps_the_rules(event, moves, data):
    later = event["pairs"][::3]
    event["pairs"] = [pair for pair in event["pairs"] if pair not in later]
    instance = instance_from(event)
    agenda = solve(instance)
    slots = st.sampled_from([slot.id for slot in instance.slots])
    people = st.sampled_from([person.id for person in instance.participants])
    changes = changes_from(
        {
            "absent": [{"id": data.draw(people)}],
            "late": [{"id": data.draw(people), "from": data.draw(slots)}],
            "added_pairs": later,
            "removed_slots": data.draw(st.lists(slots, max_size=len(instance.slots) - 1, unique=True)),
            "not_before": data.draw(st.none() | slots),
        },
        instance,
    )
    if len(changes.removed_slots) == len(instance.slots):
        changes = Changes(changes.absences, changes.added_pairs, (), changes.not_before)
    mended = repair(instance, agenda, changes, moves=moves)
    after = changed(instance, changes)
    assert mended.instance == after
    assert check(after, mended.agenda, stated=STATED).violations == ()
    there = {person.id: set(person.available) for person in after.participants}
    possible = [m for m in agenda.meetings if m.slot in there[m.a] and m.slot in there[m.b]]
    assert mended.kept == len(possible)
    now = {(m.a, m.b): (m.slot, m.table) for m in mended.agenda.meetings}
    moved = sum(now.get((m.a, m.b)) != (m.slot, m.table) for m in possible)
    assert mended.disturbed == moved <= (0 if moves == "0" else 0.01 * len(possible))
    if not mended.disturbed:
        assert mended.agenda.objective <= mended.reach + 1e-6 * max(1, abs(mended.reach))
    begins = {slot.id: slot.begins for slot in instance.slots}
    if changes.not_before is not None and changes.not_before not in changes.removed_slots:
        for change in mended.changes:
            assert change.now is None or begins[change.now.slot] >= begins[changes.not_before]
    old = {(m.a, m.b): (m.slot, m.table) for m in agenda.meetings}
    concerned = {name for who in old.keys() | now.keys() if old.get(who) != now.get(who) for name in who}
    assert mended.told().keys() == concerned


def test_holes_are_filled_and_only_who_is_concerned_is_told():
    document = plain(tables=1)
    document["pairs"][0]["weight"] = 9
    instance = instance_from(document)
    agenda = Agenda((Meeting("a1", "b1", "s0", 1), Meeting("a1", "b2", "s1", 1)))
    mended = repair(instance, agenda, changes_from({"absent": [{"id": "b1", "from": "s0", "to": "s0"}]}, instance))
    kinds = {(change.kind, change.a, change.b) for change in mended.changes}
    assert kinds == {("cancelled", "a1", "b1"), ("added", "a2", "b2")}
    assert mended.agenda.meetings == (Meeting("a2", "b2", "s0", 1), Meeting("a1", "b2", "s1", 1))


def test_who_is_absent_throughout_has_no_minimum_any_more():
    document = plain()
    document["participants"][0]["min"] = 2
    instance = instance_from(document)
    mended = repair(instance, solve(instance), changes_from({"absent": [{"id": "a1"}]}, instance))
    assert mended.agenda.shortfall == mended.agenda.least_shortfall == 0


def test_a_promise_that_cannot_be_kept_is_no_pin_any_more():
    document = plain()
    document["pairs"][0]["pinned"] = "s0"
    instance = instance_from(document)
    mended = repair(instance, solve(instance), changes_from({"late": [{"id": "a1", "from": "s1"}]}, instance))
    assert check(mended.instance, mended.agenda).valid
    assert all(pair.pinned is None for pair in mended.instance.pairs)


@pytest.mark.parametrize("moves", ["0", "priced"])
def test_an_agenda_that_was_wrong_is_mended_too(moves):
    instance = instance_from(plain(tables=1))
    wrong = Agenda(
        (Meeting("a1", "b1", "s0"), Meeting("a2", "b2", "s0"), Meeting("a9", "b1", "s0"), Meeting("a1", "b2", "s0"))
    )
    mended = repair(instance, wrong, Changes(), moves=moves)
    assert check(instance, mended.agenda, stated=STATED).valid
    assert Meeting("a1", "b1", "s0", 1) in mended.agenda.meetings
