"""The office reads what enterprises ask to change of an award, beside what was, and decides."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import may_read
from levante.claims.api import (
    VARIATIONS,
    Reduction,
    Variation,
    approve_variation,
    carrying_states,
    comes_to,
    compared,
    decide_by,
    draft_reduction,
    give_up_reduction,
    granted_plan,
    may_decide,
    may_sign,
    refuse_variation,
    retry_reduction,
    send_reduction,
    take_variation,
    taken_of,
)
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, require
from levante.kernel.pure import ZERO
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number
from levante.web.desk.variations.forms import ApprovalForm
from levante.web.site.files.views import send

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AGENCY_STAFF, roles.AUDITOR)
PAGE = 50
TONES = {
    "sent": "waiting", "under_review": "active", "approved": "done", "partly": "done", "refused": "refused",
    "withdrawn": "neutral",
}  # fmt: skip
#: Long copies that a list does not say.
LONG = (
    "before", "asked", "decided", "steps", "award__checks", "award__final_checks", "award__application__answers",
    "award__application__frozen", "award__application__prefilled",
)  # fmt: skip
MANY = "award__act__call", "award__application", "award__enterprise", "officer"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def language() -> str:
    return get_language() or "it"


def _may_revoke(actor: Actor) -> bool:
    """Those to whom the page that begins a revocation opens."""
    return actor.in_section(roles.CASE_OFFICER, roles.DIRECTOR)


@for_desk(*READERS)
def variations(request: HttpRequest) -> HttpResponse:
    """What was asked, the oldest that wait first."""
    state = request.GET.get("state", "")
    rows = Variation.objects.visible_to(_actor(request)).filter(sent_at__isnull=False)
    rows = rows.select_related(*MANY[1:]).defer(*LONG)
    if state in TONES:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.filter(state__in=carrying_states.UNDER_WAY)
    rows = rows.order_by("sent_at", "pk")
    listing = Listing(request, "desk:variations", gettext("variations"), _columns())
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    after = whole_number(request.GET.get("after"))
    if after is not None:
        held = Variation.objects.filter(pk=after).values_list("sent_at", flat=True).first()
        if held is not None:
            rows = rows.filter(sent_at__gte=held).exclude(sent_at=held, pk__lte=after)
    found = list(rows[: PAGE + 1])
    context = {
        "rows": [{"variation": row, "tone": TONES[row.state]} for row in found[:PAGE]],
        "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
        "listing": listing,
        "states": {code: carrying_states.VARIATION_STATES[code] for code in TONES},
        "state": state,
    }
    return render(request, "desk/variations/list.html", context)


def _columns() -> tuple[Column, ...]:
    return (
        Column("number", gettext("Variation"), lambda row: row.register_number, fixed=True),
        Column("enterprise", gettext("Enterprise"), lambda row: row.award.enterprise.name),
        Column("application", gettext("Application"), lambda row: row.award.application.number),
        Column("kind", gettext("What changes"), lambda row: row.kind_label.in_language(language())),
        Column("sent", gettext("Sent on"), lambda row: row.sent_at),
        Column("officer", gettext("Officer"), lambda row: str(row.officer or "")),
        Column("state", gettext("State"), lambda row: row.state_label.in_language(language())),
    )


def variation_or_404(request: HttpRequest, variation_id: int) -> Variation:
    rows = Variation.objects.visible_to(_actor(request)).filter(sent_at__isnull=False)
    rows = rows.select_related(
        *MANY, "award__aid", "award__act__call__office", "award__application__opening__call__office", "award__application__form"
    )  # fmt: skip
    found: Variation = get_object_or_404(rows, pk=variation_id)
    return found


@for_desk(*READERS)
def variation(request: HttpRequest, variation_id: int) -> HttpResponse:
    """What was, what is asked, what it comes to; one does not open before the declaration about its application."""
    found = variation_or_404(request, variation_id)
    if not may_read(_actor(request), found.award.application):
        messages.info(request, gettext("First declare whether you have a conflict of interest about this application."))
        return redirect("desk:application", found.award.application_id)
    return _page(request, found)


def _page(
    request: HttpRequest, found: Variation, *, form: Any = None, refused: str = "", status: int = 200
) -> HttpResponse:
    actor = _actor(request)
    lines = compared(found)
    decides = found.state == carrying_states.REVIEW and bool(may_decide(actor, found))
    made = None
    if found.kind == carrying_states.COSTS and found.state in carrying_states.UNDER_WAY:
        made = comes_to(found.award, found.asked["rows"])
    approval = form or ApprovalForm(lines=lines, kind=found.kind)
    context = {
        "variation": found,
        "award": found.award,
        "tone": TONES[found.state],
        "decide_by": decide_by(found) if found.state in (carrying_states.SENT, carrying_states.REVIEW) else None,
        "lines": lines,
        "files": list(found.files.select_related("file")),
        "may_take": bool(VARIATIONS.may("take", actor, found, state=found.state)),
        "decides": decides,
        "form": approval if decides else None,
        "rows": approval.rows() if decides else [],
        "made": made,
        "steps": made.steps if made else found.steps,
        "left": _left(found),
        **_reduction(actor, found),
        "earlier": list(
            Variation.objects.filter(award=found.award_id, number__lt=found.number, sent_at__isnull=False).order_by(
                "number"
            )
        ),
        "events": list(found.events.select_related("user").order_by("-pk")),
        "refused": refused,
        "may_revoke": _may_revoke(actor),
    }
    return render(request, "desk/variations/variation.html", context, status=status)


def _left(found: Variation) -> Decimal:
    """What the award is still to be brought down by: nothing of a plan that another took the place of."""
    left = found.to_reduce(found.award.amount)
    return left if left and granted_plan(found.award) == found else ZERO


def _reduction(actor: Actor, found: Variation) -> dict[str, Any]:
    """The act that brings the award down: what it is, and who may do what of it."""
    held = Reduction.objects.select_related(
        "document__file", "variation__award__act__call__office", "sent_by", "drafted_by", "request"
    ).filter(variation=found).first()  # fmt: skip
    left, over = _left(found), held is None or held.state not in carrying_states.REDUCING
    open_now = held is not None and held.state in (carrying_states.DRAFTED, carrying_states.RETURNED)
    decides = open_now and bool(may_decide(actor, found))
    return {
        "reduction": held,
        "may_give_up": decides,
        "to_draft": bool(left) and over,
        "too_low": bool(left) and found.amount_after is not None and taken_of(found.award) > found.amount_after,
        "may_draft": over and bool(left) and bool(may_decide(actor, found)),
        "may_sign": held is not None and held.state == carrying_states.DRAFTED and bool(may_sign(actor, held)),
        "may_retry": decides and held is not None and held.state == carrying_states.RETURNED,
    }


@for_desk(*READERS)
def file(request: HttpRequest, variation_id: int, file_id: int) -> HttpResponse:
    found = variation_or_404(request, variation_id)
    require(may_read(_actor(request), found.award.application))
    row = found.files.select_related("file").filter(file=file_id).first()
    if row is None:
        raise Http404
    return send(row.file)


@for_desk(*READERS)
def act_paper(request: HttpRequest, variation_id: int) -> HttpResponse:
    """The PDF of the act of reduction, once it is written."""
    found = variation_or_404(request, variation_id)
    require(may_read(_actor(request), found.award.application))
    held = Reduction.objects.select_related("document__file").filter(variation=found).first()
    if held is None or held.document.file is None:
        raise Http404
    return send(held.document.file)


def _open_act(actor: Actor, found: Variation) -> Reduction:
    """The last act of reduction of a variation that was not given up."""
    rows = Reduction.objects.visible_to(actor).exclude(state=carrying_states.GIVEN_UP)
    held = rows.filter(variation=found).first()
    if held is None:
        raise Http404
    return held


@require_POST
@for_desk(*READERS)
def act(request: HttpRequest, variation_id: int, action: str) -> HttpResponse:
    """Take it in charge, approve it whole or in another measure, refuse it; what was typed is not lost."""
    found, actor = variation_or_404(request, variation_id), _actor(request)
    form = ApprovalForm(request.POST, lines=compared(found), kind=found.kind) if action == "in-parte" else None
    reason = request.POST.get("reason", "")
    try:
        if action == "prendi":
            take_variation(actor=actor, variation=found)
        elif action == "approva":
            approve_variation(actor=actor, variation=found, reason=reason)
        elif action == "respingi":
            refuse_variation(actor=actor, variation=found, reason=reason)
        elif action == "riduzione":
            draft_reduction(actor=actor, variation=found)
        elif action in ("firma", "riprova"):
            held = _open_act(actor, found)
            (send_reduction if action == "firma" else retry_reduction)(actor=actor, reduction=held)
        elif action == "abbandona":
            give_up_reduction(actor=actor, reduction=_open_act(actor, found), reason=reason)
        elif form is None:
            raise Http404
        elif not form.is_valid():
            return _page(request, found, form=form, status=409)
        else:
            approve_variation(
                actor=actor, variation=found, approved=form.approved(), reason=form.cleaned_data["reason"]
            )
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        if form is not None:
            say(form, refusal)
        return _page(request, variation_or_404(request, variation_id), form=form, refused=reason, status=409)
    messages.success(request, gettext("Done."))
    return redirect("desk:variation", found.pk)
