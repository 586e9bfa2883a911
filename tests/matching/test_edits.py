"""What an edit by hand would break and cost is what the checker finds when it is made."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.events import events, plain

from levante.matching.api import (
    Agenda,
    Edit,
    Meeting,
    NoSuchEdit,
    check,
    cost_json,
    edit_cost,
    edited,
    instance_from,
    solve,
)

HELD = Agenda((Meeting("a1", "b1", "s0", 1), Meeting("a2", "b2", "s0", 2), Meeting("a1", "b2", "s1", 1)))


def cost(edit, **more):
    return edit_cost(instance_from(plain(**more)), HELD, edit)


def test_what_is_free_can_be_added():
    found = cost(Edit("add", "a2", "b1", "s1"))
    assert (found.allowed, found.change) == (True, 5)


def test_a_conflict_is_told_by_whom_and_where():
    found = cost(Edit("move", "a1", "b2", "s0"))
    assert {(c.kind, c.who, c.slot) for c in found.conflicts} == {
        ("two_at_once", ("a1",), "s0"), ("two_at_once", ("b2",), "s0"), ("tables_short", (), "s0"),
    }  # fmt: skip
    assert not cost_json(found)["allowed"]


def test_a_table_that_is_asked_and_taken_is_a_conflict():
    assert {c.kind for c in cost(Edit("add", "a2", "b1", "s1", table=1)).conflicts} == {"table_taken"}
    assert cost(Edit("move", "a2", "b2", "s0", table=1)).conflicts


def test_to_remove_costs_the_weight_and_the_minimum():
    document = plain()
    document["participants"][1]["min"] = 1
    found = edit_cost(instance_from(document), HELD, Edit("remove", "a2", "b2"))
    assert (found.allowed, found.change, found.shortfall) == (True, -30, 1)


def test_a_swap_takes_the_other_s_place():
    instance, agenda = edited(instance_from(plain()), HELD, Edit("swap", "a1", "b1", other=("a1", "b2")))
    assert {(m.a, m.b, m.slot) for m in agenda.meetings} == {("a1", "b1", "s1"), ("a2", "b2", "s0"), ("a1", "b2", "s0")}
    assert {v.kind for v in check(instance, agenda).violations} == {"two_at_once"}


def test_a_lock_is_a_pin_and_holds_the_meeting():
    instance, agenda = edited(instance_from(plain()), HELD, Edit("lock", "a1", "b1"))
    assert instance.pairs[0].pinned == "s0"
    with pytest.raises(NoSuchEdit, match="locked"):
        edit_cost(instance, agenda, Edit("move", "a1", "b1", "s1"))
    with pytest.raises(NoSuchEdit, match="locked"):
        edit_cost(instance, agenda, Edit("swap", "a1", "b2", other=("a1", "b1")))
    instance, agenda = edited(instance, agenda, Edit("unlock", "a1", "b1"))
    assert edit_cost(instance, agenda, Edit("move", "a1", "b1", "s0")).allowed


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (Edit("turn", "a1", "b1"), "unknown_edit"),
        (Edit("add", "a1", "b9", "s0"), "unknown_pair"),
        (Edit("add", "a1", "b1", "s1"), "already_held"),
        (Edit("move", "a2", "b1", "s1"), "not_held"),
        (Edit("move", "a1", "b1"), "slot_missing"),
        (Edit("swap", "a1", "b1", other=("a2", "b1")), "other_missing"),
    ],
)
def test_an_edit_without_meaning(edit, code):
    with pytest.raises(NoSuchEdit) as caught:
        cost(edit)
    assert caught.value.code == code


@given(event=events(), data=st.data())
@settings(max_examples=25)
def test_the_cost_is_what_the_checker_finds(event, data):
    instance = instance_from(event)
    agenda = solve(instance)
    if not instance.pairs:
        return
    pair = data.draw(st.sampled_from(instance.pairs))
    slot = data.draw(st.sampled_from(instance.slots)).id
    held = {(m.a, m.b) for m in agenda.meetings}
    kind = data.draw(st.sampled_from(["move", "remove"])) if (pair.a, pair.b) in held else "add"
    edit = Edit(kind, pair.a, pair.b, slot)
    found = edit_cost(instance, agenda, edit)
    report = check(*edited(instance, agenda, edit))
    assert found.allowed == report.valid
    assert {(v.kind, v.who, v.slot) for v in found.conflicts} == {(v.kind, v.who, v.slot) for v in report.violations}
    assert found.unmet_mutual == report.unmet_mutual - agenda.unmet_mutual
    assert found.change == pytest.approx(report.objective - agenda.objective)
