"""Sizes derived for many enterprises at once: those that have none, and those whose size the passing of days may change."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from levante.kernel.api import Actor, note, service, today
from levante.law import doors
from levante.parties.derive import size_of
from levante.parties.models import Account, Enterprise, OwnershipLink
from levante.parties.services.enterprises import refresh_size

BLOCK = 500
#: How many ended holds one night looks at; what is left is looked at the night after.
MOST_ENDED = 1000


@service("parties.derive_sizes")
def derive_sizes(*, actor: Actor, after: int) -> int | None:
    """Derive the size of a block of enterprises that have accounts and whose size is empty or was derived in another
    year: the accounts that count are those closed before the year (Rec. 2003/361, annex, art. 4). The last id seen,
    ``None`` at the end."""
    day = today()
    wanted = list(
        Enterprise.objects.current()
        .filter(Q(size="") | Q(size_on__lt=date(day.year, 1, 1)), pk__gt=after)
        .filter(Exists(Account.objects.filter(enterprise=OuterRef("pk"))))
        .annotate(
            is_tied=Exists(OwnershipLink.objects.filter(owned=OuterRef("pk")))
            | Exists(OwnershipLink.objects.filter(holder_enterprise=OuterRef("pk")))
        )
        .prefetch_related("accounts")
        .order_by("pk")
        .select_for_update(no_key=True)[:BLOCK]
    )
    if not wanted:
        return None
    door = doors.load("sme-size")
    for one in wanted:
        accounts = [row.as_case() for row in one.accounts.all() if row.approved and row.year < day.year]
        if getattr(one, "is_tied") or not accounts:  # noqa: B009 - an annotation of the query
            size = size_of(one, on=day)["size"]
        else:
            body: dict[str, object] = {"accounts": accounts}
            if one.founded_on is not None and one.founded_on <= day:
                body["founded_on"] = one.founded_on.isoformat()
            case = {"on": day.isoformat(), "enterprise": one.tax_code, "enterprises": {one.tax_code: body}, "links": []}
            size = door(doors.Reader(case))["size"]
        one.size, one.size_on = size or "", day if size else None
    Enterprise.objects.bulk_update(wanted, ["size", "size_on"])
    note(derived=sum(1 for one in wanted if one.size))
    return wanted[-1].pk


@service("parties.derive_after_ended_links")
def derive_after_ended_links(*, actor: Actor) -> int:
    """Derive anew the sizes of the networks in which a hold has ended since they were derived; how many holds."""
    day = today()
    ended = list(
        OwnershipLink.objects.filter(until__lt=day, until__gte=F("owned__size_on"))
        .select_related("owned")
        .order_by("pk")[:MOST_ENDED]
    )
    for link in ended:
        refresh_size(link.owned)
    note(ended=len(ended))
    return len(ended)
