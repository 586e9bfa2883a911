"""What is asked about aid by the screens: a position told aid by aid, when it frees, what waits to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from levante.aid.models import AidRecord, QuarantinedAid, Reservation, RnaImport
from levante.aid.one_aid import OF_OWN
from levante.aid.positions import Hides, case_of
from levante.kernel.pure import ZERO
from levante.law import de_minimis
from levante.law.de_minimis_rule import Rule
from levante.parties.api import Enterprise


@dataclass(frozen=True, slots=True)
class AidLine:
    """One aid that counts, with what people recognise it by and the first day on which it no longer does."""

    id: str
    amount: Decimal
    granted_on: date
    leaves_on: date | None
    beneficiary: str
    beneficiary_name: str
    title: str
    granting_body: str
    source: str
    cup: str = ""
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Freeing:
    """A day on which headroom comes back: how much slides out, and what there will be if nothing else is granted."""

    on: date
    freed: Decimal
    headroom: Decimal


@dataclass(frozen=True, slots=True)
class Story:
    """A position with its aid, the days it frees, and who is in the undertaking: ``members`` maps tax code to name."""

    on: date
    answer: dict[str, Any]
    lines: tuple[AidLine, ...]
    freeings: tuple[Freeing, ...]
    members: dict[str, str] = field(default_factory=dict)

    @property
    def ceiling(self) -> Decimal:
        return Decimal(self.answer["ceiling"])

    @property
    def counted(self) -> Decimal:
        return Decimal(self.answer["counted"])

    @property
    def residual(self) -> Decimal:
        return Decimal(self.answer["residual"])

    @property
    def frees_on(self) -> date | None:
        """The first day on which there is headroom again, or more of it: over the ceiling, what slides out first frees none."""
        return next((one.on for one in self.freeings if one.headroom > 0), None)

    @property
    def percent(self) -> int:
        """How much of the ceiling is taken, 0-100."""
        return min(100, int(self.counted * 100 / self.ceiling)) if self.ceiling else 100


def story_of(
    enterprise: Enterprise | str, *, on: date, as_of: date | None = None, request: Decimal | None = None,
    outside: bool = False, hides: Hides | None = None,
) -> Story:  # fmt: skip
    """The position on a day, told; ``outside``, as it is seen outside the offices; without the reservations that it ``hides``.
    Raises ``parameters.Missing`` before the first act that is loaded."""
    case = case_of(enterprise, on=on, as_of=as_of, request=request, outside=outside, hides=hides)
    position = de_minimis.position(case)
    answer = de_minimis.as_json(position)
    known = {aid.id: aid for aid in case.aids}
    rule = Rule.on(on, None)
    told = _told(list(known))
    names = _names({*position.undertaking, *(known[aid.id].beneficiary for aid in position.counted_aids)})
    lines = []
    for aid in position.counted_aids:
        fact, more = known[aid.id], told.get(aid.id, {})
        lines.append(
            AidLine(
                id=aid.id,
                amount=aid.amount,
                granted_on=fact.granted_on,
                leaves_on=rule.leaves_on(fact.granted_on),
                beneficiary=fact.beneficiary,
                beneficiary_name=names.get(fact.beneficiary) or more.get("name", ""),
                title=more.get("title", ""),
                granting_body=more.get("body", ""),
                source=more.get("source", "reservation"),
                cup=more.get("cup", ""),
                pk=more.get("pk"),
            )
        )
    return Story(on, answer, tuple(lines), _freeings(lines, position.ceiling), names)


def _freeings(lines: Sequence[AidLine], ceiling: Decimal) -> tuple[Freeing, ...]:
    days: dict[date, Decimal] = {}
    for line in lines:
        if line.leaves_on is not None:
            days[line.leaves_on] = days.get(line.leaves_on, ZERO) + line.amount
    left = sum((line.amount for line in lines), ZERO)
    found = []
    for day in sorted(days):
        left -= days[day]
        found.append(Freeing(day, days[day], max(ZERO, ceiling - left)))
    return tuple(found)


def _told(ids: list[str]) -> dict[str, dict[str, Any]]:
    """Titles, bodies and sources of the aid of a case, by its id there. Two queries."""
    ours = ("LEV-", "DICH-", "RES-")
    cors = {text.partition("/")[0] for text in ids if not text.startswith(ours)}
    numbers = [int(text.partition("-")[2]) for text in ids if text.startswith(("LEV-", "DICH-"))]
    found: dict[str, dict[str, Any]] = {}
    rows = AidRecord.objects.filter(Q(cor__in=cors) & ~Q(cor="") | Q(pk__in=numbers)).order_by("pk")
    for row in rows:
        facts = {
            "title": row.measure_title,
            "body": row.granting_body,
            "source": row.source,
            "cup": row.cup,
            "name": row.beneficiary_name,
            "pk": row.pk,
        }
        names = [row.cor, f"{row.cor}/{row.regulation}"] if row.cor else [f"LEV-{row.pk}", f"DICH-{row.pk}"]
        for name in names:
            found[name] = facts
    return found


def _names(codes: set[str]) -> dict[str, str]:
    found = dict(Enterprise.objects.filter(tax_code__in=codes).values_list("tax_code", "name"))
    return {code: found.get(code, "") for code in sorted(codes)}


def reservations_of(codes: Sequence[str]) -> "QuerySet[Reservation]":
    """The reservations of some tax codes, the newest first."""
    return Reservation.objects.filter(tax_code__in=codes).select_related("enterprise").order_by("-created_at", "-id")


def quarantine_of(codes: Sequence[str]) -> "QuerySet[QuarantinedAid]":
    """Aid of some tax codes that came unreadable and may have to be counted by hand."""
    return QuarantinedAid.objects.filter(tax_code__in=codes, resolved_on__isnull=True).order_by("-id")


def unreadable_of(codes: Sequence[str]) -> "QuerySet[QuarantinedAid]":
    """Those that nobody could read: without the lines that tell, or may tell, an award of ours, which counts."""
    return quarantine_of(codes).exclude(reasons__overlap=list(OF_OWN))


def imports() -> "QuerySet[RnaImport]":
    """The imports of the RNA, the newest first."""
    return RnaImport.objects.select_related("started_by").order_by("-started_at", "-id")


def waiting_in_quarantine() -> "QuerySet[QuarantinedAid]":
    """Everything kept aside and not resolved, the newest first."""
    return QuarantinedAid.objects.filter(resolved_on__isnull=True).order_by("-id")
