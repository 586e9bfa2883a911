"""Mergers and splits at the desk: whose the aid is before and after, to the cent, shown before it is recorded."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from levante.aid.api import (
    UndertakingEvent,
    aid_of_party,
    attributed,
    may_undo_event,
    position,
    record_merger,
    record_split,
    undo_event,
)
from levante.grants.api import closed_reservations
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, today
from levante.kernel.pure import ZERO
from levante.parties.api import Enterprise
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.components.rehearsal import rehearse
from levante.web.components.standing import stamp_of
from levante.web.desk.aid.forms import MergerForm, SplitForm, UndoForm
from levante.web.desk.aid.lines import WORKERS
from levante.web.desk.aid.views import READERS

#: The event that moved something, and what of it in words.
Passed = tuple[int, list[dict[str, str]]]


@for_desk(*READERS)
def listed(request: HttpRequest) -> HttpResponse:
    """The mergers and splits on record, the latest first."""
    page = Paginator(UndertakingEvent.objects.select_related("undone_by").order_by("-on", "-id"), 50).get_page(
        request.GET.get("page")
    )
    names = names_of(code for event in page for code in event.involved)
    rows = [
        {
            "event": event,
            "before": [names[code] for code in event.parties],
            "after": [names[event.into]] if event.into else [names[share["enterprise"]] for share in event.shares],
        }
        for event in page
    ]
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {
        "page": page,
        "rows": rows,
        "may_record": actor.has_role(*WORKERS),
        "may_undo": bool(may_undo_event(actor)),
    }
    return render(request, "desk/aid/events.html", context)


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """The firms of some tax codes by name; the code itself when it is not known. One query."""
    wanted = set(codes)
    known = dict(Enterprise.objects.filter(tax_code__in=wanted).values_list("tax_code", "name"))
    return {code: known.get(code, code) for code in wanted}


@for_desk(*WORKERS)
def merger(request: HttpRequest) -> HttpResponse:
    form = MergerForm(request.POST or None)

    def write() -> None:
        record_merger(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]

    def codes() -> list[str]:
        return [clean(code) for code in (*form.cleaned_data["parties"], form.cleaned_data["into"])]

    told, written = told_of(request, form, (), write, codes)
    if written:
        messages.success(request, gettext("The merger is recorded: the aid of the firms is of the one that came out."))
        return redirect("desk:aid_events")
    return render(request, "desk/aid/event.html", {"form": form, "told": told, "title": gettext("Record a merger")})


@for_desk(*WORKERS)
def split(request: HttpRequest) -> HttpResponse:
    """First who comes out and with which equity; then, aid by aid, who takes it; what nobody takes is divided."""
    form = SplitForm(request.POST or None)
    takes = takes_of(request)

    def write() -> None:
        data = form.cleaned_data
        shares = [
            {
                "enterprise": clean(firm),
                "equity": equity,
                "takes": [aid for aid, taker in takes.items() if clean(taker) == clean(firm)],
            }
            for firm, equity in form.firms()
        ]
        record_split(
            actor=request.actor,  # type: ignore[attr-defined]
            on=data["on"],
            party=data["party"],
            shares=shares,
            deed=data["deed"],
        )

    def codes() -> list[str]:
        return [clean(form.cleaned_data["party"]), *(clean(firm) for firm, _ in form.firms())]

    told, written = told_of(request, form, sorted(takes.items()), write, codes)
    if written:
        messages.success(request, gettext("The split is recorded, and the aid is divided to the cent."))
        return redirect("desk:aid_events")
    context: dict[str, Any] = {"form": form, "told": told, "title": gettext("Record a split")}
    if told is not None:
        firms = [clean(firm) for firm, _ in form.firms()]
        names = names_of(firms)
        context["firms"] = [(firm, names[firm]) for firm in firms]
        context["entries"] = entries_of(form, takes)
    return render(request, "desk/aid/event.html", context)


def takes_of(request: HttpRequest) -> dict[str, str]:
    """Who was said to take each aid."""
    return {
        name.removeprefix("take-"): firm for name, firm in request.POST.items() if name.startswith("take-") and firm
    }


def entries_of(form: Any, takes: dict[str, str]) -> list[dict[str, Any]]:
    """The aid of the firm before the event, each with who was said to take it."""
    rows = aid_of_party(clean(form.cleaned_data["party"]), before=form.cleaned_data["on"])
    return [{"aid": aid, "taker": takes.get(aid.id, "")} for aid in rows]


@for_desk(roles.DIRECTOR)
def undo(request: HttpRequest, event_id: int) -> HttpResponse:
    """Undo an event that was recorded by mistake, by an act: whose the aid is after, and what goes back, are shown before."""
    found = get_object_or_404(UndertakingEvent.objects.standing(), pk=event_id)
    form = UndoForm(request.POST or None)

    def write() -> None:
        undo_event(actor=request.actor, event=found, **form.cleaned_data)  # type: ignore[attr-defined]

    def returned() -> Passed:
        return found.pk, UndertakingEvent.objects.get(pk=found.pk).returned

    told, written = told_of(request, form, found.pk, write, lambda: list(found.involved), returned)
    if written:
        messages.success(request, gettext("The event is undone: the aid is whose it was."))
        return redirect("desk:aid_events")
    title = gettext("Undo an event recorded by mistake")
    context = {
        "form": form,
        "told": told,
        "title": title,
        "event": found,
        "names": list(names_of(found.involved).values()),
    }
    return render(request, "desk/aid/event.html", context)


def clean(code: str) -> str:
    return code.strip().upper().removeprefix("IT")


def told_of(
    request: HttpRequest,
    form: Any,
    more: Any,
    write: Callable[[], Any],
    codes: Callable[[], list[str]],
    passed: Callable[[], Passed] | None = None,
) -> tuple[dict[str, Any] | None, bool]:
    """The firms before and after with the sums, or that the event was written; only what was told is written."""
    if not (request.method == "POST" and form.is_valid()):
        return None, False
    stamp = stamp_of([sorted(form.cleaned_data.items()), more])
    try:
        if request.POST.get("save") == stamp:
            write()
            return None, True
        firms = list(dict.fromkeys(codes()))
        words = passed or _passed
        before, after = rehearse(write, lambda: (*_measure(request.actor, firms), words()))  # type: ignore[attr-defined]
    except Refused as refusal:
        refusal.field = {"shares": "firm_1"}.get(refusal.field, refusal.field)
        say(form, refusal)
        return None, False
    every = list(dict.fromkeys([*before[0], *after[0]]))
    names = names_of(every)
    rows = [
        {
            "code": code,
            "name": names[code],
            "before": before[0].get(code, ZERO),
            "after": after[0].get(code, ZERO),
            "headroom_before": before[1].get(code),
            "headroom_after": after[1].get(code),
        }
        for code in every
    ]
    sums = (sum(before[0].values(), ZERO), sum(after[0].values(), ZERO))
    moved = after[2] if after[2] != before[2] else (0, [])
    told = {
        "rows": rows,
        "before": sums[0],
        "after": sums[1],
        "kept": sums[0] == sums[1],
        "stamp": stamp,
        "passed": moved[1],
    }
    return told, False


def _measure(actor: Actor, firms: list[str]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """The aid of each firm, and its headroom."""
    day, hides = today(), partial(closed_reservations, actor)
    left = {code: Decimal(position(code, on=day, hides=hides)["residual"]) for code in firms}
    return attributed(firms, on=day), left


def _passed() -> Passed:
    """What passed by the last event that was recorded."""
    last = UndertakingEvent.objects.order_by("-pk").first()
    return (last.pk, last.passed) if last is not None else (0, [])
