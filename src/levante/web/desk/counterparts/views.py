"""Buyers, investors and institutions at the desk: one, a new one, what is wrong put right."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from levante.kernel.api import Refused
from levante.parties.api import (
    correct_counterpart,
    possible_doubles,
    record_counterpart,
)
from levante.web.access import for_desk, may_open
from levante.web.components.forms import say
from levante.web.desk.counterparts.acting import who_acts
from levante.web.desk.counterparts.forms import CounterpartForm
from levante.web.desk.counterparts.kinds import KEEPERS, KINDS, READERS, Kind, row_of
from levante.web.desk.counterparts.qualifying import found_of
from levante.web.desk.enterprises.forms import sector_choices


@for_desk(*READERS)
def single(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    one = KINDS[kind]
    row = row_of(request, one, pk)
    names = dict(sector_choices())
    sectors = [names.get(code, code) for code in getattr(row, "sectors", [])]
    context = {
        "kind": one,
        "row": row,
        "sectors": sectors,
        "languages": getattr(row, "languages", []),
        "written_in": getattr(row, "written_in", ""),
        "tax_code": getattr(row, "tax_code", ""),
        "looking_for": getattr(row, "looking_for", ""),
        "may_keep": _may_keep(request, one),
        "buys": one.code == "buyer",
    }
    if one.may_sign_in:
        context |= who_acts(request, row)
    if context["buys"]:
        context |= found_of(request, row)
    return render(request, "desk/counterparts/one.html", context)


@for_desk(*KEEPERS)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    return _form(request, KINDS[kind], None)


@for_desk(*KEEPERS)
def edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    return _form(request, KINDS[kind], row_of(request, KINDS[kind], pk))


def _form(request: HttpRequest, kind: Kind, row: Any) -> HttpResponse:
    initial = {"country": "IT"} if row is None else {
        name: getattr(row, "country_id" if name == "country" else name, None) for name in CounterpartForm.base_fields
    }  # fmt: skip
    doubles = []
    if request.method == "POST":
        doubles = possible_doubles(
            kind.model,
            name=request.POST.get("name", "")[:300],
            country=request.POST.get("country", "")[:2],
            excluding=row.pk if row else None,
        )
    form = CounterpartForm(request.POST or None, model=kind.model, doubles=bool(doubles), initial=initial)
    if request.method == "POST" and form.is_valid():
        although = form.cleaned_data.get("although", False)
        actor = request.actor  # type: ignore[attr-defined]
        try:
            if row is None:
                row = record_counterpart(actor=actor, model=kind.model, values=form.values(), although_double=although)
            else:
                correct_counterpart(actor=actor, row=row, values=form.values(), although_double=although)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(kind.page, row.pk)
    context = {"kind": kind, "row": row, "form": form, "doubles": doubles}
    return render(request, "desk/counterparts/form.html", context)


def _may_keep(request: HttpRequest, kind: Kind) -> bool:
    return may_open(request.actor, f"{kind.page}_new")  # type: ignore[attr-defined]
