"""Samples on the desk: the list that is fixed, the draw, its rows; and the case with which anyone draws them again."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import opens_to
from levante.calls.api import Call
from levante.controls import api as controls
from levante.controls.api import Sample, Visit, states
from levante.kernel.api import Actor, Refused, today
from levante.web.access import for_desk
from levante.web.components.actions import Action, NoFields, press, shown
from levante.web.components.forms import say
from levante.web.components.numbers import whole_number
from levante.web.desk.controls import forms
from levante.web.desk.controls.views import PAGE, SAMPLERS
from levante.web.portal.applications.filling import actor_of

TONES = {"frozen": "attention", "drawn": "done"}


@for_desk(*SAMPLERS, section=True)
def samples(request: HttpRequest) -> HttpResponse:
    """The samples, the latest first."""
    actor = actor_of(request)
    rows = Sample.objects.visible_to(actor).select_related("call").defer("items").order_by("-pk")
    after = whole_number(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    told = {
        "rows": [{"one": row, "tone": TONES[row.state]} for row in found[:PAGE]],
        "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
        "may": bool(controls.may_sample(actor)),
    }
    return render(request, "desk/controls/samples.html", told)


@for_desk(*SAMPLERS, section=True)
def sample_new(request: HttpRequest) -> HttpResponse:
    """Fix what can be drawn."""
    actor = actor_of(request)
    calls = Call.objects.filter(award_acts__awards__claims__decided_at__isnull=False).distinct().order_by("code")
    form = forms.SampleForm(request.POST or None, calls=calls)
    earlier: list[Sample] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = controls.fix_sample(actor=actor, **form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
            values = form.cleaned_data
            earlier = controls.earlier_samples(values["call"], values["first_day"], values["last_day"])
        else:
            return redirect("desk:sample", made.pk)
    return render(request, "desk/controls/sample_new.html", {"form": form, "earlier": earlier})


def sample_or_404(actor: Actor, pk: int) -> Sample:
    return get_object_or_404(Sample.objects.visible_to(actor).select_related("call", "fixed_by", "drawn_by"), pk=pk)


@for_desk(*SAMPLERS, section=True)
def sample(request: HttpRequest, sample_id: int) -> HttpResponse:
    return _page(request, sample_or_404(actor_of(request), sample_id))


def _page(request: HttpRequest, found: Sample, pressed: Any = None) -> HttpResponse:
    actor = actor_of(request)
    rows = list(
        found.rows.select_related("claim__award__enterprise").defer("claim__frozen", "claim__steps")
        .annotate(opens=opens_to(actor, of="claim__award__application")).order_by("position")[:500]
    )  # fmt: skip
    visits = {
        one.claim_id: one
        for one in Visit.objects.visible_to(actor).filter(claim__in=[row.claim_id for row in rows]).order_by("pk")
    }
    weights = {one["id"]: one for one in found.items}
    told = {
        "one": found,
        "tone": TONES[found.state],
        "rows": [
            {"row": row, "visit": visits.get(row.claim_id), "risk": weights.get(row.claim.register_number, {})} for row in rows
        ],
        "earlier": controls.earlier_than(found),
        "actions": shown(_actions(actor, found), pressed),
        "actions_url": reverse("desk:sample", args=[found.pk]) + "azioni/",
    }  # fmt: skip
    return render(request, "desk/controls/sample.html", told, status=409 if pressed else 200)


def _actions(actor: Actor, found: Sample) -> list[Action]:
    if found.state == states.DRAWN or not controls.may_sample(actor):
        return []
    if (found.draw_on or today()) > today() or (found.draw_on is None and actor.user_id == found.fixed_by_id):
        return []
    form = forms.SeedForm if found.draw_on is not None else NoFields
    work = lambda r, v: controls.draw_sample(actor=actor, sample=found, **v)  # noqa: E731
    return [Action("estrai", _("Draw"), work, form, is_first=True)]


@require_POST
@for_desk(*SAMPLERS, section=True)
def sample_act(request: HttpRequest, sample_id: int, action: str) -> HttpResponse:
    found = sample_or_404(actor_of(request), sample_id)
    pressed = press(request, _actions(actor_of(request), found), action)
    if pressed is None:
        return redirect("desk:sample", found.pk)
    return _page(request, sample_or_404(actor_of(request), sample_id), pressed)


@for_desk(*SAMPLERS, section=True)
def sample_case(request: HttpRequest, sample_id: int) -> HttpResponse:
    """The case for ``levante payments redraw``."""
    found = sample_or_404(actor_of(request), sample_id)
    if found.state != states.DRAWN:
        raise Http404
    text = json.dumps(controls.sample_case(found), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="campione-{found.pk}.json"'
    return response
