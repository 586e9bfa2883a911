"""What an enterprise bears for a place that is aid changes what it is worth: the director is told, and decides its value again by an act.

The value of a place is what it costs less what the enterprise pays for it: a quota given back makes it more, another quota that is asked
makes it less. It is not changed from here: less is a variation of the aid, more is another grant with headroom, COR and act of its own
(DM 115/2017 art. 9), and that decision is a person's.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from levante.controls.api import QUOTA as TAKING_PART
from levante.controls.api import Due
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.participations import states
from levante.participations.aid_changing import value_of
from levante.participations.answering import QUOTA
from levante.participations.models import Participation
from levante.participations.telling import tell_office

if TYPE_CHECKING:
    from django.db.models import QuerySet


def borne_less(row: Participation) -> Decimal:
    """Euro of quotas that the enterprise bears no more, less those that it was asked besides, since the value of its place was last
    decided: of one that is cancelled what was not kept, of one that was paid what is given back. Nothing where the place has no aid in
    force. Four queries at most."""
    if row.aid_id is None or row.state not in states.SEATED:
        return ZERO
    decided = row.aid_changes.exclude(state=states.GIVEN_UP).order_by("pk").last()
    events = list(_given_back(row.due)) if row.due is not None else []
    for other in _others(row).prefetch_related("refunds").order_by("pk"):
        events += [(-other.amount, other.issued_at), *_given_back(other)]
    return sum((amount for amount, at in events if decided is None or at > decided.decided_at), ZERO)


def _given_back(due: Due) -> Iterable[tuple[Decimal, datetime]]:
    for refund in due.refunds.all():
        if refund.kind == "not_due":
            yield refund.amount, refund.created_at
    if due.state == "cancelled" and due.closed_at is not None:
        yield due.amount - due.received, due.closed_at


def _others(row: Participation) -> "QuerySet[Due]":
    """The quotas for taking part that the office asked of the enterprise besides that of its place; what it pays for something else has
    another reason, and is no price of the place."""
    asked = Due.objects.filter(initiative=row.selection.initiative_id, enterprise=row.enterprise_id)
    return asked.filter(reason__startswith=TAKING_PART.it).exclude(pk=row.due_id or 0)


def proposed_value(row: Participation) -> Decimal | None:
    """What the place would be worth with what its quotas are by now; none where nothing is to be decided."""
    less = borne_less(row)
    if not less:
        return None
    before = value_of(row)
    after = max(ZERO, before + less)
    return after if after != before else None


def with_other_quotas(initiative_id: int) -> list[Participation]:
    """The places of an initiative whose value is to be decided again. One query where no quota was given back or asked besides."""
    besides = Due.objects.filter(
        initiative=OuterRef("selection__initiative"), enterprise=OuterRef("enterprise"), reason__startswith=TAKING_PART.it
    ).exclude(participation=OuterRef("pk"))  # fmt: skip
    changed = Q(due__state="cancelled") | Q(due__refunds__kind="not_due") | Exists(besides)
    rows = Participation.objects.filter(changed, selection__initiative=initiative_id, aid__isnull=False).seated()
    found = rows.select_related("due", "selection").distinct().order_by("pk")
    return [row for row in found if proposed_value(row) is not None]


def quota_changed(*, actor: Actor, due: Due) -> None:
    """Called by controls in the transaction in which a quota is asked for, cancelled or given back: the director is told what to decide.
    Where it is this room that asks for it or gives it back, with the place, its aid is dealt with there."""
    if actor == QUOTA or due.initiative.state == "cancelled" or due.enterprise_id is None:
        return
    rows = Participation.objects.select_related("due", "enterprise", "selection__initiative__lead_office")
    own = Q(due=due)
    if due.reason.startswith(TAKING_PART.it):
        own |= Q(selection__initiative=due.initiative, enterprise=due.enterprise_id)
    row = rows.filter(own).first()
    value = proposed_value(row) if row is not None else None
    if row is None or value is None:
        return
    before, more = value_of(row), value < value_of(row)
    said = Bilingual("Un’altra quota", "Another quota") if more else Bilingual("Quota resa", "Quota given back")
    tell_office(
        actor, row.selection, f"value-{row.pk}-{due.pk}-{value}",
        Bilingual(f"{said.it}: il valore dell’aiuto va deciso di nuovo", f"{said.en}: the value of the aid is to be decided again"),
        Bilingual(
            f"{row.enterprise.name}: da {format_euro(before)} a {format_euro(value)}, con un atto.",
            f"{row.enterprise.name}: from {format_euro(before, 'en')} to {format_euro(value, 'en')}, by an act.",
        ),
    )  # fmt: skip
