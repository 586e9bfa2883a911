"""Points: those that expressions give on the frozen copy, those of the evaluators, and what they come to together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levante.applications.models import Application, EvaluationFile, Score
from levante.applications.models_evaluation import SUBMITTED
from levante.calls.api import Criterion, Unknown, context_of, evaluate, round_points

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Points:
    """Points by criterion; ``complete`` when the committee, where there is one, has settled them; ``reaches`` every
    criterion's minimum."""

    by: Mapping[str, Decimal]
    complete: bool
    reaches: bool

    @property
    def total(self) -> Decimal:
        return sum(self.by.values(), ZERO)


def points_for(applications: Sequence[Application], criteria: Sequence[Criterion]) -> dict[int, Points]:
    """The points of each application of one call, by its id. Two queries when the call has evaluators."""
    given: dict[tuple[int, int], list[Decimal]] = {}
    settled: set[int] = set()
    if any(criterion.kind != Criterion.AUTOMATIC for criterion in criteria):
        ids = [one.pk for one in applications]
        files = EvaluationFile.objects.filter(application__in=ids, settled_at__isnull=False)
        settled = set(files.values_list("application_id", flat=True))
        rows = Score.objects.filter(sheet__file__application__in=ids, sheet__state=SUBMITTED).order_by("pk")
        for application_id, criterion_id, points in rows.values_list(
            "sheet__file__application_id", "criterion_id", "points"
        ):
            given.setdefault((application_id, criterion_id), []).append(points)
    return {
        one.pk: points_of(
            one,
            criteria,
            {item.pk: given.get((one.pk, item.pk), []) for item in criteria},
            settled=one.pk in settled,
        )
        for one in applications
    }


def points_of(
    application: Application,
    criteria: Sequence[Criterion],
    given: Mapping[int, Sequence[Decimal]],
    *,
    settled: bool = True,
) -> Points:
    """``given`` are the evaluators' points by criterion, ``settled`` whether their committee has closed the file. What an
    expression does not know gives no points; the mean of the
    evaluators is rounded once, as every criterion is."""
    variables: dict[str, Any] | None = None
    found, complete = {}, True
    for item in criteria:
        value = ZERO
        if item.expression:
            variables = variables if variables is not None else variables_of(application)
            value = _bounded(_number(item.expression, variables), item.automatic_points or item.max_points)
        if item.kind != Criterion.AUTOMATIC:
            theirs = given.get(item.pk, ())
            complete = complete and settled and bool(theirs)
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
