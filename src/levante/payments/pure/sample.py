"""Samples for controls: at random, or with more chances where there is more risk; and drawn again by whoever checks.

Each has a ticket, SHA-256 of ``seed:id``, as in the draw of a call. **At random** the lowest tickets are taken. **By risk** a ticket is
read as a number ``u`` between 0 and 1 and each has the key ``-ln(u) / weight``: the lowest keys are taken, which is a draw without
replacement in which the chances of each, at every step, are its weight among those left (Efraimidis and Spirakis, 2006). Logarithms are
decimals of forty digits, correctly rounded: every machine finds the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from levante.kernel.pure import Bilingual, drawn
from levante.law.reader import BadCase, Reader

RANDOM, WEIGHTED = "random", "weighted"
METHODS = {
    RANDOM: Bilingual("casuale: tutti con la stessa probabilità", "at random: the same chances for all"),
    WEIGHTED: Bilingual(
        "per rischio: probabilità in proporzione al peso", "by risk: chances in proportion to the weight"
    ),
}
#: More than any programme has; a case beyond it is a mistake.
MOST = 1_000_000
_EXACT = Context(prec=40)
_WHOLE = Decimal(1 << 256)


@dataclass(frozen=True, slots=True)
class Item:
    """What may be drawn. ``weight`` is its risk; without any it is never drawn by risk."""

    id: str
    weight: Decimal = Decimal(1)


def draw(items: Sequence[Item], *, size: int, seed: str, method: str) -> list[str]:
    """The ids drawn, in the order of the draw: ``size`` of them, or all that can be drawn when they are fewer.

    It depends on seed, ids and weights alone, never on the order of ``items``. ``ValueError`` for an id twice, a weight below zero, a
    seed or a size that is none.
    """
    if method not in METHODS or size < 1 or not seed.strip():
        raise ValueError("a draw has a method, a size and a seed")
    if len({one.id for one in items}) != len(items):
        raise ValueError("an id is there twice")
    if any(one.weight < 0 or not one.weight.is_finite() for one in items):
        raise ValueError("a weight is not below zero")
    if method == RANDOM:
        return [one.id for one in sorted(items, key=lambda one: (drawn(seed, one.id), one.id))[:size]]
    keyed = [(_key(drawn(seed, one.id), one.weight), one.id) for one in items if one.weight > 0]
    return [id_ for _, id_ in sorted(keyed)[:size]]


def _key(ticket: str, weight: Decimal) -> Decimal:
    # One is added so that no ticket is zero, whose logarithm is none.
    chance = _EXACT.divide(Decimal(int(ticket, 16) + 1), _WHOLE)
    return _EXACT.divide(_EXACT.minus(_EXACT.ln(chance)), weight)


def fingerprint(items: Sequence[Item]) -> str:
    """SHA-256 of what could be drawn: a line ``id weight`` for each, in order of id. It says that nobody was added or taken away since."""
    lines = sorted(f"{one.id} {one.weight.normalize():f}" for one in items)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def door(case: Reader) -> dict[str, Any]:
    """``levante payments redraw``: ``{seed, method, size, items: [{id, weight?}], drawn?: [ids]}`` in;
    ``{drawn, population, fingerprint, same?}`` out, where ``same`` says whether the sample that is told is this one."""
    seed = case.text("seed", longest=200)
    method = case.choice("method", METHODS)
    size = case.integer("size", least=1, most=MOST)
    items = [_item(one) for one in case.items("items")]
    told = case.texts("drawn") if case.has("drawn") else None
    if not 1 <= len(items) <= MOST:
        raise case.bad("items", "deve averne almeno uno", "must have at least one")
    if len({one.id for one in items}) != len(items):
        raise case.bad("items", "lo stesso id c’è due volte", "the same id is there twice")
    found = draw(items, size=size, seed=seed, method=method)
    answer: dict[str, Any] = {"drawn": found, "population": len(items), "fingerprint": fingerprint(items)}
    if told is not None:
        answer["same"] = list(told) == found
    return answer


def _item(one: Reader) -> Item:
    weight = one.optional_number("weight")
    if weight is not None and weight < 0:
        raise BadCase(one.at("weight"), "non può essere sotto zero", "cannot be below zero")
    return Item(one.text("id", longest=200), Decimal(1) if weight is None else weight)
