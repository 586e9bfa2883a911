"""What the screens and the rooms above ask of buyers: what they buy, whether they are qualified."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from levante.directory import states
from levante.directory.models import BuyerProfile, BuyerQualification
from levante.kernel.pure import Decision
from levante.parties.api import Buyer


@dataclass(frozen=True, slots=True)
class Bought:
    """What the profile of a buyer says that helps to tell whom it might meet: HS headings (four digits), codes of the certifications it
    asks, of the markets where it sells, of its price band."""

    headings: frozenset[str]
    certifications: frozenset[str]
    markets: frozenset[str]
    price_band: str


def bought_by(buyers: Iterable[int]) -> dict[int, Bought]:
    """Of the buyers that wrote it, what they buy. One query."""
    rows = BuyerProfile.objects.filter(buyer__in=list(buyers)).order_by("buyer_id")
    return {
        row.buyer_id: Bought(
            frozenset(code[:4] for code in row.headings), frozenset(row.certifications), frozenset(row.markets), row.price_band
        )
        for row in rows
    }  # fmt: skip


def qualified_among(buyers: Iterable[int], *, on: date) -> dict[int, Decision]:
    """Of each of some buyers, whether it is qualified on a day, and why not in words: the last that the office said counts. One query."""
    wanted = list(buyers)
    rows = BuyerQualification.objects.filter(buyer__in=wanted, decided_on__lte=on)
    last = {row.buyer_id: row for row in rows.order_by("buyer_id", "decided_at", "pk")}
    return {pk: _decided(last.get(pk), on) for pk in wanted}


def with_qualification(rows: "QuerySet[Buyer]", *, on: date) -> "QuerySet[Buyer]":
    """Each buyer with ``qualified_until``: until when what the office said last, by a day, makes it qualified; none where it does not."""
    last = BuyerQualification.objects.filter(buyer=OuterRef("pk"), decided_on__lte=on).order_by("-decided_at", "-pk")
    return rows.annotate(qualified_until=Subquery(last.values("valid_until")[:1]))


def by_qualification(rows: "QuerySet[Buyer]", *, on: date, qualified: bool) -> "QuerySet[Buyer]":
    """Of these buyers, those that are qualified on a day, or those that are not: as ``qualified_among``, in one question."""
    held = Q(qualified_until__gte=on)
    known = rows if "qualified_until" in rows.query.annotations else with_qualification(rows, on=on)
    return known.filter(held if qualified else ~held | Q(qualified_until__isnull=True))


def _decided(row: BuyerQualification | None, on: date) -> Decision:
    if row is None:
        return Decision.no("L’ufficio non lo ha ancora qualificato.", "The office has not qualified it yet.")
    if row.valid_until is None:
        name = states.OUTCOMES[row.outcome]
        return Decision.no(
            f"L’ufficio ha detto il {row.decided_on:%d/%m/%Y}: {name.it}. {row.words.it}",
            f"The office said on {row.decided_on:%d/%m/%Y}: {name.en}. {row.words.en}",
        )
    if row.valid_until < on:
        return Decision.no(
            f"La qualificazione è scaduta il {row.valid_until:%d/%m/%Y}.",
            f"Its qualification ended on {row.valid_until:%d/%m/%Y}.",
        )
    return Decision.yes()
