"""Award acts on the desk: what is ready to be awarded, the draft with its preview, the way to the system of acts and back."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.applications.api import (
    TO_DECLARE,
    Application,
    conflicts_of,
    may_read,
    opens_to,
    undeclared_among,
    with_call,
    without_conflict,
)
from levante.calls.api import Call
from levante.grants.api import (
    ACT_STATES,
    ACTS,
    MENDS,
    MOST_IN_AN_ACT,
    Award,
    AwardAct,
    RegisterTask,
    Standing,
    amount_of,
    antimafia_answers,
    award_places,
    durc_answers,
    ever_in_act,
    files_of_act,
    may_work_act,
    prepare_award_act,
    progress_of_act,
    reaches_cup,
    reaches_rna,
    standing_of,
    to_explain,
)
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, require, today
from levante.parties.api import told_by_name, with_names
from levante.programme.api import BudgetLine
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.components.money_story import story_of
from levante.web.components.numbers import whole_number, whole_numbers
from levante.web.desk.awards.antimafia import READERS as PAPER_READERS
from levante.web.desk.awards.waits import waits_of
from levante.web.site.files.views import send

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AGENCY_STAFF, roles.AUDITOR)
WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)
PAGE = 50
#: Of why an act is signed without some codes, so much is kept while its sending is refused.
LONGEST_WHY = 4000
#: An award that an act promises and that has no effect yet.
IN_FLIGHT = ("draft_act", "sent_to_act_system", "act_returned")
TONES = {
    "draft_act": "draft",
    "sent_to_act_system": "waiting",
    "act_returned": "attention",
    "effective": "done",
    "refused": "refused",
    "cancelled": "neutral",
    "revoked": "refused",
}


def tone_of(award: Award) -> str:
    """The tone of an award: one that awaits its COR is not done."""
    return "attention" if award.state == "effective" and not award.is_in_force else TONES[award.state]


def ready_to_award(actor: Actor) -> Any:
    """Admitted applications that no act has taken yet, in order of arrival."""
    standing = Award.objects.filter(
        application=OuterRef("pk"),
        state__in=["draft_act", "sent_to_act_system", "act_returned", "effective", "revoked"],
    )
    return (
        with_call(Application.objects.visible_to(actor))
        .select_related("line")
        .filter(state="admitted")
        .exclude(Exists(standing))
        .order_by("opening__call__code", "sequence", "pk")
    )


def waiting_by_call(actor: Actor, *, money: bool = False) -> list[dict[str, Any]]:
    """How many admitted applications wait for an act, by call: ``call`` (its code and titles), ``count`` and, when ``money`` is
    asked for, ``total``: None while one of them does not open to who looks. One query, however many they are."""
    names = {name: f"opening__call__{name}" for name in ("code", "title_it", "title_en")}
    sums = {"total": Sum("admitted_amount"), "closed": Count("pk", filter=Q(opens=False))} if money else {}
    ready = ready_to_award(actor).annotate(opens=opens_to(actor)) if money else ready_to_award(actor)
    rows = ready.order_by().values(*names.values()).annotate(count=Count("pk"), **sums)
    return [
        {
            "call": SimpleNamespace(**{name: row[path] for name, path in names.items()}),
            "count": row["count"],
            "total": row["total"] if money and not row["closed"] else None,
        }
        for row in rows.order_by("opening__call__code")
    ]


@for_desk(*READERS)
def awards(request: HttpRequest) -> HttpResponse:
    """The acts, the newest first, and the applications that wait for one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    rows = AwardAct.objects.visible_to(actor).select_related("call", "line", "prepared_by")
    shown = ~Q(awards__application__in=conflicts_of(actor).values("application"))
    rows = rows.annotate(count=Count("awards", filter=shown), total=Sum("awards__amount", filter=shown)).order_by("-pk")
    awarded = Award.objects.filter(act=OuterRef("pk"), act__number="").annotate(opens=opens_to(actor, of="application"))
    rows = rows.annotate(closed=Exists(awarded.filter(opens=False)))
    if state in ACT_STATES:
        rows = rows.filter(state=state)
    listing = Listing(request, "desk:awards", gettext("acts"), _columns())
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    after = whole_number(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    return render(
        request,
        "desk/awards/list.html",
        {
            "rows": [{"act": row, "tone": TONES[row.state]} for row in found[:PAGE]],
            "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
            "listing": listing,
            "states": ACT_STATES,
            "state": state,
            "waiting": waiting_by_call(actor, money=True),
            "may_prepare": actor.has_role(*WORKERS),
        },
    )


def _columns() -> tuple[Column, ...]:
    def name(act: AwardAct) -> str:
        return str(act) if act.number else f"{gettext('draft')} {act.pk}"

    later = gettext("after the declaration")
    return (
        Column("act", gettext("Act"), name, fixed=True),
        Column("title", gettext("Title"), lambda act: act.title),
        Column("state", gettext("State"), lambda act: act.state_label.in_language(get_language() or "it")),
        Column("awards", gettext("Awards"), lambda act: act.count),
        Column("total", gettext("Total"), lambda act: later if act.closed else act.total),
        Column("date", gettext("Date"), lambda act: act.act_date),
        Column("line", gettext("Line"), lambda act: act.line.code),
    )


@for_desk(*WORKERS)
def new(request: HttpRequest) -> HttpResponse:
    """Choose the applications of a call that one act awards."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    code = request.POST.get("call") or request.GET.get("call", "")
    call = get_object_or_404(
        Call.objects.visible_to(actor).prefetch_related("budget_lines__line__triennium"), code=code
    )
    ready = ready_to_award(actor).filter(opening__call=call).annotate(opens=opens_to(actor))
    candidates = list(ready[:MOST_IN_AN_ACT])
    others = ready.count() - len(candidates) if len(candidates) == MOST_IN_AN_ACT else 0
    places = award_places(candidates)
    lines = BudgetLine.objects.visible_to(actor).of(call.programme).select_related("triennium").order_by("code")
    if call.pays_from:
        lines = lines.filter(pk__in=[line.pk for line in call.pays_from])
    reason = ""
    chosen = set(whole_numbers(request.POST.getlist("applications")))
    if request.method == "POST":
        try:
            made = prepare_award_act(
                actor=actor,
                applications=[application for application in candidates if application.pk in chosen],
                line=lines.filter(pk=whole_number(request.POST.get("line"))).first(),
                title=request.POST.get("title", ""),
            )
        except Refused as error:
            reason = told_by_name(error.reason.in_language(get_language()), actor=actor)
        else:
            if progress_of_act(made) is None:
                messages.success(
                    request, gettext("The draft of the act is ready: check it, then the director sends it.")
                )
            return redirect("desk:award", made.pk)
    return render(
        request,
        "desk/awards/new.html",
        {
            "call": call,
            "candidates": [
                {
                    "application": application,
                    "place": places[application.pk],
                    "amount": amount_of(application, places[application.pk]),
                }
                for application in sorted(candidates, key=lambda one: places[one.pk].position or len(places) + 1)
            ],
            "others": others,
            "undeclared": undeclared_among(actor, ready).count(),
            "most": MOST_IN_AN_ACT,
            "chosen": chosen or {pk for pk, place in places.items() if place.is_funded},
            "lines": lines,
            "line": call.only_line,
            "reason": reason,
            "title": request.POST.get("title", ""),
        },
        status=403 if reason else 200,
    )


def act_or_404(actor: Actor, act_id: int) -> AwardAct:
    rows = AwardAct.objects.visible_to(actor).select_related(
        "call__office", "line__triennium", "document__file", "request", "prepared_by", "sent_by", "programme_act"
    )
    found: AwardAct | None = rows.filter(pk=act_id).first()
    if found is None:
        hidden = AwardAct.objects.filter(pk=act_id).first()
        if hidden is not None:  # whoever declared a conflict of interest is told why it does not open, and nothing else
            require(without_conflict(actor, files_of_act(hidden)))
        raise Http404
    return found


def undeclared_in(actor: Actor, act: AwardAct) -> int:
    """How many files of an act that is not adopted yet do not open to who looks, who has still to declare about them. What was
    adopted is published (D.Lgs. 33/2013, art. 26-27). One query."""
    if act.number:
        return 0
    return ever_in_act(act).annotate(opens=opens_to(actor)).filter(opens=False).count()


def _checked(actor: Actor, awards: Iterable[Award]) -> list[dict[str, Any]]:
    """The awards, each with the checks it stands on, their reasons and what stopped it told with the names that ``actor``
    may know."""
    rows = [{"award": one, "tone": tone_of(one), "checks": one.final_checks or one.checks} for one in awards]
    stops = [{"text": row["award"].stop_reason_it, "text_en": row["award"].stop_reason_en} for row in rows]
    for row, stop in zip(rows, with_names(stops, actor=actor), strict=True):
        row["stop"] = stop
    reasons = [row["checks"][about] for row in rows for about in ("position", "size")]
    told = iter(with_names([step for one in reasons for step in one["steps"] or ()], actor=actor))
    for one in reasons:
        one["steps"] = [next(told) for _ in one["steps"] or ()]
    return rows


def why_key(act: AwardAct) -> str:
    """Where a session keeps why an act was to be signed without some codes, when its sending is refused."""
    return f"award-act-{act.pk}-without-codes"


@for_desk(*READERS)
def award(request: HttpRequest, act_id: int) -> HttpResponse:
    """One act: what it awards, the checks it stands on, its text, where it is on its way."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = act_or_404(actor, act_id)
    opens = opens_to(actor, of="application")
    rows = Award.objects.visible_to(actor).filter(act=shown).annotate(opens=opens)
    rows = rows.select_related("act", "application", "enterprise", "awarded_to", "aid", "commitment").order_by("pk")
    left_out = shown.orders.filter(state="left_out").select_related("application__enterprise").annotate(opens=opens)
    standing = [row for row in rows if row.state not in {"refused", "cancelled"}]
    told = _with_waits(actor, _with_antimafia(shown, _with_registers(shown, _checked(actor, rows))))
    undeclared = undeclared_in(actor, shown)
    visure = {row["award"].pk: row["registers"].last_visure for row in told}
    return render(
        request,
        "desk/awards/award.html",
        {
            "act": shown,
            "tone": TONES[shown.state],
            "rows": told,
            "section": actor.in_section(*PAPER_READERS),
            "total": sum(row.amount for row in rows if row.state != "cancelled"),
            "without_codes": sum(not all(row.codes) for row in standing),
            "to_explain": shown.state == "draft_act" and bool(to_explain(standing, visure)),
            "why_typed": request.session.get(why_key(shown), ""),
            "text": shown.document.data if shown.document else {},
            "attempts": shown.request.attempts.all() if shown.request else [],
            "send": ACTS.may("send", actor, shown, state=shown.state),
            "may_work": may_work_act(actor, shown),
            "today": today(),
            "stopped": any(row.stop_reason_it and row.state == "act_returned" for row in rows),
            "progress": progress_of_act(shown),
            "reaches": reaches_rna(shown) or reaches_cup(shown),
            "reaches_cup": reaches_cup(shown),
            "to_register": shown.state == "draft_act" and any(_lacks(shown, row) for row in told),
            "cup_by_file": _in_cup_file(shown, told) if may_work_act(actor, shown) else [],
            "left_out": left_out.exclude(application__in=conflicts_of(actor).values("application")),
            "undeclared": undeclared,
            "to_declare": undeclared_among(actor, ever_in_act(shown)).count() if undeclared else 0,
        },
    )


def _in_cup_file(shown: AwardAct, rows: list[dict[str, Any]]) -> list[Standing]:
    """The awards of a draft whose CUP can be asked by a file: those without a code that the service is not at work on."""
    if shown.state != "draft_act" or not (shown.call.registers or {}).get("cup"):
        return []
    found = [row["registers"] for row in rows if row["award"].state == "draft_act" and not row["award"].codes[1]]
    return [one for one in found if one.cup is None or one.cup.outcome]


def _lacks(shown: AwardAct, row: dict[str, Any]) -> bool:
    """Would a register that is reached from here still give it a code? A project that had its CUP is given no other by itself."""
    if row["award"].state != "draft_act":
        return False
    cor, cup = row["award"].codes
    return (not cor and reaches_rna(shown)) or (not cup and not row["registers"].given and reaches_cup(shown))


def _with_registers(shown: AwardAct, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each award as it stands in the national registers, where something was asked of them, and what they are told by hand."""
    found = {one.award.pk: one for one in standing_of(shown)}
    tasks: dict[int, list[RegisterTask]] = {}
    for task in RegisterTask.objects.filter(award__act=shown).select_related("owner", "closed_by").order_by("pk"):
        tasks.setdefault(task.award_id, []).append(task)
    for row in rows:
        row["registers"] = found.get(row["award"].pk)
        row["tasks"] = tasks.get(row["award"].pk, [])
        row["mend"] = MENDS.get(row["registers"].mend) if row["registers"] is not None else None
    return rows


def _with_antimafia(shown: AwardAct, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the anti-mafia information and the DURC want of each award that is on its way, where they are wanted at all."""
    waiting = [row["award"] for row in rows if row["award"].state in IN_FLIGHT]
    found = antimafia_answers(waiting, on=shown.act_date or today()) if waiting else {}
    durcs = durc_answers(waiting, on=shown.act_date or today()) if waiting else {}
    for row in rows:
        answer = found.get(row["award"].pk)
        row["antimafia"] = answer if answer is not None and answer.needed else None
        row["durc"] = durcs.get(row["award"].pk)
    return rows


def _with_waits(actor: Actor, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each award that opens waits for of the office."""
    found = waits_of(actor, [row["award"] for row in rows if row["award"].opens], get_language() or "it")
    for row in rows:
        row["waits"] = found.get(row["award"].pk, [])
    return rows


@for_desk(*READERS)
def story(request: HttpRequest, award_id: int) -> HttpResponse:
    """The story of the money of one award, from the line of the budget to the last euro that came back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Award.objects.visible_to(actor).select_related(
        "act__call__office", "act__line", "application__opening__call__office", "enterprise", "aid"
    )
    shown = get_object_or_404(rows, pk=award_id)
    decision = may_read(actor, shown.application)
    require(decision, way=reverse("desk:application", args=[shown.application_id]) if decision is TO_DECLARE else "")
    waits = waits_of(actor, [shown], get_language() or "it").get(shown.pk, [])
    return render(request, "desk/awards/story.html", {"award": shown, "story": story_of(shown), "waits": waits})


@for_desk(*READERS)
def progress(request: HttpRequest, act_id: int) -> HttpResponse:
    """How far the worker is with an act, asked every two seconds; at the end the whole page is drawn again."""
    shown = act_or_404(request.actor, act_id)  # type: ignore[attr-defined]
    found = progress_of_act(shown)
    if found is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/awards/progress.html", {"act": shown, "progress": found})


@for_desk(*READERS)
def paper(request: HttpRequest, act_id: int) -> HttpResponse:
    """How far the PDF of the act is, and whether the act can be signed: asked every two seconds while it is being made."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = act_or_404(actor, act_id)
    if shown.document is not None and shown.document.state == request.GET.get("seen"):
        return HttpResponse(status=204)  # as the page has it: nothing to draw, nothing to say aloud again
    told = {
        "act": shown,
        "text": shown.document.data if shown.document else {},
        "send": ACTS.may("send", actor, shown, state=shown.state),
        "may_work": may_work_act(actor, shown),
        "to_explain": bool(to_explain(shown.awards.filter(state="draft_act").select_related("aid"))),
    }
    return render(request, "desk/awards/paper_alone.html", told)


@for_desk(*READERS)
def document(request: HttpRequest, act_id: int) -> HttpResponse:
    """The text of the act as PDF."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = act_or_404(actor, act_id)
    if undeclared_in(actor, shown):
        require(TO_DECLARE, way=reverse("desk:award", args=[act_id]))
    if shown.document is None or shown.document.file is None:
        raise Http404
    return send(shown.document.file)
