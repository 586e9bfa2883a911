"""One award act on the desk: what it awards, the checks it stands on, its text, where it is on its way."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language

from levante.applications.api import (
    TO_DECLARE,
    conflicts_of,
    may_read,
    opens_to,
    undeclared_among,
    without_conflict,
)
from levante.grants.api import (
    ACTS,
    MENDS,
    Award,
    AwardAct,
    RegisterTask,
    Standing,
    antimafia_answers,
    durc_answers,
    ever_in_act,
    files_of_act,
    may_work_act,
    progress_of_act,
    reaches_cup,
    reaches_rna,
    read_awards,
    standing_of,
    to_explain,
    with_mend,
)
from levante.kernel.api import Actor, require, today
from levante.parties.api import with_names
from levante.web.access import for_desk
from levante.web.components.money_story import story_of
from levante.web.desk.awards.antimafia import READERS as PAPER_READERS
from levante.web.desk.awards.views import READERS, TONES
from levante.web.desk.awards.waits import waits_of
from levante.web.site.files.views import send

#: Of why an act is signed without some codes, so much is kept while its sending is refused.
LONGEST_WHY = 4000
#: An award that an act promises and that has no effect yet.
IN_FLIGHT = ("draft_act", "sent_to_act_system", "act_returned")


def tone_of(award: Award) -> str:
    """The tone of an award: one that awaits its COR is not done."""
    return "attention" if award.state == "effective" and not award.is_in_force else TONES[award.state]


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
    seen = with_mend(Award.objects.visible_to(actor).filter(act=shown)).annotate(opens=opens).order_by("pk")
    rows = list(seen.select_related("application", "enterprise", "awarded_to", "aid", "commitment"))
    for row in rows:
        row.act = shown
    if shown.state == "draft_act":
        read_awards(shown)
    left_out = shown.orders.filter(state="left_out").select_related("application__enterprise").annotate(opens=opens)
    standing = [row for row in rows if row.state not in {"refused", "cancelled"}]
    told = _with_waits(actor, _with_antimafia(shown, _with_registers(shown, _checked(actor, rows))))
    undeclared, may_work = undeclared_in(actor, shown), may_work_act(actor, shown)
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
            "may_work": may_work,
            "today": today(),
            "stopped": any(row.stop_reason_it and row.state == "act_returned" for row in rows),
            "progress": progress_of_act(shown),
            "reaches": reaches_rna(shown) or reaches_cup(shown),
            "reaches_cup": reaches_cup(shown),
            "to_register": shown.state == "draft_act" and any(_lacks(shown, row) for row in told),
            "cup_by_file": _in_cup_file(shown, told) if may_work else [],
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
    found = {one.award.pk: one for one in standing_of(shown, [row["award"] for row in rows])}
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
    if shown.state == "draft_act":
        read_awards(shown)
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
