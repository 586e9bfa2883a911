"""The agenda changed by hand: each edit says first what it costs; who is not there leaves holes that are filled."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused, now
from levante.meetings.api import (
    Agenda,
    Attendee,
    Edit,
    Meeting,
    cost_of,
    edit_meeting,
    preview_absence,
    reasons_between,
    record_absence,
    states,
    undo_edit,
)
from levante.web.access import for_desk
from levante.web.components.forms import attempt, say
from levante.web.components.meeting_requests import in_words_of
from levante.web.components.meetings import TABLES, when_of
from levante.web.components.numbers import signed, whole_number
from levante.web.desk.meetings.forms import AbsenceForm, EditForm, SwapForm, slot_choices
from levante.web.desk.meetings.views import RELATED, agenda_for
from levante.web.desk.participants.access import KEEPERS

#: What the page does with a meeting that is there.
KINDS = ("move", "remove", "lock", "unlock", "swap")
#: A table's number is at most this.
MOST_TABLES = 9999


@for_desk(*KEEPERS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Add, move, swap, cancel, lock a meeting: a GET or a first POST tells what it costs, ``confirm`` does it."""
    row = agenda_for(request, code)
    people = list(row.attendees.coming().select_related("enterprise", "buyer").order_by("side", "pk"))
    slots = list(row.slots.order_by("starts_at"))
    data = request.POST if request.method == "POST" else request.GET
    wanted = _wanted(row, data)
    form, wrong = _edit_form(data, wanted, people, slot_choices(row, slots))
    wanted = None if wrong else wanted
    if wrong:
        messages.error(request, wrong)
    context: dict[str, Any] = {"agenda": row, "initiative": row.initiative, "form": form, "edit": wanted}
    if wanted is not None:
        names = {str(one.pk): one.name for one in people}
        context |= {"a": names.get(wanted.a, ""), "b": names.get(wanted.b, ""), "hidden": _hidden(wanted, row)}
        try:
            if request.method == "POST" and data.get("confirm"):
                edit_meeting(actor=request.actor, agenda=row, edit=wanted, revision=whole_number(data.get("revision")))  # type: ignore[attr-defined]
                messages.success(request, gettext("Kept."))
                return redirect("desk:agenda", code=code)
            context["cost"] = cost_of(row, wanted)
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
        context["when"] = dict(slot_choices(row, slots)).get(wanted.slot or "", "")
    standing = row.meetings.standing().filter(a=whole_number(data.get("a")) or 0, b=whole_number(data.get("b")) or 0)
    context["meeting"] = one = standing.select_related(*RELATED).first()
    if one is not None:
        context["says"] = one.slot.starts_at <= now() and row.state != states.CLOSED
        context["ways"] = list(states.MISSED_BY.items())
        before = row.meetings.filter(a=one.a_id, b=one.b_id, again_at__isnull=False).select_related("slot")
        context["missed"] = [(other, when_of(other.slot, row)) for other in before.order_by("slot__starts_at", "pk")]
        form.initial.update({"slot": data.get("slot") or str(one.slot_id)})
    a, b = (next((who for who in people if str(who.pk) == data.get(name)), None) for name in ("a", "b"))
    context["why"] = in_words_of(reasons_between(a, [b]))[0] if a is not None and b is not None else None
    if one is not None:
        context["swap"] = SwapForm(initial={"with": data.get("with")}, others=_others(row, one), agenda=row)
    return render(request, "desk/meetings/edit.html", context)


def _edit_form(
    data: Any, wanted: Edit | None, people: list[Attendee], slots: list[tuple[str, str]]
) -> tuple[EditForm, str]:
    """The form with what was given, what is wrong beside its fields; and what to say where something else that was asked cannot be."""
    initial = {name: data.get(name) for name in ("a", "b", "slot")}
    initial["table"] = whole_number(data.get("table"))
    kind = data.get("kind")
    if kind not in {"add", "move"}:
        none = kind is not None and wanted is None
        return EditForm(initial=initial, people=people, slots=slots), gettext(
            "This cannot be done here: choose again."
        ) if none else ""
    asked = EditForm(data, initial=initial, people=people, slots=slots)
    return asked, "" if asked.is_valid() else gettext("Something is missing or cannot be: it is said beside it.")


def _wanted(row: Agenda, data: Any) -> Edit | None:
    """The edit that is asked, when it is one: its people are of this agenda. The other meeting of a swap may be said in one
    word too, ``with``: a-b."""
    kind, a, b = data.get("kind"), data.get("a"), data.get("b")
    mine = {str(pk) for pk in row.attendees.values_list("pk", flat=True)}
    slots = {str(pk) for pk in row.slots.values_list("pk", flat=True)}
    slot = data.get("slot") or None
    if kind not in ("add", *KINDS) or a not in mine or b not in mine or (slot is not None and slot not in slots):
        return None
    if kind in {"add", "move"} and slot is None:
        return None
    first, _, second = (data.get("with") or "").partition("-")
    other = (data.get("other_a") or first, data.get("other_b") or second)
    if kind == "swap" and not (other[0] in mine and other[1] in mine):
        return None
    table = whole_number(data.get("table"))
    if kind not in {"add", "move"} or (table is not None and not 0 < table <= MOST_TABLES):
        table = None
    return Edit(
        kind, a, b, slot=slot if kind in {"add", "move"} else None, table=table, other=other if kind == "swap" else None
    )


def _others(row: Agenda, one: Meeting) -> list[Meeting]:
    """The meetings that one may change places with."""
    rows = (
        row.meetings.standing().filter(locked=False, state=states.PLANNED).exclude(pk=one.pk).exclude(slot=one.slot_id)
    )
    return list(rows.select_related(*RELATED).order_by("slot__starts_at", "table", "pk"))


def _hidden(wanted: Edit, row: Agenda) -> list[tuple[str, str]]:
    found = [
        ("kind", wanted.kind),
        ("a", wanted.a),
        ("b", wanted.b),
        ("slot", wanted.slot or ""),
        ("table", str(wanted.table or "")),
        ("revision", str(row.revision)),
    ]
    return found + ([("other_a", wanted.other[0]), ("other_b", wanted.other[1])] if wanted.other is not None else [])


@for_desk(*KEEPERS)
def cost(request: HttpRequest, code: str) -> HttpResponse:
    """What dropping a meeting somewhere would break and cost, in a sentence, for the grid that asks before it is dropped."""
    row = agenda_for(request, code)
    wanted = _wanted(row, request.GET)
    language = get_language()
    if whole_number(request.GET.get("revision")) != row.revision:
        words = gettext("Somebody changed the agenda: load the page again.")
        return JsonResponse({"allowed": False, "stale": True, "words": words})
    if wanted is None:
        return JsonResponse({"allowed": False, "words": gettext("A meeting cannot be put there.")})
    try:
        found = cost_of(row, wanted)
    except Refused as refusal:
        return JsonResponse({"allowed": False, "words": refusal.reason.in_language(language)})
    if not found.allowed:
        why = "; ".join(one.in_language(language) for one in found.conflicts)
        return JsonResponse({"allowed": False, "words": gettext("It cannot be done: %(why)s.") % {"why": why}})
    parts = [gettext("points %(change)s") % {"change": signed(found.change)}]
    if found.shortfall:
        parts.append(gettext("missing to the minimums %(change)s") % {"change": signed(found.shortfall)})
    if found.unmet_mutual:
        parts.append(gettext("mutual requests unmet %(change)s") % {"change": signed(found.unmet_mutual)})
    return JsonResponse({"allowed": True, "words": gettext("It can be done: %(what)s.") % {"what": ", ".join(parts)}})


@for_desk(*KEEPERS)
@require_POST
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """The meeting is dropped on the grid: done, or refused in words; the grid as it is now follows."""
    row = agenda_for(request, code)
    wanted = _wanted(row, request.POST)
    if wanted is None:
        messages.error(request, gettext("A meeting cannot be put there."))
    else:
        revision = whole_number(request.POST.get("revision"))
        attempt(
            request,
            lambda: edit_meeting(actor=request.actor, agenda=row, edit=wanted, revision=revision),
            gettext("Kept."),
        )  # type: ignore[attr-defined]
    return _to_grid(request, code)


@for_desk(*KEEPERS)
@require_POST
def undo(request: HttpRequest, code: str) -> HttpResponse:
    """The last step by hand is undone."""
    row = agenda_for(request, code)
    revision = whole_number(request.POST.get("revision"))
    attempt(request, lambda: undo_edit(actor=request.actor, agenda=row, revision=revision), gettext("It is as it was."))  # type: ignore[attr-defined]
    return _to_grid(request, code)


def _to_grid(request: HttpRequest, code: str) -> HttpResponse:
    """To the rows of the grid that were looked at."""
    side = request.POST.get("side")
    page = whole_number(request.POST.get("page")) or 1
    kept = {
        "side": side if side in (*states.SIDES, TABLES) else "",
        "q": request.POST.get("q", "")[:100],
        "page": page if page > 1 else "",
    }
    there = urlencode({name: value for name, value in kept.items() if value})
    return redirect(f"{reverse('desk:agenda', args=[code])}{'?' if there else ''}{there}")


@for_desk(*KEEPERS)
def absence(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody is not there: what mending would do, then mending."""
    row = agenda_for(request, code)
    people = list(row.attendees.coming().select_related("enterprise", "buyer").order_by("side", "pk"))
    slots = list(row.slots.order_by("starts_at"))
    published = row.published_at is not None
    form = AbsenceForm(request.POST or None, people=people, slots=slot_choices(row, slots), published=published)
    shown = None
    if request.method == "POST" and form.is_valid():
        by_id = {str(slot.pk): slot for slot in slots}
        data = form.cleaned_data
        who: Attendee = next(one for one in people if str(one.pk) == data["who"])
        given = {"start": by_id.get(data["start"]), "end": by_id.get(data["end"]), "moves": data["moves"]}
        try:
            if request.POST.get("confirm"):
                read = whole_number(request.POST.get("revision"))
                own = data.get("own", False)
                record_absence(actor=request.actor, agenda=row, row=who, own=own, revision=read, **given)  # type: ignore[attr-defined]
                messages.success(request, gettext("The agenda is mended: only those whose meetings change are told."))
                return redirect("desk:agenda", code=code)
            shown = preview_absence(row, who, **given)
        except Refused as refusal:
            say(form, refusal)
    return render(
        request,
        "desk/meetings/absence.html",
        {"agenda": row, "initiative": row.initiative, "form": form, "shown": shown},
    )
