"""Points: those that expressions give on the frozen copy, those of the evaluators, and what they come to together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levante.applications import policies, states
from levante.applications.drafts import locked
from levante.applications.models import Application, Score
from levante.applications.ranking import round_points
from levante.calls.api import Criterion, Unknown, context_of, evaluate
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Points:
    """Points by criterion; ``complete`` when every evaluator that must has scored; ``reaches`` every criterion's minimum."""

    by: Mapping[str, Decimal]
    complete: bool
    reaches: bool

    @property
    def total(self) -> Decimal:
        return sum(self.by.values(), ZERO)


def points_for(applications: Sequence[Application], criteria: Sequence[Criterion]) -> dict[int, Points]:
    """The points of each application of one call, by its id. One query when the call has evaluators."""
    given: dict[tuple[int, int], list[Decimal]] = {}
    if any(criterion.kind != Criterion.AUTOMATIC for criterion in criteria):
        rows = Score.objects.filter(application__in=[one.pk for one in applications]).order_by("pk")
        for application_id, criterion_id, points in rows.values_list("application_id", "criterion_id", "points"):
            given.setdefault((application_id, criterion_id), []).append(points)
    return {
        one.pk: points_of(one, criteria, {item.pk: given.get((one.pk, item.pk), []) for item in criteria})
        for one in applications
    }


def points_of(
    application: Application, criteria: Sequence[Criterion], given: Mapping[int, Sequence[Decimal]]
) -> Points:
    """``given`` are the evaluators' points by criterion. What an expression does not know gives no points; the mean of the
    evaluators is rounded once, as every criterion is."""
    judgement = application.opening.call.judgement
    wanted = judgement["evaluators"] if judgement["scores"] == "averaged" else 1
    variables: dict[str, Any] | None = None
    found, complete = {}, True
    for item in criteria:
        value = ZERO
        if item.expression:
            variables = variables if variables is not None else variables_of(application)
            value = _bounded(_number(item.expression, variables), item.automatic_points or item.max_points)
        if item.kind != Criterion.AUTOMATIC:
            theirs = given.get(item.pk, ())
            complete = complete and len(theirs) >= wanted
            mean = sum(theirs, ZERO) / len(theirs) if theirs else ZERO
            value += _bounded(mean, evaluators_most(item))
        found[item.code] = round_points(_bounded(value, item.max_points))
    return Points(found, complete, all(found[item.code] >= item.minimum for item in criteria))


def evaluators_most(criterion: Criterion) -> Decimal:
    """The most points that evaluators may give on a criterion: those its expression does not."""
    if criterion.kind == Criterion.AUTOMATIC:
        return ZERO
    return criterion.max_points - (criterion.automatic_points or ZERO)


def _bounded(value: Decimal, most: Decimal) -> Decimal:
    return min(max(value, ZERO), most)


def variables_of(application: Application) -> dict[str, Any]:
    """What expressions see of a sent application: the frozen facts and the answers."""
    from levante.applications.reading import read_application

    reading = read_application(application)
    facts = (application.frozen or {}).get("facts", {})
    return {**context_of({}, facts), "answers": reading.variables["answers"], "lists": reading.variables["lists"]}


def _number(expression: str, variables: dict[str, Any]) -> Decimal:
    try:
        return Decimal(str(evaluate(expression, variables)))
    except (Unknown, ArithmeticError):
        return ZERO


def tie_breaks_of(application: Application, chain: Iterable[Mapping[str, Any]]) -> list[Decimal]:
    """The call's chain as numbers of which the smaller comes first; what is unknown comes last."""
    variables = variables_of(application)
    found = []
    for link in chain:
        try:
            value = Decimal(str(evaluate(link["expression"], variables)))
        except (Unknown, ArithmeticError):
            value = Decimal("999999999999999") if link["first"] == "lowest" else Decimal("-999999999999999")
        found.append(value if link["first"] == "lowest" else -value)
    return found


@service("applications.record_score")
def record_score(
    *, actor: Actor, application: Application, criterion: Criterion, points: Decimal, reason: str
) -> Score:
    """Give points on a criterion that evaluators judge: those of the committee where scores are collegial, one's own where
    they are averaged. Writing them again replaces them; the audit keeps both."""
    current = locked(application.pk)
    require(policies.may_score(actor, current))
    if criterion.call_id != current.opening.call_id or criterion.kind == Criterion.AUTOMATIC:
        refuse("Questo criterio non è dei valutatori.", "Evaluators do not judge this criterion.", field="criterion")
    if current.state in states.UNSENT or current.state in {states.WITHDRAWN, states.REJECTED}:
        refuse("Questa domanda non si valuta.", "This application is not evaluated.")
    most = evaluators_most(criterion)
    if not 0 <= points <= most or points != round_points(points):
        refuse(
            f"I punti vanno da 0 a {most}, con due decimali al massimo.",
            f"Points go from 0 to {most}, with two decimals at most.",
            field="points",
        )
    if not reason.strip():
        refuse("Scrivi il motivo del punteggio.", "Write the reason of the score.", field="reason")
    averaged = current.opening.call.judgement["scores"] == "averaged"
    evaluator_id = actor.user_id if averaged else None
    before = current.scores.filter(criterion=criterion, evaluator=evaluator_id).values_list("points", flat=True).first()
    score, _ = Score.objects.update_or_create(
        application=current,
        criterion=criterion,
        evaluator_id=evaluator_id,
        defaults={
            "points": points,
            "reason": reason.strip(),
            "scored_at": now(),
            "recorded_by_id": actor.user_id,
        },
    )
    note_object(current)
    note(number=current.number, criterion=criterion.code, points=str(points), before=str(before) if before else None)
    return score
