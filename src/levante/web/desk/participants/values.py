"""What a place is worth as aid, decided again by an act: less is a variation, more is another grant."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.identity.api import roles
from levante.kernel.api import Refused, today
from levante.participations.api import (
    AidChange,
    change_place_aid,
    give_up_more,
    grant_more,
    may_decide,
    may_keep,
    proposed_value,
    registered_from_here,
    states,
    value_of,
    write_more_cor,
)
from levante.programme.api import Act
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.desk.participants.access import KEEPERS, READERS, act_given, row_of
from levante.web.desk.participants.forms import DecideForm, DropForm, ValueForm
from levante.web.desk.participants.forms_aid import CorForm

TONES = {states.REGISTERING: "waiting", states.IN_FORCE: "done", states.GIVEN_UP: "neutral"}


@for_desk(*READERS)
def value(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is worth, how it came to it, and the decision that changes it."""
    return _page(request, pk)


@for_desk(roles.DIRECTOR)
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = row_of(request, pk), ValueForm(request.POST, prefix="value")
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = change_place_aid(
                actor=request.actor, row=row, value=data["value"], reason=data["reason"], act=_act(form, row.selection.initiative)  # type: ignore[attr-defined]
            )  # fmt: skip
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(
                request,
                gettext("It is decided: the further aid waits for its COR.")
                if made.is_more
                else gettext("It is decided and in force."),
            )
            return redirect("desk:place_value", pk=pk)
    return _page(request, pk, {"value": form})


@for_desk(*KEEPERS)
@require_POST
def cor(request: HttpRequest, pk: int) -> HttpResponse:
    """The COR of a further aid, written by hand."""
    return _step(request, pk, CorForm(request.POST, prefix="cor"), "cor", lambda found, form: write_more_cor(
        actor=request.actor, change=found, **form.cleaned_data  # type: ignore[attr-defined]
    ))  # fmt: skip


@for_desk(roles.DIRECTOR)
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """The act that grants the further aid."""
    return _step(request, pk, DecideForm(request.POST, prefix="grant"), "grant", lambda found, form: grant_more(
        actor=request.actor, change=found, act=_act(form, found.participation.selection.initiative)  # type: ignore[attr-defined]
    ))  # fmt: skip


@for_desk(roles.DIRECTOR)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """A further aid that is not granted."""
    return _step(request, pk, DropForm(request.POST, prefix="drop"), "drop", lambda found, form: give_up_more(
        actor=request.actor, change=found, reason=form.cleaned_data["reason"]  # type: ignore[attr-defined]
    ))  # fmt: skip


def _step(request: HttpRequest, pk: int, form: forms.Form, name: str, service: Any) -> HttpResponse:
    rows = AidChange.objects.visible_to(request.actor).select_related(
        "participation__selection__initiative__lead_office"
    )  # type: ignore[attr-defined]
    found = get_object_or_404(rows, pk=pk)
    if form.is_valid():
        try:
            service(found, form)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:place_value", pk=found.participation_id)
    return _page(request, found.participation_id, {name: form})


def _act(form: forms.Form, initiative: Any) -> Act:
    act = act_given(initiative, form)
    if act is None:
        raise Refused(states.CHOOSE_ACT, "act")
    return act


def _page(request: HttpRequest, pk: int, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    row, given = row_of(request, pk), bound or {}
    selection, actor = row.selection, request.actor  # type: ignore[attr-defined]
    if not selection.is_aid or row.aid_id is None:
        raise Http404
    decides, keeps = bool(may_decide(actor, selection.initiative)), bool(may_keep(actor, selection.initiative))
    changes = list(row.aid_changes.select_related("act").order_by("-pk"))
    waiting = next((one for one in changes if one.state == states.REGISTERING), None)
    asks_cor = waiting is not None and not waiting.cor and keeps and not registered_from_here(row)
    proposed = proposed_value(row)
    more = proposed is not None and proposed > value_of(row)
    said = gettext("Quota given back") if more else gettext("Another quota asked")
    start = {"value": proposed, "reason": said} if proposed is not None else None
    context = {
        "row": row, "initiative": selection.initiative, "value": value_of(row), "proposed": proposed,
        "first": selection.aid_value, "waiting": waiting,
        "state": states.STATES[row.state], "tone": states.TONES[row.state],
        "changes": [{"row": one, "state": states.CHANGE_STATES[one.state], "tone": TONES[one.state]} for one in changes],
        "value_form": given.get("value")
        or (ValueForm(prefix="value", initial=start) if decides and waiting is None and row.state in states.SEATED else None),
        "cor_form": given.get("cor") or (CorForm(prefix="cor", initial={"on": today()}) if asks_cor else None),
        "grant_form": given.get("grant") or (DecideForm(prefix="grant") if decides and waiting is not None and waiting.cor else None),
        "drop_form": given.get("drop") or (DropForm(prefix="drop") if decides and waiting is not None else None),
        "open": set(given),
    }  # fmt: skip
    return render(request, "desk/participants/value.html", context, status=400 if given else 200)
