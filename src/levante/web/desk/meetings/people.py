"""Who comes to the meetings, at the desk: how many each has, when one is away, who must not meet."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused
from levante.meetings.api import (
    Agenda,
    Attendee,
    BlockedPair,
    MeetingRequest,
    admitted,
    block_pair,
    bring_attendees,
    bring_back,
    candidates_for,
    coming_apart,
    mark_of_attendee,
    may_arrange,
    set_attendee,
    states,
    unblock_pair,
)
from levante.web.access import for_desk
from levante.web.components.exports import table_file
from levante.web.components.forms import done as sent
from levante.web.components.forms import say
from levante.web.components.meanwhile import read_anew, read_mark
from levante.web.components.meeting_requests import PER_PAGE, in_words_of
from levante.web.desk.meetings.forms import AttendeeForm, BlockForm, BringForm, own_slot_choices
from levante.web.desk.meetings.views import agenda_for, done
from levante.web.desk.participants.access import KEEPERS, READERS
from levante.web.templatetags.levante import in_language


@for_desk(*READERS)
def people(request: HttpRequest, code: str) -> HttpResponse:
    row = agenda_for(request, code)
    return _page(request, row, BringForm(prefix="bring"), None)


def _page(
    request: HttpRequest, row: Agenda, bring_form: BringForm, block_form: BlockForm | None, status: int = 200
) -> HttpResponse:
    keeps = bool(may_arrange(request.actor, row.initiative))  # type: ignore[attr-defined]
    rows = list(
        row.attendees.select_related("enterprise", "buyer__country").prefetch_related("arrivals").order_by("side", "pk")
    )
    asked = _asked(row)
    there = {one.buyer_id for one in rows}
    firms = {one.enterprise_id for one in rows}
    barred = [one for one in coming_apart(row.initiative)[1] if one.interest.enterprise_id not in firms]
    left = [one for one in admitted(row.initiative)[1] if one.interest.buyer_id not in there]
    return render(
        request,
        "desk/meetings/people.html",
        {
            "left": left, "barred": barred,
            "agenda": row, "initiative": row.initiative, "keeps": keeps,
            "rows": [
                {"row": one, "side": states.SIDES[one.side], "asked": asked.get(one.pk, [0, 0, 0]), "came": list(one.arrivals.all())}
                for one in rows
            ],
            "blocked": BlockedPair.objects.filter(a__agenda=row).select_related("a__enterprise", "b__buyer"),
            "bring_form": bring_form, "block_form": block_form or (BlockForm(prefix="block", people=rows) if keeps else None),
            "block_open": block_form is not None,
        },
        status=status,
    )  # fmt: skip


def _asked(row: Agenda) -> dict[int, list[int]]:
    """Of each how many it asked, how many asked it, how many of both were accepted. One query."""
    asked: dict[int, list[int]] = {}
    for made, got, state in (
        MeetingRequest.objects.filter(asker__agenda=row).standing().values_list("asker", "asked", "state")
    ):
        asked.setdefault(made, [0, 0, 0])[0] += 1
        asked.setdefault(got, [0, 0, 0])[1] += 1
        for one in (made, got):
            asked[one][2] += state == states.ACCEPTED
    return asked


@for_desk(*READERS)
def people_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Who comes, as a spreadsheet: what each wants and asked, the meetings it has, whether it came."""
    row, language = agenda_for(request, code), get_language()
    asked = _asked(row)
    met: dict[int, int] = {}
    for pair in row.meetings.standing().values_list("a", "b"):
        for pk in pair:
            met[pk] = met.get(pk, 0) + 1
    heads = [
        gettext("Who"), gettext("Side"), gettext("Country"), gettext("Languages"), gettext("Stand"), gettext("At least"),
        gettext("At most"), gettext("At most in a day"), gettext("Asked"), gettext("Received"), gettext("Accepted"),
        gettext("Meetings"), gettext("State"), gettext("Days on which it came"), gettext("Time zone"),
    ]  # fmt: skip
    rows = row.attendees.select_related("enterprise", "buyer__country", "agenda").prefetch_related("arrivals")
    lines = [
        [
            one.name, states.SIDES[one.side].in_language(language), in_language(one.buyer.country, "name") if one.buyer else "",
            ", ".join(one.languages), gettext("from afar") if one.remote else one.own_table, one.least, one.most, one.most_per_day,
            *asked.get(one.pk, [0, 0, 0]), met.get(one.pk, 0), gettext("does not come") if one.withdrawn_at else gettext("comes"),
            ", ".join(f"{came.day:%d/%m/%Y}" for came in one.arrivals.all()), one.hours,
        ]
        for one in rows.order_by("side", "pk")
    ]  # fmt: skip
    return table_file("csv", f"chi-viene-{code}", [heads, *lines])


@for_desk(*KEEPERS)
@require_POST
def bring(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody with a place, every buyer that asked, comes."""
    row = agenda_for(request, code)
    form = BringForm(request.POST, prefix="bring")
    if not form.is_valid():
        return _page(request, row, form, None, status=400)
    if not sent(request, form, bring_attendees, agenda=row):
        return _page(request, row, form, None, status=400)
    messages.success(request, gettext("Kept."))
    return redirect("desk:agenda_people", code=code)


@for_desk(*KEEPERS)
@require_POST
def block(request: HttpRequest, code: str) -> HttpResponse:
    """Two must not meet."""
    row = agenda_for(request, code)
    rows = list(row.attendees.select_related("enterprise", "buyer"))
    form = BlockForm(request.POST, prefix="block", people=rows)
    if not form.is_valid():
        return _page(request, row, BringForm(prefix="bring"), form, status=400)
    by_id = {str(one.pk): one for one in rows}
    a, b = by_id[form.cleaned_data["a"]], by_id[form.cleaned_data["b"]]
    try:
        block_pair(actor=request.actor, a=a, b=b, reason=form.cleaned_data["reason"])  # type: ignore[attr-defined]
    except Refused as refusal:
        say(form, refusal)
        return _page(request, row, BringForm(prefix="bring"), form, status=400)
    messages.success(request, gettext("Kept."))
    return redirect("desk:agenda_people", code=code)


@for_desk(*KEEPERS)
@require_POST
def separate_no_more(request: HttpRequest, pk: int) -> HttpResponse:
    """The two may meet after all."""
    rows = BlockedPair.objects.filter(a__agenda__in=Agenda.objects.followed_by(request.actor))  # type: ignore[attr-defined]
    pair = get_object_or_404(rows.select_related("a__agenda__initiative"), pk=pk)
    code = pair.a.agenda.initiative.code
    return done(request, code, lambda: unblock_pair(actor=request.actor, pair=pair), "desk:agenda_people")  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
@require_POST
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was said not to come is there after all."""
    rows = Attendee.objects.followed_by(request.actor).select_related("agenda__initiative")  # type: ignore[attr-defined]
    row = get_object_or_404(rows, pk=pk)
    code = row.agenda.initiative.code
    return done(request, code, lambda: bring_back(actor=request.actor, row=row), "desk:agenda_people")  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """How many meetings one wants and can have, when it is away."""
    rows = Attendee.objects.followed_by(request.actor).select_related(
        "agenda__initiative__lead_office", "enterprise", "buyer"
    )  # type: ignore[attr-defined]
    row = get_object_or_404(rows.prefetch_related("away"), pk=pk)
    slots = own_slot_choices(row, list(row.agenda.slots.order_by("starts_at")))
    form = AttendeeForm(request.POST or None, slots=slots, row=row)
    mark = mark_of_attendee(row)
    carried = read_mark(request, mark)
    if request.method == "POST" and form.is_valid():
        try:
            set_attendee(actor=request.actor, row=row, read=request.POST.get("read"), **form.given())  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
            read_anew(carried, refusal, form, mark)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:agenda_people", code=row.agenda.initiative.code)
    context = carried | {"form": form, "row": row, "initiative": row.agenda.initiative} | _might_meet(request, row)
    return render(request, "desk/meetings/person.html", context)


def _might_meet(request: HttpRequest, row: Attendee) -> dict[str, Any]:
    """Whom it might meet, those with most in common first, with the reasons, what was asked between them, whether they meet."""
    page = Paginator(candidates_for(row), PER_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    met = {
        pk for pair in row.agenda.meetings.standing().filter(Q(a=row) | Q(b=row)).values_list("a", "b") for pk in pair
    }
    return {
        "page": page, "seller": row.side == states.SELLER, "editable": row.agenda.state != states.CLOSED and row.withdrawn_at is None,
        "candidates": [
            {
                "one": one, "reasons": reasons, "met": one.row.pk in met, "mutual": one.mutual,
                "made": states.PRIORITIES[one.made.priority] if one.made is not None else None,
                "received": states.PRIORITIES[one.received.priority] if one.received is not None else None,
                "no": any(asked is not None and asked.state == states.DECLINED for asked in (one.made, one.received)),
            }
            for one, reasons in zip(listed, in_words_of(one.reasons for one in listed), strict=True)
        ],
    }  # fmt: skip
