"""De minimis: how much aid a single undertaking has on a day, and whether one more fits (Reg. (EU) 2023/2831).

``position`` computes, with its steps; ``door`` is the JSON door ``de-minimis``. The rules, the choices behind them and
worked cases are in ``docs/algorithms/de-minimis.md``.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from levante.kernel.pure import ZERO, Step, money_text, steps_as_json
from levante.law import de_minimis_explained as explain
from levante.law.aid_events import NoEquity
from levante.law.de_minimis_case import Aid, Case, Revision, read
from levante.law.de_minimis_forecast import first_admissible_on
from levante.law.de_minimis_scene import Scene
from levante.law.doors import BadCase, Reader
from levante.law.over_full import VOTES, over_full
from levante.law.undertaking import DecisionRequired, Link

__all__ = ["Aid", "Case", "CountedAid", "Link", "Position", "Revision", "as_json", "door", "position"]


@dataclass(frozen=True, slots=True)
class CountedAid:
    """An aid, or the part of it that a split left to this undertaking, with the amount that counts."""

    id: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """The answer. ``admissible`` is ``None`` when nothing was requested or a decision is required.

    With a decision required, ``counted`` is the applicant's alone. ``window`` has the first and the last day whose aid
    counts.
    """

    ceiling: Decimal
    counted: Decimal
    residual: Decimal
    admissible: bool | None
    decision_required: tuple[DecisionRequired, ...]
    undertaking: tuple[str, ...]
    window: tuple[date, date]
    first_admissible_on: date | None
    counted_aids: tuple[CountedAid, ...]
    steps: tuple[Step, ...]


def position(case: Case) -> Position:
    """The de minimis position of the applicant on ``case.on``.

    Raises ``parameters.Missing`` for a day before the first act that is loaded, and ``NoEquity`` when aid must be
    divided among companies without equity. The order of links, aid and events does not matter.
    """
    scene = Scene.of(case, case.on)
    window = (scene.rule.first_day(case.on), case.on)
    counted_aids: list[CountedAid] = []
    lines: list[Step] = []
    others = 0
    for aid in sorted(case.aids, key=lambda aid: (aid.granted_on, aid.id)):
        if aid.beneficiary not in scene.counting and not scene.holders(aid) & scene.counting:
            others += 1
            continue
        amount, line = _judge(scene, aid, window[0])
        lines.append(line)
        if amount:
            counted_aids.append(CountedAid(aid.id, amount))
    counted = sum((aid.amount for aid in counted_aids), ZERO)
    residual = max(ZERO, scene.rule.limit - counted)
    admissible = None if scene.decisions or case.request is None else case.request <= residual
    first = first_admissible_on(case, scene)
    steps = [
        *explain.rule(scene, window),
        *scene.steps,
        *lines,
        *explain.unlisted(scene),
        *explain.others(scene, others),
        *explain.total(scene, counted, residual),
        *explain.verdict(scene, residual, first),
    ]
    return Position(
        ceiling=scene.rule.limit,
        counted=counted,
        residual=residual,
        admissible=admissible,
        decision_required=scene.decisions,
        undertaking=scene.listed,
        window=window,
        first_admissible_on=first,
        counted_aids=tuple(counted_aids),
        steps=tuple(steps),
    )


def door(case: Reader) -> dict[str, Any]:
    """The JSON door ``de-minimis``: its contract is in ``docs/algorithms/de-minimis.md``."""
    asked = read(case)
    try:
        answer = position(asked)
    except NoEquity as error:
        raise BadCase(
            f"events[{asked.events.index(error.event)}].to",
            "serve il patrimonio netto di almeno un'impresa: ci sono aiuti da ripartire",
            "the equity of at least one enterprise is needed: there is aid to divide",
        ) from error
    said = as_json(answer)
    in_force = [link for link in asked.links if link.kind == "votes" and link.holds_on(asked.on)]
    if warnings := over_full((VOTES, link.holder, link.held, link.share) for link in in_force):
        said["warnings"] = warnings
    return said


def as_json(answer: Position) -> dict[str, Any]:
    """The answer as plain JSON values: amounts as texts with two digits, days in ISO form."""
    return {
        "ceiling": money_text(answer.ceiling),
        "counted": money_text(answer.counted),
        "residual": money_text(answer.residual),
        "admissible": answer.admissible,
        "decision_required": [
            {
                "id": decision.id,
                "question": decision.question.it,
                "question_en": decision.question.en,
                "reference": decision.reference,
            }
            for decision in answer.decision_required
        ],
        "undertaking": list(answer.undertaking),
        "window": {"from": answer.window[0].isoformat(), "to": answer.window[1].isoformat()},
        "first_admissible_on": answer.first_admissible_on.isoformat() if answer.first_admissible_on else None,
        "counted_aids": [{"id": aid.id, "amount": money_text(aid.amount)} for aid in answer.counted_aids],
        "steps": steps_as_json(answer.steps),
    }


def _judge(scene: Scene, aid: Aid, first_day: date) -> tuple[Decimal, Step]:
    """How much of an aid counts, and the line that says why."""
    case = scene.case
    if not aid.known(case.as_of):
        return ZERO, explain.unknown(scene, aid)
    if aid.granted_on > case.on:
        return ZERO, explain.granted_later(scene, aid)
    if aid.granted_on < first_day:
        return ZERO, explain.outside_window(scene, aid)
    if not scene.regime(aid)[1]:
        return ZERO, explain.other_regime(scene, aid)
    amount = aid.amount_on(case.on, case.as_of)
    if amount is None:
        return ZERO, explain.annulled(scene, aid)
    part = scene.part(aid, amount)
    return part, explain.counted(scene, aid, amount, part, scene.attribution(aid, aid.amount))
