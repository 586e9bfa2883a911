"""The place of the enterprise in an initiative: accept it, give it up, tell what the stand and the catalogue need."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused, today
from levante.participations.api import (
    Arrangement,
    Participation,
    accept_place,
    may_answer,
    may_detail,
    more_modules,
    percent_back,
    renounce_place,
    states,
    tell_details,
    value_in_words,
)
from levante.web.access import for_enterprise
from levante.web.components.details import DetailsForm, initial_details
from levante.web.components.forms import attempt, say
from levante.web.components.hosting import shown as arranged


def shown(request: HttpRequest, row: Participation | None) -> dict[str, Any] | None:
    """What the page of an initiative says of the enterprise's place; none while the list is not decided."""
    if row is None:
        return None
    actor, selection = request.actor, row.selection  # type: ignore[attr-defined]
    answers = bool(may_answer(actor, row))
    return {
        "row": row,
        "state": states.STATES[row.state],
        "tone": states.TONES[row.state],
        "selection": selection,
        "aid": value_in_words(selection) if selection.is_aid else None,
        "accepts": answers and row.state == states.OFFERED and row.accepted_at is None,
        "renounces": answers and selection.initiative.starts_on > today(),
        "back": percent_back(
            selection.refunds, starts_on=selection.initiative.starts_on, on=today(), free_until=selection.free_until
        ),
        "details": bool(may_detail(actor, row)),
        "offers_more": more_modules(selection),
        "arranged": arranged(list(Arrangement.objects.visible_to(actor).standing().filter(place=row))),
    }


@for_enterprise("submit")
@require_POST
def accept(request: HttpRequest, code: str) -> HttpResponse:
    row = _mine(request, code)
    wanted = request.POST.get("modules", "1")
    modules = int(wanted) if wanted in {"1", "2", "3"} else 1
    return _done(
        request, code, lambda: accept_place(actor=request.actor, row=row, modules=modules), gettext("You have accepted your place.")  # type: ignore[attr-defined]
    )  # fmt: skip


@for_enterprise("submit")
@require_POST
def renounce(request: HttpRequest, code: str) -> HttpResponse:
    row = _mine(request, code)
    return _done(
        request, code, lambda: renounce_place(actor=request.actor, row=row), gettext("You have given up your place.")
    )  # type: ignore[attr-defined]


@for_enterprise("apply")
def details(request: HttpRequest, code: str) -> HttpResponse:
    """The name on the stand, technical needs, the texts of the catalogue."""
    row = _mine(request, code)
    may = may_detail(request.actor, row)  # type: ignore[attr-defined]
    form = DetailsForm(request.POST or None, initial=initial_details(row))
    if may and request.method == "POST" and form.is_valid():
        try:
            tell_details(actor=request.actor, row=row, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("portal:fair", code=code)
    context = {"form": form, "row": row, "initiative": row.selection.initiative, "may": may}
    return render(request, "portal/fairs/details.html", context)


def _done(request: HttpRequest, code: str, service: Callable[[], object], said: str) -> HttpResponse:
    attempt(request, service, said)
    return redirect("portal:fair", code=code)


def _mine(request: HttpRequest, code: str) -> Participation:
    """Only that of the enterprise acted for, also for a person who is staff elsewhere; once the list is decided."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = Participation.objects.visible_to(actor).select_related("selection__initiative__lead_office", "enterprise")
    wanted = {
        "enterprise_id": actor.enterprise_id,
        "selection__initiative__code": code,
        "selection__decided_at__isnull": False,
    }
    found: Participation = get_object_or_404(rows, **wanted)
    return found
