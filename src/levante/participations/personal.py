"""The travellers of hosted buyers: told to them, taken away, forgotten after its time (GDPR arts. 5, 15, 17)."""

import re
from collections.abc import Iterable
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import QuerySet
from django.db.models.functions import Lower

from levante.identity.api import verified_addresses
from levante.kernel.api import Actor, note, now, service, today, unchanged
from levante.law import parameters
from levante.participations.models import Arrangement, BuyerInvitation
from levante.parties.api import Erased, Mandate, plain

#: In place of a name that was erased: a visa always has its traveller.
NOBODY = "—"
MOST = 1000


def travels_of(user_id: int, name: str) -> list[dict[str, Any]]:
    """What was arranged for a person who travels for a buyer it acts, or acted, for, known by name: plain JSON. Two queries."""
    return [
        {
            "initiative": row.initiative_id, "kind": row.kind, "traveller": row.traveller, "what": row.what,
            "reference": row.reference, "from": row.starts_on.isoformat(), "to": row.ends_on.isoformat(), "state": row.state,
        }
        for row in _travels(user_id, name)
    ]  # fmt: skip


def forget_person(*, actor: Actor, erased: Erased) -> int:
    """Within the erasure of a person: who travelled is not told any more; what was paid stays, as accounts must (art. 17(3)(b))."""
    rows = _travels(erased.user_id, erased.name) if erased.user_id is not None else []
    for row in rows:
        _emptied(row)
    Arrangement.objects.bulk_update(rows, ["traveller", "reference", "what"])
    addresses = verified_addresses(erased.user_id) if erased.user_id is not None else frozenset()
    written = BuyerInvitation.objects.annotate(small=Lower("email")).filter(small__in=addresses)
    return len(rows) + _forgotten(written.order_by("pk").values_list("pk", flat=True))


@service("participations.forget_old_travel")
def forget_old_travel(*, actor: Actor) -> int:
    """Every night: names and booking numbers of travellers, once the initiative ended so many months ago. How many were emptied."""
    months = int(parameters.value("personal_data.travel_months", on=today()).value)
    rows: QuerySet[Arrangement] = Arrangement.objects.filter(
        initiative__ends_on__lt=today() - relativedelta(months=months)
    ).exclude(traveller__in=["", NOBODY])
    old = list(rows.order_by("pk")[:MOST])
    if not old:
        return unchanged(0)
    for row in old:
        _emptied(row)
    Arrangement.objects.bulk_update(old, ["traveller", "reference", "what"])
    note(forgotten=len(old))
    return len(old)


@service("participations.forget_old_invitations")
def forget_old_invitations(*, actor: Actor) -> int:
    """Every night: name and address of who was invited, or asked to come, once the initiative ended as many months ago as for travellers.
    How many were emptied."""
    months = int(parameters.value("personal_data.travel_months", on=today()).value)
    ended = today() - relativedelta(months=months)
    rows = BuyerInvitation.objects.filter(initiative__ends_on__lt=ended, forgotten_at__isnull=True)
    gone = _forgotten(rows.order_by("pk").values_list("pk", flat=True)[:MOST])
    if not gone:
        return unchanged(0)
    note(forgotten=gone)
    return gone


def _forgotten(pks: Iterable[int]) -> int:
    rows = BuyerInvitation.objects.filter(pk__in=list(pks), forgotten_at__isnull=True)
    return rows.update(email="", name="", asked={}, forgotten_at=now())


def _travels(user_id: int, name: str) -> list[Arrangement]:
    buyers = Mandate.objects.filter(user_id=user_id, buyer__isnull=False).order_by().values("buyer_id")
    rows = Arrangement.objects.filter(buyer__in=buyers).exclude(traveller="").order_by("pk")
    named = sorted(plain(name).split())
    return [row for row in rows if named and sorted(plain(row.traveller).split()) == named]


def _emptied(row: Arrangement) -> None:
    words = [re.escape(word) for word in row.traveller.split() if len(word) > 1]
    if words:
        row.what = re.sub(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", "…", row.what, flags=re.IGNORECASE)
    row.traveller, row.reference = NOBODY, ""
