"""Acts of liquidation on the desk: the draft, the signature, the way to the system of acts and back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.applications.api import opens_to
from levante.kernel.api import Actor, Refused
from levante.payments.api import (
    LIQUIDATIONS,
    MOST_IN_AN_ACT,
    UNDOINGS,
    Liquidation,
    LiquidationRow,
    cancel_liquidation,
    checks_in,
    claims_to_liquidate,
    draft_liquidation,
    drop_row,
    may_liquidate,
    may_work_liquidation,
    send_liquidation,
    states,
)
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number, whole_numbers
from levante.web.desk.payments.shared import (
    ACT_TONES,
    CHECK_TONES,
    PAGE,
    READERS,
    ROW_TONES,
    actor_of,
    tabs,
    words,
)
from levante.web.site.files.views import send as send_file


@for_desk(*READERS, section=True, pays=True)
def liquidations(request: HttpRequest) -> HttpResponse:
    """The acts, the newest first."""
    actor = actor_of(request)
    state = request.GET.get("state", "")
    standing = Q(rows__state__in=states.STANDING)
    rows = Liquidation.objects.visible_to(actor).select_related("call", "line", "prepared_by")
    rows = rows.annotate(count=Count("rows", filter=standing), total=Sum("rows__gross", filter=standing)).order_by(
        "-pk"
    )
    if state in states.ACTS:
        rows = rows.filter(state=state)
    listing = Listing(request, "desk:liquidations", gettext("acts of liquidation"), _columns())
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    after = whole_number(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    return render(
        request,
        "desk/payments/acts.html",
        {
            **tabs(request, "desk:liquidations"),
            "rows": [{"act": row, "tone": ACT_TONES[row.state]} for row in found[:PAGE]],
            "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
            "listing": listing,
            "states": states.ACTS,
            "state": state,
        },
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(
            "act", gettext("Act"), lambda act: str(act) if act.number else f"{gettext('draft')} {act.pk}", fixed=True
        ),
        Column("title", gettext("Title"), lambda act: act.title),
        Column("state", gettext("State"), lambda act: words(act.state_label)),
        Column("claims", gettext("Claims"), lambda act: act.count),
        Column("total", gettext("Gross"), lambda act: act.total),
        Column("date", gettext("Date"), lambda act: act.act_date),
        Column("line", gettext("Line"), lambda act: act.line.code),
    )


@require_POST
@for_desk(*READERS, section=True, pays=True)
def new(request: HttpRequest) -> HttpResponse:
    """Draft an act of the claims that were ticked."""
    actor = actor_of(request)
    waiting = claims_to_liquidate(actor)
    if "all" in request.POST:
        chosen = waiting.filter(award__act__call__code=request.POST.get("call", ""))[:MOST_IN_AN_ACT]
    else:
        chosen = waiting.filter(pk__in=whole_numbers(request.POST.getlist("claims")))
    try:
        made = draft_liquidation(
            actor=actor,
            claims=list(chosen),
            title=request.POST.get("title", ""),
            only_ready="all" in request.POST,
        )
    except Refused as refusal:
        messages.error(request, words(refusal.reason))
        return redirect(f"{request.POST.get('back') or ''}" if _safe(request.POST.get("back")) else "desk:payments")
    messages.success(request, gettext("The draft is ready: check it, then the director signs it."))
    return redirect("desk:liquidation", made.pk)


def _safe(address: str | None) -> bool:
    """Only back to a list of payments."""
    return bool(address) and str(address).startswith(("/ufficio/pagamenti/", "/en/ufficio/pagamenti/"))


def act_or_404(actor: Actor, act_id: int) -> Liquidation:
    rows = Liquidation.objects.visible_to(actor).select_related(
        "call__office", "line", "document__file", "request", "prepared_by", "sent_by"
    )
    return get_object_or_404(rows, pk=act_id)


@for_desk(*READERS, section=True, pays=True)
def liquidation(request: HttpRequest, act_id: int) -> HttpResponse:
    """One act: whom it pays and how much, the checks it stands on, where it is on its way."""
    return act_page(request, act_or_404(actor_of(request), act_id))


def act_page(request: HttpRequest, shown: Liquidation, undo: dict[str, Any] | None = None) -> HttpResponse:
    """The page of an act; ``undo`` is what somebody wrote to take it back, and why it was refused."""
    actor = actor_of(request)
    rows = LiquidationRow.objects.visible_to(actor).filter(liquidation=shown)
    rows = rows.select_related("claim__award__enterprise", "claim__award__application").order_by("pk")
    page = Paginator(rows.annotate(opens=opens_to(actor, of="claim__award__application")), 200)
    shown_page = page.get_page(request.GET.get("page"))
    found = list(shown_page)
    sums = shown.rows.filter(state__in=states.STANDING).aggregate(
        count=Count("pk"), gross=Sum("gross"), withheld=Sum("withheld"), net=Sum("net")
    )
    may_work = bool(may_liquidate(actor)) and bool(may_work_liquidation(actor, shown))
    return render(
        request,
        "desk/payments/act.html",
        {
            "act": shown,
            "tone": ACT_TONES[shown.state],
            "rows": [
                {
                    "row": row,
                    "tone": ROW_TONES[row.state],
                    "checks": [{"check": one, "tone": CHECK_TONES[one.outcome]} for one in checks_in(row.gate)],
                }
                for row in found
            ],
            "sums": sums,
            "page": shown_page,
            "attempts": shown.request.attempts.all() if shown.request else [],
            "send": LIQUIDATIONS.may("send", actor, shown, state=shown.state),
            "may_work": may_work,
            "undoings": _undoings(actor, shown),
            "undo": undo,
            "undo_rows": [
                {"row": row, "ticked": undo is None or row.pk in undo["rows"]}
                for row in found
                if row.state == states.DUE
            ]
            if may_work and shown.state == states.EFFECTIVE
            else [],
        },
        status=400 if undo else 200,
    )


def _undoings(actor: Actor, shown: Liquidation) -> list[dict[str, Any]]:
    """The acts that take it back, each with whether the actor may sign it."""
    rows = shown.undoings.select_related("document__file", "request", "prepared_by", "sent_by").order_by("-pk")
    return [
        {
            "row": one,
            "tone": ACT_TONES[one.state],
            "send": UNDOINGS.may("send", actor, one, state=one.state) if one.state == states.DRAFT else None,
        }
        for one in rows
    ]


@for_desk(*READERS, section=True, pays=True)
def document(request: HttpRequest, act_id: int) -> HttpResponse:
    """The text of the act as PDF."""
    shown = act_or_404(actor_of(request), act_id)
    if shown.document is None or shown.document.file is None:
        raise Http404
    return send_file(shown.document.file)


@require_POST
@for_desk(*READERS, section=True, pays=True)
def act(request: HttpRequest, act_id: int, action: str) -> HttpResponse:
    """Do one thing with the act and come back to it."""
    actor = actor_of(request)
    handler = HANDLERS.get(action)
    if handler is None:
        raise Http404(action)
    shown = act_or_404(actor, act_id)
    try:
        messages.success(request, handler(request, actor, shown))
    except Refused as refusal:
        messages.error(request, words(refusal.reason))
    return redirect("desk:liquidation", shown.pk)


def _send(request: HttpRequest, actor: Actor, shown: Liquidation) -> str:
    send_liquidation(actor=actor, act=shown)
    return gettext("The act was sent: number and visa come back by themselves.")


def _cancel(request: HttpRequest, actor: Actor, shown: Liquidation) -> str:
    cancel_liquidation(actor=actor, act=shown, reason=request.POST.get("reason", ""))
    return gettext("The act is cancelled: its claims wait for another.")


def _drop(request: HttpRequest, actor: Actor, shown: Liquidation) -> str:
    row = shown.rows.filter(pk=whole_number(request.POST.get("row"))).first()
    if row is None:
        raise Http404
    drop_row(actor=actor, row=row, reason=request.POST.get("reason", ""))
    return gettext("The claim is out of the act.")


HANDLERS: dict[str, Callable[[HttpRequest, Actor, Liquidation], str]] = {
    "firma": _send,
    "annulla": _cancel,
    "togli": _drop,
}
