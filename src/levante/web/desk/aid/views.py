"""Aid on the desk: the position of any enterprise or tax code on a day, doubts to decide, the imports of the RNA."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.aid.api import (
    REGIMES,
    Reservation,
    decide_undertaking,
    decided,
    decisions_on,
    imports,
    may_decide_undertaking,
    may_reserve,
    position,
    quarantine_of,
    reservations_of,
    waiting_in_quarantine,
)
from levante.applications.api import Application, undeclared_among
from levante.grants.api import closed_reservations
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, today
from levante.law.parameters import Missing
from levante.parties.api import Enterprise, with_names
from levante.web.access import for_desk
from levante.web.components.aid_story import story_context
from levante.web.components.numbers import whole_number
from levante.web.desk.aid import texts
from levante.web.desk.aid.forms import AidQuestion

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.FRONT_DESK, roles.AGENCY_STAFF, roles.AUDITOR)
IMPORTERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.SYSTEM, roles.AUDITOR)
PAGE = 50


@for_desk(*READERS)
def aid(request: HttpRequest) -> HttpResponse:
    """The position of a tax code, known to the portal or not, on a day."""
    form = AidQuestion(request.GET or None)
    context: dict[str, object] = {"form": form, "can_import": request.actor.in_section(*IMPORTERS)}  # type: ignore[attr-defined]
    context["may_change"] = bool(may_reserve(request.actor))  # type: ignore[attr-defined]
    if form.is_bound and form.is_valid():
        code, on = form.cleaned_data["code"], form.cleaned_data["on"] or today()
        enterprise = Enterprise.objects.filter(tax_code=code).first()
        try:
            told = story_context(
                enterprise or code,
                on=on,
                as_of=form.cleaned_data["as_of"],
                actor=request.actor,  # type: ignore[attr-defined]
            )
        except Missing:
            form.add_error("on", gettext("No act that is loaded holds on that day."))
        else:
            members = told["story"].answer["undertaking"]
            context |= (
                told
                | _reservations(request.actor, members, form.cleaned_data["as_of"])  # type: ignore[attr-defined]
                | {
                    "code": code,
                    "enterprise": enterprise,
                    "on": on,
                    "as_of": form.cleaned_data["as_of"],
                    "quarantine": [texts.quarantined(row) for row in quarantine_of(members)[:PAGE]],
                    "may_decide": may_decide_undertaking(request.actor),  # type: ignore[attr-defined]
                    "decisions": decisions_on(request.actor, codes={code, *members}).count(),  # type: ignore[attr-defined]
                }
            )
    return render(request, "desk/aid/aid.html", context)


def _reservations(actor: Actor, members: Sequence[str], as_of: date | None) -> dict[str, Any]:
    """Those of an undertaking whose file opens to who reads; whether others, that would count, are left out, and the files to
    declare about for them: of one with a conflict of interest nothing is told."""
    rows = reservations_of(members)
    states = dict(rows.order_by().values_list("pk", "state"))
    closed = closed_reservations(actor, list(states))
    left_out = {pk for pk in closed if as_of is not None or states[pk] == Reservation.RESERVED}
    undeclared = Application.objects.none()
    if left_out:
        files = Application.objects.visible_to(actor).filter(awards__reservation__in=left_out).distinct()
        undeclared = undeclared_among(actor, files).only("number").order_by("number")
    return {
        "reservations": rows.exclude(pk__in=closed)[:PAGE],
        "left_out": bool(left_out),
        "undeclared": list(undeclared[:PAGE]),
    }


@for_desk(*READERS)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """An officer closes a doubt of the single undertaking, with the reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        decide_undertaking(
            actor=actor,
            key=request.POST.get("key", "")[:500],
            together=request.POST.get("together") == "yes",
            reason=request.POST.get("reason", ""),
            about=_known(request.POST.get("code", "")),
            on=_day(request.POST.get("on", "")),
        )
        messages.success(request, gettext("The decision is recorded."))
    except Refused as error:
        messages.error(request, error.reason.in_language(get_language()))
    asked = {"code": request.POST.get("code", ""), "on": request.POST.get("on", "")}
    place = "desk:aid_decisions" if request.POST.get("again") else "desk:aid"
    return redirect(f"{reverse(place)}?{urlencode({name: value for name, value in asked.items() if value})}")


def _known(code: str) -> Enterprise | str | None:
    """The enterprise of a tax code, or the code itself when it is not among ours."""
    return Enterprise.objects.filter(tax_code=code).first() or (code[:28] or None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@for_desk(*READERS)
def decisions(request: HttpRequest) -> HttpResponse:
    """Past decisions on the single undertaking of an enterprise (or all of them): question, answer, who, when, until when."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    code = request.GET.get("code", "")[:28].strip().upper()
    about = _known(code)
    codes = {code, *position(about, on=today())["undertaking"]} if about is not None else None
    page = Paginator(decisions_on(actor, codes=codes), PAGE).get_page(request.GET.get("page"))
    rows = [decided(row) for row in page]
    firms = Enterprise.objects.filter(tax_code__in={code for row in rows for code in row.firms})
    names = dict(firms.values_list("tax_code", "name"))
    asked = [{"question": row.question.it, "question_en": row.question.en} for row in rows]
    shown = [
        {"decided": row, "question": told, "firms": [(code, names.get(code, "")) for code in row.firms]}
        for row, told in zip(rows, with_names(asked, actor=actor), strict=True)
    ]
    context = {
        "code": code,
        "about": about,
        "page": page,
        "rows": shown,
        "may_decide": may_decide_undertaking(actor),
    }
    return render(request, "desk/aid/decisions.html", context)


@for_desk(*IMPORTERS, section=True)
def imports_page(request: HttpRequest) -> HttpResponse:
    """The imports of the RNA with their progress, and what they kept aside."""
    waiting = waiting_in_quarantine()
    after = whole_number(request.GET.get("after"))
    rows = waiting if after is None else waiting.filter(pk__lt=after)
    page = list(rows[: PAGE + 1])
    return render(
        request,
        "desk/aid/imports.html",
        {
            "runs": imports()[:20],
            "quarantine": [texts.quarantined(row) for row in page[:PAGE]],
            "waiting": waiting.aggregate(count=Count("pk"))["count"],
            "next_cursor": page[PAGE - 1].pk if len(page) > PAGE else None,
            "regimes": REGIMES,
        },
    )


@for_desk(*IMPORTERS, section=True)
def import_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The bar of one import, asked again while it runs."""
    run = get_object_or_404(imports(), pk=run_id)
    return render(request, "desk/aid/import_progress.html", {"run": run})
