"""What is bought for an initiative and what is to be arranged, at the desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import User
from levante.initiatives.api import Initiative
from levante.kernel.api import Refused, today
from levante.participations.api import (
    Contract,
    Task,
    add_task,
    correct_contract,
    costs_of,
    do_task,
    may_keep,
    may_read_list,
    move_task,
    record_contract,
    record_cost,
    states,
    who_may_be_given,
)
from levante.web.access import for_desk
from levante.web.components.exports import table_file
from levante.web.components.forms import say
from levante.web.desk.participants.access import KEEPERS, READERS, initiative_of
from levante.web.desk.participants.forms import ContractForm, CostForm, MoveForm, TaskForm


@for_desk(*READERS)
def preparation(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, initiative_of(request, code))


@for_desk(*READERS)
def contracts_csv(request: HttpRequest, code: str) -> HttpResponse:
    """What is bought, with CIG and CUP, as a spreadsheet."""
    found = initiative_of(request, code)
    heads = [
        gettext("Signed on"), gettext("What for"), gettext("Supplier"), gettext("Tax code or VAT number"), gettext("CIG"),
        gettext("Why it needs none"), gettext("CUP"), gettext("Amount without VAT"), gettext("What it came to, VAT included"),
    ]  # fmt: skip
    rows = Contract.objects.visible_to(request.actor).filter(initiative=found).order_by("signed_on", "pk")  # type: ignore[attr-defined]
    lines = [
        [
            row.signed_on,
            row.subject,
            row.supplier,
            row.supplier_code,
            row.cig,
            row.no_cig,
            row.cup,
            row.amount,
            row.cost,
        ]
        for row in rows
    ]
    return table_file("csv", f"contratti-{code}", [heads, *lines])


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
    """What a contract came to; what is wrong comes back beside it, as it was written."""
    rows = Contract.objects.visible_to(request.actor).select_related("initiative")  # type: ignore[attr-defined]
    row = get_object_or_404(rows, pk=pk)
    form = CostForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        try:
            record_cost(actor=request.actor, contract=row, cost=form.cleaned_data["cost"])  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            return redirect("desk:preparation", code=row.initiative.code)
    return _page(request, initiative_of(request, row.initiative.code), {f"cost-{pk}": form})


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


@for_desk(*KEEPERS)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else arranges it, or by another day."""
    rows = Task.objects.visible_to(request.actor).select_related("initiative__lead_office")  # type: ignore[attr-defined]
    row = get_object_or_404(rows, pk=pk)
    people = people_of(row.initiative)
    form = MoveForm(request.POST, people=people)
    if form.is_valid():
        owner = next(person for person in people if str(person.pk) == form.cleaned_data["owner"])
        try:
            move_task(actor=request.actor, task=row, owner=owner, due_on=form.cleaned_data["due_on"])  # type: ignore[attr-defined]
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("Kept."))
    else:
        messages.error(request, gettext("Write who and by when."))
    return redirect("desk:preparation", code=row.initiative.code)


@for_desk(*KEEPERS)
def contract_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right what was written of a contract."""
    rows = Contract.objects.visible_to(request.actor).select_related("initiative__lead_office")  # type: ignore[attr-defined]
    row = get_object_or_404(rows, pk=pk)
    if not may_keep(request.actor, row.initiative):  # type: ignore[attr-defined]
        raise Http404
    form = ContractForm(request.POST or None, initial={name: getattr(row, name) for name in ContractForm.base_fields})
    if request.method == "POST" and form.is_valid():
        try:
            correct_contract(actor=request.actor, contract=row, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:preparation", code=row.initiative.code)
    return render(request, "desk/participants/contract.html", {"form": form, "row": row, "initiative": row.initiative})


def people_of(initiative: Initiative) -> list[User]:
    """Who may be given a task: the people of the Section and of the agency that leads it."""
    return list(who_may_be_given(initiative).order_by("family_name", "given_name", "pk")[:200])


def _page(request: HttpRequest, found: Initiative, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    given = bound or {}
    keeps = bool(may_keep(actor, found))
    day = today()
    tasks = (
        Task.objects.visible_to(actor)
        .filter(initiative=found)
        .select_related("owner")
        .order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")
    )
    people = people_of(found) if keeps else []
    contracts = Contract.objects.visible_to(actor).filter(initiative=found).order_by("signed_on", "pk")
    context: dict[str, Any] = {
        "initiative": found, "read": may_read_list(actor, found), "keeps": keeps, "costs": costs_of(found),
        "tasks": [
            {"row": row, "kind": states.TASKS[row.kind], "late": row.done_at is None and row.due_on < day, "move": _move(row, people)}
            for row in tasks
        ],
        "contracts": [
            {"row": row, "form": given.get(f"cost-{row.pk}") or CostForm(initial={"cost": row.cost}, auto_id=f"id_{row.pk}_%s")}
            for row in contracts
        ],
        "contract_form": given.get("contract") or (ContractForm(prefix="contract") if keeps else None),
        "contract_open": "contract" in given,
        "task_form": given.get("task") or (TaskForm(prefix="task", people=people) if keeps else None),
        "task_open": "task" in given,
    }  # fmt: skip
    return render(request, "desk/participants/preparation.html", context, status=400 if given else 200)


def _move(row: Task, people: list[User]) -> MoveForm | None:
    """The form that changes who arranges a thing and by when; none once it is done, or for who only reads."""
    if not people or row.done_at is not None:
        return None
    return MoveForm(
        people=people, initial={"owner": str(row.owner_id), "due_on": row.due_on}, auto_id=f"id_t{row.pk}_%s"
    )
