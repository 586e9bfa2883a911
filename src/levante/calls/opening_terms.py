"""From an opening to the terms of its allocation: its money, its reserves, what its call says of order and shortage."""

from collections.abc import Collection, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from levante.calls.allocation_terms import EVER, Reserve, Terms
from levante.calls.limits import counted_each
from levante.calls.models import Opening, OpeningLine
from levante.kernel.pure import CENT


def budget_of(opening: Opening, line: OpeningLine | None) -> Decimal:
    return line.budget if line is not None else opening.budget


def reserves_of(opening: Opening, line: OpeningLine | None) -> list[tuple[Mapping[str, Any], Decimal]]:
    """The reserves of an opening (of one of its lines), each with its money. A percentage is of that budget, cut to the cent:
    together they never pass it."""
    code = line.code if line is not None else None
    budget = budget_of(opening, line)
    return [
        (
            reserve,
            Decimal(reserve["amount"])
            if reserve.get("amount")
            else (budget * Decimal(reserve["percent"]) / 100).quantize(CENT, rounding=ROUND_DOWN),
        )
        for reserve in opening.reserves
        if reserve.get("line") in (None, code)
    ]


def allocation_terms(
    opening: Opening,
    line: OpeningLine | None = None,
    *,
    members: Mapping[str, Collection[str]] | None = None,
    settled: bool = True,
) -> Terms:
    """How an opening (one of its lines) gives its money. ``members`` are the applications of each reserve, by its code.

    ``settled`` when every submission was judged in time at transmission; otherwise the window is that of the opening.
    """
    call = opening.call
    threshold = call.judgement.get("threshold")
    return Terms(
        procedure=call.procedure,  # type: ignore[arg-type]
        budget=budget_of(opening, line),
        opens_at=EVER if settled else opening.opens_at,
        closes_at=None if settled else opening.closes_at,
        repeat=call.repeat,  # type: ignore[arg-type]
        when_short=call.when_short,  # type: ignore[arg-type]
        reserves=tuple(
            Reserve(reserve["code"], amount, frozenset((members or {}).get(reserve["code"], ())), reserve["flows_back"])
            for reserve, amount in reserves_of(opening, line)
        ),
        threshold=Decimal(threshold) if threshold is not None and call.rule.uses_scores else None,
        seed=opening.seed,
        each=counted_each(call, opening),
    )
