"""What came of an initiative: on the page, and on paper for who takes it into a meeting."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from levante.documents.api import PdfUnavailable, render_pdf
from levante.kernel.api import refuse, today
from levante.kernel.pure import Bilingual
from levante.meetings.api import states as meeting_states
from levante.web.access import for_desk
from levante.web.desk.participants.access import initiative_of
from levante.web.desk.wins.views import READERS
from levante.web.templatetags.levante import euro
from levante.wins.api import Report, edition_before, may_read_results, report_of, states

#: Units of the longest bar.
BAR = 300


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
        "initiative": found, "read": read, "report": report, "before": before, "bars": _bars(report), "day": today(),
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


def _bars(report: Report) -> list[dict[str, Any]]:
    """Cost and the three figures beside each other, each with its bar: none is part of a sum."""
    named: list[tuple[str, Decimal]] = [
        (gettext("Cost"), report.costs.total), (gettext("Expected"), report.expected.amount),
        (gettext("Confirmed value"), report.confirmed.amount), (gettext("Realised"), report.realised.amount),
    ]  # fmt: skip
    most = max(amount for _, amount in named)
    return [
        {"label": label, "figure": euro(amount), "width": int(amount * BAR / most) if most else 0}
        for label, amount in named
    ]
