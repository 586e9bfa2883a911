"""What the screens ask about opportunities and enquiries."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from levante.cases.api import states as case_states
from levante.investment.models import Enquiry, EnquiryQuerySet, Opportunity
from levante.kernel.api import Actor
from levante.programme.api import mark

#: The figures, and which enquiries are part of each.
FIGURES: dict[str, dict[str, Any]] = {
    "enquiries": {},
    **{
        name: {f"{name}__isnull": False}
        for name in ("announced_capex", "announced_jobs", "realised_capex", "realised_jobs")
    },
}


@dataclass(frozen=True, slots=True)
class Announced:
    """What investors said they would do."""

    capex: Decimal
    jobs: int


@dataclass(frozen=True, slots=True)
class Realised:
    """What was checked to be there. Another type than ``Announced``, so that the two cannot be added."""

    capex: Decimal
    jobs: int


@dataclass(frozen=True, slots=True)
class Totals:
    enquiries: int
    announced: Announced
    realised: Realised
    marks: dict[str, str]


def list_opportunities(*, sector: str = "", kind: str = "") -> "QuerySet[Opportunity]":
    """The published opportunities, those of one place together."""
    rows = Opportunity.objects.public().select_related("comune__province").prefetch_related("sectors")
    if sector:
        rows = rows.filter(sectors__code=sector)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by("kind", "code").distinct()


def list_enquiries(actor: Actor) -> "QuerySet[Enquiry]":
    """The enquiries an actor sees, those whose term runs first."""
    rows: EnquiryQuerySet = Enquiry.objects.visible_to(actor)
    return rows.select_related(
        "case__office", "case__owner", "case__contact__country", "case__investor", "opportunity", "sector"
    ).order_by("case__closed_at", "case__due_at", "id")


def totals(rows: "QuerySet[Enquiry]") -> Totals:
    """Announced and realised, apart. Refused and closed-without-answer cases count as enquiries all the same. One query.

    ``marks`` says of each figure whether demonstration data are part of it (``part``), or all of it (``whole``).
    """
    found = rows.order_by().aggregate(
        count=Count("pk"),
        total_announced_capex=Sum("announced_capex", default=Decimal("0.00")),
        total_announced_jobs=Sum("announced_jobs", default=0),
        total_realised_capex=Sum("realised_capex", default=Decimal("0.00")),
        total_realised_jobs=Sum("realised_jobs", default=0),
        **{
            f"{name}_{origin}": Count("pk", filter=Q(case__is_demo=origin == "invented", **known))
            for name, known in FIGURES.items()
            for origin in ("invented", "genuine")
        },
    )
    return Totals(
        found["count"],
        Announced(found["total_announced_capex"], found["total_announced_jobs"]),
        Realised(found["total_realised_capex"], found["total_realised_jobs"]),
        {name: mark(invented=found[f"{name}_invented"] > 0, genuine=found[f"{name}_genuine"] > 0) for name in FIGURES},
    )


def unanswered(rows: "QuerySet[Enquiry]") -> "QuerySet[Enquiry]":
    return rows.filter(case__state__in=case_states.RUNNING)
