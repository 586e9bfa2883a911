"""The same meetings, those worth most away from the hours in which somebody may be missing; and what that is for on the day."""

import pytest
from bench.matching import SCARCE, draw
from hypothesis import given, settings
from tests.matching.events import events, plain

from levante.matching import solving
from levante.matching.api import Run, changes_from, check, instance_from, repair, solve
from levante.matching.event import event_of
from levante.matching.sheltering import exposure, shelter


def by_id(event, *days):
    """How exposed the half hours of some days are: {day: [from the first to the last]}."""
    slots = [
        {"id": f"{day}{start}", "day": day, "start": start, "minutes": 30}
        for day, hours in days
        for start in hours
    ]  # fmt: skip
    document = event | {"slots": slots}
    for person in document["participants"]:
        person["available"] = [slot["id"] for slot in slots]
    instance = instance_from(document)
    return dict(zip((slot.id for slot in instance.slots), exposure(event_of(instance)), strict=True))


def test_the_first_hours_are_exposed_most_and_the_end_of_the_last_day_too():
    hours = [f"{9 + k // 2:02}:{k % 2 * 30:02}" for k in range(10)]
    found = by_id(plain(), ("2027-05-11", hours), ("2027-05-10", hours))
    first, last = ([found[f"2027-05-1{day}{hour}"] for hour in hours] for day in (0, 1))
    assert first[:5] == sorted(first[:5], reverse=True)
    assert first[3] > first[4] == 0 == max(first[5:])
    assert last[0] < first[0]
    assert last[4] == last[5] == 0 < last[6] < last[9]


def test_a_day_of_one_slot_is_not_exposed():
    assert set(by_id(plain(), ("2027-05-10", ["09:00"])).values()) == {0}


@given(event=events())
@settings(max_examples=15)
def test_the_same_pairs_meet_within_the_rules_and_less_is_exposed(event):
    instance = instance_from(event)
    agenda = solve(instance, run=Run(work=500))
    assert check(instance, agenda).violations == ()
    numbers = event_of(instance)
    nth = {slot.id: k for k, slot in enumerate(instance.slots)}
    slot = {(m.a, m.b): nth[m.slot] for m in agenda.meetings}
    slots = [slot.get((pair.a, pair.b), -1) for pair in instance.pairs]
    again = shelter(numbers, slots, until=10_000)
    assert [k >= 0 for k in again] == [k >= 0 for k in slots]
    assert all(pin in (-1, k) for pin, k in zip(numbers.pin, again, strict=True))
    assert shelter(numbers, slots, until=10_000) == again
    assert shelter(numbers, slots, until=0) == slots


@pytest.mark.parametrize("scarce", [{}, SCARCE], ids=["plain", "scarce"])
def test_who_comes_late_loses_less_and_the_holes_are_filled_nearer_to_the_bound(scarce, monkeypatch):
    instance = instance_from(draw(60, 40, 2, 900, 3, **scarce))
    everybody = [person.id for person in instance.participants]
    days = [
        changes_from({"late": [{"id": who, "from": "g1h5"} for who in everybody[k::10]]}, instance) for k in range(10)
    ]

    def missing(agenda):
        mended = [repair(instance, agenda, changes).agenda for changes in days]
        return sum(each.bound - each.objective for each in mended)

    sheltered = solve(instance, run=Run(work=100_000))
    monkeypatch.setattr(solving, "shelter", lambda event, slots, **_: list(slots))
    plainly = solve(instance, run=Run(work=100_000))
    assert {(m.a, m.b) for m in sheltered.meetings} == {(m.a, m.b) for m in plainly.meetings}
    assert sheltered.objective == plainly.objective
    assert missing(sheltered) < 0.9 * missing(plainly)
