"""Claims on the desk: which wait, and one with everything needed to say of each thing whether it holds and what is due."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import may_read, opens_to
from levante.claims.api import (
    Charge,
    Claim,
    ClaimReview,
    SimplifiedCost,
    ask_documents,
    assess_claim,
    cut_charge,
    cut_cost,
    documents_to_review,
    earlier_open,
    file_of,
    hand_over_claim,
    last_reviews,
    look_alike,
    look_alike_transfers,
    may_review,
    missing_to_assess,
    money_of,
    reckon,
    refuse_claim,
    reopen_claim,
    review_object,
    settled,
    simplified_items,
    states,
    take_claim,
    to_review,
    transfers_of,
    values_with,
)
from levante.claims.api import review_rest as mark_rest
from levante.controls.api import excess_awaits, excesses_to_ask, may_ask_back
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, require
from levante.kernel.pure import ZERO, Bilingual, typed_number
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number
from levante.web.desk.claims.proofs import told_of_page
from levante.web.desk.claims.unearned import told_of
from levante.web.site.files.views import send

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AGENCY_STAFF, roles.AUDITOR)
PAGE, DOCUMENTS = 50, 25
#: In the filter by state: those with money that the body of who reads asks back, and nobody did.
EXCESS = "excess"
TONES = {
    "sent": "waiting", "under_review": "active", "integration": "waiting", "assessed": "attention", "liquidated": "active",
    "paid": "done", "refused": "refused",
}  # fmt: skip
OUTCOME_TONES = {"complete": "done", "integrate": "attention", "incomplete": "refused"}
#: What a row of the list says, and nothing of what was sent: the copies of applications and claims are long.
SAID = (
    "register_number", "mode", "sent_at", "asked", "due", "state", "officer__given_name", "officer__family_name", "officer__email",
    "award__enterprise__name", "award__application__number",
)  # fmt: skip
MANY = "award__act__call", "award__application", "award__enterprise", "officer"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def language() -> str:
    return get_language() or "it"


@for_desk(*READERS)
def claims(request: HttpRequest) -> HttpResponse:
    """The claims that were sent, the oldest that wait first; filtered by state, by officer, by words."""
    actor = _actor(request)
    state, mine, words = request.GET.get("state", ""), request.GET.get("mine", ""), request.GET.get("q", "").strip()
    rows = Claim.objects.visible_to(actor).filter(sent_at__isnull=False)
    rows = rows.select_related("award__application", "award__enterprise", "officer")
    if state in states.STATES:
        rows = rows.filter(state=state)
    elif state == EXCESS:
        rows = rows.filter(pk__in=excesses_to_ask(actor).order_by().values("pk"))
    elif not words and state != "all":
        rows = rows.filter(state__in=[*states.OPEN, states.ASSESSED])
    if mine:
        rows = rows.filter(officer_id=actor.user_id)
    if words and (named := rows.filter(register_number=words.upper())).exists():
        rows = named  # a number copied whole is found by its index, whatever there is
    elif words:
        rows = rows.filter(
            Q(register_number__icontains=words)
            | Q(award__enterprise__name__icontains=words)
            | Q(award__application__number__icontains=words)
        )
    rows = rows.annotate(opens=opens_to(actor, of="award__application")).only(*SAID).order_by("sent_at", "pk")
    listing = Listing(request, "desk:claims", gettext("claims"), _columns())
    if listing.wants_file:
        # Plain values: of 100,000 rows the objects cost more than all the rest.
        return listing.file(rows.values_list(*SAID, "opens", named=True).iterator(chunk_size=2000))
    after = request.GET.get("after", "")
    start = whole_number(after)
    if start is not None:
        held = Claim.objects.filter(pk=start).values_list("sent_at", flat=True).first()
        if held is not None:
            rows = rows.filter(Q(sent_at__gt=held) | Q(sent_at=held, pk__gt=start))
    found = list(rows[: PAGE + 1])
    return render(
        request,
        "desk/claims/list.html",
        {
            "rows": [{"claim": row, "tone": TONES[row.state]} for row in found[:PAGE]],
            "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
            "listing": listing,
            "states": {code: label for code, label in states.STATES.items() if code in TONES},
            "state": state,
            "asks_back": actor.has_role(roles.FINANCE),
            "mine": mine,
            "words": words,
        },
    )


def _columns() -> tuple[Column, ...]:
    """The columns; what each says in a file is read from the row of values (``SAID``)."""
    later, spoken = gettext("after the declaration"), language()
    modes = {code: label.in_language(spoken) for code, label in states.MODES.items()}
    named = {code: label.in_language(spoken) for code, label in states.STATES.items()}
    return (
        Column("number", gettext("Claim"), lambda row: row.register_number, fixed=True),
        Column("enterprise", gettext("Enterprise"), lambda row: row.award__enterprise__name),
        Column("application", gettext("Application"), lambda row: row.award__application__number),
        Column("mode", gettext("Payment"), lambda row: modes[row.mode]),
        Column("sent", gettext("Sent on"), lambda row: row.sent_at),
        Column("asked", gettext("Asked for"), lambda row: row.asked if row.opens else later),
        Column("due", gettext("Due"), lambda row: row.due if row.opens else later),
        Column("officer", gettext("Officer"), _officer),
        Column("state", gettext("State"), lambda row: named[row.state]),
    )


def _officer(row: Any) -> str:
    """As the people of the offices are called everywhere (``User.get_full_name``)."""
    name = f"{row.officer__given_name or ''} {row.officer__family_name or ''}".strip()
    return name or row.officer__email or ""


def claim_or_404(request: HttpRequest, claim_id: int) -> Claim:
    rows = Claim.objects.visible_to(_actor(request)).filter(sent_at__isnull=False)
    rows = rows.select_related(
        *MANY,
        "award__aid",
        "award__act__call__office",
        "award__application__opening__call__office",
        "award__application__form",
    )
    # Asked by every policy of the page; by the plan and the days that hold.
    rows = rows.prefetch_related("award__application__conflict_declarations", "award__variations")
    return get_object_or_404(rows, pk=claim_id)


@for_desk(*READERS)
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Everything needed to review a claim, on one page; one does not open before the declaration about its application."""
    found = claim_or_404(request, claim_id)
    if not may_read(_actor(request), found.award.application):
        messages.info(request, gettext("First declare whether you have a conflict of interest about this application."))
        return redirect("desk:application", found.award.application_id)
    return page_of(request, found)


@for_desk(*READERS)
def file(request: HttpRequest, claim_id: int, file_id: int) -> HttpResponse:
    """A document of a claim, to whom the claim opens: an agency's staff too."""
    found = claim_or_404(request, claim_id)
    require(may_read(_actor(request), found.award.application))
    held = file_of(found, file_id)
    if held is None:
        raise Http404
    return send(held)


def page_of(request: HttpRequest, found: Claim, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = _actor(request)
    said = last_reviews(found)
    may = bool(may_review(actor, found))  # once: each time it is three queries
    reviews = may and found.state == states.REVIEW
    page = Paginator(documents_to_review(found).select_related("file"), DOCUMENTS).get_page(request.GET.get("page"))
    told, alike = told_of_page(found, page.object_list, said), look_alike(list(page))
    paid = settled([row.pk for row in page])
    proofs = list(
        transfers_of(found).filter(settlements__document__in=[row.pk for row in page]).distinct()
        .select_related("file").prefetch_related("settlements__document")
    )  # fmt: skip
    same = look_alike_transfers(proofs)
    items = {item["code"]: item[language()[:2]] for item in money_of(found).get("items") or ()}
    charges: dict[int, list[dict[str, Any]]] = {}
    for charge in found.charges.filter(document__in=[row.pk for row in page]):
        charges.setdefault(charge.document_id, []).append({"row": charge, "item": items.get(charge.item, "")})
    for some in charges.values():
        for one, most in zip(some, told.keep([one["row"] for one in some]), strict=True):
            one["most"] = most
    reckoned = reckon(found, kept=True) if found.state in states.OPEN else None
    things = to_review(found)
    left = [one for one in things if one not in said]
    awaits = excess_awaits(found)
    results = values_with(found)
    context = {
        "claim": found,
        "award": found.award,
        "tone": TONES[found.state],
        "reviews": reviews,
        "may_take": may and found.state == states.SENT,
        "may_take_over": found.state in (states.REVIEW, states.INTEGRATION)
        and found.officer_id != actor.user_id
        and may,
        "may_visit": found.state in states.WITH_DUE and may,
        "may_ask_back": found.excess > 0
        and found.state == states.ASSESSED
        and awaits is None
        and may_ask_back(actor, found.award),
        "excess_awaits": awaits,
        "may_reopen": may and found.state == states.ASSESSED,
        "waits": earlier_open([found]).get(found.pk, ""),
        "missing": [one.text for one in missing_to_assess(found, said, things)] if reviews else [],
        "page": page,
        "documents": [
            {"row": row, "paid": paid.get(row.pk, ZERO), "charges": charges.get(row.pk, []),
             "said": said.get((ClaimReview.DOCUMENT, row.pk)), "kind": ClaimReview.DOCUMENT, "told": told.proposals.get(row.pk, []),
             "alike": alike.get(row.pk, []), "proposed": told.reasons.get(row.pk, ""), "loose": row.pk in told.loose,
             "short": told.short.get(row.pk)}
            for row in page
        ],
        "transfers": [
            {"row": row, "said": said.get((ClaimReview.TRANSFER, row.pk)), "kind": ClaimReview.TRANSFER, "alike": same.get(row.pk, [])}
            for row in proofs
        ],
        "costs": _costs(found, said),
        "files": [
            {"row": row, "said": said.get((ClaimReview.FILE, row.pk)), "kind": ClaimReview.FILE}
            for row in found.files.filter(cost__isnull=True).select_related("file")
        ],
        "results": results,
        "results_report": results[0].report_id if results else None,
        "results_checked": bool(results) and results[0].report.checked_at is not None,
        "report_said": said.get((ClaimReview.REPORT, found.pk)),
        "left": len(left),
        "things": len(things),
        "reckoned": reckoned,
        "steps": reckoned.due.steps if reckoned else found.steps,
        "outcomes": states.OUTCOMES,
        "requests": list(found.requests.all()),
        "events": list(found.events.select_related("user").order_by("-pk")),
        "earlier": list(
            Claim.objects.filter(award=found.award_id, number__lt=found.number)
            .exclude(state=states.DISCARDED)
            .order_by("number")
        ),
        "typed": {"text": "", "reason": ""},
        "pressed": "",
        **({} if "redetermination" in more else told_of(actor, found)),
        **more,
    }  # fmt: skip
    return render(request, "desk/claims/claim.html", context, status=status)


def _costs(found: Claim, said: dict[tuple[str, int], ClaimReview]) -> list[dict[str, Any]]:
    named = {item["code"]: item for item in simplified_items(money_of(found))}
    rows = []
    for row in found.costs.prefetch_related("files__file"):
        item = named.get(row.item)
        label = Bilingual(item["it"], item["en"]) if item else Bilingual("Importo fisso", "Fixed amount")
        rows.append(
            {"row": row, "label": label, "said": said.get((ClaimReview.COST, row.pk)), "kind": ClaimReview.COST}
        )
    return rows


def _back(found: Claim, anchor: str = "", page: str = "") -> HttpResponse:
    query = f"?page={page}" if whole_number(page) else ""
    return redirect(f"{reverse('desk:claim', args=[found.pk])}{query}{f'#{anchor}' if anchor else ''}")


@require_POST
@for_desk(*READERS)
def review(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Say of one thing whether it is complete, to be integrated or incomplete."""
    found = claim_or_404(request, claim_id)
    kind, object_id = request.POST.get("kind", ""), whole_number(request.POST.get("object")) or 0
    try:
        review_object(
            actor=_actor(request), claim=found, kind=kind, object_id=object_id, outcome=request.POST.get("outcome", ""),
            text=request.POST.get("why" if request.POST.get("outcome") == states.COMPLETE else "text", ""),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    return _back(found, f"{kind}-{object_id}", request.POST.get("page", ""))


@require_POST
@for_desk(*READERS)
def review_rest(request: HttpRequest, claim_id: int) -> HttpResponse:
    """What of the things ticked nobody looked at yet is complete: for who has read a page and has nothing to say of it."""
    found = claim_or_404(request, claim_id)
    pairs = [name.partition("-") for name in request.POST.getlist("things")]
    things = [(kind, whole_number(text) or 0) for kind, _dash, text in pairs]
    try:
        done = mark_rest(actor=_actor(request), claim=found, things=things)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    else:
        messages.success(request, gettext("Marked as complete: %(count)s.") % {"count": done})
    return _back(found, "documents", request.POST.get("page", ""))


@require_POST
@for_desk(*READERS)
def cut(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Keep less of a charge, or fewer units, with the reason."""
    found, actor = claim_or_404(request, claim_id), _actor(request)
    charge, cost = whole_number(request.POST.get("charge")), whole_number(request.POST.get("cost"))
    reason = request.POST.get("reason", "")
    anchor = "documents"
    try:
        kept = _amount(request.POST.get("kept", ""))
        if charge is not None:
            row = get_object_or_404(Charge.objects.filter(claim=found), pk=charge)
            anchor = f"document-{row.document_id}"
            cut_charge(actor=actor, charge=row, kept=kept, reason=reason)
        else:
            unit = get_object_or_404(SimplifiedCost.objects.filter(claim=found), pk=cost or 0)
            anchor = f"cost-{unit.pk}"
            cut_cost(actor=actor, cost=unit, kept=kept, reason=reason)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    else:
        messages.success(request, gettext("Kept. The limits of the call were reckoned again."))
    return _back(found, anchor, request.POST.get("page", ""))


def _amount(text: str) -> Decimal:
    try:
        return Decimal(typed_number(text.strip(), language()))
    except (ValueError, ArithmeticError):
        raise Refused(
            Bilingual("Scrivi quanto si ammette, come numero.", "Write how much is admitted, as a number."), "kept"
        ) from None


#: What can be pressed on the page of a claim, and what it takes of what was typed.
_ACTIONS: dict[str, tuple[Callable[..., object], tuple[str, ...]]] = {
    "prendi": (take_claim, ()),
    "subentra": (hand_over_claim, ()),
    "chiudi": (assess_claim, ("reason",)),
    "respingi": (refuse_claim, ("reason",)),
    "riapri": (reopen_claim, ("reason",)),
    "chiedi": (ask_documents, ("text",)),
}


@require_POST
@for_desk(*READERS)
def act(request: HttpRequest, claim_id: int, action: str) -> HttpResponse:
    found = claim_or_404(request, claim_id)
    if action not in _ACTIONS:
        raise Http404
    work, names = _ACTIONS[action]
    typed = {name: request.POST.get(name, "") for name in names}
    try:
        work(actor=_actor(request), claim=found, **typed)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        if any(typed.values()):  # what was typed is not lost
            return page_of(
                request,
                claim_or_404(request, claim_id),
                status=409,
                typed={"text": "", "reason": "", **typed},
                pressed=action,
            )
    else:
        messages.success(request, gettext("Done."))
    return _back(found)
