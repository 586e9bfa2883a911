"""A quota given back makes a place that is aid worth more: the director is told, and decides its value again by an act.

The value of a place is what it costs less what the enterprise pays for it. It is not changed from here: more is another grant, with
headroom, COR and act of its own (DM 115/2017 art. 9), and that decision is a person's.
"""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from levante.controls.api import Due
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.participations import states
from levante.participations.aid_changing import value_of
from levante.participations.answering import QUOTA
from levante.participations.models import Participation
from levante.participations.telling import tell_office


def borne_no_more(row: Participation) -> Decimal:
    """Euro of the quota that the enterprise bears no more, since the value of its place was last decided: of one that is cancelled what
    was not kept, of one that was paid what is given back. Nothing where the place has no aid in force. Three queries at most."""
    due = row.due
    if due is None or row.aid_id is None or row.state not in states.SEATED:
        return ZERO
    back = list(due.refunds.filter(kind="not_due").order_by("pk").values_list("amount", "created_at"))
    less = sum((amount for amount, _ in back), ZERO)
    since: list[datetime] = [at for _, at in back]
    if due.state == "cancelled" and due.closed_at is not None:
        less, since = less + due.amount - due.received, [due.closed_at]
    decided = row.aid_changes.exclude(state=states.GIVEN_UP).order_by("pk").last()
    if not since or (decided is not None and decided.decided_at >= max(since)):
        return ZERO
    return less


def proposed_value(row: Participation) -> Decimal | None:
    """What the place would be worth with what its quota gives back; none where nothing is to be decided."""
    less = borne_no_more(row)
    return value_of(row) + less if less > ZERO else None


def with_less_quota(initiative_id: int) -> list[Participation]:
    """The places of an initiative whose value is to be decided again. One query where no quota was given back."""
    less = Q(due__state="cancelled") | Q(due__refunds__kind="not_due")
    rows = Participation.objects.filter(less, selection__initiative=initiative_id, aid__isnull=False).seated()
    found = rows.select_related("due", "selection").distinct().order_by("pk")
    return [row for row in found if borne_no_more(row) > ZERO]


def quota_given_back(*, actor: Actor, due: Due) -> None:
    """Called by controls in the transaction in which a quota is cancelled or given back: the director is told what to decide. Where it is
    this room that gives it back, because the place is given up, lost or called off, its aid is dealt with there."""
    if actor == QUOTA or due.initiative.state == "cancelled":
        return
    related = ("due", "enterprise", "selection__initiative__lead_office")
    row = Participation.objects.select_related(*related).filter(due=due).first()
    value = proposed_value(row) if row is not None else None
    if row is None or value is None:
        return
    tell_office(
        actor, row.selection, f"value-{row.pk}-{due.pk}",
        Bilingual("Quota resa: il valore dell’aiuto va deciso di nuovo", "Quota given back: the value of the aid is to be decided again"),
        Bilingual(
            f"{row.enterprise.name}: da {format_euro(value_of(row))} a {format_euro(value)}, con un atto.",
            f"{row.enterprise.name}: from {format_euro(value_of(row), 'en')} to {format_euro(value, 'en')}, by an act.",
        ),
    )  # fmt: skip
