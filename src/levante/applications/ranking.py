"""The order of a ranking and where its money ends: pure functions, recomputable by anyone from the published data.

The points and the snapshot are here; who comes first and how far the money goes is ``calls.allocation``, as in any call.
``docs/algorithms/ranking.md`` explains them. Nothing here reads a clock, a database or a random number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from levante.calls.api import Procedure, Submission, Terms, allocate, in_order
from levante.kernel.pure import Step, money_text, step

FUNDED, PARTIAL, NOT_FUNDED, BELOW = "funded", "partial", "not_funded", "below"
_POINT = Decimal("0.01")
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An application as the ranking sees it.

    ``points`` are by criterion; ``tie_breaks`` follow the call's chain, the smaller coming first (a call that wants the
    higher first gives its negative); ``received_at`` is the receipt's instant as text (UTC, microseconds), ``sequence``
    the place in the register.
    """

    id: str
    points: Mapping[str, Decimal]
    amount: Decimal
    received_at: str
    sequence: int
    tie_breaks: tuple[Decimal, ...] = ()
    reaches_minimums: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in the ranking: ``amount`` is what the money left covers, and ``decided_by`` says what put it after the one
    above: score, a step of the tie-break chain (``tie_break_1``…), instant or sequence."""

    position: int
    id: str
    score: Decimal
    outcome: str
    amount: Decimal
    decided_by: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole ranking, with the money spent and left."""

    placed: tuple[Placed, ...]
    spent: Decimal
    left: Decimal
    steps: tuple[Step, ...]


def round_points(points: Decimal | int | str) -> Decimal:
    """Points of a criterion, rounded to the hundredth, halves up: the one place where points are rounded."""
    return Decimal(points).quantize(_POINT, rounding=ROUND_HALF_UP)


def score_of(entry: Entry) -> Decimal:
    """The sum of the points, each already rounded: a sum of hundredths is exact."""
    return sum((round_points(value) for value in entry.points.values()), Decimal("0.00"))


def _submission(entry: Entry) -> Submission:
    """An application as the allocation takes it: there, tie-breaks want the higher first."""
    return Submission(
        id=entry.id,
        enterprise=entry.id,
        received_at=datetime.fromisoformat(entry.received_at) if entry.received_at else _EVER,
        seq=entry.sequence,
        amount=entry.amount,
        score=score_of(entry),
        tie_breaks=tuple(-value for value in entry.tie_breaks),
    )


def _terms(procedure: Procedure, budget: Decimal, partial: bool) -> Terms:
    """How the money goes down an order that is all valid: windows and repetitions were settled at transmission."""
    return Terms(
        procedure=procedure,
        budget=budget,
        opens_at=_EVER,
        closes_at=None,
        repeat="first_counts",
        when_short="partial" if partial else "stop",
    )


def rank(
    entries: Sequence[Entry], *, budget: Decimal, threshold: Decimal = Decimal(0), partial: bool = True
) -> Outcome:
    """Order by score, then the tie-break chain, then instant, then sequence; give the money down the order until it ends.

    Who is below ``threshold`` (or below a criterion's minimum) comes after everybody, in the same order, with nothing. The
    first who does not fit gets what is left when ``partial`` and something is left; nobody after that gets anything, even
    if a smaller request would fit: the order is the order. ``ValueError`` for the same id or sequence twice, for an amount
    or a budget that is not positive.
    """
    _check(entries, budget)
    by_id = {one.id: one for one in entries}
    worthy = [one for one in entries if one.reaches_minimums and score_of(one) >= threshold]
    terms = _terms("ranking", budget, partial)
    found = allocate(terms, [_submission(one) for one in worthy])
    got = {one.id: one.amount for one in found.funded}
    fit = set(found.order)
    below = [one.id for one in in_order(terms, [_submission(one) for one in entries if one.id not in fit])]
    placed = []
    above: Entry | None = None
    for position, id_ in enumerate([*found.order, *below], 1):
        entry, amount = by_id[id_], got.get(id_, Decimal("0.00"))
        outcome = BELOW if id_ not in fit else _outcome(amount, entry.amount)
        placed.append(Placed(position, id_, score_of(entry), outcome, amount, _decided_by(above, entry)))
        above = entry
    return Outcome(
        tuple(placed), budget - found.left, found.left, tuple(_explain(placed, budget, found.left, threshold))
    )


def _outcome(given: Decimal, asked: Decimal) -> str:
    if given == asked:
        return FUNDED
    return PARTIAL if given > 0 else NOT_FUNDED


def _check(entries: Sequence[Entry], budget: Decimal) -> None:
    if budget <= 0:
        raise ValueError("a budget is positive")
    if any(entry.amount <= 0 for entry in entries):
        raise ValueError("an amount is positive")
    if len({entry.id for entry in entries}) != len(entries):
        raise ValueError("the same application twice")
    if len({entry.sequence for entry in entries}) != len(entries):
        raise ValueError("the same sequence twice: the register gives each its own")
    if len({len(entry.tie_breaks) for entry in entries}) > 1:
        raise ValueError("every application has the same tie-break chain")


def _decided_by(above: Entry | None, entry: Entry) -> str:
    if above is None or score_of(above) != score_of(entry):
        return "score"
    for number, (first, second) in enumerate(zip(above.tie_breaks, entry.tie_breaks, strict=True), 1):
        if first != second:
            return f"tie_break_{number}"
    return "instant" if above.received_at != entry.received_at else "sequence"


def _explain(placed: Sequence[Placed], budget: Decimal, left: Decimal, threshold: Decimal) -> list[Step]:
    counts = {code: sum(1 for row in placed if row.outcome == code) for code in (FUNDED, PARTIAL, NOT_FUNDED, BELOW)}
    steps = [step("Dotazione", "Budget", "", money_text(budget))]
    if threshold > 0:
        steps.append(step("Punteggio minimo", "Threshold", "", threshold))
    steps.append(step("Domande finanziate per intero", "Applications funded in full", "", counts[FUNDED]))
    for row in placed:
        if row.outcome == PARTIAL:
            steps.append(
                step(
                    f"La domanda al posto {row.position} riceve quello che resta",
                    f"The application in place {row.position} gets what is left",
                    "",
                    money_text(row.amount),
                )
            )
    if counts[NOT_FUNDED]:
        steps.append(step("Ammesse e non finanziate per esaurimento delle risorse",
                          "Admitted and not funded, the money being over", "", counts[NOT_FUNDED]))  # fmt: skip
    if counts[BELOW]:
        steps.append(step("Sotto il punteggio minimo", "Below the threshold", "", counts[BELOW]))
    steps.append(step("Restano", "Left", "", money_text(left)))
    return steps


def rank_snapshot(snapshot: Mapping[str, Any]) -> Outcome:
    """The ranking of a published snapshot (``{budget, threshold, partial, entries[…]}``): what anyone can run again."""
    return rank(
        [
            Entry(
                id=str(row["id"]),
                points={code: Decimal(value) for code, value in row["points"].items()},
                amount=Decimal(row["amount"]),
                received_at=row["received_at"],
                sequence=int(row["sequence"]),
                tie_breaks=tuple(Decimal(value) for value in row["tie_breaks"]),
                reaches_minimums=bool(row["reaches_minimums"]),
            )
            for row in snapshot["entries"]
        ],
        budget=Decimal(snapshot["budget"]),
        threshold=Decimal(snapshot["threshold"]),
        partial=bool(snapshot["partial"]),
    )


@dataclass(frozen=True, slots=True)
class Consumption:
    """One application of a first-come call with what the money left covers at its turn."""

    id: str
    outcome: str
    amount: Decimal
    left: Decimal


def first_come(
    entries: Sequence[tuple[str, int, Decimal]], *, budget: Decimal, partial: bool = False
) -> list[Consumption]:
    """The chronological order of a first-come call: ``(id, sequence, amount)`` in any order, money given until it ends."""
    if budget <= 0 or any(amount <= 0 for _, _, amount in entries):
        raise ValueError("amounts and budget are positive")
    sent = [Submission(id_, id_, _EVER, sequence, amount) for id_, sequence, amount in entries]
    done = allocate(_terms("first_come", budget, partial), sent)
    asked, got = {one.id: one.amount for one in sent}, {one.id: one.amount for one in done.funded}
    left, found = budget, []
    for id_ in done.order:
        given = got.get(id_, Decimal("0.00"))
        left -= given
        found.append(Consumption(id_, _outcome(given, asked[id_]), given, left))
    return found
