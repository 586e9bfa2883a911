"""Sizes derived for many enterprises at once: those that stand alone, whose accounts are enough."""

from django.db.models import Exists, OuterRef

from levante.kernel.api import Actor, note, service, today
from levante.law import doors
from levante.parties.derive import size_of
from levante.parties.models import Account, Enterprise, OwnershipLink

BLOCK = 500


@service("parties.derive_sizes")
def derive_sizes(*, actor: Actor, after: int) -> int | None:
    """Derive the size of a block of enterprises that have accounts and no size; the last id seen, ``None`` at the end."""
    day = today()
    wanted = list(
        Enterprise.objects.current()
        .filter(pk__gt=after, size="")
        .filter(Exists(Account.objects.filter(enterprise=OuterRef("pk"))))
        .annotate(
            is_tied=Exists(OwnershipLink.objects.filter(owned=OuterRef("pk")))
            | Exists(OwnershipLink.objects.filter(holder_enterprise=OuterRef("pk")))
        )
        .prefetch_related("accounts")
        .order_by("pk")[:BLOCK]
    )
    if not wanted:
        return None
    door = doors.load("sme-size")
    for one in wanted:
        if getattr(one, "is_tied"):  # noqa: B009 - an annotation of the query
            size = size_of(one, on=day)["size"]
        else:
            accounts = [row.as_case() for row in one.accounts.all() if row.approved and row.year < day.year]
            body = {"accounts": accounts}
            if not accounts:
                continue
            case = {"on": day.isoformat(), "enterprise": one.tax_code, "enterprises": {one.tax_code: body}, "links": []}
            size = door(doors.Reader(case))["size"]
        one.size, one.size_on = size or "", day if size else None
    Enterprise.objects.bulk_update(wanted, ["size", "size_on"])
    note(derived=sum(1 for one in wanted if one.size))
    return wanted[-1].pk
