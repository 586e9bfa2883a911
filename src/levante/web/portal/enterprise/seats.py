"""The places where my enterprise operates: it declares one, or says that one has moved or closed; an office reads it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from levante.kernel.api import Refused
from levante.parties.api import Correction, Seat, propose_correction
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.portal.enterprise.forms import OperatingCorrection, as_texts
from levante.web.portal.enterprise.views import mine


@for_enterprise("apply")
def declare(request: HttpRequest) -> HttpResponse:
    """A place where the enterprise operates and that the file does not have."""
    return _form(request, None, gettext("Add a place where you operate"))


@for_enterprise("apply")
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of a place is wrong, or the enterprise no longer operates there."""
    rows = Seat.objects.select_related("comune").filter(enterprise=mine(request), kind=Seat.OPERATING, until=None)
    return _form(request, get_object_or_404(rows, pk=pk), gettext("A place where you operate has changed"))


def _form(request: HttpRequest, seat: Seat | None, title: str) -> HttpResponse:
    initial = {name: getattr(seat, name) for name in OperatingCorrection.base_fields if seat and name != "reason"}
    form = OperatingCorrection(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        try:
            propose_correction(
                actor=request.actor,  # type: ignore[attr-defined]
                enterprise=mine(request),
                subject=Correction.OPERATING,
                values=as_texts(values),
                seat=seat,
                reason=reason,
            )
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Sent. An office reads it and answers here; until then nothing changes."))
            return redirect("portal:enterprise")
    return render(request, "portal/enterprise/correct.html", {"form": form, "title": title})
