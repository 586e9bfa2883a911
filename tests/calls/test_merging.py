"""Two edits of one document put together: each keeps its own, and what both changed is told."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.calls.merging import merge

CODES = "abcdef"


@st.composite
def documents(draw):
    """A part of a call as designers edit it: entries with codes, some inside others, texts, a kind."""
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=5))
    return {
        "kind": draw(st.sampled_from(["fixed", "items"])),
        "title": {"it": draw(st.sampled_from(["Uno", "Due"])), "en": draw(st.sampled_from(["One", "Two"]))},
        "rows": [
            {
                "code": code,
                "most": draw(st.integers(0, 3)),
                "proof": draw(st.lists(st.sampled_from("xyz"), unique=True)),
            }
            for code in codes
        ],
    }


@given(documents(), documents())
def test_one_edit_alone_is_that_edit(base, edited):
    assert merge(base, edited, base).value == edited
    assert merge(base, base, edited).value == edited
    again = merge(base, edited, copy.deepcopy(edited))
    assert (again.value, again.conflicts) == (edited, ())


@given(documents(), documents(), documents())
def test_without_conflicts_it_does_not_matter_whose_edit_is_whose(base, one, other):
    mine, theirs = merge(base, one, other), merge(base, other, one)
    assert bool(mine.conflicts) == bool(theirs.conflicts)
    if not mine.conflicts:
        assert mine.value["title"] == theirs.value["title"]
        assert {row["code"]: row["most"] for row in mine.value["rows"]} == {
            row["code"]: row["most"] for row in theirs.value["rows"]
        }


@given(documents(), documents(), documents())
def test_nothing_that_one_added_is_lost(base, one, other):
    found = merge(base, one, other)
    if isinstance(found.value.get("rows"), list) and not found.conflicts:
        was = {row["code"] for row in base["rows"]}
        added = {row["code"] for doc in (one, other) for row in doc["rows"]} - was
        assert added <= {row["code"] for row in found.value["rows"]}
        assert len({row["code"] for row in found.value["rows"]}) == len(found.value["rows"])


FIELDS = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}, {"id": "c", "label": "C"}]


def test_one_moves_and_the_other_edits_and_adds():
    moved = [FIELDS[2], FIELDS[0], FIELDS[1]]
    edited = [FIELDS[0], {"id": "b", "label": "Bello"}, {"id": "n", "label": "N"}, FIELDS[2]]
    found = merge(FIELDS, moved, edited)
    assert [row["id"] for row in found.value] == ["c", "a", "b", "n"]
    assert found.value[2]["label"] == "Bello"
    assert not found.conflicts


@pytest.mark.parametrize(
    ("mine", "theirs", "where"),
    [
        ([FIELDS[0], {"id": "b", "label": "X"}, FIELDS[2]], [FIELDS[0], {"id": "b", "label": "Y"}, FIELDS[2]], ("b.label",)),
        ([FIELDS[0], FIELDS[2]], [FIELDS[0], {"id": "b", "label": "Y"}, FIELDS[2]], ("b",)),
        ([FIELDS[1], FIELDS[0], FIELDS[2]], [FIELDS[0], FIELDS[2], FIELDS[1]], ("",)),
    ],
)  # fmt: skip
def test_what_both_changed_is_told(mine, theirs, where):
    assert merge(FIELDS, mine, theirs).conflicts == where


def test_entries_without_names_are_added_by_both_and_rewritten_by_one():
    base = [{"it": "Uno", "en": "One"}, {"it": "Due", "en": "Two"}]
    added = [*base, {"it": "Tre", "en": "Three"}]
    other = [{"it": "Zero", "en": "Zero"}, *base]
    assert merge(base, added, other).value == [other[0], *added]
    rewritten = [{"it": "Primo", "en": "First"}, base[1]]
    assert merge(base, rewritten, added).value == [rewritten[0], *added[1:]]
    assert merge(base, rewritten, [{"it": "1", "en": "1"}, base[1]]).conflicts == ("",)


def test_a_change_of_kind_and_a_change_inside_collide():
    base = {"kind": "fixed", "amount": "1.00"}
    found = merge(base, {"kind": "percentage", "rate": "50", "base": "x"}, {"kind": "fixed", "amount": "2.00"})
    assert found.conflicts == ("",)
