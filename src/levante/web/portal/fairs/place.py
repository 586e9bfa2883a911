"""The place of the enterprise in an initiative: accept it, give it up, tell what the stand and the catalogue need."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.initiatives.api import ExpressionOfInterest
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Refused, today
from levante.participations.api import (
    Arrangement,
    Participation,
    Selection,
    accept_place,
    backs_of,
    details_until,
    may_answer,
    may_detail,
    more_modules,
    percent_back,
    quota_of,
    renounce_place,
    states,
    take_fewer_modules,
    tell_details,
    value_in_words,
)
from levante.web.access import for_enterprise
from levante.web.components.details import DetailsForm, initial_details
from levante.web.components.forms import attempt, say
from levante.web.components.hosting import shown as arranged
from levante.web.components.stand import drawing_for

#: How many modules an enterprise may ask for by itself.
MOST_MODULES = 3


def shown(request: HttpRequest, row: Participation | None) -> dict[str, Any] | None:
    """What the page of an initiative says of the enterprise's place; none while the list is not decided."""
    if row is None:
        return None
    actor, selection = request.actor, row.selection  # type: ignore[attr-defined]
    answers = bool(may_answer(actor, row))
    drawn = drawing_for(selection, own=row.pk) if row.is_seated else None
    return {
        "drawing": drawn,
        "modules": ", ".join(part["element"].code for part in drawn["parts"] if part["element"].holder_id == row.pk)
        if drawn
        else "",
        "row": row,
        "state": states.STATES[row.state],
        "tone": states.TONES[row.state],
        "selection": selection,
        "aid": value_in_words(selection) if selection.is_aid else None,
        "accepts": answers and row.state == states.OFFERED and row.accepted_at is None,
        "prices": _prices(selection, MOST_MODULES) if more_modules(selection) else [],
        "fewer": _prices(selection, row.modules - 1) if answers and _may_lessen(row) else [],
        "costs": bool(selection.quota or (more_modules(selection) and selection.extra_quota)),
        "backs": backs_of(selection),
        "renounces": answers and selection.initiative.starts_on > today(),
        "back": percent_back(
            selection.refunds, starts_on=selection.initiative.starts_on, on=today(), free_until=selection.free_until
        ),
        "details": bool(may_detail(actor, row)),
        "details_until": details_until(row),
        "arranged": arranged(list(Arrangement.objects.visible_to(actor).standing().filter(place=row))),
    }


def line(row: Participation | None, interest: ExpressionOfInterest | None) -> dict[str, Any]:
    """A line of the enterprise's list: its place, once the list is decided, with the day by which it answers or pays; before, what it
    asked, unless the initiative is cancelled."""
    if row is not None:
        number = (
            row.interest.number
            if row.interest is not None
            else str(row.application.number)
            if row.application is not None
            else ""
        )
        offered = row.state == states.OFFERED
        return {
            "initiative": row.selection.initiative, "number": number, "state": states.STATES[row.state], "tone": states.TONES[row.state],
            "by": row.answer_by if offered else None, "pays": offered and row.accepted_at is not None,
        }  # fmt: skip
    assert interest is not None
    initiative, state = interest.initiative, interest.state
    off = initiative.state == initiative_states.CANCELLED
    return {
        "initiative": initiative, "number": interest.number,
        "state": initiative_states.STATES[initiative.state] if off else initiative_states.INTEREST_STATES[state],
        "tone": initiative_states.TONES[initiative.state] if off else initiative_states.INTEREST_TONES[state],
    }  # fmt: skip


@for_enterprise("submit")
@require_POST
def accept(request: HttpRequest, code: str) -> HttpResponse:
    row = _mine(request, code)
    modules = _modules(request)
    return _done(
        request, code, lambda: accept_place(actor=request.actor, row=row, modules=modules), gettext("You have accepted your place.")  # type: ignore[attr-defined]
    )  # fmt: skip


@for_enterprise("submit")
@require_POST
def fewer(request: HttpRequest, code: str) -> HttpResponse:
    """Fewer modules of a place that is accepted and not paid yet."""
    take = partial(take_fewer_modules, actor=request.actor, row=_mine(request, code), modules=_modules(request))  # type: ignore[attr-defined]
    return _done(request, code, take, gettext("The modules are fewer: the quota is asked anew."))


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


def _prices(selection: Selection, most: int) -> list[tuple[int, Decimal]]:
    """How many modules, and what they cost in all."""
    return [(modules, quota_of(selection, modules)) for modules in range(1, most + 1)]


def _may_lessen(row: Participation) -> bool:
    return row.state == states.OFFERED and row.due is not None and not row.due.received


def _modules(request: HttpRequest) -> int:
    wanted = request.POST.get("modules", "1")
    return int(wanted) if wanted in {str(number) for number in range(1, MOST_MODULES + 1)} else 1


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
