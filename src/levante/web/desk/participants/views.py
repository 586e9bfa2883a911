"""Who takes part in an initiative, at the desk: the order with its points, the list by its act, places, presence."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.aid.api import GENERAL
from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Refused, today
from levante.meetings.api import checked_in
from levante.participations.api import (
    OTHER_QUOTAS,
    Participation,
    add_to_list,
    admit_with_act,
    asked_since,
    change_places,
    confirm_cor_cancelled,
    cor_to_cancel,
    costs_of,
    decide_list,
    exclude_request,
    list_of,
    mark_of_order,
    may_decide,
    may_detail,
    may_keep,
    may_read_list,
    of_other_quotas,
    opens_again,
    order_of,
    others_of,
    reaches_rna,
    readmit_request,
    ready_for_act,
    record_presence,
    regime_of,
    selection_of,
    states,
    tell_details,
    to_do_by_hand,
    unasked,
    value_in_words,
    visure_of,
    what_lacks,
    write_cor,
)
from levante.web.access import for_desk
from levante.web.components.details import DetailsForm, initial_details
from levante.web.components.forms import attempt, say
from levante.web.components.numbers import whole_number
from levante.web.desk.initiatives.forms import ActForm
from levante.web.desk.participants.access import KEEPERS, READERS, act_given, initiative_of, row_of, selection_or_404
from levante.web.desk.participants.forms import DecideForm, ExcludeForm, PlacesForm
from levante.web.desk.participants.forms_aid import AdmitForm, CancelledForm, CorForm
from levante.web.desk.participants.turns import turns_shown
from levante.web.site.fairs.views import card_of


@for_desk(*READERS)
def places(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, initiative_of(request, code))


@for_desk(*KEEPERS)
@require_POST
def exclude(request: HttpRequest, code: str) -> HttpResponse:
    """Leave a request out, with the reason of the office."""
    found = initiative_of(request, code)
    form = ExcludeForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Say why it is not admitted."))
        return redirect("desk:places", code=code)
    firm, why, in_english = (form.cleaned_data[name] for name in ("enterprise", "reason", "reason_en"))
    leave_out = partial(exclude_request, actor=request.actor, initiative=found)  # type: ignore[attr-defined]
    return _done(request, code, lambda: leave_out(enterprise_id=firm, reason=why, reason_en=in_english))


@for_desk(*KEEPERS)
@require_POST
def readmit(request: HttpRequest, pk: int) -> HttpResponse:
    row = row_of(request, pk)
    code = row.selection.initiative.code
    return _done(request, code, lambda: readmit_request(actor=request.actor, row=row))  # type: ignore[attr-defined]


@for_desk(roles.DIRECTOR)
@require_POST
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """The list is approved by an act: the list that was read, as its mark says."""
    service = partial(decide_list, read=request.POST.get("read", ""))
    return _by_act(request, code, "decide", service, gettext("The list is decided: places are offered in order."))


@for_desk(roles.DIRECTOR)
@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Who asked once the list was decided is added to it by another act: the order that was read, as its mark says."""
    service = partial(add_to_list, read=request.POST.get("read", ""))
    return _by_act(
        request, code, "add", service, gettext("The list has who asked since: free places are offered in order.")
    )


@for_desk(roles.DIRECTOR)
@require_POST
def admit(request: HttpRequest, code: str) -> HttpResponse:
    """Places that have their COR are granted by an act."""
    ready = ready_for_act(selection_or_404(initiative_of(request, code)))
    return _by_act(
        request, code, "admit", admit_with_act, gettext("The places that the act cites are granted and offered."),
        partial(AdmitForm, ready=ready),
    )  # fmt: skip


@for_desk(roles.DIRECTOR)
@require_POST
def seats(request: HttpRequest, code: str) -> HttpResponse:
    """There are more places, or fewer, by an act."""
    return _by_act(request, code, "seats", change_places, gettext("The places are changed."), PlacesForm)


@for_desk(*KEEPERS)
@require_POST
def presence(request: HttpRequest, code: str) -> HttpResponse:
    """Who came and who did not: ``row-<pk>`` is ``yes`` or ``no``."""
    found = initiative_of(request, code)
    given = {
        number: value == "yes"
        for name, value in request.POST.items()
        if value in {"yes", "no"} and name.startswith("row-") and (number := whole_number(name[4:])) is not None
    }
    return _done(request, code, lambda: record_presence(actor=request.actor, initiative=found, present=given))  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
@require_POST
def cor(request: HttpRequest, pk: int) -> HttpResponse:
    row = row_of(request, pk)
    form = CorForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Write the COR and the day of its registration."))
        return redirect("desk:places", code=row.selection.initiative.code)
    code, given = row.selection.initiative.code, form.cleaned_data
    return _done(request, code, lambda: write_cor(actor=request.actor, row=row, **given))  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
@require_POST
def cor_cancelled(request: HttpRequest, pk: int) -> HttpResponse:
    """A COR written by hand was cancelled in the RNA: its place is no more."""
    row = row_of(request, pk)
    form = CancelledForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Write the day on which it was cancelled in the RNA."))
        return redirect("desk:places", code=row.selection.initiative.code)
    code, on = row.selection.initiative.code, form.cleaned_data["on"]
    return _done(request, code, lambda: confirm_cor_cancelled(actor=request.actor, row=row, on=on))  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
def details(request: HttpRequest, pk: int) -> HttpResponse:
    """The details of a place, written by the office for who has it."""
    row = row_of(request, pk)
    if not may_detail(request.actor, row):  # type: ignore[attr-defined]
        raise Http404
    form = DetailsForm(request.POST or None, initial=initial_details(row))
    if request.method == "POST" and form.is_valid():
        try:
            tell_details(actor=request.actor, row=row, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:places", code=row.selection.initiative.code)
    return render(
        request, "desk/participants/details.html", {"form": form, "row": row, "initiative": row.selection.initiative}
    )


def _page(request: HttpRequest, found: Initiative, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    given = bound or {}
    selection = selection_of(found)
    read, keeps, decides = may_read_list(actor, found), bool(may_keep(actor, found)), bool(may_decide(actor, found))
    context: dict[str, Any] = {
        "initiative": found, "card": card_of(found), "selection": selection, "read": read, "keeps": keeps, "decides": decides,
    }  # fmt: skip
    if selection is not None and read:
        undecided = selection.decided_at is None
        since = not undecided and found.starts_on > today() and asked_since(selection).exists()
        turns = order_of(selection) if undecided or since else []
        listed = [] if undecided else list(list_of(actor, selection).select_related("reservation", "aid"))
        cancel = cor_to_cancel(listed) if selection.is_aid else set()
        waits = [row for row in listed if row.state == states.REGISTERING]
        known, others = (visure_of(waits), others_of(waits)) if waits else ({}, {})
        to_ask, from_here = unasked(selection, waits), reaches_rna(selection)
        lacks = {row.pk for row in waits if what_lacks(row, known[row.pk], others[row.pk]) is not None}
        begun = found.starts_on <= today() and found.state not in {"done", "cancelled"}
        came = checked_in(found) if begun else {}
        rows = [
            _shown(row, keeps, decides, ask=row.pk in to_ask, from_here=from_here)
            | {"cancel": row.pk in cancel, "came_at": came.get(row.enterprise_id), "lacks": row.pk in lacks}
            for row in listed
        ]
        ready = [row for row in listed if row.state == states.REGISTERING and row.cor]
        context |= {
            "method": states.METHODS[selection.method],
            "weights": [(states.CRITERIA_WORDS[name], points) for name, points in selection.weights.items()],
            "criteria": [(name, states.CRITERIA_WORDS[name]) for name in selection.weights],
            "ways": [initiative_states.WAYS[way] for way in selection.ways],
            "aid_words": value_in_words(selection),
            "aid_again": OTHER_QUOTAS if of_other_quotas(selection) else None,
            "regimes": list(states.REGIMES.items()),
            "to_do": to_do_by_hand(selection) if selection.is_aid else [],
            "undecided": undecided,
            "since": since,
            "turns": turns_shown(selection, turns) if turns else [],
            "mark": mark_of_order(turns) if turns else "",
            "free_again": not undecided and found.state in initiative_states.CALLS_AGAIN and opens_again(selection),
            "add_form": given.get("add") or (DecideForm(prefix="add") if since and decides else None),
            "add_open": "add" in given,
            "rows": rows,
            "seated": sum(1 for row in rows if row["row"].is_seated),
            "waiting": sum(1 for row in rows if row["row"].state == states.LISTED),
            "decide_form": given.get("decide") or (DecideForm(prefix="decide") if undecided and decides else None),
            "decide_open": "decide" in given,
            "admit_form": given.get("admit") or (AdmitForm(prefix="admit", ready=ready) if ready and decides else None),
            "admit_open": "admit" in given,
            "seats_form": given.get("seats") or PlacesForm(prefix="seats", initial={"places": selection.places}),
            "may_seat": decides and not undecided and today() < found.starts_on,
            "seats_open": "seats" in given,
            "begun": begun,
            "costs": costs_of(found),
            "now_day": today(),
        }  # fmt: skip
    return render(request, "desk/participants/page.html", context, status=400 if given else 200)


def _shown(row: Participation, keeps: bool, decides: bool, *, ask: bool, from_here: bool) -> dict[str, Any]:
    registering = row.selection.is_aid and row.state == states.REGISTERING
    regime = regime_of(row) if registering or row.aid_id is not None else GENERAL
    return {
        "regime": states.REGIMES.get(regime) if regime != GENERAL or row.regime else None,
        "regime_code": regime,
        "decide_regime": keeps and registering,
        "row": row,
        "state": states.STATES[row.state],
        "tone": states.TONES[row.state],
        "points": [row.points.get(name, {}) for name in row.selection.weights],
        "asks_cor": keeps
        and registering
        and not row.cor
        and row.reservation_id is not None
        and not (from_here and regime == GENERAL),
        "asks_again": keeps and (bool(row.problem_it) or ask) and not row.cor,
        "visure": row.selection.is_aid and (row.state == states.REGISTERING or bool(row.cor)),
        "leave_out": decides and row.state in {states.LISTED, states.REGISTERING},
        "valued": row.aid_id is not None,
        "detail": keeps and row.state in {states.OFFERED, states.CONFIRMED},
        "presence": row.state in {states.CONFIRMED, states.ATTENDED, states.ABSENT},
    }


def _by_act(
    request: HttpRequest, code: str, name: str, service: Any, said: str, form_class: Callable[..., ActForm] = DecideForm
) -> HttpResponse:  # fmt: skip
    """A decision by an act, known or new; what is wrong comes back beside its form."""
    found = initiative_of(request, code)
    form = form_class(request.POST, prefix=name)
    if form.is_valid():
        data = form.cleaned_data
        try:
            act = act_given(found, form)
            if act is None:
                form.add_error("act", gettext("Choose the act, or write a new one."))
                return _page(request, found, {name: form})
            given = {key: value for key, value in data.items() if key not in {"act", "number", "adopted_on"}}
            service(actor=request.actor, initiative=found, act=act, **given)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, said)
            return redirect("desk:places", code=code)
    return _page(request, found, {name: form})


def _done(request: HttpRequest, code: str, service: Any) -> HttpResponse:
    attempt(request, service, gettext("Kept."))
    return redirect("desk:places", code=code)
