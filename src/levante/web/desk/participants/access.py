"""Whom the pages of places are for, and what of an initiative they open."""

from django import forms
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from levante.identity.api import roles
from levante.initiatives.api import Initiative, act_of
from levante.participations.api import Participation, Selection, selection_of
from levante.programme.api import Act, main_programme

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.COMMUNICATION, roles.AGENCY_STAFF, roles.AUDITOR)
KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF)


def act_given(found: Initiative, form: forms.Form) -> Act | None:
    """The act chosen in a form, or the new one written there; none: neither."""
    data = form.cleaned_data
    return act_of(found, act_by_code(data["act"]) if data["act"] else None, data["number"], data["adopted_on"])


def act_by_code(code: str) -> Act:
    found: Act = get_object_or_404(Act, programme=main_programme(), code=code)
    return found


def initiative_of(request: HttpRequest, code: str) -> Initiative:
    """The initiative as the actor sees it."""
    rows = (
        Initiative.objects.visible_to(request.actor)
        .with_place()
        .select_related("budget_line__triennium", "lead_office__parent")
    )  # type: ignore[attr-defined]
    found: Initiative = get_object_or_404(rows, code=code)
    return found


def row_of(request: HttpRequest, pk: int) -> Participation:
    rows = Participation.objects.visible_to(request.actor).select_related(
        "selection__initiative__lead_office", "enterprise", "reservation", "aid"
    )  # type: ignore[attr-defined]
    found: Participation = get_object_or_404(rows, pk=pk)
    return found


def selection_or_404(found: Initiative) -> Selection:
    selection = selection_of(found)
    if selection is None:
        raise Http404
    return selection
