"""What the screens ask about opportunities and enquiries."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from levante.cases.api import states as case_states
from levante.investment.models import Enquiry, EnquiryQuerySet, Opportunity
from levante.kernel.api import Actor


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
    """Announced and realised, apart. Refused and closed-without-answer cases count as enquiries all the same. One query."""
    found = rows.order_by().aggregate(
        count=Count("pk"),
        announced_capex=Sum("announced_capex", default=Decimal("0.00")),
        announced_jobs=Sum("announced_jobs", default=0),
        realised_capex=Sum("realised_capex", default=Decimal("0.00")),
        realised_jobs=Sum("realised_jobs", default=0),
    )
    return Totals(
        found["count"],
        Announced(found["announced_capex"], found["announced_jobs"]),
        Realised(found["realised_capex"], found["realised_jobs"]),
    )


def unanswered(rows: "QuerySet[Enquiry]") -> "QuerySet[Enquiry]":
    return rows.filter(case__state__in=case_states.RUNNING)
