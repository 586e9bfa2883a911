"""A missed meeting is arranged again: at the desk, or by an operator at the place, on a telephone."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.kernel.api import Refused
from levante.meetings.api import Meeting, Slot, arrange_again, times_for
from levante.web.access import for_desk
from levante.web.components.meetings import local_of, when_of
from levante.web.components.numbers import whole_number
from levante.web.desk.meetings.views import RELATED
from levante.web.desk.participants.access import KEEPERS

#: Where one comes from, and goes back to.
PAGES = {"board": "desk:agenda_board", "held": "desk:agenda_held"}


@for_desk(*KEEPERS)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours in which the two are free, each a button; pressed, it is done and the two are told."""
    rows = Meeting.objects.visible_to(request.actor).select_related(*RELATED, "agenda__initiative__lead_office")  # type: ignore[attr-defined]
    row: Meeting = get_object_or_404(rows, pk=pk)
    agenda, initiative = row.agenda, row.agenda.initiative
    come_from = request.POST.get("back") or request.GET.get("back") or ""
    back = reverse(PAGES.get(come_from, "desk:agenda"), args=[initiative.code])
    if request.method == "POST":
        slot = get_object_or_404(Slot.objects.filter(agenda=agenda), pk=whole_number(request.POST.get("slot")) or 0)
        read = whole_number(request.POST.get("revision"))
        try:
            arrange_again(actor=request.actor, meeting=row, slot=slot, revision=read)  # type: ignore[attr-defined]
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
            row.refresh_from_db()
            agenda.refresh_from_db()
        else:
            when = when_of(slot, agenda)
            messages.success(request, gettext("Arranged again: %(when)s. The two are told.") % {"when": when})
            return redirect(back)
    offers = times_for(row)
    days = [
        (day, [{"offer": one, "hour": f"{local_of(one.slot, agenda):%H:%M}"} for one in ones])
        for day, ones in groupby(offers, key=lambda one: local_of(one.slot, agenda).date())
    ]
    other = row.agenda.meetings.standing().filter(a=row.a_id, b=row.b_id).exclude(pk=row.pk)
    context = {
        "agenda": agenda, "initiative": initiative, "meeting": row, "when": when_of(row.slot, agenda), "days": days, "back": back,
        "come_from": come_from if come_from in PAGES else "",
        "already": [(one, when_of(one.slot, agenda)) for one in other.select_related("slot")],
    }  # fmt: skip
    return render(request, "desk/meetings/again.html", context)
