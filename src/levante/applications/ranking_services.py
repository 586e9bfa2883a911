"""Computing a ranking from the frozen applications, keeping it as a snapshot with its hash, publishing it."""

from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from levante.applications import policies, ranking
from levante.applications.models import Application, Ranking, RankingRow
from levante.applications.states import DISCARDED, DRAFT, REJECTED, WITHDRAWN
from levante.applications.submission import LOG, digest_of
from levante.calls.api import Criterion, Opening, OpeningLine, Unknown, context_of, evaluate, form_of
from levante.kernel.api import Actor, note, now, refuse, require, service, unchanged
from levante.kernel.pure import money_text
from levante.programme.api import Act
from levante.register.api import append_entry


def points_of(application: Application, criteria: list[Criterion]) -> dict[str, Decimal]:
    """The points of the automatic criteria on the frozen answers and facts; what is unknown gives none."""
    variables = _variables(application)
    found = {}
    for criterion in criteria:
        value = _number(criterion.expression, variables) if criterion.kind == Criterion.AUTOMATIC else Decimal(0)
        found[criterion.code] = ranking.round_points(min(max(value, Decimal(0)), criterion.max_points))
    return found


def _variables(application: Application) -> dict[str, Any]:
    from levante.applications.reading import read_application

    reading = read_application(application)
    facts = (application.frozen or {}).get("facts", {})
    return {**context_of({}, facts), "answers": reading.variables["answers"], "lists": reading.variables["lists"]}


def _number(expression: str, variables: dict[str, Any]) -> Decimal:
    try:
        return Decimal(str(evaluate(expression, variables)))
    except (Unknown, ArithmeticError):
        return Decimal(0)


def tie_breaks_of(application: Application, chain: list[dict[str, Any]]) -> list[Decimal]:
    """The call's chain as numbers of which the smaller comes first; what is unknown comes last."""
    variables = _variables(application)
    found = []
    for link in chain:
        try:
            value = Decimal(str(evaluate(link["expression"], variables)))
        except (Unknown, ArithmeticError):
            value = Decimal("999999999999999") if link["first"] == "lowest" else Decimal("-999999999999999")
        found.append(value if link["first"] == "lowest" else -value)
    return found


@service("applications.compute_ranking")
def compute_ranking(*, actor: Actor, opening: Opening, line: OpeningLine | None = None) -> Ranking:
    """A draft ranking of an opening (of one line of it) over the applications that were sent and not rejected or
    withdrawn. Computing again replaces the draft; what is published stays."""
    opening = Opening.objects.select_for_update(of=("self",)).select_related("call__office").get(pk=opening.pk)
    require(policies.may_publish_ranking(actor, opening))
    if not opening.call.rule.makes_list:
        refuse(
            "Questo bando non ha una graduatoria: vale l’ordine di arrivo.",
            "This call has no ranking: order of arrival holds.",
        )
    if opening.phase(now()).code != "closed":
        refuse("La graduatoria si fa a finestra chiusa.", "A ranking is made once the window is closed.")
    if line is None and opening.lines.exists():
        refuse("Scegli la linea.", "Choose the line.", field="line")
    snapshot = _snapshot(opening, line)
    if not snapshot["entries"]:
        refuse("Non ci sono domande da ordinare.", "There are no applications to order.")
    last = Ranking.objects.filter(opening=opening, line=line).order_by("-version").first()
    if last is not None and last.state == Ranking.DRAFT:
        last.delete()
        last = Ranking.objects.filter(opening=opening, line=line).order_by("-version").first()
    made = Ranking.objects.create(
        opening=opening,
        line=line,
        version=(last.version if last else 0) + 1,
        snapshot=snapshot,
        sha256=digest_of(snapshot),
        computed_at=now(),
        computed_by_id=actor.user_id,
    )
    outcome = ranking.rank_snapshot(snapshot)
    by_number = dict(
        Application.objects.filter(number__in=[row.id for row in outcome.placed]).values_list("number", "pk")
    )
    RankingRow.objects.bulk_create(
        [
            RankingRow(
                ranking=made,
                application_id=by_number[row.id],
                position=row.position,
                score=row.score,
                outcome=row.outcome,
                amount=row.amount,
            )
            for row in outcome.placed
        ],
        batch_size=1000,
    )
    note(opening=opening.code, version=made.version, sha256=made.sha256, applications=len(outcome.placed))
    return made


def _snapshot(opening: Opening, line: OpeningLine | None) -> dict[str, Any]:
    call = opening.call
    criteria = list(call.criteria.all())
    applications = (
        Application.objects.filter(opening=opening, line=line)
        .exclude(state__in=[DRAFT, DISCARDED, WITHDRAWN, REJECTED])
        .select_related("form")
        .prefetch_related(Prefetch("opening", Opening.objects.select_related("call")))
        .order_by("sequence")
    )
    entries = []
    for application in applications:
        form_of(application.form)
        points = points_of(application, criteria)
        entries.append(
            {
                "id": application.number,
                "copy_sha256": application.frozen_sha256,
                "points": {code: str(value) for code, value in points.items()},
                "amount": money_text(application.admitted_amount or application.requested_amount or Decimal(0)),
                "received_at": application.submitted_at.isoformat(timespec="microseconds")
                if application.submitted_at
                else "",
                "sequence": application.sequence,
                "tie_breaks": [str(value) for value in tie_breaks_of(application, call.tie_breaks)],
                "reaches_minimums": all(points[item.code] >= item.minimum for item in criteria),
            }
        )
    return {
        "format": "levante.ranking/1",
        "call": call.code,
        "opening": opening.code,
        "line": line.code if line else None,
        "budget": money_text(line.budget if line else opening.budget),
        "threshold": "0",
        "partial": call.when_short == "partial",
        "criteria": [
            {"code": item.code, "it": item.name_it, "en": item.name_en, "max_points": str(item.max_points),
             "minimum": str(item.minimum), "expression": item.expression}
            for item in criteria
        ],
        "tie_breaks": call.tie_breaks,
        "entries": entries,
    }  # fmt: skip


@service("applications.publish_ranking")
def publish_ranking(*, actor: Actor, ranking: Ranking, act: Act | None = None) -> Ranking:
    """Publish a ranking: its hash goes into the register, and from here on it never changes. A version after the first
    needs the act that changes it."""
    # Awards are drafted under this lock too: none stands on a version that is being replaced.
    Opening.objects.select_for_update(of=("self",), no_key=True).get(rankings=ranking.pk)
    current = Ranking.objects.select_for_update(of=("self",)).select_related("opening__call__office").get(pk=ranking.pk)
    require(policies.may_publish_ranking(actor, current.opening))
    if current.state == Ranking.PUBLISHED:
        return unchanged(current)
    if digest_of(current.snapshot) != current.sha256:
        refuse(
            "La graduatoria calcolata non corrisponde più alla sua impronta.", "The ranking no longer matches its hash."
        )
    if current.version > 1 and act is None:
        refuse("Una nuova versione ha bisogno del suo atto.", "A new version needs its act.", field="act")
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind="ranking.published",
        subject=f"ranking:{current.pk}",
        payload={
            "call": current.opening.call.code,
            "opening": current.opening.code,
            "line": current.line.code if current.line else None,
            "version": current.version,
            "sha256": current.sha256,
        },
        idempotency_key=f"ranking:{current.pk}",
    )
    current.state = Ranking.PUBLISHED
    current.published_at = now()
    current.number = receipt.number
    current.act = act
    current.save(update_fields=["state", "published_at", "number", "act"])
    note(number=receipt.number, sha256=current.sha256, version=current.version)
    return current
