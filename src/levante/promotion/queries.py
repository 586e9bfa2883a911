"""What the screens ask about agreements."""

from django.db.models import Count, Q, QuerySet

from levante.kernel.api import Actor
from levante.parties.api import answering, forgiving
from levante.promotion import states
from levante.promotion.models import Agreement, AgreementParty, AgreementQuerySet, Commitment


def list_agreements(actor: Actor, *, state: str = "", text: str = "") -> "QuerySet[Agreement]":
    """The agreements an actor sees, those with overdue commitments first."""
    seen: AgreementQuerySet = Agreement.objects.visible_to(actor)
    rows = seen.select_related("office").prefetch_related("parties__country", "sectors")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = forgiving(lambda loose: rows.filter(_about(text, loose=loose)))
    return rows.by_commitments()


def _about(text: str, *, loose: bool) -> Q:
    """By title and code, or by who signs: accents are forgiven, and ``loose`` typing mistakes too."""
    titled = answering(Agreement.objects.all(), text, "title_it", "title_en", "code", loose=loose)
    signs = answering(AgreementParty.objects.all(), text, "name_it", "name_en", loose=loose)
    return Q(pk__in=titled.values("pk")) | Q(pk__in=signs.values("agreement_id"))


def overdue_commitments(actor: Actor) -> "QuerySet[Commitment]":
    """What is past its day, for who keeps the register or for the office that has the commitment; the oldest first."""
    rows = Commitment.objects.visible_to(actor).overdue().select_related("agreement", "office")
    return rows.order_by("deadline", "id")


def count_by_state() -> dict[str, int]:
    """How many public agreements there are in each state. One query."""
    return dict(Agreement.objects.public().order_by().values_list("state").annotate(count=Count("pk")))


def next_commitments(actor: Actor, *, office_codes: frozenset[str], limit: int = 20) -> list[Commitment]:
    """The open commitments of some offices, the nearest (or most overdue) first."""
    rows = Commitment.objects.visible_to(actor).filter(state=states.OPEN, office__code__in=office_codes)
    return list(rows.select_related("agreement", "office").order_by("deadline", "id")[:limit])
