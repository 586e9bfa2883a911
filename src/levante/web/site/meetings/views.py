"""What opens with a secret: the answer to a request from its e-mail, and one's calendar feed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from levante.kernel.api import NotYours, Refused, now
from levante.kernel.pure import reads_english
from levante.meetings.api import (
    Attendee,
    Interpreter,
    MeetingRequest,
    answer_by_token,
    events_of,
    feed,
    may_answer_by_token,
    sheet_of,
    states,
)
from levante.web.access import public
from levante.web.components.meetings import days_of_sheet, end_of


@public
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing (mail readers open links by themselves): the button does. Once it can no longer be
    answered the page says no more than that: who asked, and what, is not for whoever finds an old e-mail."""
    related = ("asker__enterprise", "asker__buyer__country", "asked__agenda__initiative")
    found = get_object_or_404(MeetingRequest.objects.select_related(*related), token=token)
    problem = None
    if request.method == "POST":
        try:
            found = answer_by_token(actor=request.actor, token=token, accept=request.POST.get("answer") == "yes")  # type: ignore[attr-defined]
        except NotYours as gone:
            raise Http404 from gone
        except Refused as refusal:
            problem = refusal.reason.in_language(get_language())
    context = {
        "found": found, "initiative": found.asked.agenda.initiative, "state": states.REQUESTS[found.state],
        "tone": states.REQUEST_TONES[found.state], "problem": problem, "open": may_answer_by_token(found),
    }  # fmt: skip
    response = render(request, "site/meetings/answer.html", context)
    # Not “no-referrer”: a browser then sends its form with no origin, and the form is refused as forged.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


@public
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The meetings of one that comes, for its calendar, in the language of the address: empty until the agenda is published. Who has left
    keeps it, since a calendar takes off only what it is told is cancelled."""
    row = get_object_or_404(Attendee.objects.select_related("agenda__initiative"), token=token)
    initiative, language = row.agenda.initiative, get_language() or "it"
    title = initiative.title_en if reads_english(language) else initiative.title_it
    response = HttpResponse(feed(title, events_of(row, language)), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=300"
    return response


@public
def interpreter(request: HttpRequest, token: str) -> HttpResponse:
    """The sheet of an interpreter, on its telephone: the meetings at which it interprets, in the hours of the place, the next first in
    sight. Empty until the agenda is published; no more there once its name is forgotten."""
    rows = Interpreter.objects.named().select_related("agenda__initiative")
    row = get_object_or_404(rows, token=token)
    met = sheet_of(row)
    ahead = next((one for one in met if end_of(one.slot) > now()), None)
    context = {
        "row": row, "agenda": row.agenda, "initiative": row.agenda.initiative, "days": days_of_sheet(row.agenda, met),
        "ahead": ahead, "published": row.agenda.published_at is not None,
    }  # fmt: skip
    response = render(request, "site/meetings/interpreter.html", context)
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
