"""The rules of the places of an initiative, and whether a place is aid."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from levante.identity.api import roles
from levante.kernel.api import Refused
from levante.participations.api import decide_aid, may_keep, rules_are_read, selection_of, set_selection
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.desk.participants.access import KEEPERS, act_by_code, act_given, initiative_of, selection_or_404
from levante.web.desk.participants.forms import ChangedRulesForm, RulesForm, initial_rules
from levante.web.desk.participants.forms_aid import AidForm


@for_desk(*KEEPERS)
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """Write the rules, until the list is decided."""
    found = initiative_of(request, code)
    selection = selection_of(found)
    if not may_keep(request.actor, found) or (selection is not None and selection.decided_at):  # type: ignore[attr-defined]
        raise Http404
    read = rules_are_read(found, selection)
    form = (ChangedRulesForm if read else RulesForm)(
        request.POST or None, initial=initial_rules(selection, found.places)
    )
    if request.method == "POST" and form.is_valid():
        try:
            given = form.rules() | ({"act": act_given(found, form)} if read else {})
            set_selection(actor=request.actor, initiative=found, **given)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The rules are written."))
            return redirect("desk:places", code=code)
    shown = {"form": form, "initiative": found, "read": read, "written": selection is not None}
    return render(request, "desk/participants/rules.html", shown)


@for_desk(roles.DIRECTOR)
def aid(request: HttpRequest, code: str) -> HttpResponse:
    """Decide whether a place is aid."""
    found = initiative_of(request, code)
    selection = selection_or_404(found)
    if selection.decided_at is not None:
        raise Http404
    initial: dict[str, Any] = {
        "is_aid": {True: "yes", False: "no"}.get(selection.is_aid) if selection.is_aid is not None else None,
        "value": selection.aid_value,
        "reason": selection.aid_reason,
        "act": selection.aid_act.code if selection.aid_act is not None else "",
        "extra_at_cost": selection.extra_at_cost,
        **selection.aid_codes,
    }
    form = AidForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            decide_aid(
                actor=request.actor, initiative=found, is_aid=data["is_aid"] == "yes", reason=data["reason"], value=data["value"],  # type: ignore[attr-defined]
                act=act_by_code(data["act"]), codes=form.codes(), extra_at_cost=data["extra_at_cost"],
            )  # fmt: skip
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("It is decided."))
            return redirect("desk:places", code=code)
    return render(request, "desk/participants/aid.html", {"form": form, "initiative": found})
