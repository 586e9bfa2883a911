"""The agenda of an initiative at the desk: settings, slots, the solver's runs, the grid, its steps."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.initiatives.api import Initiative
from levante.kernel.api import Refused, now
from levante.kernel.pure import Bilingual
from levante.meetings.api import (
    Agenda,
    AgendaRun,
    Attendee,
    Meeting,
    Opinion,
    Slot,
    add_slots,
    agenda_of,
    apply_run,
    ask_run,
    hours_unknown,
    last_edits,
    limit_slots,
    mark_of_settings,
    may_arrange,
    may_reopen,
    met_at_night,
    move_agenda,
    move_slots,
    open_agenda,
    opinions_of,
    outcome_of,
    remove_slot,
    runs_of,
    score_of,
    set_agenda,
    slots_outside,
    speechless,
    states,
    stop_run,
)
from levante.web.access import for_desk
from levante.web.components.exports import table_file
from levante.web.components.forms import attempt, say
from levante.web.components.meanwhile import read_anew, read_mark
from levante.web.components.meetings import TABLES, grid_of, has_tables, hours_of, local_of
from levante.web.components.numbers import whole_number
from levante.web.desk.meetings.forms import LimitsForm, RunForm, SettingsForm, SlotsForm, initial_settings, slot_choices
from levante.web.desk.meetings.papers import PART, parts_of
from levante.web.desk.meetings.scores import pictures_of, run_shown
from levante.web.desk.participants.access import KEEPERS, READERS, initiative_of

#: The grid whose rows are tables, beside those of people.
BY_TABLE = Bilingual("tavoli", "tables")
RELATED = ("slot", "a__enterprise", "a__buyer", "b__enterprise", "b__buyer", "interpreted_by")


@for_desk(*READERS)
def agenda(request: HttpRequest, code: str) -> HttpResponse:
    """The grid with its score and the bound; what is next."""
    found = initiative_of(request, code)
    row = agenda_of(request.actor, found)  # type: ignore[attr-defined]
    keeps = bool(may_arrange(request.actor, found))  # type: ignore[attr-defined]
    context: dict[str, Any] = {"initiative": found, "agenda": row, "keeps": keeps}
    if row is not None:
        context |= _shown(row, request.GET)
        context["making"] = keeps and _is_made(row)
    return render(request, "desk/meetings/agenda.html", context)


def _is_made(row: Agenda) -> bool:
    """Is it still made by the solver, and not mended?"""
    return row.state not in {states.PUBLISHED, states.CLOSED}


@for_desk(*READERS)
def ways(request: HttpRequest, code: str) -> HttpResponse:
    """What each way reaches, alone: asked again and again while one is being made."""
    row = agenda_for(request, code)
    meetings = list(row.meetings.standing())
    runs = [run_shown(run, row, meetings) for run in runs_of(row)]
    context = {
        "initiative": row.initiative,
        "making": _is_made(row) and bool(may_arrange(request.actor, row.initiative)),
    }  # type: ignore[attr-defined]
    return render(request, "desk/meetings/ways.html", context | _ways(runs))


def _ways(runs: list[dict[str, Any]]) -> dict[str, Any]:
    working = any(run["row"].state in {states.WAITING, states.RUNNING} for run in runs)
    return {"runs": runs, "pictures": pictures_of(runs), "working": working}


def _shown(row: Agenda, asked: Any) -> dict[str, Any]:
    slots = list(row.slots.order_by("starts_at"))
    people = list(
        row.attendees.coming().select_related("enterprise", "buyer").prefetch_related("away").order_by("side", "pk")
    )
    shown = list(row.meetings.arranged().select_related(*RELATED))
    meetings = [one for one in shown if one.again_at is None]
    sides = dict(states.SIDES) | ({TABLES: BY_TABLE} if has_tables(row, meetings) else {})
    side = asked.get("side") if asked.get("side") in sides else states.BUYER
    steps = last_edits(row)
    runs = [run_shown(run, row, meetings) for run in runs_of(row)]
    score = score_of(row) if meetings else None
    proved = next((run["result"] for run in runs if run["result"] and run["row"].revision >= row.event_revision), None)
    bound = proved["bound"] if proved is not None else None
    outcome = outcome_of(row) if row.published_at is not None else None
    return {
        "state": states.AGENDAS[row.state],
        "tone": states.AGENDA_TONES[row.state],
        "side": side,
        "sides": [(name, words, name == side) for name, words in sides.items()],
        "grid": grid_of(row, slots, people, shown, side=side, words=asked.get("q", "")[:100], number=asked.get("page")),
        "counts": {name: sum(person.side == name for person in people) for name in states.SIDES},
        "slots": slots,
        "score": score,
        "bound": bound,
        "proved": proved,
        "share": round(100 * score.objective / bound, 2) if score is not None and bound and bound > 0 else None,
        "under": bound - score.objective if score is not None and bound is not None else None,
        **_ways(runs),
        "run_form": RunForm(),
        "steps": [
            (name, words)
            for name, (sources, _, words) in states.STEPS.items()
            if row.state in sources and (name != "reopen" or may_reopen(row))
        ],
        "speechless": speechless(row, people, meetings),
        "at_night": _at_night(row, people, meetings),
        "unsaid": hours_unknown(row, people),
        "outcome": outcome,
        "untold": outcome.unsaid if outcome is not None else 0,
        "begun": {slot.pk for slot in slots if slot.starts_at <= now()} if row.published_at is not None else set(),
        "editable": row.state != states.CLOSED,
        "papers": _papers(row, people, meetings),
        "steps_by_hand": [(one, states.EDITS[one.kind]) for one in steps],
        "undoable": next((one for one in steps if one.kind != "undo" and not hasattr(one, "undone")), None),
    }


def _papers(row: Agenda, people: list[Attendee], meetings: list[Meeting]) -> list[dict[str, str]]:
    code, places = row.initiative.code, len({one.place for one in meetings})
    each = parts_of("agenda_print_people", code, len(people), PART, gettext("On paper: a page for each"))
    return each + parts_of("agenda_print_tables", code, places, PART, gettext("On paper: a page for each table"))


def _at_night(row: Agenda, people: list[Attendee], meetings: list[Meeting]) -> list[dict[str, Any]]:
    """Who is met at night, with whom, at which hour there."""
    return [
        {"who": person, "other": one.b if one.a_id == person.pk else one.a, "hour": f"{hours_of(one.slot, person):%H:%M}", "meeting": one}
        for person, one in met_at_night(row, people, meetings)
    ]  # fmt: skip


@for_desk(*KEEPERS)
@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    found = initiative_of(request, code)
    return done(request, code, lambda: open_agenda(actor=request.actor, initiative=found))  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
def settings(request: HttpRequest, code: str) -> HttpResponse:
    """Tables, interpreters, languages, the hours of the place; the slots."""
    row = agenda_for(request, code)
    form = SettingsForm(request.POST or None, initial=initial_settings(row))
    mark = mark_of_settings(row)
    carried = read_mark(request, mark)
    if request.method == "POST" and form.is_valid():
        try:
            set_agenda(actor=request.actor, agenda=row, read=request.POST.get("read"), **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
            read_anew(carried, refusal, form, mark)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:agenda_settings", code=code)
    return _settings(request, row, form, SlotsForm(prefix="slots"), carried)


@for_desk(*KEEPERS)
@require_POST
def slots(request: HttpRequest, code: str) -> HttpResponse:
    """Add a row of slots."""
    row = agenda_for(request, code)
    form = SlotsForm(request.POST, prefix="slots")
    if form.is_valid():
        try:
            add_slots(actor=request.actor, agenda=row, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The slots are added."))
            return redirect("desk:agenda_settings", code=code)
    fresh = SettingsForm(initial=initial_settings(row))
    return _settings(request, row, fresh, form, {"read": mark_of_settings(row), "differing": []}, status=400)


@for_desk(*KEEPERS)
@require_POST
def slots_limit(request: HttpRequest, code: str) -> HttpResponse:
    """Some slots have other tables or interpreters."""
    row = agenda_for(request, code)
    form = LimitsForm(request.POST, agenda=row, slots=slot_choices(row, list(row.slots.order_by("starts_at"))))
    if form.is_valid():
        try:
            limit_slots(actor=request.actor, agenda=row, **form.given())  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:agenda_settings", code=code)
    fresh = SettingsForm(initial=initial_settings(row))
    carried = {"read": mark_of_settings(row), "differing": []}
    return _settings(request, row, fresh, SlotsForm(prefix="slots"), carried, limits=form, status=400)


def _settings(
    request: HttpRequest,
    row: Agenda,
    form: SettingsForm,
    more: SlotsForm,
    carried: dict[str, Any],
    *,
    limits: LimitsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    held = Q(meetings__state__in=[states.PLANNED, states.HELD, states.MISSED])
    rows = row.slots.annotate(arranged=Count("meetings", filter=held)).order_by("starts_at")
    shown = [
        {
            "slot": slot,
            "when": local_of(slot, row),
            "arranged": slot.arranged,
            "interpreters": ", ".join(f"{language} {number}" for language, number in sorted(slot.interpreters.items())),
        }
        for slot in rows
    ]
    outside = slots_outside(row)
    choices = slot_choices(row, [item["slot"] for item in shown])
    context = carried | {
        "agenda": row, "initiative": row.initiative, "form": form, "slots_form": more, "limits_open": limits is not None,
        "limits_form": limits or LimitsForm(agenda=row, slots=choices), "slots": shown, "outside": len(outside),
        "by": (row.initiative.starts_on - local_of(outside[0], row).date()).days if outside else 0,
    }  # fmt: skip
    return render(request, "desk/meetings/settings.html", context, status=status)


@for_desk(*KEEPERS)
@require_POST
def slots_move(request: HttpRequest, code: str) -> HttpResponse:
    """The initiative was moved: all slots go with it."""
    row = agenda_for(request, code)
    sign = -1 if request.POST.get("days", "").startswith("-") else 1
    days = sign * (whole_number(request.POST.get("days", "").lstrip("-")) or 0)
    return done(request, code, lambda: move_slots(actor=request.actor, agenda=row, days=days), "desk:agenda_settings")  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
@require_POST
def slot_remove(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Slot.objects.filter(agenda__in=Agenda.objects.followed_by(request.actor)).select_related(
        "agenda__initiative"
    )  # type: ignore[attr-defined]
    row = get_object_or_404(rows, pk=pk)
    try:
        remove_slot(actor=request.actor, slot=row, mend=request.POST.get("mend") == "yes")  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    return redirect("desk:agenda_settings", code=row.agenda.initiative.code)


@for_desk(*KEEPERS)
@require_POST
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    row = agenda_for(request, code)
    return done(request, code, lambda: move_agenda(actor=request.actor, agenda=row, step=name))  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
@require_POST
def run(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for an agenda; each of the three objectives has its own."""
    row = agenda_for(request, code)
    wanted = request.POST.get("objective", "weighted")
    return done(request, code, lambda: ask_run(actor=request.actor, agenda=row, objective=wanted))  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
@require_POST
def run_apply(request: HttpRequest, pk: int) -> HttpResponse:
    row = _run_for(request, pk)
    return done(request, row.agenda.initiative.code, lambda: apply_run(actor=request.actor, run=row))  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
@require_POST
def run_stop(request: HttpRequest, pk: int) -> HttpResponse:
    row = _run_for(request, pk)
    return done(request, row.agenda.initiative.code, lambda: stop_run(actor=request.actor, run=row))  # type: ignore[attr-defined]


@for_desk(*READERS)
def agenda_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The meetings as a spreadsheet, in the hours of the place."""
    row = agenda_for(request, code)
    rows: Any = (
        Meeting.objects.visible_to(request.actor)
        .filter(agenda=row)
        .select_related(*RELATED, "agenda")
        .order_by("slot__starts_at", "pk")
    )  # type: ignore[attr-defined]
    heads = [
        gettext("Day"),
        gettext("Hour"),
        gettext("Enterprise"),
        gettext("Buyer"),
        gettext("Where"),
        gettext("Interpreter"),
        gettext("State"),
        *_told_heads(),
    ]
    language, meetings = get_language() or "it", list(rows)
    opinions = opinions_of(request.actor, meetings)  # type: ignore[attr-defined]
    lines = [
        [
            local_of(one.slot, row).date(), f"{local_of(one.slot, row):%H:%M}", one.a.name, one.b.name, one.call or one.place,
            one.interpreter,
            one.outcome.in_language(language),
            *_told(opinions.get(one.pk, []), language),
        ]
        for one in meetings
    ]  # fmt: skip
    return table_file("csv", f"agenda-{code}", [heads, *lines])


def _told_heads() -> list[str]:
    return [
        gettext("Enterprise: how it was, 1 to 5"), gettext("Enterprise: what comes next"),
        gettext("Enterprise: what it may be worth, in euro"), gettext("Buyer: how it was, 1 to 5"), gettext("Buyer: what comes next"),
    ]  # fmt: skip


def _told(opinions: list[Opinion], language: str) -> list[Any]:
    """What the two said of a meeting, in the order of ``_told_heads``: what is confidential is said to be so."""
    found: list[Any] = []
    for side in states.SIDES:
        said = next((one for one in opinions if one.side == side), None)
        if said is None:
            found += [None, None] + ([None] if side == states.SELLER else [])
            continue
        step = gettext("confidential") if said.next_step is None else said.next_step.in_language(language)
        found += [said.quality, step] + ([said.expected] if side == states.SELLER else [])
    return found


def agenda_for(request: HttpRequest, code: str) -> Agenda:
    """The agenda of an initiative that the office follows."""
    found: Initiative = initiative_of(request, code)
    row = agenda_of(request.actor, found)  # type: ignore[attr-defined]
    if row is None:
        raise Http404
    return row


def done(request: HttpRequest, code: str, service: Callable[[], object], to: str = "desk:agenda") -> HttpResponse:
    """Do it and go back; what cannot be done is told there."""
    attempt(request, service, gettext("Kept."))
    return redirect(to, code=code)


def _run_for(request: HttpRequest, pk: int) -> AgendaRun:
    rows = AgendaRun.objects.filter(agenda__in=Agenda.objects.followed_by(request.actor)).select_related(
        "agenda__initiative"
    )  # type: ignore[attr-defined]
    found: AgendaRun = get_object_or_404(rows, pk=pk)
    return found
