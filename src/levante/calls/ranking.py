"""The order of a list (ranking, draw, share-out) and where its money ends: pure functions, recomputable by anyone from the
published data.

The sums of points and the snapshot are here; who comes first and how far the money goes is ``allocation``, as in any call.
``docs/algorithms/ranking.md`` explains them. Nothing here reads a clock, a database or a random number.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from levante.calls.allocation import Reserve, Submission, Terms, allocate
from levante.kernel.pure import Bilingual, Step, drawn

FUNDED, PARTIAL, NOT_FUNDED, BELOW, VOID = "funded", "partial", "not_funded", "below", "void"
RENOUNCED = "renounced"
_POINT = Decimal("0.01")
ZERO = Decimal("0.00")

#: What put an application after the one above, in words.
DECIDED = {
    "score": Bilingual("punteggio", "points"),
    "tie_break": Bilingual("criterio di precedenza", "tie-break"),
    "instant": Bilingual("istante di invio", "instant of sending"),
    "sequence": Bilingual("posto nel registro", "place in the register"),
    "draw": Bilingual("sorteggio", "draw"),
    "share": Bilingual("riparto", "share-out"),
    "void": Bilingual("non conta: ce n’è un’altra della stessa impresa", "does not count: another of the same enterprise does"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """An application as the list sees it.

    ``points`` are by criterion; ``tie_breaks`` follow the call's chain, the smaller coming first (a call that wants the
    higher first gives its negative); ``received_at`` is the receipt's instant as text (UTC, microseconds), ``sequence``
    the place in the register; ``enterprise`` is whom it is counted for (the application itself when nobody says).
    """

    id: str
    points: Mapping[str, Decimal]
    amount: Decimal
    received_at: str
    sequence: int
    tie_breaks: tuple[Decimal, ...] = ()
    reaches_minimums: bool = True
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in the list: ``amount`` is what the money left covers, ``from_reserve`` the reserve that pays for a part of it,
    and ``decided_by`` says what put it after the one above: score, a step of the tie-break chain (``tie_break_1``…), instant,
    sequence or draw."""

    position: int
    id: str
    score: Decimal
    outcome: str
    amount: Decimal
    decided_by: str
    from_reserve: str = ""

    @property
    def decided(self) -> Bilingual:
        return DECIDED["tie_break" if self.decided_by.startswith("tie_break") else self.decided_by]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole list, with the money spent and left."""

    placed: tuple[Placed, ...]
    spent: Decimal
    left: Decimal
    steps: tuple[Step, ...]


def round_points(points: Decimal | int | str) -> Decimal:
    """Points of a criterion, rounded to the hundredth, halves up: the one place where points are rounded."""
    return Decimal(points).quantize(_POINT, rounding=ROUND_HALF_UP)


def score_of(entry: Entry) -> Decimal:
    """The sum of the points, each already rounded: a sum of hundredths is exact."""
    return sum((round_points(value) for value in entry.points.values()), ZERO)


def _submission(entry: Entry, score: Decimal) -> Submission:
    """An application as the allocation takes it: there, tie-breaks want the higher first."""
    return Submission(
        id=entry.id,
        enterprise=entry.enterprise or entry.id,
        received_at=datetime.fromisoformat(entry.received_at),
        seq=entry.sequence,
        amount=entry.amount,
        score=score,
        tie_breaks=tuple(-value for value in entry.tie_breaks),
    )


def rank(
    entries: Sequence[Entry],
    terms: Terms,
    *,
    awarded: Collection[str] | None = None,
    renounced: Collection[str] = (),
) -> Outcome:
    """Order as the procedure wants and give the money down the order until it ends.

    Who is below the threshold, or below a criterion's minimum, comes after everybody, in the same order, with nothing; who
    does not count because another of the same enterprise does comes last. ``renounced`` as in ``allocate``; ``awarded`` keep all they
    asked for, wherever they stand.
    ``ValueError`` for the same id or sequence twice, for an amount or a budget that is not positive.
    """
    _check(entries, terms.budget)
    by_id = {one.id: one for one in entries}
    scores = {one.id: score_of(one) for one in entries}
    unworthy = {one.id for one in entries if not _reaches(one, scores[one.id], terms)}
    # The threshold is judged here, with the minimums: without points nobody is below it.
    found = allocate(
        replace(terms, threshold=None),
        [_submission(one, scores[one.id]) for one in entries],
        awarded=awarded,
        renounced=renounced,
        unworthy=unworthy,
        in_full=True,
    )
    got = {one.id: one for one in found.funded}
    order = [id_ for id_ in found.order if id_ not in unworthy] + [id_ for id_ in found.order if id_ in unworthy]
    gone = frozenset(renounced)
    placed: list[Placed] = []
    above: Entry | None = None
    for id_ in order:
        entry, given = by_id[id_], got.get(id_)
        amount = given.amount if given is not None else ZERO
        outcome = BELOW if id_ in unworthy else _outcome(amount, entry.amount)
        outcome = RENOUNCED if id_ in gone else outcome
        placed.append(
            Placed(
                len(placed) + 1, id_, scores[id_], outcome, amount, _decided_by(above, entry, scores, terms),
                (given.from_reserve or "") if given is not None else "",
            )
        )  # fmt: skip
        above = entry
    for one in found.void:
        placed.append(Placed(len(placed) + 1, one.id, scores[one.id], VOID, ZERO, "void"))
    return Outcome(tuple(placed), terms.budget - found.left, found.left, found.steps)


def _reaches(entry: Entry, score: Decimal, terms: Terms) -> bool:
    return entry.reaches_minimums and (terms.threshold is None or score >= terms.threshold)


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


def _decided_by(above: Entry | None, entry: Entry, scores: Mapping[str, Decimal], terms: Terms) -> str:
    order = terms.rule.order
    if order == "shares":
        return "share"
    if order in ("score", "score_then_ticket"):
        if above is None or scores[above.id] != scores[entry.id]:
            return "score"
        for number, (first, second) in enumerate(zip(above.tie_breaks, entry.tie_breaks, strict=True), 1):
            if first != second:
                return f"tie_break_{number}"
    if order in ("ticket", "score_then_ticket"):
        return "draw"
    return "instant" if above is None or above.received_at != entry.received_at else "sequence"


def terms_of_snapshot(snapshot: Mapping[str, Any]) -> Terms:
    """The terms that a published snapshot was computed under. The first format knew rankings alone."""
    threshold = snapshot["threshold"]
    if snapshot["format"] == "levante.ranking/1":
        return Terms.settled(
            "ranking",
            Decimal(snapshot["budget"]),
            "partial" if snapshot["partial"] else "stop",
            threshold=Decimal(threshold) or None,
        )
    return Terms.settled(
        snapshot["procedure"],
        Decimal(snapshot["budget"]),
        snapshot["when_short"],
        repeat=snapshot["repeat"],
        each=snapshot["each"],
        threshold=Decimal(threshold) if threshold is not None else None,
        seed=snapshot["seed"],
        reserves=tuple(
            Reserve(row["code"], Decimal(row["amount"]), frozenset(row["members"]), row["flows_back"])
            for row in snapshot["reserves"]
        ),
    )


def rank_snapshot(
    snapshot: Mapping[str, Any], *, renounced: Collection[str] = (), budget: Decimal | None = None
) -> Outcome:
    """The list of a published snapshot: what anyone can run again.

    ``renounced`` are others that give up their place besides those of the snapshot, ``budget`` more money than there was:
    what would happen then. Who is funded in full by the snapshot keeps it; nothing is sorted again. ``ValueError`` for
    a snapshot that makes no sense, ``LookupError`` for one renouncing that is not in it.
    """
    entries = entries_of(snapshot)
    terms = terms_of_snapshot(snapshot)
    gone = {row["id"] for row in snapshot.get("renounced", ())}
    outcome = rank(entries, terms, awarded=snapshot.get("awarded"), renounced=gone)
    extra = set(renounced) - gone
    if extra - {one.id for one in entries}:
        raise LookupError(min(extra - {one.id for one in entries}))
    if not extra and budget is None:
        return outcome
    kept = fully_funded(outcome) - extra
    return rank(
        entries, terms if budget is None else replace(terms, budget=budget), awarded=kept, renounced=gone | extra
    )


def fully_funded(outcome: Outcome) -> set[str]:
    """Those that got all they asked for: what a later version never takes back."""
    return {row.id for row in outcome.placed if row.outcome == FUNDED}


def entries_of(snapshot: Mapping[str, Any]) -> list[Entry]:
    """The applications of a snapshot."""
    return [
        Entry(
            id=str(row["id"]),
            points={code: Decimal(value) for code, value in row["points"].items()},
            amount=Decimal(row["amount"]),
            received_at=row["received_at"],
            sequence=int(row["sequence"]),
            tie_breaks=tuple(Decimal(value) for value in row["tie_breaks"]),
            reaches_minimums=bool(row["reaches_minimums"]),
            enterprise=row.get("enterprise", ""),
        )
        for row in snapshot["entries"]
    ]


def ticket_of(snapshot: Mapping[str, Any], number: str) -> str:
    """The ticket of an application in the draw of a snapshot; empty when there was no draw."""
    seed = snapshot.get("seed", "")
    return drawn(seed, number) if seed else ""
