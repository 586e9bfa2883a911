"""The address of a customer is erased as soon as it is of no more use (art. 5(1)(e) GDPR)."""

from typing import Any

from django.db.models import Q, QuerySet

from levante.kernel.api import Actor, note, now, service, today, unchanged
from levante.wins import states
from levante.wins.models import CustomerAsk, CustomerLetter


def forget_addresses(letters: "QuerySet[CustomerLetter]") -> int:
    """Within the transaction of a service: what waits is not sent any more, and no address is kept. How many were."""
    kept = list(letters.filter(forgotten_at__isnull=True).order_by().values_list("pk", flat=True))
    rows, at = CustomerLetter.objects.filter(pk__in=kept), now()
    gone: dict[str, Any] = {"email": "", "forgotten_at": at}
    rows.filter(state=states.L_WAITING).update(state=states.L_DROPPED, ended_at=at, **gone)
    rows.filter(forgotten_at__isnull=True).update(**gone)
    return len(kept)


def end_asks(asks: "QuerySet[CustomerAsk]") -> None:
    """Within the transaction of a service: links that are alive answer no more, and their letters forget the address."""
    ended = list(asks.filter(ended_at__isnull=True).order_by().values_list("pk", flat=True))
    CustomerAsk.objects.filter(pk__in=ended).update(ended_at=now())
    forget_addresses(CustomerLetter.objects.filter(ask__in=ended))


@service("wins.forget_customers")
def forget_customers(*, actor: Actor) -> int:
    """Every night: addresses whose link has ended or expired are erased; how many."""
    over = Q(ask__ended_at__isnull=False) | Q(ask__expires_on__lt=today())
    late = CustomerLetter.objects.filter(over, forgotten_at__isnull=True).select_for_update(
        of=("self",), skip_locked=True
    )
    gone = forget_addresses(CustomerLetter.objects.filter(pk__in=[row.pk for row in late.order_by("pk")[:1000]]))
    if not gone:
        return unchanged(0)
    note(forgotten=gone)
    return gone
