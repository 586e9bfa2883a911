"""Training, temporary export managers and guidance at the desk: entered, corrected, published, withdrawn saying why."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.cases.api import Case
from levante.competences.api import (
    SUPPORT_SUBJECT,
    SupportOffer,
    may_keep_support,
    publish_support,
    record_support,
    states,
    withdraw_support,
)
from levante.identity.api import Office, roles, section_code
from levante.kernel.api import Refused, require
from levante.programme.api import Sector, main_programme
from levante.web.access import for_desk
from levante.web.components.forms import done, say, tell
from levante.web.components.requests import with_states
from levante.web.desk.support.forms import SupportForm, WithdrawForm

READERS = (
    roles.DIRECTOR,
    roles.CASE_OFFICER,
    roles.FRONT_DESK,
    roles.COMMUNICATION,
    roles.AGENCY_STAFF,
    roles.AUDITOR,
)
KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)
PER_PAGE = 50


@for_desk(*READERS)
def offers(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    rows = SupportOffer.objects.visible_to(actor).select_related("office").order_by("kind", "code")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "offer": row,
            "kind": states.KINDS[row.kind],
            "state": states.STATES[row.state],
            "tone": states.TONES[row.state],
        }
        for row in page
    ]
    return render(
        request, "desk/support/list.html", {"page": page, "rows": shown, "keeps": bool(may_keep_support(actor))}
    )


@for_desk(roles.DIRECTOR, roles.CASE_OFFICER)
def new(request: HttpRequest) -> HttpResponse:
    require(may_keep_support(request.actor))  # type: ignore[attr-defined]
    return _form(request, None)


@for_desk(*READERS)
def offer(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _offer(request, code))


@for_desk(*KEEPERS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    found = _offer(request, code)
    require(may_keep_support(request.actor, found))  # type: ignore[attr-defined]
    return _form(request, found)


@for_desk(*KEEPERS)
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    tell(request, publish_support, gettext("Enterprises find it now."), offer=_offer(request, code))
    return redirect("desk:support_offer", code=code)


@for_desk(*KEEPERS)
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    found, form = _offer(request, code), WithdrawForm(request.POST)
    if done(request, form, withdraw_support, offer=found):
        messages.success(request, gettext("It is no longer offered."))
        return redirect("desk:support_offer", code=code)
    return _page(request, found, form)


def _page(request: HttpRequest, found: SupportOffer, bound: forms.Form | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    may = bool(may_keep_support(actor, found))
    asked = Case.objects.visible_to(actor).filter(subject_type=SUPPORT_SUBJECT, subject_id=str(found.pk))
    context = {
        "offer": found,
        "kind": states.KINDS[found.kind],
        "state": states.STATES[found.state],
        "tone": states.TONES[found.state],
        "may": may,
        "withdraw": (bound or WithdrawForm()) if may and found.state == states.PUBLISHED else None,
        "open": bound is not None,
        "asked": with_states(asked.select_related("enterprise", "office", "owner").order_by("-opened_at", "-pk")[:50]),
    }
    return render(request, "desk/support/page.html", context, status=400 if bound is not None else 200)


def _form(request: HttpRequest, found: SupportOffer | None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    own = None if may_keep_support(actor) else actor.offices
    initial = SupportForm.values_of(found) if found is not None else {"office": section_code()}
    form = SupportForm(request.POST or None, initial=initial, offices=own)
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = dict(form.cleaned_data)
        office, sectors = values.pop("office"), values.pop("sectors")
        try:
            kept = record_support(
                actor=actor,
                code=found.code if found is not None else form.code(),
                values=values,
                office=Office.objects.get(code=office),
                sectors=list(Sector.objects.filter(programme=main_programme(), code__in=sectors)),
                new=found is None,
            )
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:support_offer", code=kept.code)
    return render(request, "desk/support/form.html", {"form": form, "offer": found})


def _offer(request: HttpRequest, code: str) -> SupportOffer:
    rows = SupportOffer.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    found: SupportOffer = get_object_or_404(rows.select_related("office").prefetch_related("sectors"), code=code)
    return found
