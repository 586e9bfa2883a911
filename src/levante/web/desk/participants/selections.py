"""The rankings of participants of every initiative: how the places are given, how many are taken, by which act."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy

from levante.initiatives.api import Initiative
from levante.participations.api import Selection, states
from levante.parties.api import answering
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.desk.participants.access import READERS
from levante.web.templatetags.levante import bilingual, in_language

PER_PAGE = 50
#: What the list may be asked for.
PHASES: dict[str, Any] = {"open": gettext_lazy("to be decided"), "decided": gettext_lazy("decided by act")}


def phase_of(decided_at: Any) -> str:
    """Whether a list is decided, in words of the language at work; by the instant in which it was."""
    return str(PHASES["decided" if decided_at else "open"])


@for_desk(*READERS)
def selections(request: HttpRequest) -> HttpResponse:
    """The last initiatives first; filtered by words of the initiative and by whether the list is decided."""
    words, phase = request.GET.get("q", "").replace("\0", "").strip()[:100], request.GET.get("phase", "")
    rows = Selection.objects.visible_to(request.actor).select_related("initiative", "act")  # type: ignore[attr-defined]
    if phase in PHASES:
        rows = rows.filter(decided_at__isnull=phase == "open")
    if words:
        named = answering(Initiative.objects.all(), words, "title_it", "title_en", "city", "code")
        rows = rows.filter(initiative__in=named.values("pk"))
    seated, waiting = Q(participations__state__in=states.SEATED), Q(participations__state=states.LISTED)
    rows = rows.annotate(
        seated=Count("participations", filter=seated),
        waiting=Count("participations", filter=waiting),
    )
    rows = rows.order_by("-initiative__starts_on", "pk")
    listing = Listing(request, "desk:selections", gettext("Rankings of participants"), _columns())
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=500))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [
            {
                "one": row, "method": states.METHODS[row.method], "state": phase_of(row.decided_at),
                "tone": "done" if row.decided_at else "waiting",
            }
            for row in page
        ],
        "page": page, "listing": listing, "words": words, "phase": phase, "phases": PHASES,
    }  # fmt: skip
    return render(request, "desk/participants/selections.html", context)


def _columns() -> tuple[Column, ...]:
    return (
        Column("initiative", gettext("Initiative"), lambda row: in_language(row.initiative, "title"), fixed=True),
        Column("when", gettext("When"), lambda row: row.initiative.starts_on),
        Column("method", gettext("How places are given"), lambda row: bilingual(states.METHODS[row.method])),
        Column("state", gettext("State"), lambda row: phase_of(row.decided_at)),
        Column("places", gettext("Places"), lambda row: row.places),
        Column("taken", gettext("Places taken"), lambda row: row.seated if row.decided_at else None),
        Column("waiting", gettext("On the waiting list"), lambda row: row.waiting if row.decided_at else None),
        Column("act", gettext("Act of the list"), lambda row: in_language(row.act, "name") if row.act else ""),
    )
