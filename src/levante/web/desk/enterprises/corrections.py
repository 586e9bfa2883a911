"""Corrections that enterprises, buyers and investors propose: the queue and the review."""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext

from levante.kernel.api import PARTY_KINDS, Refused, today
from levante.parties.api import (
    KEEPERS,
    Comune,
    Correction,
    Country,
    Institution,
    OwnershipLink,
    accept_correction,
    refuse_correction,
    texts_now,
)
from levante.web.access import for_desk
from levante.web.components.standing import Effect, effect_of
from levante.web.desk.enterprises.forms import ReasonForm, sector_choices
from levante.web.desk.enterprises.ownership_forms import HOLDERS
from levante.web.desk.enterprises.present import field_label
from levante.web.templatetags.levante import in_language


@for_desk(*KEEPERS, section=True)
def corrections(request: HttpRequest) -> HttpResponse:
    """Those that wait, oldest first; ``?state=all`` shows all."""
    rows = Correction.objects.visible_to(request.actor).select_related("proposed_by", *PARTY_KINDS)
    everything = request.GET.get("state") == "all"
    rows = rows.order_by("-id") if everything else rows.filter(state=Correction.PROPOSED).order_by("id")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "desk/enterprises/corrections.html", {"page": page, "everything": everything})


@for_desk(*KEEPERS, section=True)
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is and what is proposed, side by side; accept, or refuse with a reason."""
    rows = Correction.objects.visible_to(request.actor).select_related(
        *PARTY_KINDS, "proposed_by", "decided_by", "link", "seat__comune"
    )
    one = get_object_or_404(rows, pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and request.POST.get("decision") != "preview" and form.is_valid():
        decide = refuse_correction if request.POST.get("decision") == "refuse" else accept_correction
        try:
            decide(actor=request.actor, correction=one, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error("reason", refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("The decision has been recorded; who proposed it sees it."))
            return redirect("desk:corrections")
    context = {"correction": one, "rows": changes_of(one), "form": form, "effect": _effect(request, one)}
    return render(request, "desk/enterprises/correction.html", context)


def _effect(request: HttpRequest, one: Correction) -> Effect | None:
    """What accepting would do to size and undertaking; asked by a POST, since it is tried out and undone."""
    if one.state != Correction.PROPOSED or one.enterprise is None or request.POST.get("decision") != "preview":
        return None
    try:
        return effect_of(
            lambda: accept_correction(actor=request.actor, correction=one),
            one.enterprise,
            actor=request.actor,
            on=today(),
        )
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
        return None


def changes_of(one: Correction) -> list[dict[str, Any]]:
    """The fields of a correction: there was, there is now, is proposed."""
    now = texts_now(one)
    rows = []
    for name, (old, new) in one.changes.items():
        moved = one.state == Correction.PROPOSED and now[name] != old
        rows.append(
            {
                "label": gettext("Kind") if name == "kind" and one.enterprise_id is None else field_label(name),
                "old": _named(one, name, old),
                "new": _named(one, name, new),
                "now": _named(one, name, now[name]),
                "moved": moved,
            }
        )
    return rows


def _named(one: Correction, name: str, value: str) -> str:
    tables = {
        "holder": HOLDERS,
        "kind": dict(OwnershipLink.KINDS if one.enterprise_id is not None else one.holder.KINDS),
        "institution_kind": dict(Institution.KINDS),
        "same_market": {"true": gettext("yes"), "false": gettext("no")},
    }
    if value and name in tables:
        return str(tables[name].get(value, value))
    if name == "sectors" and value:
        names = dict(sector_choices())
        return ", ".join(str(names.get(code, code)) for code in value.split(","))
    if name == "institution" and re.fullmatch(r"[0-9]{1,18}", value):
        body = Institution.objects.filter(pk=int(value)).first()
        return body.name if body else value
    if name == "country" and value:
        country = Country.objects.filter(pk=value).first()
        return in_language(country, "name") if country else value
    if name == "comune" and value:
        found = Comune.objects.filter(pk=value).first()
        return found.name if found else value
    return value or "–"
