"""What came of an initiative: on the page, and on paper for who takes it into a meeting."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from levante.documents.api import PdfUnavailable, render_pdf
from levante.kernel.api import refuse, today
from levante.kernel.pure import Bilingual
from levante.meetings.api import states as meeting_states
from levante.web.access import for_desk
from levante.web.desk.participants.access import initiative_of
from levante.web.desk.wins.views import READERS
from levante.web.templatetags.levante import counted, euro
from levante.wins.api import Report, edition_before, may_read_results, report_of, states

#: Units of the longest bar.
BAR = 300
#: So many bars of a picture: the table has them all.
MOST = 12


@for_desk(*READERS)
def results(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "desk/wins/results.html", _context(request, code))


@for_desk(*READERS)
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The same on paper."""
    context = _context(request, code)
    if not context["read"]:
        raise Http404
    initiative = context["initiative"]
    try:
        content = render_pdf(
            template="desk/wins/pdf_results.html", context=context, title=f"Risultati: {initiative.title_it}"
        )
    except PdfUnavailable:
        refuse("Il PDF non si può fare ora.", "The PDF cannot be made now.")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="risultati-{code}.pdf"'
    return response


def _context(request: HttpRequest, code: str) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    found = initiative_of(request, code)
    read = may_read_results(actor, found)
    if not read:
        return {"initiative": found, "read": read}
    report = report_of(actor, found)
    last = edition_before(actor, found)
    before = report_of(actor, last) if last is not None and may_read_results(actor, last) else None
    return {
        "initiative": found, "read": read, "report": report, "before": before, "charts": _charts(report, before), "day": today(),
        "next_steps": _steps(report), "next_before": _steps(before),
        "counted": report.wins.get(states.CONFIRMED, 0),
        "wins": [(states.STATES[code], report.wins.get(code, 0)) for code in states.STATES],
        "anyway": [(words, report.anyway.get(code, 0)) for code, words in states.ANSWERS.items()],
        "sooner": [(words, report.sooner.get(code, 0)) for code, words in states.ANSWERS.items()],
    }  # fmt: skip


def _steps(report: Report | None) -> list[tuple[Bilingual, int]]:
    """What comes next after how many meetings, the most concrete first."""
    told = report.meetings.steps if report is not None and report.meetings is not None else {}
    return [
        (meeting_states.NEXT_STEPS[code], told[code]) for code in reversed(meeting_states.NEXT_STEPS) if code in told
    ]


def _charts(report: Report, before: Report | None) -> list[dict[str, Any]]:
    """Pictures with their titles: cost and the three figures, each beside the one before (none is part of a sum); then sectors and
    provinces, by what is confirmed or, while nothing is, by the meetings held."""
    money = [(gettext("Cost"), _cost), (gettext("Expected"), _expected), (gettext("Confirmed value"), _confirmed),
             (gettext("Realised"), _realised)]  # fmt: skip
    named = []
    for label, figure in money:
        named.append((label, figure(report), euro(figure(report))))
        if before is not None:
            words = gettext("%(figure)s, the one before") % {"figure": label}
            named.append((words, figure(before), euro(figure(before))))
    found = [{"title": gettext("Cost, and the three figures of wins, in euro"), "rows": _bars(named)}]
    by_value = bool(report.confirmed.amount)
    titles = (gettext("Confirmed value by sector, in euro"), gettext("Confirmed value by province, in euro"))
    if not by_value:
        titles = gettext("Meetings held by sector"), gettext("Meetings held by province")
    for title, rows in zip(titles, (report.sectors, report.provinces), strict=True):
        language = get_language() or "it"
        told = [
            (row.name.in_language(language), row.confirmed.amount, euro(row.confirmed.amount))
            if by_value
            else (row.name.in_language(language), Decimal(row.held), counted(row.held))
            for row in rows
        ]
        if any(amount for _, amount, _ in told):
            found.append({"title": title, "rows": _bars(sorted(told, key=lambda one: -one[1])[:MOST])})
    return found


def _cost(report: Report) -> Decimal:
    return report.costs.total


def _expected(report: Report) -> Decimal:
    return report.expected.amount


def _confirmed(report: Report) -> Decimal:
    return report.confirmed.amount


def _realised(report: Report) -> Decimal:
    return report.realised.amount


def _bars(named: list[tuple[str, Decimal, str]]) -> list[dict[str, Any]]:
    """Each with its bar, the longest for the most."""
    most = max((amount for _, amount, _ in named), default=Decimal(0))
    return [
        {"label": label, "figure": figure, "width": int(amount * BAR / most) if most else 0}
        for label, amount, figure in named
    ]
