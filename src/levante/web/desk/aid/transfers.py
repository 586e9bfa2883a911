"""A business, or a branch of it, transferred or leased, at the desk: what of the aid passes is chosen, and shown before it is recorded."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from levante.aid.api import record_transfer
from levante.kernel.api import Refused
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.desk.aid.events import clean, entries_of, names_of, takes_of, told_of
from levante.web.desk.aid.forms import TransferForm
from levante.web.desk.aid.lines import WORKERS


@for_desk(*WORKERS)
def transfer(request: HttpRequest) -> HttpResponse:
    """First who gives and who takes; then, aid by aid, what passes; what is not chosen stays."""
    form, takes = TransferForm(request.POST or None), takes_of(request)
    title = gettext("Record a transfer or a lease of a business")
    context: dict[str, Any] = {"form": form, "told": None, "title": title, "stays": True}
    if not (request.method == "POST" and form.is_valid()):
        return render(request, "desk/aid/event.html", context)
    data = dict(form.cleaned_data)
    giver, taker = clean(data["party"]), clean(data["into"])
    chosen = [aid for aid, firm in takes.items() if clean(firm) == taker]
    try:
        context["entries"] = entries_of(form, takes)  # before what is refused takes its field out of the form
    except Refused as refusal:
        say(form, refusal)
        return render(request, "desk/aid/event.html", context)
    context["firms"], context["choose"] = [(taker, names_of([taker])[taker])], not chosen

    def write() -> None:
        record_transfer(actor=request.actor, takes=chosen, **data)  # type: ignore[attr-defined]

    if chosen:
        told, written = told_of(request, form, sorted(takes.items()), write, lambda: [giver, taker])
        if written:
            messages.success(request, gettext("It is recorded: what passes waits for its office."))
            return redirect("desk:aid_events")
        context["told"] = told
    return render(request, "desk/aid/event.html", context)
