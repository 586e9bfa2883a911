"""Small events, drawn at random with every rule there is; and every agenda of a tiny one, for what is best to be known."""

from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from levante.matching.api import Agenda, Instance, Meeting, check

HOURS = ["09:00", "09:20", "09:30", "10:00", "10:30", "11:00"]


def person(name: str, side: str, slots: list[str], **more):
    return {"id": name, "side": side, "min": 0, "max": 9, "available": slots, **more}


def plain(**more):
    """Two slots, two people on each side, everybody may meet everybody."""
    slots = [{"id": f"s{k}", "day": "2027-05-10", "start": hour, "minutes": 30} for k, hour in enumerate(HOURS[3:5])]
    names = [slot["id"] for slot in slots]
    return {
        "slots": slots,
        "tables": 2,
        "participants": [person(name, name[0], names) for name in ("a1", "a2", "b1", "b2")],
        "pairs": [{"a": a, "b": b, "weight": 5} for a in ("a1", "a2") for b in ("b1", "b2")],
        "interpreters": {"de": {"default": 1, "slots": {}}},
        "shortfall_penalty": 25,
        **more,
    }


@st.composite
def events(draw, sides=4, most_slots=6, most_pairs=16):
    """A coherent event, as JSON."""
    slots = []
    for day in range(draw(st.integers(1, 2))):
        for hour in draw(st.lists(st.sampled_from(HOURS), min_size=1, max_size=most_slots // 2, unique=True)):
            slots.append({"id": f"d{day}{hour}", "day": f"2027-05-1{day}", "start": hour, "minutes": 30})
    names = [slot["id"] for slot in slots]
    few = st.integers(0, 2)
    people = []
    for side in ("a", "b"):
        for k in range(draw(st.integers(1, sides))):
            most = draw(st.integers(0, 4))
            people.append(
                {
                    **person(f"{side}{k}", side, draw(st.lists(st.sampled_from(names), unique=True))),
                    "max": most,
                    "min": draw(st.integers(0, most)),
                    "max_per_day": draw(st.none() | st.integers(0, 3)),
                    "own_table": draw(st.booleans()),
                    "rest_after": draw(st.sampled_from([0, 0, 1, 2])),
                }
            )
    every = [(a["id"], b["id"]) for a in people for b in people if a["side"] == "a" and b["side"] == "b"]
    pairs = [
        {
            "a": a,
            "b": b,
            "weight": draw(st.integers(0, 12)) / draw(st.sampled_from([1, 1, 4])),
            "mutual": draw(st.booleans()),
            "interpreter": draw(st.sampled_from([None, None, "de", "fr"])),
        }
        for a, b in draw(st.lists(st.sampled_from(every), unique=True, max_size=most_pairs))
    ]
    by_slot = st.dictionaries(st.sampled_from(names), few, max_size=2)
    return {
        "slots": slots,
        "tables": draw(st.none() | few),
        "table_slots": draw(by_slot),
        "participants": people,
        "pairs": pairs,
        "interpreters": {language: {"default": draw(few), "slots": draw(by_slot)} for language in ("de", "fr")},
        "shortfall_penalty": draw(st.sampled_from([0, 3, 25])),
    }


def every_agenda(instance: Instance) -> Iterator[Agenda]:
    """All the agendas of a tiny event that break no rule."""
    slots = [None, *(slot.id for slot in instance.slots)]
    for chosen in product(slots, repeat=len(instance.pairs)):
        meetings = tuple(
            Meeting(pair.a, pair.b, slot) for pair, slot in zip(instance.pairs, chosen, strict=True) if slot is not None
        )
        agenda = Agenda(meetings)
        if check(instance, agenda).valid:
            yield agenda
