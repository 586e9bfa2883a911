"""What the screens ask about cases."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from levante.cases import states
from levante.cases.models import Case, ExternalContact
from levante.identity.api import Office
from levante.kernel.api import PARTY_KINDS, Actor, now
from levante.parties.api import Buyer, Enterprise, Investor, answering, forgiving


@dataclass(frozen=True, slots=True)
class Discipline:
    """How a set of cases keeps its terms: received, answered, answered in time, running past the term."""

    received: int
    answered: int
    in_time: int
    overdue: int


def with_people(rows: "QuerySet[Case]") -> "QuerySet[Case]":
    return rows.select_related("office", "owner", "contact__country", "requested_by", *PARTY_KINDS)


def list_cases(
    actor: Actor, *, kind: str = "", state: str = "", office: str = "", text: str = "", mine: bool = False
) -> "QuerySet[Case]":
    """The cases an actor sees, filtered, the most urgent first."""
    from levante.cases.models import CaseQuerySet

    rows: CaseQuerySet = Case.objects.visible_to(actor)
    if kind:
        rows = rows.filter(kind=kind)
    if state == "running":
        rows = rows.running()
    elif state == "overdue":
        rows = rows.overdue()
    elif state:
        rows = rows.filter(state=state)
    if office:
        rows = rows.filter(office__code=office)
    if mine:
        rows = rows.filter(owner_id=actor.user_id)
    if text:
        rows = forgiving(lambda loose: rows.filter(_about(text, loose=loose)))
    return with_people(rows.by_urgency())


def _about(text: str, *, loose: bool) -> Q:
    """By number, subject, and who asks: accents are forgiven, and ``loose`` typing mistakes too."""
    condition = Q(number__icontains=text.strip())
    condition |= Q(pk__in=answering(Case.objects.all(), text, "subject", loose=loose).values("pk"))
    for column, model in (("enterprise", Enterprise), ("buyer", Buyer), ("investor", Investor)):
        named = answering(model.objects.all(), text, "search_name", loose=loose)
        condition |= Q(**{f"{column}__in": named.values("pk")})
    outside = answering(ExternalContact.objects.all(), text, "organisation", "name", loose=loose)
    return condition | Q(contact__in=outside.values("pk"))


def case_of(actor: Actor, pk: int) -> Case | None:
    """A case the actor sees, with all it takes to show it; ``None`` when there is none for them."""
    rows = with_people(Case.objects.visible_to(actor)).prefetch_related(
        "referrals__office", "referrals__by", "referrals__decided_by", "messages__author", "messages__office"
    )
    return rows.filter(pk=pk).first()


def referable_offices() -> "QuerySet[Office]":
    """The agencies to which a case can be referred."""
    return Office.objects.exclude(kind=Office.SECTION).order_by("kind", "name_it")


def discipline(rows: "QuerySet[Case]", *, instant: datetime | None = None) -> Discipline:
    """How the terms are kept over some cases. One query."""
    from django.db.models import F

    moment = instant or now()
    counted = rows.order_by().aggregate(
        received=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        in_time=Count("pk", filter=Q(answered_at__lte=F("due_at"))),
        overdue=Count("pk", filter=Q(state__in=states.RUNNING, due_at__lt=moment)),
    )
    return Discipline(**counted)
