"""Where an enterprise is, at the desk: its legal seat moves, the places where it operates open and close."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from levante.kernel.api import today
from levante.parties.api import KEEPERS, Enterprise, Seat, close_seat, move_legal_seat, open_seat
from levante.web.access import for_desk
from levante.web.components.forms import done
from levante.web.desk.enterprises.forms import MovedSeatForm, NewSeatForm
from levante.web.desk.enterprises.ownership_forms import EndLinkForm


@for_desk(*KEEPERS, section=True)
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Enterprise.objects.visible_to(request.actor), pk=pk)
    present = one.legal_seat
    initial = {"comune": present.comune, "address": present.address, "cap": present.cap} if present else {}
    form = MovedSeatForm(request.POST or None, initial=initial)
    if done(request, form, move_legal_seat, enterprise=one):
        messages.success(request, gettext("The legal seat has been updated."))
        return redirect("desk:enterprise", one.pk)
    return render(
        request, "desk/enterprises/form.html", {"form": form, "enterprise": one, "title": gettext("Legal seat")}
    )


@for_desk(*KEEPERS, section=True)
def seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a place where the enterprise operates, since a day."""
    one = get_object_or_404(Enterprise.objects.visible_to(request.actor), pk=pk)
    form = NewSeatForm(request.POST or None)
    if done(request, form, open_seat, enterprise=one):
        messages.success(request, gettext("The operating seat has been added."))
        return redirect("desk:enterprise", one.pk)
    title = gettext("Add an operating seat")
    return render(request, "desk/enterprises/form.html", {"form": form, "enterprise": one, "title": title})


@for_desk(*KEEPERS, section=True)
def seat_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say until which day the enterprise operated there."""
    visible = Enterprise.objects.visible_to(request.actor)
    rows = Seat.objects.select_related("enterprise", "comune").filter(enterprise__in=visible, kind=Seat.OPERATING)
    one = get_object_or_404(rows, pk=pk, until=None)
    form = EndLinkForm(request.POST or None, initial={"on": today()})
    if done(request, form, close_seat, seat=one):
        messages.success(request, gettext("The operating seat is closed; the past stays."))
        return redirect("desk:enterprise", one.enterprise_id)
    title = gettext("Close the seat: %(seat)s") % {"seat": one}
    return render(request, "desk/enterprises/form.html", {"form": form, "enterprise": one.enterprise, "title": title})
