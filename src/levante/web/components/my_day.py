"""One's own meetings day by day, with the time that is free between them; and on paper, with who one meets, in two languages."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from babel import Locale
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override

from levante.documents.api import PdfUnavailable, render_pdf
from levante.kernel.api import now, refuse
from levante.meetings.api import Attendee, Meeting, meetings_of, states
from levante.web.components.directory import in_words, languages
from levante.web.components.meetings import hours_of, mine_shown


def day_by_day(row: Attendee, items: Iterable[dict[str, Any]], moment: datetime) -> list[dict[str, Any]]:
    """The days of the agenda in the hours of who comes: ``entries`` are its meetings (``item``, of ``mine_shown``) and, of the time to
    come, the stretches in which it is free or said that it is not there (``gap``: ``begins``, ``ends``, ``away``). Two queries."""
    taken, found = {one["meeting"].slot_id: one for one in items if one["meeting"].state != states.CANCELLED}, []
    slots = list(row.agenda.slots.order_by("starts_at"))
    away = set(row.away.values_list("pk", flat=True))
    gap: dict[str, Any] | None = None
    for slot in slots:
        begins = hours_of(slot, row)
        ends = begins + timedelta(minutes=slot.minutes)
        if slot.pk in taken:
            gap = None
        elif slot.starts_at > moment and row.withdrawn_at is None:
            out = slot.pk in away
            if gap is not None and gap["away"] == out and gap["begins"].date() == begins.date():
                gap["ends"] = ends
            else:
                gap = {"begins": begins, "ends": ends, "away": out}
                found.append({"at": begins, "gap": gap})
        else:
            gap = None
    found += [{"at": one["when"], "item": one} for one in items]
    days: dict[Any, list[dict[str, Any]]] = {}
    for entry in sorted(found, key=lambda one: (one["at"], "gap" in one)):
        days.setdefault(entry["at"].date(), []).append(entry)
    return [{"day": day, "entries": entries} for day, entries in days.items()]


def profiles_of(row: Attendee, meetings: Iterable[Meeting], told: Iterable[str]) -> list[dict[str, Any]]:
    """Whom one meets, each once in the order of time: what is told of it at the meetings, in each of the languages ``told``. Two queries
    for each language."""
    others: dict[int, Attendee] = {}
    for one in meetings:
        other = one.b if one.a_id == row.pk else one.a
        others.setdefault(other.pk, other)
    words = {}
    for code in told:
        with override(code):
            words[code] = in_words("sector", ()), dict(languages())
    return [
        {
            "name": other.name,
            "buyer": other.buyer,
            "offers": other.offers,
            "told": [
                {
                    "language": code, "title": Locale(code).get_display_name(code),
                    "sectors": ", ".join(words[code][0].get(one, one) for one in other.sectors),
                    "languages": ", ".join(words[code][1].get(one, one) for one in other.languages),
                }
                for code in told
            ],
        }
        for other in others.values()
    ]  # fmt: skip


def printed(request: HttpRequest, row: Attendee) -> HttpResponse:
    """One's own days on paper: meetings with table and interpreter, free time, then who is met, in the language at work and in English (in
    Italian where that is the one)."""
    moment = now()
    rows = [one for one in meetings_of(row) if one.state != states.CANCELLED]
    shown = mine_shown(row, rows, moment)
    language = (get_language() or "it")[:2]
    told = [language, "it" if language == "en" else "en"]
    initiative = row.agenda.initiative
    context = {
        "row": row, "initiative": initiative, "days": day_by_day(row, shown["rows"], moment), "profiles": profiles_of(row, rows, told)
    }  # fmt: skip
    try:
        content = render_pdf(template="components/pdf_my_day.html", context=context, title=initiative.title_it)
    except PdfUnavailable:
        refuse("Il PDF non si può fare ora.", "The PDF cannot be made now.")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="incontri-{initiative.code}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
