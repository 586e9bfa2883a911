"""Opportunities offered to investors: entered, corrected, published in both languages, withdrawn saying why."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.identity.api import Office, roles, section_code
from levante.investment.api import (
    Opportunity,
    may_keep_opportunity,
    publish_opportunity,
    record_opportunity,
    states,
    verify_opportunity,
    withdraw_opportunity,
)
from levante.kernel.api import Actor, Refused, require
from levante.programme.api import Sector, main_programme
from levante.web.access import for_desk
from levante.web.components.forms import done, say
from levante.web.desk.investors.forms import Figures, OpportunityForm, WithdrawForm
from levante.web.desk.investors.views import KEEPERS, PER_PAGE, READERS

NEW_KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER)


@for_desk(*READERS)
def opportunities(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    rows = Opportunity.objects.visible_to(actor).select_related("office", "comune").order_by("verified_on", "code")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    keeps = bool(may_keep_opportunity(actor))
    shown = [
        {
            "row": row,
            "state": states.STATES[row.state],
            "tone": states.TONES[row.state],
            "kind": states.KINDS[row.kind],
            "may": keeps or (row.office.code in actor.offices and actor.has_role(roles.AGENCY_STAFF)),
        }
        for row in page.object_list
    ]
    return render(request, "desk/investors/opportunities.html", {"page": page, "rows": shown, "keeps": keeps})


@for_desk(*NEW_KEEPERS)
def new(request: HttpRequest) -> HttpResponse:
    require(may_keep_opportunity(request.actor))  # type: ignore[attr-defined]
    return _form(request, None)


@for_desk(*READERS)
def opportunity(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _opportunity(request, code))


@for_desk(*KEEPERS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    found = _opportunity(request, code)
    require(may_keep_opportunity(request.actor, found))  # type: ignore[attr-defined]
    return _form(request, found)


@for_desk(*KEEPERS)
@require_POST
def verify(request: HttpRequest, code: str) -> HttpResponse:
    verify_opportunity(actor=request.actor, opportunity=_opportunity(request, code))  # type: ignore[attr-defined]
    messages.success(request, gettext("Checked today."))
    return redirect("desk:opportunities_offered")


@for_desk(*KEEPERS)
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    publish_opportunity(actor=request.actor, opportunity=_opportunity(request, code))  # type: ignore[attr-defined]
    messages.success(request, gettext("It is on the public page, in both languages."))
    return redirect("desk:opportunity_offered", code=code)


@for_desk(*KEEPERS)
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    found = _opportunity(request, code)
    form = WithdrawForm(request.POST)
    if done(request, form, withdraw_opportunity, opportunity=found):
        messages.success(request, gettext("It is no longer on the public page."))
        return redirect("desk:opportunity_offered", code=code)
    return _page(request, found, form)


def _page(request: HttpRequest, found: Opportunity, bound: forms.Form | None = None) -> HttpResponse:
    may = bool(may_keep_opportunity(request.actor, found))  # type: ignore[attr-defined]
    context = {
        "opportunity": found,
        "state": states.STATES[found.state],
        "tone": states.TONES[found.state],
        "kind": states.KINDS[found.kind],
        "may": may,
        "withdraw": (bound or WithdrawForm()) if may and found.state == states.PUBLISHED else None,
        "open": bound is not None,
        "enquiries": found.enquiries.visible_to(request.actor).select_related("case__contact"),  # type: ignore[attr-defined]
    }
    return render(request, "desk/investors/opportunity.html", context, status=400 if bound is not None else 200)


def _form(request: HttpRequest, found: Opportunity | None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    posted = request.POST if request.method == "POST" else None
    own = None if may_keep_opportunity(actor) else actor.offices
    form = OpportunityForm(
        posted, initial=_initial(found) if found is not None else {"office": section_code()}, offices=own
    )
    figures = Figures(posted, initial=_figures(found) if found is not None else [], prefix="figures")
    if posted is not None and form.is_valid() and figures.is_valid():
        data = dict(form.cleaned_data)
        data["office"] = Office.objects.get(code=data["office"])
        data["sectors"] = list(Sector.objects.filter(programme=main_programme(), code__in=data["sectors"]))
        data["comune"] = data["comune"] or None
        kept_rows = [row for row in figures.forms if row.cleaned_data and not row.cleaned_data.get("DELETE")]
        invented = found is not None and found.demonstration
        live = found is not None and found.state == states.PUBLISHED
        try:
            kept = record_opportunity(
                actor=actor,
                code=found.code if found is not None else form.code(),
                state=states.PUBLISHED if live else states.DRAFT,
                figures=[row.row() | {"demonstration": invented} for row in kept_rows],
                demonstration=invented,
                new=found is None,
                **data,
            )
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:opportunity_offered", code=kept.code)
    context = {"form": form, "figures": figures, "opportunity": found}
    return render(request, "desk/investors/opportunity_form.html", context, status=400 if posted is not None else 200)


def _initial(found: Opportunity) -> dict[str, Any]:
    names = ("title_it", "title_en", "kind", "summary_it", "summary_en", "area_m2", "source", "verified_on")
    return {name: getattr(found, name) for name in names} | {
        "sectors": [row.code for row in found.sectors.all()],
        "comune": found.comune_id or "",
        "office": found.office.code,
    }


def _figures(found: Opportunity) -> list[dict[str, Any]]:
    return [
        {
            "label_it": row["label"]["it"],
            "label_en": row["label"]["en"],
            "value": row["value"],
            "unit_it": row.get("unit", {}).get("it", ""),
            "unit_en": row.get("unit", {}).get("en", ""),
            "source": row.get("source", ""),
        }
        for row in found.figures
    ]


def _opportunity(request: HttpRequest, code: str) -> Opportunity:
    rows = Opportunity.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    found: Opportunity = get_object_or_404(
        rows.select_related("office", "comune__province").prefetch_related("sectors"), code=code
    )
    return found
