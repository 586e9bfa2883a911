"""What was promised and what was reached, as people read it; and the sums, of what was confirmed alone.

What is announced is never added to what is realised: promises are added up by themselves, beside, and only of the projects whose result was
confirmed, so that the two can be compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from levante.calls.api import Call, expected, moment_words, months_of, result_words
from levante.claims import result_states as states
from levante.claims.models_result import ResultReport, ResultValue
from levante.claims.results import expected_results
from levante.grants.api import Award
from levante.kernel.api import day_of, today
from levante.kernel.pure import Bilingual


@dataclass(frozen=True, slots=True)
class Reached:
    """A result at one moment: what was promised, what was reached (when confirmed), on which day it was told, and where it stands in words.
    ``number`` is of what was reached, in euro where ``kind`` is ``money``."""

    code: str
    kind: str
    text: Bilingual
    moment: Bilingual
    promised: Bilingual | None
    reached: Bilingual | None
    number: Decimal | None
    told_on: date | None
    standing: Bilingual
    tone: str


@dataclass(frozen=True, slots=True)
class Added:
    """A result of a call at one moment, over its projects: how many told it and were confirmed, what they promised, what they reached; how
    many have still to. Nothing is added between calls, whose results have each its definition."""

    call: Any
    code: str
    text: Bilingual
    moment: Bilingual
    months: int
    kind: str
    confirmed: int
    promised: Decimal | None
    reached: Decimal | None
    waiting: int

    @property
    def promised_text(self) -> Bilingual | None:
        return result_words(self.promised, self.kind)

    @property
    def reached_text(self) -> Bilingual | None:
        return result_words(self.reached, self.kind)


def reached_of(awards: Iterable[Award]) -> dict[int, list[Reached]]:
    """The results of some awards, by their id: told, being checked, asked, not yet due. Two queries, whatever their number; the awards with
    their call and application."""
    wanted = list(awards)
    rows = (
        ResultValue.objects.filter(report__claim__award__in=wanted)
        .exclude(report__state=states.DROPPED)
        .select_related("report__claim")
        .order_by("report__claim_id", "report__months", "position", "pk")
    )
    found: dict[int, list[Reached]] = {}
    moments: dict[int, set[int]] = {}
    for row in rows:
        if row.report.state == states.OPEN and row.report.claim.is_draft:
            continue
        moments.setdefault(row.report.claim.award_id, set()).add(row.report.months)
        found.setdefault(row.report.claim.award_id, []).append(_reached(row))
    for award in wanted:
        later = [
            _not_due(one, months)
            for one in expected_results(award)
            for months in months_of(one)
            if months not in moments.get(award.pk, ())
        ]
        if later:
            found.setdefault(award.pk, []).extend(later)
    return found


def _reached(row: ResultValue) -> Reached:
    report, value = row.report, row.told
    confirmed = report.state == states.CHECKED and row.is_confirmed is True
    standing, tone = _standing(report, row)
    return Reached(
        row.code, row.kind, row.label, moment_words(report.months),
        row.promise_words,
        row.told_words if confirmed else None,
        value if confirmed and isinstance(value, Decimal) else None,
        day_of(report.sent_at) if report.sent_at else None, standing, tone,
    )  # fmt: skip


def _standing(report: ResultReport, row: ResultValue) -> tuple[Bilingual, str]:
    """Where a result stands, and how it is marked."""
    if report.state == states.CHECKED:
        if row.is_confirmed:
            return Bilingual("verificato dall’ufficio", "checked by the office"), "done"
        return Bilingual(
            "detto dall’impresa, non confermato dall’ufficio", "told, not confirmed by the office"
        ), "refused"
    if report.state == states.SENT:
        return Bilingual("detto dall’impresa, in verifica", "told, being checked"), "waiting"
    if report.state == states.PLANNED and report.opens_on is not None:
        return Bilingual(
            f"non ancora dovuto: dal {report.opens_on:%d/%m/%Y}", f"not yet due: from {report.opens_on:%d/%m/%Y} on"
        ), "neutral"
    if report.due_on is not None and report.due_on < today():
        return Bilingual(
            f"non detto entro il {report.due_on:%d/%m/%Y}", f"not told by {report.due_on:%d/%m/%Y}"
        ), "attention"
    by = (
        Bilingual(f" entro il {report.due_on:%d/%m/%Y}", f" by {report.due_on:%d/%m/%Y}")
        if report.due_on
        else Bilingual("", "")
    )
    return Bilingual(f"chiesto all’impresa{by.it}", f"asked of the enterprise{by.en}"), "waiting"


def _not_due(one: Any, months: int) -> Reached:
    text, standing = expected([one])[0].text, Bilingual("non ancora dovuto", "not yet due")
    return Reached(one["code"], one["kind"], text, moment_words(months), None, None, None, None, standing, "neutral")


def added_results(calls: Iterable[Any] | None = None) -> list[Added]:
    """The results confirmed so far, by call, result and moment, of awards in force; those in words are counted, not added. Two queries."""
    live = ResultValue.objects.exclude(report__state=states.DROPPED).filter(
        report__claim__award__in=Award.objects.in_force()
    )
    if calls is not None:
        live = live.filter(report__claim__award__act__call__in=calls)
    live = live.exclude(report__state=states.OPEN, report__claim__sent_at__isnull=True)
    confirmed = Q(report__state=states.CHECKED, is_confirmed=True)
    rows = (
        live.order_by("report__claim__award__act__call", "code", "report__months")
        .values("report__claim__award__act__call", "code", "report__months")
        .annotate(
            confirmed=Count("pk", filter=confirmed),
            promised=Sum("promised", filter=confirmed),
            reached=Sum("reached", filter=confirmed),
            waiting=Count("pk", filter=~Q(report__state=states.CHECKED)),
        )
    )
    told = list(rows)
    known = Call.objects.in_bulk({row["report__claim__award__act__call"] for row in told})
    found = []
    for row in told:
        call, months = known[row["report__claim__award__act__call"]], row["report__months"]
        one = next((each for each in call.results if each["code"] == row["code"]), None)
        if one is None:  # the call was amended since: what it no longer asks is on the awards alone
            continue
        text, kind = expected([one])[0].text, one["kind"]
        sums = row["confirmed"], row["promised"], row["reached"], row["waiting"]
        found.append(Added(call, row["code"], text, moment_words(months), months, kind, *sums))
    return found
