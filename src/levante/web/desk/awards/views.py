"""Award acts on the desk: the list of them, what is ready to be awarded, a new draft. One act is in ``one_act``."""

from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext

from levante.applications.api import (
    Application,
    conflicts_of,
    opens_to,
    undeclared_among,
    with_call,
)
from levante.calls.api import Call
from levante.grants.api import (
    ACT_STATES,
    MOST_IN_AN_ACT,
    Award,
    AwardAct,
    amount_of,
    award_places,
    prepare_award_act,
    progress_of_act,
)
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused
from levante.parties.api import told_by_name
from levante.programme.api import BudgetLine
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number, whole_numbers

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AGENCY_STAFF, roles.AUDITOR)
WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)
PAGE = 50
TONES = {
    "draft_act": "draft",
    "sent_to_act_system": "waiting",
    "act_returned": "attention",
    "effective": "done",
    "refused": "refused",
    "cancelled": "neutral",
    "revoked": "refused",
}


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
