"""Whatever is wrong in what is given is told by the path of its field; nothing wrong comes to a traceback."""

import json
from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.events import events, plain

from levante.matching.api import Bad, agenda_from, changes_from, instance_from, instance_json
from levante.matching.fields import parse

BIG = 10**400


def put(path, value):
    """``plain()`` with the value of a path changed: ``pairs.0.a``; a value that is a function changes the old one."""
    document = plain()
    *inside, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    place = document
    for step in inside:
        place = place[step]
    place[last] = value(place[last]) if callable(value) else value
    return document


WRONG = [
    ("slots", [], "slots"),
    ("slots", {}, "slots"),
    ("slots", None, "slots"),
    ("slots.1.id", "s0", "slots[1].id"),
    ("slots.1.minutes", 0, "slots[1].minutes"),
    ("slots.1.minutes", True, "slots[1].minutes"),
    ("slots.1.start", "25:00", "slots[1].start"),
    ("slots.1.start", "2027-02-30T10:00", "slots[1].start"),
    ("slots.1.start", -1, "slots[1].start"),
    ("slots.1.day", "", "slots[1].day"),
    ("slots.1.day", "giorno 2", "slots[1].day"),
    ("slots.1.start", "2027-05-11T10:30", "slots[1].start"),
    ("slots.1", [], "slots[1]"),
    ("tables", -1, "tables"),
    ("tables", 1.5, "tables"),
    ("table_slots", {"s9": 1}, "table_slots.s9"),
    ("table_slots", {"s1": "1"}, "table_slots.s1"),
    ("participants.1.id", "a1", "participants[1].id"),
    ("participants.1.id", 7, "participants[1].id"),
    ("participants.1.side", "c", "participants[1].side"),
    ("participants.1.min", 10, "participants[1].min"),
    ("participants.1.max", -1, "participants[1].max"),
    ("participants.1.max", BIG, "participants[1].max"),
    ("participants.1.max_per_day", "7", "participants[1].max_per_day"),
    ("participants.1.available", ["s0", "s7"], "participants[1].available[1]"),
    ("participants.1.available", ["s0", "s0"], "participants[1].available[1]"),
    ("participants.1.available", "s0", "participants[1].available"),
    ("participants.1.own_table", 1, "participants[1].own_table"),
    ("participants.1.languages", [3], "participants[1].languages[0]"),
    ("participants.1.rest_after", -1, "participants[1].rest_after"),
    ("pairs.3.a", "a9", "pairs[3].a"),
    ("pairs.3.b", "b9", "pairs[3].b"),
    ("pairs.3.b", "a2", "pairs[3].b"),
    ("pairs.3.a", "b1", "pairs[3].a"),
    ("pairs.3.b", "b1", "pairs[3].b"),
    ("pairs.3.weight", -1, "pairs[3].weight"),
    ("pairs.3.weight", float("nan"), "pairs[3].weight"),
    ("pairs.3.weight", float("inf"), "pairs[3].weight"),
    ("pairs.3.weight", "5", "pairs[3].weight"),
    ("pairs.3.weight", BIG, "pairs[3].weight"),
    ("pairs.3.mutual", "yes", "pairs[3].mutual"),
    ("pairs.3.interpreter", "el", "pairs[3].interpreter"),
    ("pairs.3.pinned", "s9", "pairs[3].pinned"),
    ("interpreters", {"de": {"default": -1}}, "interpreters.de.default"),
    ("interpreters", {"de": {"default": 1, "slots": {"s9": 1}}}, "interpreters.de.slots.s9"),
    ("interpreters", {"de": 3}, "interpreters.de"),
    ("shortfall_penalty", -1, "shortfall_penalty"),
    ("shortfall_penalty", None, "shortfall_penalty"),
    ("participants.1", lambda old: {**old, "maximum": 3}, "participants[1].maximum"),
]


@pytest.mark.parametrize(("path", "value", "field"), WRONG)
def test_what_is_wrong_is_named(path, value, field):
    with pytest.raises(Bad) as caught:
        instance_from(put(path, value))
    error = caught.value.as_json()["error"]
    assert error["field"] == field
    assert error["message"] != error["message_en"]


def test_a_pair_with_itself():
    document = plain()
    document["pairs"][2]["b"] = "a2"
    with pytest.raises(Bad, match="cannot meet itself"):
        instance_from(document)


def pinned(*pins, **more):
    document = plain(**more)
    for pair, slot in pins:
        document["pairs"][pair]["pinned"] = slot
    return document


def of_a1(**more):
    document = pinned((0, "s0"), (1, "s1"))
    document["participants"][0].update(more)
    return document


NARROW = [
    (pinned((0, "s0"), (1, "s0")), 1),  # two of a1 at once
    (of_a1(available=["s1"]), 0),
    (of_a1(max=1), 1),
    (of_a1(max_per_day=1), 1),
    (of_a1(rest_after=1), 1),
    (pinned((0, "s0"), (3, "s0"), tables=1), 3),
    (pinned((0, "s0"), table_slots={"s0": 0}), 0),
]


@pytest.mark.parametrize(("document", "pair"), NARROW)
def test_pins_that_cannot_be_kept_together(document, pair):
    with pytest.raises(Bad) as caught:
        instance_from(document)
    assert caught.value.field == f"pairs[{pair}].pinned"


def test_more_pins_than_interpreters():
    document = pinned((0, "s0"), (3, "s0"))
    for pair in document["pairs"]:
        pair["interpreter"] = "de"
    with pytest.raises(Bad, match="interpreters of de"):
        instance_from(document)


def test_overlapping_pins_of_one_person():
    document = pinned((0, "s0"), (1, "s1"))
    document["slots"][1]["start"] = "10:20"
    with pytest.raises(Bad, match="excludes"):
        instance_from(document)


def test_slots_of_several_time_zones_are_compared_as_instants():
    document = pinned((0, "s0"), (1, "s1"))
    document["slots"][0]["start"] = "2027-05-10T10:00+02:00"
    document["slots"][1]["start"] = "2027-05-10T09:30:00+01:00"  # half an hour later: they do not meet
    assert instance_from(document)
    document["slots"][1]["start"] = "2027-05-10T09:20+01:00"
    with pytest.raises(Bad, match="excludes"):
        instance_from(document)
    document["slots"][1]["start"] = "10:30"
    with pytest.raises(Bad) as caught:
        instance_from(document)
    assert caught.value.field == "slots[1].start"


def test_an_instant_is_of_its_day_or_of_the_one_beside_it_where_people_are_elsewhere():
    document = plain()
    for slot, start in zip(document["slots"], ("2027-05-09T22:30Z", "2027-05-10T10:00+02:00"), strict=True):
        slot["start"] = start  # the first is the tenth of May in Rome
    assert instance_from(document)
    document["slots"][0]["start"] = "2027-05-08T22:30Z"
    with pytest.raises(Bad) as caught:
        instance_from(document)
    assert caught.value.field == "slots[0].start"


@pytest.mark.parametrize("name", ["objective", "bound", "gap", "seconds"])
@pytest.mark.parametrize(
    "value",
    [BIG, -BIG, float("nan"), float("inf"), float("-inf"), 1e300],
    ids=["big", "-big", "nan", "inf", "-inf", "1e300"],
)
def test_a_figure_that_an_agenda_states_is_a_number_that_compares(name, value):
    with pytest.raises(Bad) as caught:
        agenda_from({"meetings": [], name: value})
    assert caught.value.field == name


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{", b"\xff", b'{"a": 1, "a": 2}', b"[" * 100_000, b'{"n": ' + b"9" * 9000 + b"}"],
)
def test_what_is_no_document(text):
    with pytest.raises(Bad):
        parse(text)


def test_a_document_too_large():
    with pytest.raises(Bad, match="is over"):
        parse(b" " * 2_000_000, largest=1024 * 1024)


@given(event=events())
@settings(max_examples=25)
def test_an_instance_written_is_the_same_read_again(event):
    instance = instance_from(event)
    assert instance_from(json.loads(json.dumps(instance_json(instance)))) == instance


HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**30) | st.floats() | st.text(max_size=3),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.text(max_size=3), inside, max_size=2),
    max_leaves=4,
)


@given(data=st.data(), value=HOSTILE)
@settings(max_examples=40)
def test_anything_anywhere_is_read_or_refused(data, value):
    document = deepcopy(plain())
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            place[key] = value
            break
        place = place[key]
    for read in (instance_from, agenda_from, lambda found: changes_from(found, instance_from(plain()))):
        with suppress(Bad):
            read(document)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"absent": [{"id": "x"}]}, "absent[0].id"),
        ({"absent": [{"id": "a1", "from": "s9"}]}, "absent[0].from"),
        ({"absent": [{"id": "a1", "from": "s1", "to": "s0"}]}, "absent[0].to"),
        ({"late": [{"id": "a1"}]}, "late[0].from"),
        ({"removed_slots": ["s9"]}, "removed_slots[0]"),
        ({"added_pairs": [{"a": "a1", "b": "b1", "weight": 1}]}, "added_pairs[0].b"),
        ({"not_before": "s9"}, "not_before"),
        ({"gone": []}, "gone"),
    ],
)
def test_changes_that_cannot_be(changes, field):
    with pytest.raises(Bad) as caught:
        changes_from(changes, instance_from(plain()))
    assert caught.value.field == field
