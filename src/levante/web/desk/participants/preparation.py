"""What is bought for an initiative and what is to be arranged, at the desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import RoleGrant, User
from levante.initiatives.api import Initiative
from levante.kernel.api import Refused, today
from levante.participations.api import (
    Contract,
    Task,
    add_task,
    costs_of,
    do_task,
    may_keep,
    may_read_list,
    record_contract,
    record_cost,
    states,
)
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.desk.participants.forms import ContractForm, CostForm, TaskForm
from levante.web.desk.participants.views import KEEPERS, READERS, initiative_of


@for_desk(*READERS)
def preparation(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, initiative_of(request, code))


@for_desk(*KEEPERS)
@require_POST
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """Write a contract."""
    found = initiative_of(request, code)
    form = ContractForm(request.POST, prefix="contract")
    if form.is_valid():
        try:
            record_contract(actor=request.actor, initiative=found, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The contract is written."))
            return redirect("desk:preparation", code=code)
    return _page(request, found, {"contract": form})


@for_desk(*KEEPERS)
@require_POST
def cost(request: HttpRequest, pk: int) -> HttpResponse:
    """What a contract came to."""
    rows = Contract.objects.visible_to(request.actor).select_related("initiative")  # type: ignore[attr-defined]
    row = get_object_or_404(rows, pk=pk)
    form = CostForm(request.POST)
    if form.is_valid():
        try:
            record_cost(actor=request.actor, contract=row, cost=form.cleaned_data["cost"])  # type: ignore[attr-defined]
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
    else:
        messages.error(request, gettext("Write the amount, for example 1,234.56."))
    return redirect("desk:preparation", code=row.initiative.code)


@for_desk(*KEEPERS)
@require_POST
def task(request: HttpRequest, code: str) -> HttpResponse:
    """Give somebody something to arrange."""
    found = initiative_of(request, code)
    people = people_of(found)
    form = TaskForm(request.POST, prefix="task", people=people)
    if form.is_valid():
        data = form.cleaned_data
        owner = next(person for person in people if str(person.pk) == data["owner"])
        try:
            add_task(actor=request.actor, initiative=found, **(data | {"owner": owner}))  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The task is given."))
            return redirect("desk:preparation", code=code)
    return _page(request, found, {"task": form})


@for_desk(*KEEPERS)
@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Task.objects.visible_to(request.actor).select_related("initiative")  # type: ignore[attr-defined]
    row = get_object_or_404(rows, pk=pk)
    try:
        do_task(actor=request.actor, task=row)  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    return redirect("desk:preparation", code=row.initiative.code)


def people_of(initiative: Initiative) -> list[User]:
    """Who may be given a task: the people of the Section and of the agency that leads it."""
    grants = RoleGrant.objects.in_force(today()).filter(role__in=KEEPERS)
    rows = User.objects.filter(pk__in=grants.values("user"), is_active=True)
    return list(rows.order_by("family_name", "given_name", "pk")[:200])


def _page(request: HttpRequest, found: Initiative, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    given = bound or {}
    keeps = bool(may_keep(actor, found))
    day = today()
    tasks = (
        Task.objects.visible_to(actor)
        .filter(initiative=found)
        .select_related("owner")
        .order_by("done_at", "due_on", "pk")
    )
    contracts = Contract.objects.visible_to(actor).filter(initiative=found).order_by("signed_on", "pk")
    context: dict[str, Any] = {
        "initiative": found, "read": may_read_list(actor, found), "keeps": keeps, "costs": costs_of(found),
        "tasks": [{"row": row, "kind": states.TASKS[row.kind], "late": row.done_at is None and row.due_on < day} for row in tasks],
        "contracts": [{"row": row, "form": CostForm(initial={"cost": row.cost}, auto_id=f"id_{row.pk}_%s")} for row in contracts],
        "contract_form": given.get("contract") or (ContractForm(prefix="contract") if keeps else None),
        "contract_open": "contract" in given,
        "task_form": given.get("task") or (TaskForm(prefix="task", people=people_of(found)) if keeps else None),
        "task_open": "task" in given,
    }  # fmt: skip
    return render(request, "desk/participants/preparation.html", context, status=400 if given else 200)
