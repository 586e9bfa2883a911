"""Initiatives at the desk: the plan, the interests of enterprises, each step, and the list to work with elsewhere."""

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import Office, roles
from levante.initiatives.api import (
    INITIATIVES,
    ExpressionOfInterest,
    FairEdition,
    Initiative,
    complete_initiative,
    list_initiatives,
    may_plan,
    move_initiative,
    plan_initiative,
    states,
)
from levante.kernel.api import Refused, Transition, refuse
from levante.programme.api import Act, BudgetLine, Direction, Sector, main_programme
from levante.web.access import for_desk
from levante.web.desk.initiatives.forms import CompleteForm, InitiativeFilters, PlanForm
from levante.web.site.fairs.views import card_of

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF, roles.AUDITOR)
PLANNERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF)
PER_PAGE = 50
#: What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@for_desk(*READERS)
def initiatives(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    filters = InitiativeFilters(request.GET)
    rows = list_initiatives(actor, **filters.chosen())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    cards = [card_of(row) for row in page.object_list]
    context = {"filters": filters, "page": page, "cards": cards, "may_plan": bool(may_plan(actor))}
    return render(request, "desk/initiatives/list.html", context)


@for_desk(*PLANNERS)
def new(request: HttpRequest) -> HttpResponse:
    form = PlanForm(request.POST or None, initial={"lead_office": "sezione", "tourism_tie": "none", "kind": "fair"})
    if request.method == "POST" and form.is_valid():
        try:
            made = _plan(request, form)
        except Refused as refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, refusal.reason.in_language(get_language())
            )
        else:
            messages.success(request, gettext("The initiative is in the plan."))
            return redirect("desk:initiative", code=made.code)
    return render(request, "desk/initiatives/new.html", {"form": form})


@for_desk(*READERS)
def initiative(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _initiative(request, code))


@for_desk(*PLANNERS)
@require_POST
def complete(request: HttpRequest, code: str) -> HttpResponse:
    """Say what was missing."""
    found = _initiative(request, code)
    form = CompleteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    data = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    programme = main_programme()
    if "budget_line" in data:
        data["budget_line"] = get_object_or_404(BudgetLine, programme=programme, code=data["budget_line"])
    if "act" in data:
        data["act"] = get_object_or_404(Act, programme=programme, code=data["act"])
    try:
        complete_initiative(actor=request.actor, initiative=found, **data)  # type: ignore[attr-defined]
    except Refused as refusal:
        form.add_error(
            refusal.field if refusal.field in form.fields else None, refusal.reason.in_language(get_language())
        )
        return _page(request, found, form)
    messages.success(request, gettext("Kept."))
    return redirect("desk:initiative", code=code)


@for_desk(*PLANNERS)
@require_POST
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    found = _initiative(request, code)
    try:
        moved = move_initiative(actor=request.actor, initiative=found, step=name)  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    else:
        text = gettext("Now the initiative is: %(state)s.")
        messages.success(request, text % {"state": states.STATES[moved.state].in_language(get_language())})
    return redirect("desk:initiative", code=code)


@for_desk(*READERS)
def interests_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The interests as a spreadsheet reads them: UTF-8 with its mark, semicolons, no cell that runs as a formula."""
    found = _initiative(request, code)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerow(
        [
            gettext("Number"),
            gettext("Registered"),
            gettext("Enterprise"),
            gettext("Tax code"),
            gettext("State"),
            gettext("How"),
            gettext("Products"),
            gettext("Whom to meet"),
        ]
    )
    language = get_language()
    for row in _interests(request, found):
        writer.writerow(
            [
                safe_cell(value)
                for value in (
                    row.number,
                    row.registered_at.isoformat() if row.registered_at else "",
                    row.enterprise.name,
                    row.enterprise.tax_code,
                    states.INTEREST_STATES[row.state].in_language(language),
                    states.WAYS[row.way].in_language(language),
                    row.products,
                    row.expectations,
                )
            ]
        )
    return response


def safe_cell(value: str) -> str:
    """A cell that begins like a formula is shown as text, not run."""
    return f"'{value}" if value.startswith(FORMULA) else value


def _page(request: HttpRequest, found: Initiative, form: CompleteForm | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    steps = [_step(row, found) for row in INITIATIVES.available(actor, found, state=found.state)]
    planning = found.state in {states.PLANNED, states.APPROVED, states.CALLING} and bool(may_plan(actor, found))
    rows = [
        {
            "interest": row,
            "state": states.INTEREST_STATES[row.state],
            "tone": states.INTEREST_TONES[row.state],
            "way": states.WAYS[row.way],
        }
        for row in _interests(request, found)
    ]
    return render(
        request,
        "desk/initiatives/page.html",
        {
            "card": card_of(found),
            "initiative": found,
            "steps": steps,
            "form": form or (CompleteForm() if planning else None),
            "rows": rows,
            "standing": sum(row["interest"].state == states.EXPRESSED for row in rows),
        },
        status=400 if form is not None else 200,
    )


def _step(row: Transition[Initiative], found: Initiative) -> dict[str, Any]:
    missing = [item.text for item in INITIATIVES.missing(row.name, found)]
    return {"name": row.name, "label": row.label, "missing": missing, "danger": row.target == states.CANCELLED}


def _interests(request: HttpRequest, found: Initiative) -> Any:
    rows = ExpressionOfInterest.objects.visible_to(request.actor).filter(initiative=found)  # type: ignore[attr-defined]
    return rows.select_related("enterprise").order_by("state", "registered_at", "id")


def _initiative(request: HttpRequest, code: str) -> Initiative:
    rows = Initiative.objects.visible_to(request.actor).with_place()  # type: ignore[attr-defined]
    found: Initiative = get_object_or_404(
        rows.select_related("budget_line", "act", "direction", "intervention"), code=code
    )
    return found


def _plan(request: HttpRequest, form: PlanForm) -> Initiative:
    data = dict(form.cleaned_data)
    programme = main_programme()
    direction = Direction.objects.of(programme).filter(code="B").first() if programme else None
    if direction is None:
        refuse("Il programma non ha ancora la direttrice B.", "The programme has no direction B yet.")
    edition = FairEdition.objects.filter(code=data.pop("edition")).first()
    line, act = data.pop("budget_line"), data.pop("act")
    chosen = Sector.objects.of(programme).filter(code__in=data.pop("sectors")).order_by("position")
    made: Initiative = plan_initiative(
        actor=request.actor,  # type: ignore[attr-defined]
        code=form.code(),
        direction=direction,
        edition=edition,
        sectors=list(chosen),
        budget_line=BudgetLine.objects.of(programme).filter(code=line).first() if line else None,
        act=Act.objects.of(programme).filter(code=act).first() if act else None,
        lead_office=Office.objects.get(code=data.pop("lead_office")),
        **data,
    )
    return made
