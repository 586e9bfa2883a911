"""The list of letters: filters, the newest first, pages by key, the same rows as a file, many tried again at once."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_POST

from levante.applications.api import numbers_of
from levante.kernel.api import ROME, Actor
from levante.letters.api import FAILURES, KINDS, Letter, is_late, try_again, waits_too_long, wants_somebody
from levante.register.pure.numbers import public_number, quoted
from levante.web.access import for_desk
from levante.web.components.firms import firms_named
from levante.web.components.listing import Column, Listing, query_sent
from levante.web.components.numbers import whole_number, whole_numbers
from levante.web.desk.letters.forms import LATE, PROBLEM, WANTED, LetterFilter
from levante.web.navigation import FILE_ROLES

PAGE = 50
#: Letters tried again with one click.
MOST = 1000
TONES = {
    "draft": "draft",
    "ready": "waiting",
    "queued": "active",
    "sent": "active",
    "delivered": "done",
    "not_delivered": "refused",
    "cancelled": "neutral",
}


@for_desk(*FILE_ROLES)
def letters(request: HttpRequest) -> HttpResponse:
    form, rows = chosen(request)
    listing = Listing(request, "desk:letters", gettext("letters"), _columns())
    if listing.wants_file:
        return listing.file(described(letter) for letter in rows.iterator(chunk_size=1000))
    after = whole_number(request.GET.get("after"))
    shown = rows.filter(pk__lt=after) if after is not None else rows
    found = list(shown[: PAGE + 1])
    page = found[:PAGE]
    return render(
        request,
        "desk/letters/list.html",
        {
            "form": form,
            "rows": [described(letter) for letter in page],
            "next_cursor": str(page[-1].pk) if len(found) > PAGE else None,
            "listing": listing,
            "query": request.GET.urlencode(),
        },
    )


def chosen(request: HttpRequest) -> tuple[LetterFilter, "QuerySet[Letter]"]:
    """The letters the actor sees that the filters ask for, the newest first; none when a filter is wrong."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Letter.objects.visible_to(actor).select_related("enterprise", "officer").defer("body", "courtesy_body")
    rows = rows.order_by("-pk")
    form = LetterFilter(request.GET)
    if not form.is_valid():
        return form, rows.none()
    asked = form.cleaned_data
    if asked["q"]:
        firms, form.firms_cut = firms_named(asked["q"].strip())
        rows = rows.filter(_matching(asked["q"].strip(), firms))
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    special = {WANTED: wants_somebody, LATE: waits_too_long, PROBLEM: lambda: Q(state="ready") & ~Q(problem="")}
    if asked["state"] in special:
        rows = rows.filter(special[asked["state"]]())
    elif asked["state"]:
        rows = rows.filter(state=asked["state"])
    if asked["officer"]:
        rows = rows.filter(officer_id=actor.user_id)
    if asked["run"] is not None:
        rows = rows.filter(run_item__run_id=asked["run"])
    if asked["since"]:
        rows = rows.filter(created_at__gte=datetime.combine(asked["since"], time(), ROME))
    return form, rows


def _matching(text: str, firms: list[int]) -> Q:
    """By one of its numbers, by that of the file it is about, or of one of the enterprises that the text answers to."""
    number, asked = text.upper(), quoted(text)
    written = asked.written("letter.written") if asked else []
    files = numbers_of(asked) if asked else []
    return (
        Q(reference__startswith=number)
        | Q(reference__startswith=public_number("application.submitted", number))
        | Q(reference__in=files)
        | Q(register_number__in=written)
        | Q(protocol_number=number)
        | Q(enterprise_id__in=firms)
    )


def described(letter: Letter) -> dict[str, Any]:
    """A letter as the list and its own page show it."""
    return {
        "letter": letter,
        "kind": KINDS[letter.kind].label,
        "state": letter.state_label,
        "tone": "attention" if letter.problem and letter.state == "ready" else TONES[letter.state],
        "late": is_late(letter),
        "failure": FAILURES.get(letter.failure),
    }


def _columns() -> tuple[Column, ...]:
    language = get_language() or "it"

    def officer(row: dict[str, Any]) -> str:
        person = row["letter"].officer
        return person.get_full_name() if person else ""

    def failure(row: dict[str, Any]) -> str:
        letter = row["letter"]
        why = row["failure"] or letter.problem_label
        return " ".join(filter(None, (why.in_language(language) if why else "", letter.failure_text)))

    return (
        Column("number", gettext("Number"), lambda row: str(row["letter"]), fixed=True),
        Column("kind", gettext("Kind"), lambda row: row["kind"].in_language(language)),
        Column("enterprise", gettext("Enterprise"), lambda row: row["letter"].enterprise.name),
        Column("code", gettext("Tax code"), lambda row: row["letter"].enterprise.tax_code, shown=False),
        Column("reference", gettext("About"), lambda row: row["letter"].reference),
        Column("subject", gettext("Object"), lambda row: row["letter"].subject, shown=False),
        Column("state", gettext("State"), lambda row: row["state"].in_language(language)),
        Column("why", gettext("Why"), failure, shown=False),
        Column("channel", gettext("Way"), lambda row: row["letter"].channel_label.in_language(language)),
        Column("address", gettext("PEC address"), lambda row: row["letter"].address, shown=False),
        Column("written", gettext("Written at"), lambda row: row["letter"].created_at),
        Column("sent", gettext("Sent at"), lambda row: row["letter"].sent_at, shown=False),
        Column("delivered", gettext("Delivered at"), lambda row: row["letter"].delivered_at),
        Column("officer", gettext("Responsible"), officer),
    )


@for_desk(*FILE_ROLES)
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Try again the letters that were ticked, or all those the filters of the list show."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    back = f"{reverse('desk:letters')}?{request.POST.get('query', '')}"
    if request.POST.get("all"):
        request.GET = query_sent(request)  # type: ignore[assignment]
        _, rows = chosen(request)
        rows = rows.filter(wants_somebody())
    else:
        ticked = whole_numbers(request.POST.getlist("letter"))
        rows = Letter.objects.visible_to(actor).filter(pk__in=ticked[:MOST])
    found = list(rows.select_related("office")[: MOST + 1])
    letters = found[:MOST]
    if not letters:
        messages.warning(request, gettext("Tick the letters to try again first."))
        return redirect(back)
    gone = try_again(actor=actor, letters=letters)
    said = ngettext("%(gone)d letter of %(all)d goes again.", "%(gone)d letters of %(all)d go again.", gone)
    messages.success(request, said % {"gone": gone, "all": len(letters)})
    if len(found) > MOST:
        first = gettext("These are the first %(count)s: ask again for the others.")
        messages.info(request, first % {"count": MOST})
    return redirect(back)
