"""An agenda changed by hand, one edit at a time: what it would break, and what it would cost, before it is made."""

from collections import Counter
from dataclasses import dataclass, replace

from levante.matching.checking import Violation, check
from levante.matching.instance import Agenda, Instance, Meeting

__all__ = ["EDITS", "Cost", "Edit", "NoSuchEdit", "cost_between", "edit_cost", "edited"]

EDITS = ("add", "remove", "move", "swap", "lock", "unlock")


#: Why an edit has no meaning: {code: (Italian, English)}.
WHY_NOT = {
    "unknown_edit": ("non è una modifica che si conosce", "it is no known edit"),
    "unknown_pair": (
        "la coppia non è tra quelle che si possono incontrare",
        "the pair is not among those that may meet",
    ),
    "already_held": ("l’incontro è già in agenda", "the meeting is already in the agenda"),
    "not_held": ("l’incontro non è in agenda", "the meeting is not in the agenda"),
    "locked": ("l’incontro è fissato: prima va sbloccato", "the meeting is locked: it must be unlocked first"),
    "slot_missing": ("manca la fascia oraria", "the slot is missing"),
    "other_missing": ("manca l’incontro con cui scambiare", "the meeting to swap with is missing"),
    "own_table": (
        "uno dei due ha il suo stand: ci si incontra lì",
        "one of the two has its own stand: they meet there",
    ),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """``add`` and ``move`` want a ``slot`` (and a ``table``, if one is meant); ``swap`` the other meeting, ``other``."""

    kind: str
    a: str
    b: str
    slot: str | None = None
    table: int | None = None
    other: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """``conflicts``: the rules that the edit would break and that held before; ``change``: of the objective, signed."""

    conflicts: tuple[Violation, ...]
    change: float
    shortfall: int
    unmet_mutual: int

    @property
    def allowed(self) -> bool:
        return not self.conflicts


class NoSuchEdit(ValueError):
    """An edit that has no meaning on this agenda: ``code`` says why, and the messages say it in words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message_it, self.message_en = WHY_NOT[code]


def edit_cost(instance: Instance, agenda: Agenda, edit: Edit) -> Cost:
    """What an edit would break and what it would change: of the objective, the shortfall, the mutual requests unmet."""
    return cost_between((instance, agenda), edited(instance, agenda, edit), {edit.a, edit.b, *(edit.other or ())})


def cost_between(was: tuple[Instance, Agenda], then: tuple[Instance, Agenda], names: set[str]) -> Cost:
    """What going from an agenda to another breaks and changes, where only meetings of ``names`` (their numbers) differ."""
    slots = {m.slot for m in set(was[1].meetings) ^ set(then[1].meetings)}
    before, after = check(*_around(*was, names, slots)), check(*_around(*then, names, slots))
    known = Counter(_key(violation) for violation in before.violations)
    new = []
    for violation in after.violations:
        key = _key(violation)
        if known[key] > 0:
            known[key] -= 1
        else:
            new.append(replace(violation, meetings=()))  # places in an agenda that nobody has
    return Cost(
        conflicts=tuple(new),
        change=round(after.objective - before.objective, 6),
        shortfall=after.shortfall - before.shortfall,
        unmet_mutual=after.unmet_mutual - before.unmet_mutual,
    )


def _around(instance: Instance, agenda: Agenda, names: set[str], slots: set[str]) -> tuple[Instance, Agenda]:
    """What an edit can concern: the pairs and meetings of its people, and whoever meets in the slots that it changes.

    What is left out is the same before and after, and so is what is broken or missing there.
    """
    meetings = tuple(m for m in agenda.meetings if m.slot in slots or m.a in names or m.b in names)
    held = {(m.a, m.b) for m in meetings}
    pairs = tuple(
        pair if pair.a in names or pair.b in names else replace(pair, pinned=None)
        for pair in instance.pairs
        if pair.a in names or pair.b in names or (pair.a, pair.b) in held
    )
    return replace(instance, pairs=pairs), replace(agenda, meetings=meetings)


def _key(violation: Violation) -> tuple[str, tuple[str, ...], str | None, int]:
    return violation.kind, violation.who, violation.slot, len(violation.meetings)


def edited(instance: Instance, agenda: Agenda, edit: Edit) -> tuple[Instance, Agenda]:
    """The event and the agenda after an edit, whatever it breaks; ``NoSuchEdit`` when there is nothing to edit.

    A meeting that moves keeps its table's number where nobody else has it, unless a table is asked; a lock is the pair's pin.
    """
    who = (edit.a, edit.b)
    pair = next((pair for pair in instance.pairs if (pair.a, pair.b) == who), None)
    if edit.kind not in EDITS:
        raise NoSuchEdit("unknown_edit")
    if pair is None:
        raise NoSuchEdit("unknown_pair")
    held = {(m.a, m.b): m for m in agenda.meetings}
    if (who in held) == (edit.kind == "add"):
        raise NoSuchEdit("already_held" if edit.kind == "add" else "not_held")
    if edit.kind in ("lock", "unlock"):
        pin = held[who].slot if edit.kind == "lock" else None
        return _pinned(instance, who, pin), agenda
    if pair.pinned is not None:
        # What is locked is unlocked first, by who knows why it was.
        raise NoSuchEdit("locked")
    if edit.kind == "remove":
        del held[who]
    elif edit.kind == "swap":
        _swap(instance, held, who, edit.other)
    else:
        if edit.slot is None:
            raise NoSuchEdit("slot_missing")
        old = held.pop(who, None)
        table = old.table if edit.table is None and old is not None else edit.table
        held[who] = _at(instance, held, Meeting(*who, edit.slot, table, pair.interpreter), asked=edit.table is not None)
    return instance, replace(agenda, meetings=tuple(held.values()))


def _swap(
    instance: Instance, held: dict[tuple[str, str], Meeting], who: tuple[str, str], other: tuple[str, str] | None
) -> None:
    if other is None or other not in held or other == who:
        raise NoSuchEdit("other_missing")
    if any(pair.pinned is not None for pair in instance.pairs if (pair.a, pair.b) == other):
        raise NoSuchEdit("locked")
    one, two = held.pop(who), held.pop(other)
    held[who] = _at(instance, held, replace(one, slot=two.slot, table=two.table))
    held[other] = _at(instance, held, replace(two, slot=one.slot, table=one.table))


def _at(instance: Instance, held: dict[tuple[str, str], Meeting], meeting: Meeting, *, asked: bool = False) -> Meeting:
    """The meeting with a table's number that is free, when it needs one and they are counted; ``asked``: with its own."""
    own = any(person.own_table for person in instance.participants if person.id in (meeting.a, meeting.b))
    tables = instance.tables_at(meeting.slot)
    if asked and own:
        raise NoSuchEdit("own_table")
    if asked and tables is not None:
        return meeting
    if own or tables is None:
        return replace(meeting, table=None)
    taken = {m.table for m in held.values() if m.slot == meeting.slot}
    if meeting.table is not None and meeting.table not in taken and meeting.table <= tables:
        return meeting
    return replace(meeting, table=next((n for n in range(1, tables + 1) if n not in taken), None))


def _pinned(instance: Instance, who: tuple[str, str], slot: str | None) -> Instance:
    pairs = tuple(replace(pair, pinned=slot) if (pair.a, pair.b) == who else pair for pair in instance.pairs)
    return replace(instance, pairs=pairs)
