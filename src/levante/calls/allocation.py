"""Who gets the money of an opening, and how much: one pure function of the frozen submissions, recomputable by anyone.

``docs/algorithms/allocation.md`` explains it in prose. Nothing here reads a clock, a database or a random number: a draw
is the order of a hash of the published seed. The JSON door is ``levante calls allocate`` (``allocation_case``).
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from levante.calls.allocation_money import Purse, give_down, keep, none_unknown, share_out
from levante.calls.allocation_terms import (
    EARLY,
    LATE,
    OVER_LIMIT,
    REFUSED,
    REPEATED,
    REPLACED,
    ZERO,
    Allocation,
    Procedure,
    Reserve,
    Submission,
    Terms,
    TooMuchAwarded,
    Void,
)
from levante.calls.allocation_words import explained
from levante.kernel.pure import drawn

__all__ = [
    "Allocation",
    "Procedure",
    "Reserve",
    "Submission",
    "Terms",
    "TooMuchAwarded",
    "Void",
    "allocate",
    "drawn",
    "in_order",
    "that_count",
]


def allocate(
    terms: Terms,
    submissions: Sequence[Submission],
    *,
    awarded: Collection[str] | None = None,
    renounced: Collection[str] = (),
    unworthy: Collection[str] = (),
    over_limit: Collection[str] = (),
    in_full: bool = False,
) -> Allocation:
    """Sort out what counts, freeze the order, give the money down it.

    ``awarded`` keep what they got (when not told: everyone funded in full; ``in_full``: all they asked for, though this order
    gave them a part); ``renounced`` give theirs back, and the freed
    money goes down the rest of the same order, which is never sorted again. ``unworthy`` keep their place and get nothing, as
    those below the threshold (who misses the minimum of a criterion). ``over_limit`` are void: beyond a limit of the call that
    only names can tell. Cost: one sort, then one walk of the order
    for each reserve and one for the rest.
    ``ValueError`` for the same id or seq twice, reserves above the budget, a draw without a seed; ``TooMuchAwarded`` as it says.
    """
    _check(terms, submissions)
    valid, void = that_count(terms, submissions, over_limit)
    order = in_order(terms, valid)
    out = frozenset(unworthy)
    worthy = [one for one in order if one.id not in out and _reaches(terms, one)]
    purse = Purse.of(terms)
    share = share_out if terms.rule.order == "shares" else give_down
    share(terms, worthy, purse)
    freed = ZERO
    if renounced or awarded:
        gone, before = frozenset(renounced), purse
        if awarded is None:
            awarded = {one.id for one in worthy if one.id in before.given and before.given[one.id].amount == one.amount}
        purse = Purse.of(terms)
        keep(terms, [one for one in worthy if one.id in awarded and one.id not in gone], before, purse, in_full=in_full)
        none_unknown(awarded, gone, purse)
        freed = sum((before.given[id_].amount for id_ in gone if id_ in before.given), ZERO)
        share(terms, [one for one in worthy if one.id not in gone and one.id not in purse.given], purse)
    waits = terms.when_short != "skip" and terms.rule.order != "shares"
    able = {one.id for one in worthy} - frozenset(renounced)
    rest = [one.id for one in order if one.id not in purse.given]
    outcome = Allocation(
        order=tuple(one.id for one in order),
        void=tuple(void),
        funded=tuple(purse.given[one.id] for one in order if one.id in purse.given),
        queue=tuple(id_ for id_ in rest if waits and id_ in able),
        not_funded=tuple(id_ for id_ in rest if not (waits and id_ in able)),
        left=purse.left,
        steps=(),
    )
    return explained(outcome, terms, len(submissions), len(order) - len(worthy), freed)


# -- what counts, and in which order


def _check(terms: Terms, submissions: Sequence[Submission]) -> None:
    if len({one.id for one in submissions}) != len(submissions):
        raise ValueError("the same submission twice")
    if len({one.seq for one in submissions}) != len(submissions):
        raise ValueError("the same place in the log twice")
    if sum((reserve.amount for reserve in terms.reserves), ZERO) > terms.budget:
        raise ValueError("the reserves are above the budget")
    if terms.rule.uses_seed and not terms.seed:
        raise ValueError("a draw needs its seed")
    if terms.each < 1:
        raise ValueError("at least one submission of an enterprise counts")


def that_count(
    terms: Terms, submissions: Sequence[Submission], over_limit: Collection[str] = ()
) -> tuple[list[Submission], list[Void]]:
    """The submissions inside the window, as many for each enterprise as count; the others with the reason, in the order of
    the log."""
    log = sorted(submissions, key=_arrival)
    reasons: dict[str, str] = {}
    beyond = frozenset(over_limit)
    for one in log:
        if one.received_at < terms.opens_at:
            reasons[one.id] = EARLY
        elif terms.closes_at is not None and one.received_at >= terms.closes_at:
            reasons[one.id] = LATE
        elif one.id in beyond:
            reasons[one.id] = OVER_LIMIT
    inside = [one for one in log if one.id not in reasons]
    counts: dict[str, deque[str]] = {}
    for one in inside:
        mine = counts.setdefault(one.enterprise, deque())
        if len(mine) < terms.each:
            mine.append(one.id)
        elif terms.repeat == "last_counts":
            reasons[mine.popleft()] = REPLACED
            mine.append(one.id)
        else:
            reasons[one.id] = REFUSED if terms.repeat == "refused" else REPEATED
    return (
        [one for one in inside if one.id not in reasons],
        [Void(one.id, reasons[one.id]) for one in log if one.id in reasons],
    )


def _arrival(one: Submission) -> tuple[datetime, int]:
    return (one.received_at, one.seq)


def in_order(terms: Terms, valid: Sequence[Submission]) -> list[Submission]:
    """The order in which the money is given: arrival; score, tie-breaks and arrival; the draw; score, tie-breaks and the
    draw."""

    def by_score(one: Submission) -> tuple[Any, ...]:
        return (-(one.score or ZERO), tuple(-value for value in one.tie_breaks))

    def by_ticket(one: Submission) -> tuple[Any, ...]:
        return (drawn(terms.seed, one.id), one.seq)

    orders: dict[str, Callable[[Submission], tuple[Any, ...]]] = {
        "score": lambda one: (*by_score(one), *_arrival(one)),
        "ticket": by_ticket,
        "score_then_ticket": lambda one: (*by_score(one), *by_ticket(one)),
    }
    return sorted(valid, key=orders.get(terms.rule.order, _arrival))


def _reaches(terms: Terms, one: Submission) -> bool:
    return terms.threshold is None or (one.score is not None and one.score >= terms.threshold)
