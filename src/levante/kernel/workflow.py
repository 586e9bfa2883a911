"""States and transitions as a table: who may move a thing, from where to where, and what must be there first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from levante.kernel.actor import Actor
from levante.kernel.pure import Bilingual, Decision

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that must be there before the next step: said in words, with the field it belongs to."""

    text: Bilingual
    field: str = ""


@dataclass(frozen=True, slots=True)
class Transition(Generic[T]):
    """One row of the table. ``needs`` lists what is missing on an object: the gate and the screen read the same list."""

    name: str
    sources: frozenset[str]
    target: str
    label: Bilingual
    allowed: Callable[[Actor, T], Decision]
    needs: tuple[Callable[[T], Iterable[Missing]], ...] = field(default=())


class Workflow(Generic[T]):
    """A named table of transitions over the ``state`` of one kind of object."""

    def __init__(self, states: dict[str, Bilingual], transitions: Iterable[Transition[T]]) -> None:
        self.states = states
        self.transitions = {row.name: row for row in transitions}
        for row in self.transitions.values():
            unknown = (row.sources | {row.target}) - states.keys()
            if unknown:
                raise ValueError(f"transition {row.name} names unknown states: {sorted(unknown)}")

    def missing(self, name: str, subject: T) -> list[Missing]:
        """What is missing on ``subject`` for the transition; empty when nothing is."""
        return [item for need in self.transitions[name].needs for item in need(subject)]

    def may(self, name: str, actor: Actor, subject: T, *, state: str) -> Decision:
        """May ``actor`` make this transition now?"""
        row = self.transitions[name]
        if state not in row.sources:
            here = self.states[state]
            return Decision.no(
                f"Non si può più fare: lo stato è “{here.it}”.", f"It cannot be done now: the state is “{here.en}”."
            )
        decision = row.allowed(actor, subject)
        if not decision:
            return decision
        missing = self.missing(name, subject)
        if missing:
            return Decision.no(
                "Manca: " + "; ".join(item.text.it for item in missing) + ".",
                "Missing: " + "; ".join(item.text.en for item in missing) + ".",
            )
        return Decision.yes()

    def available(self, actor: Actor, subject: T, *, state: str) -> list[Transition[T]]:
        """The transitions this actor could make from here, whether or not something is still missing."""
        return [row for row in self.transitions.values() if state in row.sources and row.allowed(actor, subject)]
