"""An initiative at the desk: the plan and its money, the interests of enterprises, each step, the list to work with elsewhere."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Value, Window
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import Office, roles, section_code
from levante.initiatives.api import (
    FIXED,
    INITIATIVES,
    SUBJECT,
    BuyerInterest,
    ExpressionOfInterest,
    FairEdition,
    Initiative,
    balances_of,
    begun_before,
    correct_initiative,
    may_approve,
    may_plan,
    may_read_interests,
    move_initiative,
    one_before,
    plan_initiative,
    states,
    vary_cost,
)
from levante.kernel.api import Refused, Transition, now, today
from levante.participations.api import selection_of
from levante.programme.api import Act, BudgetLine, Direction, Intervention, Movement, Sector, main_programme, vocabulary
from levante.web.access import for_desk
from levante.web.components.exports import table_file
from levante.web.components.forms import say
from levante.web.components.numbers import whole_number
from levante.web.desk.initiatives.forms import (
    ActForm,
    BackForm,
    CancelForm,
    CloseForm,
    ConcludeForm,
    CostForm,
    PlanForm,
    ReopenForm,
)
from levante.web.desk.initiatives.life import life_of, steps_made
from levante.web.site.fairs.views import card_of
from levante.wins.api import unit_costs_of

READERS = (
    roles.DIRECTOR,
    roles.CASE_OFFICER,
    roles.FINANCE,
    roles.COMMUNICATION,
    roles.AGENCY_STAFF,
    roles.AUDITOR,
)
PLANNERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF)
#: Who puts in the plan what no agency leads yet, and keeps fairs and editions: the Section.
SECTION = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION)
#: Interests on a page, and how far pages go.
PER_PAGE, MOST_PAGES = 100, 10_000
#: Of those that an initiative may follow so many are shown, the last first.
MOST_BEFORE = 300
#: From its first day on, what it costs for each is worth reading.
BEGUN = (states.ON_SITE, states.FOLLOWING, states.DONE)
#: The form of a step that asks for something.
STEP_FORMS: dict[str, type[forms.Form]] = {"approve": ActForm, "cancel": CancelForm, "conclude": ConcludeForm}


def _form_of(name: str, found: Initiative) -> type[forms.Form] | None:
    if name == "close" and found.closes_at is not None and found.closes_at > now():
        return CloseForm
    if name == "call":
        return ReopenForm if found.state in states.CALLS_AGAIN else None
    return BackForm if name == "cancel" and found.state == states.ON_SITE else STEP_FORMS.get(name)


@for_desk(*SECTION)
def new(request: HttpRequest) -> HttpResponse:
    initial = {"direction": "B", "lead_office": section_code(), "tourism_tie": "none", "kind": "fair"}
    form = PlanForm(request.POST or None, initial=initial, before=begun_before(request.actor)[:MOST_BEFORE])  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            made = plan_initiative(actor=request.actor, code=form.code(), **_rows(form.cleaned_data))  # type: ignore[attr-defined]
        except Refused as refusal:
            if refusal.field == "code":  # made of title and year, which are what a person can change
                form.add_error(
                    "title_it", gettext("Another initiative of that year has this title: write another title.")
                )
            else:
                say(form, refusal)
        else:
            messages.success(request, gettext("The initiative is in the plan."))
            return redirect("desk:initiative", code=made.code)
    return render(request, "desk/initiatives/form.html", {"form": form})


@for_desk(*READERS)
def initiative(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _initiative(request, code))


@for_desk(*PLANNERS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what its state still lets change."""
    found = _initiative(request, code)
    fixed = FIXED.get(found.state)
    if fixed is None or not may_plan(request.actor, found):  # type: ignore[attr-defined]
        raise Http404
    actor = request.actor  # type: ignore[attr-defined]
    before = list(begun_before(actor, found)[:MOST_BEFORE])
    if found.follows is not None and found.follows not in before:  # cancelled since, or older than those that are shown
        before.append(found.follows)
    given = {"before": before, "proposed": one_before(actor, found), "fixed": fixed}
    form = PlanForm(request.POST or None, initial=_initial(found), **given)
    if request.method == "POST" and form.is_valid():
        try:
            correct_initiative(actor=request.actor, initiative=found, **_rows(form.cleaned_data))  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:initiative", code=code)
    return render(request, "desk/initiatives/form.html", {"form": form, "initiative": found, "fixed": fixed})


@for_desk(*PLANNERS)
@require_POST
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One step of its life; what is wrong comes back on the same page, beside its form."""
    found = _initiative(request, code)
    kind = _form_of(name, found)
    form = kind(request.POST, prefix=name) if kind is not None else None
    if form is not None and not form.is_valid():
        return _page(request, found, {name: form})
    given = _rows(form.cleaned_data) if form is not None else {}
    try:
        moved = move_initiative(actor=request.actor, initiative=found, step=name, **given)  # type: ignore[attr-defined]
    except Refused as refusal:
        if form is not None:
            say(form, refusal)
            return _page(request, found, {name: form})
        messages.error(request, refusal.reason.in_language(get_language()))
    else:
        text = gettext("Now the initiative is: %(state)s.")
        messages.success(request, text % {"state": states.STATES[moved.state].in_language(get_language())})
    return redirect("desk:initiative", code=code)


@for_desk(*PLANNERS)
@require_POST
def cost(request: HttpRequest, code: str) -> HttpResponse:
    """Change the cost of an approved initiative by an act."""
    found = _initiative(request, code)
    form = CostForm(request.POST, prefix="cost")
    if form.is_valid():
        try:
            vary_cost(actor=request.actor, initiative=found, **_rows(form.cleaned_data))  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The cost has changed and the movement is recorded."))
            return redirect("desk:initiative", code=code)
    return _page(request, found, {"cost": form})


@for_desk(*READERS)
def interests_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The interests as a spreadsheet."""
    found = _initiative(request, code)
    language = get_language()
    heads = [
        gettext("Number"),
        gettext("Registered"),
        gettext("Enterprise"),
        gettext("Tax code"),
        gettext("State"),
        gettext("How"),
        gettext("Products"),
        gettext("Whom to meet"),
    ]
    rows = [
        [
            row.number,
            row.registered_at,
            row.enterprise.name,
            row.enterprise.tax_code,
            states.INTEREST_STATES[row.state].in_language(language),
            states.WAYS[row.way].in_language(language),
            row.products,
            row.expectations,
        ]
        for row in _interests(request, found).iterator(chunk_size=500)
    ]
    return table_file("csv", code, [heads, *rows])


def _page(request: HttpRequest, found: Initiative, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    given = bound or {}
    steps = [_step(row, found, given) for row in INITIATIVES.available(actor, found, state=found.state)]
    page = _page_of_interests(request, found)
    rows = [
        {
            "interest": row,
            "state": states.INTEREST_STATES[row.state],
            "tone": states.INTEREST_TONES[row.state],
            "way": states.WAYS[row.way],
        }
        for row in page
    ]
    buyers = BuyerInterest.objects.visible_to(actor).filter(initiative=found).select_related("buyer__country")
    moves = Movement.objects.visible_to(actor).filter(subject_type=SUBJECT, subject_id=str(found.pk))
    moves = moves.annotate(hidden=Value(False))  # they are the initiative's own: nobody's award
    varies = found.state in states.VARIES and bool(may_approve(actor, found))
    held = balances_of(found)
    selection = selection_of(found)
    return render(
        request,
        "desk/initiatives/page.html",
        {
            "card": card_of(found),
            "initiative": found,
            "moved": _is_elsewhere(found),
            "steps": steps,
            "life": life_of(found, selection),
            "rules_to_write": found.places is not None and selection is None,
            "made": steps_made(actor, found),
            "units": unit_costs_of(actor, found) if found.state in BEGUN else None,
            "day": today(),
            "may_edit": found.state in FIXED and bool(may_plan(actor, found)),
            "cost_form": given.get("cost") or (CostForm(prefix="cost") if varies else None),
            "cost_open": "cost" in given,
            "read": may_read_interests(actor, found),
            "rows": rows,
            "buyers": [
                {"interest": row, "state": states.BUYER_STATES[row.state], "tone": states.BUYER_TONES[row.state]}
                for row in buyers.order_by("state", "expressed_at", "id")
            ],
            "interests": page,
            "standing": page[0].standing if page else 0,
            "held": [
                {"label": vocabulary.BALANCES[name], "amount": getattr(held, name)}
                for name in ("reserved", "committed", "liquidated", "paid")
            ],
            "movements": [
                {"row": row, "kind": vocabulary.MOVEMENT_KINDS[row.kind]}
                for row in moves.select_related("line", "act", "position").order_by("-on", "-pk")
            ],
        },
        status=400 if given else 200,
    )


def _step(row: Transition[Initiative], found: Initiative, given: dict[str, forms.Form]) -> dict[str, Any]:
    form = _form_of(row.name, found)
    asked = {"act"} if row.name == "approve" else set()
    missing = [item.text for item in INITIATIVES.missing(row.name, found) if item.field not in asked]
    if (row.name == "approve" and found.act_id is not None) or (row.name == "conclude" and not missing):
        form = None  # the act is written already; nothing is left to say why of
    return {
        "name": row.name,
        "label": row.label,
        "missing": missing,
        "danger": row.target == states.CANCELLED,
        "soft": row.name == "conclude",
        "begun": found.state == states.ON_SITE,
        "form": given.get(row.name) or (form(prefix=row.name) if form is not None else None),
        "open": row.name in given,
    }


def _interests(request: HttpRequest, found: Initiative) -> "QuerySet[ExpressionOfInterest]":
    rows = ExpressionOfInterest.objects.visible_to(request.actor).filter(initiative=found)  # type: ignore[attr-defined]
    return rows.select_related("enterprise").order_by("state", "registered_at", "id")


def _page_of_interests(request: HttpRequest, found: Initiative) -> "Page[ExpressionOfInterest]":
    """Those of the page that is asked for, each with how many ``standing`` there are in all. One query, and another after the last page."""
    rows = _interests(request, found).annotate(
        every=Window(Count("pk")), standing=Window(Count("pk", filter=Q(state=states.EXPRESSED)))
    )
    number = whole_number(request.GET.get("page", "1")) or 1
    here = list(rows[PER_PAGE * (number - 1) : PER_PAGE * number]) if number <= MOST_PAGES else []
    if not here and number > 1:
        number, here = 1, list(rows[:PER_PAGE])
    paginator = Paginator(range(here[0].every if here else 0), PER_PAGE)
    return Page(here, number, paginator)


def _initiative(request: HttpRequest, code: str) -> Initiative:
    rows = Initiative.objects.visible_to(request.actor).with_place()  # type: ignore[attr-defined]
    related = ("budget_line__triennium", "act", "planning_act", "direction", "intervention")
    found: Initiative = get_object_or_404(rows.select_related(*related), code=code)
    return found


def _initial(found: Initiative) -> dict[str, Any]:
    plain = (
        "title_it", "title_en", "summary_it", "summary_en", "kind", "city", "starts_on", "ends_on", "cost", "tourism_tie",
        "places", "open_to_buyers", "qualified_buyers_only", "market_reason_it", "market_reason_en", "opens_at", "closes_at",
    )  # fmt: skip
    named = ("direction", "intervention", "edition", "follows", "budget_line", "planning_act", "lead_office")
    codes = {name: getattr(getattr(found, name), "code", "") for name in named}
    sectors = [row.code for row in found.sectors.all()]
    return {name: getattr(found, name) for name in plain} | codes | {"market": found.market_id, "sectors": sectors}


def _rows(data: dict[str, Any]) -> dict[str, Any]:
    """What a form gave, with the rows that its codes name."""
    programme = main_programme()
    found = dict(data)
    rows = {
        "budget_line": BudgetLine,
        "planning_act": Act,
        "act": Act,
        "direction": Direction,
        "intervention": Intervention,
    }
    for name, model in rows.items():
        if name in found:
            code = found[name]
            found[name] = get_object_or_404(model, programme=programme, code=code) if code else None
    if "edition" in found:
        found["edition"] = FairEdition.objects.filter(code=found["edition"]).first()
    if "follows" in found:
        found["follows"] = Initiative.objects.filter(code=found["follows"]).first()
    if "lead_office" in found:
        found["lead_office"] = get_object_or_404(Office, code=found["lead_office"])
    if "sectors" in found:
        found["sectors"] = list(
            Sector.objects.filter(programme=programme, code__in=found["sectors"]).order_by("position")
        )
    return found


def _is_elsewhere(found: Initiative) -> bool:
    """Does it go to a fair whose days are now others?"""
    fair = found.edition
    if fair is None or fair.cancelled_on is not None or found.state in {states.CANCELLED, states.DONE}:
        return False
    return not fair.starts_on <= found.starts_on <= found.ends_on <= fair.ends_on
