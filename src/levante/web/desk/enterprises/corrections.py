"""Corrections that enterprises propose: the queue and the review."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext

from levante.kernel.api import Refused
from levante.parties.api import KEEPERS, Comune, Correction, accept_correction, current_values, refuse_correction
from levante.web.access import for_desk
from levante.web.desk.enterprises.forms import ReasonForm
from levante.web.desk.enterprises.present import field_label


@for_desk(*KEEPERS)
def corrections(request: HttpRequest) -> HttpResponse:
    """Those that wait, oldest first; ``?state=all`` shows all."""
    rows = Correction.objects.visible_to(request.actor).select_related("enterprise", "proposed_by")
    everything = request.GET.get("state") == "all"
    rows = rows.order_by("-id") if everything else rows.filter(state=Correction.PROPOSED).order_by("id")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "desk/enterprises/corrections.html", {"page": page, "everything": everything})


@for_desk(*KEEPERS)
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is and what is proposed, side by side; accept, or refuse with a reason."""
    rows = Correction.objects.visible_to(request.actor).select_related("enterprise", "proposed_by", "decided_by")
    one = get_object_or_404(rows, pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decide = refuse_correction if request.POST.get("decision") == "refuse" else accept_correction
        try:
            decide(actor=request.actor, correction=one, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error("reason", refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("The decision has been recorded; the enterprise sees it."))
            return redirect("desk:corrections")
    return render(
        request, "desk/enterprises/correction.html", {"correction": one, "rows": changes_of(one), "form": form}
    )


def changes_of(one: Correction) -> list[dict[str, Any]]:
    """The fields of a correction: there was, there is now, is proposed."""
    now = current_values(one.enterprise, one.subject, one.year)
    rows = []
    for name, (old, new) in one.changes.items():
        moved = one.state == Correction.PROPOSED and now[name] != old
        rows.append(
            {
                "label": field_label(name),
                "old": _named(name, old),
                "new": _named(name, new),
                "now": _named(name, now[name]),
                "moved": moved,
            }
        )
    return rows


def _named(name: str, value: str) -> str:
    if name == "comune" and value:
        found = Comune.objects.filter(pk=value).first()
        return found.name if found else value
    return value or "–"
