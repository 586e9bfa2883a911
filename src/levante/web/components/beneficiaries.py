"""Who received what, summed by undertaking: the beneficiaries that were one single undertaking when their aid was granted are together.

Art. 26(2) of D.Lgs. 33/2013 wants the data of the group where beneficiaries are under the same control. Who was one undertaking with
whom is what the rule of Reg. (EU) 2023/2831, art. 2(2), answered on the day of each grant, frozen with its reservation; only
beneficiaries are named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from levante.aid.api import AidRecord, Reservation
from levante.claims.api import Claim
from levante.controls.api import Recovery, public_awards
from levante.grants.api import Award
from levante.kernel.pure import ZERO
from levante.participations.api import Participation, published_places


@dataclass(slots=True)
class Sums:
    """Euro of one undertaking: what acts awarded and what of it is in force, paid, come back; what in kind is in force. ``names`` are its
    beneficiaries; none of the natural persons who are not named, who are together (``unnamed`` says how many)."""

    names: list[str] = field(default_factory=list)
    unnamed: int = 0
    grants: int = 0
    granted: Decimal = ZERO
    amount: Decimal = ZERO
    paid: Decimal = ZERO
    back: Decimal = ZERO
    places: int = 0
    in_kind: Decimal = ZERO
    is_demo: bool = False

    @property
    def is_group(self) -> bool:
        return len(self.names) > 1

    @property
    def in_force(self) -> Decimal:
        """In money and in kind."""
        return self.amount + self.in_kind


def beneficiaries(*, year: int | None = None, words: str = "") -> list[Sums]:
    """All of them, the largest sum in force first: of the acts of a year, with those alone of which a beneficiary's name holds some words.
    A dozen queries, whatever the number."""
    awards, places = public_awards().order_by(), published_places().order_by().prefetch_related(None)
    if year is not None:
        awards = awards.filter(act__act_date__year=year)
        places = places.filter(aid__granted_on__year=year)
    found = _by_firm(awards.filter(unnamed_for=""), places.filter(unnamed_for=""))
    rows = _together(found)
    for row in rows:
        row.names.sort()
    sought = words.casefold()
    rows = [row for row in rows if not sought or any(sought in name.casefold() for name in row.names)]
    rows.sort(key=lambda row: (-row.in_force, row.names))
    return rows if sought else rows + _unnamed(awards.exclude(unnamed_for=""), places.exclude(unnamed_for=""))


def _by_firm(awards: "QuerySet[Award]", places: "QuerySet[Participation]") -> dict[str, Sums]:
    """The sums of each named beneficiary, by its tax code. Four queries."""
    found: dict[str, Sums] = {}
    by_id: dict[int, Sums] = {}

    def of(row: dict[str, Any]) -> Sums:
        one = by_id.get(row["enterprise"])
        if one is None:
            one = by_id[row["enterprise"]] = found[row["enterprise__tax_code"]] = Sums(names=[row["enterprise__name"]])
            one.is_demo = row["enterprise__is_demo"]
        return one

    firm = ("enterprise", "enterprise__tax_code", "enterprise__name", "enterprise__is_demo")
    for row in awards.values(*firm).annotate(
        count=Count("pk"), total=Sum("amount"), first=Sum(Coalesce("granted", "amount"))
    ):
        one = of(row)
        one.grants, one.amount, one.granted = row["count"], row["total"], row["first"]
    for row in places.values(*firm).annotate(count=Count("pk"), total=Sum("value_now")):
        one = of(row)
        one.places, one.in_kind = row["count"], row["total"]
    mine = awards.values("pk")
    for enterprise, paid in _summed(Claim.objects.filter(award__in=mine, paid__gt=0), "paid"):
        by_id[enterprise].paid = paid
    for enterprise, back in _summed(Recovery.objects.filter(award__in=mine, capital_in__gt=0), "capital_in"):
        by_id[enterprise].back = back
    return found


def _summed(rows: Any, name: str) -> Iterable[tuple[int, Decimal]]:
    return rows.order_by().values_list("award__enterprise").annotate(total=Sum(name))  # type: ignore[no-any-return]


def _together(found: dict[str, Sums]) -> list[Sums]:
    """Those that were one undertaking with another of them when aid was granted, added together. One query."""
    above: dict[str, str] = {}

    def top(code: str) -> str:
        while code in above:
            code = above[code]
        return code

    frozen = Reservation.objects.filter(
        state=Reservation.CONFIRMED, aid__source=AidRecord.OWN, position__undertaking__1__isnull=False
    ).order_by("pk")
    for members in frozen.values_list("position__undertaking", flat=True):
        tops = sorted({top(code) for code in members if code in found})
        above.update(dict.fromkeys(tops[1:], tops[0] if tops else ""))
    for code in sorted(above):
        _add(found[top(code)], found[code])
    return [row for code, row in found.items() if code not in above]


def _add(to: Sums, one: Sums) -> None:
    to.names += one.names
    to.is_demo = to.is_demo or one.is_demo
    for name in ("grants", "granted", "amount", "paid", "back", "places", "in_kind"):
        setattr(to, name, getattr(to, name) + getattr(one, name))


def _unnamed(awards: "QuerySet[Award]", places: "QuerySet[Participation]") -> list[Sums]:
    """The natural persons who are not named, in one row, so that nobody is told by what they received. Four queries at most."""
    money = awards.aggregate(count=Count("pk"), total=Sum("amount"), first=Sum(Coalesce("granted", "amount")))
    kind = places.aggregate(count=Count("pk"), total=Sum("value_now"))
    if not money["count"] and not kind["count"]:
        return []
    mine = awards.values("pk")
    paid = Claim.objects.filter(award__in=mine).aggregate(total=Sum("paid"))["total"]
    back = Recovery.objects.filter(award__in=mine).aggregate(total=Sum("capital_in"))["total"]
    who = set(awards.values_list("enterprise", flat=True)) | set(places.values_list("enterprise", flat=True))
    return [
        Sums(
            unnamed=len(who), grants=money["count"], granted=money["first"] or ZERO, amount=money["total"] or ZERO, paid=paid or ZERO,
            back=back or ZERO, places=kind["count"], in_kind=kind["total"] or ZERO,
        )
    ]  # fmt: skip
