"""Cumulation: aid of several rules on the same eligible costs (Reg. (EU) 2023/2831, art. 5(3); GBER, art. 8).

On each cost, all the aid together, de minimis included, stays within the highest intensity that one of its rules allows;
and never above the cost itself. Explained in ``docs/algorithms/cumulation.md``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from levante.kernel.pure import ZERO, Step, apportion, format_euro, money_text, round_euro, step, steps_as_json
from levante.law import parameters
from levante.law.doors import BadCase, Reader
from levante.law.wording import plain_number, the_percent

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Cost:
    """An eligible cost that can be told apart: a stand, an invoice, a line of the plan."""

    id: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CostAid:
    """An aid in gross grant equivalent, and the costs it is given for.

    ``allowed``: the highest intensity, in per cent, that its rule allows on those costs; ``None`` for a rule that sets
    none (de minimis: the call sets the intensity, the ceiling is another check). ``on_costs``: how much goes to each
    cost, when the act says it; else the aid is spread in proportion to ``costs``. An aid for no identifiable cost has
    no ``costs`` and cumulates freely.
    """

    id: str
    amount: Decimal
    costs: tuple[str, ...] = ()
    allowed: Decimal | None = None
    on_costs: Mapping[str, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class CostLine:
    """One cost with all its aid. ``allowed`` in per cent; ``excess`` is what goes over."""

    cost: str
    eligible: Decimal
    aid: Decimal
    intensity: Decimal
    allowed: Decimal
    headroom: Decimal
    excess: Decimal


@dataclass(frozen=True, slots=True)
class Cumulation:
    """``admissible`` when no cost has more aid than allowed. ``excess`` is the sum over the costs."""

    admissible: bool
    excess: Decimal
    lines: tuple[CostLine, ...]
    steps: tuple[Step, ...]


def cumulation(costs: Sequence[Cost], aids: Sequence[CostAid], *, on: date) -> Cumulation:
    """Check every cost. The order of costs and aid does not matter.

    Raises ``ValueError`` for a cost named twice or not positive, an aid on an unknown cost, a negative amount, parts
    that do not add up to the aid; ``parameters.Missing`` when no act covers the day.
    """
    rule = parameters.value("cumulation.same_costs", on=on)
    eligible = _eligible(costs)
    on_cost: dict[str, list[tuple[CostAid, Decimal]]] = {name: [] for name in eligible}
    steps: list[Step] = []
    for aid in sorted(aids, key=lambda aid: aid.id):
        if not aid.costs and not aid.on_costs:
            steps.append(
                step(
                    f"{aid.id}: {format_euro(aid.amount)} per nessun costo individuabile, si cumula",
                    f"{aid.id}: {format_euro(aid.amount, 'en')} for no identifiable cost, it cumulates",
                    rule.reference,
                    money_text(aid.amount),
                )
            )
        for name, part in _parts(aid, eligible).items():
            on_cost[name].append((aid, part))
    lines = []
    for name in sorted(eligible):
        line, explanation = _line(name, eligible[name], on_cost[name], rule)
        lines.append(line)
        steps += explanation
    excess = sum((line.excess for line in lines), ZERO)
    verdict_it, verdict_en = "Il cumulo è rispettato su ogni costo", "Cumulation is respected on every cost"
    if excess:
        verdict_it = f"Il cumulo è superato per {format_euro(excess)}"
        verdict_en = f"Cumulation is exceeded by {format_euro(excess, 'en')}"
    steps.append(step(verdict_it, verdict_en, rule.reference, money_text(excess)))
    return Cumulation(not excess, excess, tuple(lines), tuple(steps))


def door(case: Reader) -> dict[str, Any]:
    """The JSON door ``cumulation``: its fields are in ``docs/algorithms/cumulation.md``."""
    on = case.date("on")
    costs = [_read_cost(item) for item in case.items("costs", required=True)]
    for position, cost in enumerate(costs):
        if any(cost.id == other.id for other in costs[:position]):
            raise BadCase(f"costs[{position}].id", "c'è già un costo con questo nome", "this cost is already there")
    aids = [_read_aid(item, {cost.id for cost in costs}) for item in case.items("aids")]
    answer = cumulation(costs, aids, on=on)
    return {
        "admissible": answer.admissible,
        "excess": money_text(answer.excess),
        "costs": [
            {
                "id": line.cost,
                "eligible": money_text(line.eligible),
                "aid": money_text(line.aid),
                "intensity": money_text(line.intensity),
                "allowed": money_text(line.allowed),
                "headroom": money_text(line.headroom),
                "excess": money_text(line.excess),
            }
            for line in answer.lines
        ],
        "steps": steps_as_json(answer.steps),
    }


def _read_cost(item: Reader) -> Cost:
    cost = Cost(item.text("id"), item.money("amount"))
    if not cost.amount:
        raise item.bad("amount", "deve essere maggiore di zero", "must be more than zero")
    return cost


def _read_aid(item: Reader, known: set[str]) -> CostAid:
    costs = item.texts("costs")
    parts = {part.text("cost"): part.money("amount") for part in item.items("parts")}
    amount = item.money("amount")
    for field, names in (("costs", costs), ("parts", list(parts))):
        for position, name in enumerate(names):
            if name not in known:
                raise BadCase(f"{item.at(field)}[{position}]", f"nessun costo {name}", f"no cost {name}")
    if parts and (costs or len(parts) != len(item.items("parts")) or sum(parts.values(), ZERO) != amount):
        raise item.bad(
            "parts",
            "una parte per costo, senza 'costs', e la somma è l'importo dell'aiuto",
            "one part for each cost, without 'costs', and their sum is the amount of the aid",
        )
    return CostAid(item.text("id"), amount, tuple(costs), item.optional_percent("allowed"), parts or None)


def _eligible(costs: Iterable[Cost]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for cost in costs:
        if cost.id in found:
            raise ValueError(f"the cost {cost.id} is there twice")
        if cost.amount <= 0:
            raise ValueError(f"the cost {cost.id} must be more than zero")
        found[cost.id] = cost.amount
    return found


def _parts(aid: CostAid, eligible: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """How much of an aid goes to each of its costs; the parts add up to the aid, to the cent."""
    if aid.amount < 0:
        raise ValueError(f"the aid {aid.id} cannot be negative")
    names = sorted(set(aid.on_costs or aid.costs))
    unknown = [name for name in names if name not in eligible]
    if unknown:
        raise ValueError(f"the aid {aid.id} is for a cost that is not there: {unknown[0]}")
    if aid.on_costs is not None:
        if any(part < 0 for part in aid.on_costs.values()) or sum(aid.on_costs.values(), ZERO) != aid.amount:
            raise ValueError(f"the parts of the aid {aid.id} do not add up to it")
        return dict(aid.on_costs)
    if not names:
        return {}
    return dict(zip(names, apportion(aid.amount, [eligible[name] for name in names]), strict=True))


def _line(
    name: str, eligible: Decimal, aids: Sequence[tuple[CostAid, Decimal]], rule: parameters.Parameter
) -> tuple[CostLine, list[Step]]:
    limits = [aid.allowed for aid, _ in aids if aid.allowed is not None]
    allowed = min(WHOLE, max(limits, default=WHOLE))
    total = sum((part for _, part in aids), ZERO)
    most = round_euro(eligible * allowed / 100)
    line = CostLine(
        cost=name,
        eligible=eligible,
        aid=total,
        intensity=round_euro(total * 100 / eligible),
        allowed=allowed,
        headroom=max(ZERO, most - total),
        excess=max(ZERO, total - most),
    )
    steps = [
        step(
            f"{name}: {aid.id} dà {format_euro(part)}{_limit(aid, 'it')}",
            f"{name}: {aid.id} gives {format_euro(part, 'en')}{_limit(aid, 'en')}",
            rule.reference,
            money_text(part),
        )
        for aid, part in aids
    ]
    steps.append(
        step(
            f"{name}: l'intensità più alta ammessa è {the_percent(allowed).it} di {format_euro(eligible)}, "
            f"cioè {format_euro(most)}",
            f"{name}: the highest intensity allowed is {the_percent(allowed).en} of {format_euro(eligible, 'en')}, "
            f"that is {format_euro(most, 'en')}",
            rule.reference,
            plain_number(allowed),
        )
    )
    steps.append(
        step(
            f"{name}: aiuti per {format_euro(total)}, {the_percent(line.intensity).it} del costo",
            f"{name}: aid of {format_euro(total, 'en')}, {the_percent(line.intensity).en} of the cost",
            rule.reference,
            money_text(total),
        )
    )
    return line, steps


def _limit(aid: CostAid, language: str) -> str:
    if aid.allowed is None:
        return ", senza un'intensità propria" if language == "it" else ", with no intensity of its own"
    share = the_percent(aid.allowed)
    return f", con un massimo proprio: {share.it}" if language == "it" else f", allowed up to {share.en}"
