"""An enterprise claims what it was awarded: what was spent and done, charged to the items of the call, sent, followed to the payment."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.claims.api import (
    REVENUE_SERVICE,
    Acceptance,
    Claim,
    ClaimFile,
    ExpenseDocument,
    Settlement,
    Transfer,
    acceptance_of,
    add_document,
    add_file,
    add_invoices,
    answer_request,
    awaits_acceptance,
    bear_vat,
    carrying_states,
    charge_document,
    consequence,
    discard_claim,
    documents_left,
    kinds_for,
    may_claim,
    may_mend,
    may_send,
    may_vary,
    may_write,
    mend_document,
    missing_to_send,
    modes_of_award,
    money_of,
    open_claim,
    pays_for_costs,
    proposals,
    put_cost,
    read_files,
    real_items,
    reckon,
    remove_claim_file,
    remove_document,
    same_payments,
    send_claim,
    settled,
    simplified_items,
    states,
    term_of,
    to_mend,
    values_with,
    write_report,
)
from levante.controls.api import Revocation, renunciations_of
from levante.grants.api import Award
from levante.kernel.api import Actor, Refused, today
from levante.kernel.pure import ZERO, Bilingual
from levante.payments.api import payments_of
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.components.numbers import whole_number
from levante.web.portal.applications.filling import actor_of, language, uploads_of
from levante.web.portal.claims.forms import ChargeForm, ClaimFileForm, CostForm, DocumentForm
from levante.web.portal.payments.views import ROW_TONES
from levante.web.portal.variations.views import TONES as VARIATION_TONES

PAGE = 25
RESULT_TONES = {"planned": "neutral", "open": "attention", "sent": "waiting", "checked": "done"}
#: Documents without their CUP that are named before sending.
TOLD = 8
TONES = {
    "draft": "draft", "sent": "waiting", "under_review": "active", "integration": "attention", "assessed": "active",
    "liquidated": "active", "paid": "done", "refused": "refused", "discarded": "neutral",
}  # fmt: skip


def claim_or_404(request: HttpRequest, claim_id: int) -> Claim:
    actor = actor_of(request)
    rows = Claim.objects.visible_to(actor).filter(award__enterprise_id=actor.enterprise_id)
    rows = rows.select_related(
        "award__act__call",
        "award__acceptance",
        "award__aid",
        "award__application__opening__call",
        "award__application__form",
        "award__enterprise",
    )
    return get_object_or_404(rows, pk=claim_id)


def draft_or_404(request: HttpRequest, claim_id: int) -> Claim:
    found = claim_or_404(request, claim_id)
    if not found.is_draft:
        raise Http404
    return found


@for_enterprise()
def claims(request: HttpRequest) -> HttpResponse:
    """The awards of the enterprise, what was claimed of each and what can be claimed now."""
    actor = actor_of(request)
    awards = (
        Award.objects.visible_to(actor)
        .filter(enterprise_id=actor.enterprise_id)
        .effective()
        .select_related("act__call", "application__opening__call", "aid", "acceptance", "awarded_to")
        .prefetch_related("claims__results", "claim_terms", "variations")
        .order_by("-effective_on", "-pk")
    )
    renounced = renunciations_of(awards)
    sends = "submit" in actor.scopes
    open_on = set(
        Revocation.objects.visible_to(actor)
        .standing()
        .filter(award__in=awards)
        .order_by()
        .values_list("award", flat=True)
    )
    cards = []
    for award in awards:
        mine = [row for row in award.claims.all() if row.state != states.DISCARDED]
        cards.append(
            {
                "award": award,
                "claims": sorted(mine, key=lambda row: row.number),
                "paid": sum((row.paid for row in mine), ZERO),
                "modes": _modes(award, mine) if may_claim(actor, award) else [],
                "awaits": awaits_acceptance(award),
                "accept": acceptance_of(award) if awaits_acceptance(award) else None,
                "accepted": _accepted(award),
                "results": [
                    {"row": report, "tone": RESULT_TONES[report.state]}
                    for row in mine
                    if row.sent_at is not None
                    for report in row.results.all()
                    if report.state != "dropped"
                ],
                "renounced": renounced.get(award.pk),
                "may_renounce": sends and award.pk not in open_on,
                **_variations(actor, award),
            }
        )
    return render(request, "portal/claims/list.html", {"cards": cards, "tones": TONES})


def _accepted(award: Award) -> Acceptance | None:
    """The acceptance of an award, once it was given."""
    held = acceptance_of(award)
    return held if held is not None and held.state == carrying_states.ACCEPTED else None


def _variations(actor: Actor, award: Award) -> dict[str, Any]:
    """Those of an award, and what can be asked now; nothing while one is under way."""
    told = [row for row in award.variations.all() if row.state != carrying_states.DISCARDED]  # type: ignore[attr-defined]
    going = any(row.state in carrying_states.UNDER_WAY for row in told)
    for row in told:
        row.tone = VARIATION_TONES[row.state]
    kinds = [] if going or not may_vary(actor, award) else kinds_for(award)
    return {"variations": told, "kinds": [(code, carrying_states.KINDS[code]) for code in kinds]}


def _modes(award: Award, mine: list[Claim]) -> list[dict[str, Any]]:
    """The claims that could be begun now, in words; none while one is under way."""
    standing = [row for row in mine if row.state in states.STANDING]
    if any(row.state in (states.DRAFT, *states.OPEN) for row in standing):
        return []
    taken = {row.mode for row in standing}
    if taken & {"balance", "single"}:
        return []
    found = []
    for row in modes_of_award(award):
        code = row["code"]
        if (code != "sal" and code in taken) or (code == "advance" and standing):
            continue
        found.append({"code": code, "label": states.MODES[code], "term": term_of(award, code)})
    return found


@require_POST
@for_enterprise("apply")
def begin(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = Award.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    award = get_object_or_404(rows, pk=whole_number(request.POST.get("award")) or 0)
    try:
        made = open_claim(actor=actor, award=award, mode=request.POST.get("mode", ""))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("portal:claims")
    return redirect("portal:claim", made.pk)


@for_enterprise()
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = claim_or_404(request, claim_id)
    return _page(request, found)


def _page(request: HttpRequest, found: Claim, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, money = actor_of(request), money_of(found)
    rows = documents_shown(found)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    paid = settled([row.pk for row in page])
    charged: dict[int, Decimal] = {}
    counts: dict[int, Decimal] = {}
    mended = bool(may_mend(actor, found))
    told = proposals(found.award, page) if mended else {}
    for charge in found.charges.filter(document__in=[row.pk for row in page]):
        charged[charge.document_id] = charged.get(charge.document_id, ZERO) + charge.asked
        counts[charge.document_id] = counts.get(charge.document_id, ZERO) + (charge.admitted or ZERO)
    reckoned = reckon(found, kept=not found.is_draft) if found.is_draft or found.state in states.OPEN else None
    by_costs = pays_for_costs(money)
    costs = {row.item: row for row in found.costs.prefetch_related("files__file")}
    items = (
        simplified_items(money)
        if by_costs
        else [{"code": "", "it": "Importo fisso", "en": "Fixed amount", "proof": money.get("proof") or []}]
    )
    writes = bool(may_write(actor, found)) and found.is_draft
    asked = [] if found.is_draft else list(found.requests.all())
    results = values_with(found)
    context = {
        "claim": found,
        "money": [{"row": row, "tone": ROW_TONES[row.state]} for row in payments_of(found, actor)],
        "award": found.award,
        "tone": TONES[found.state],
        "writes": writes,
        "sends": bool(may_send(actor, found)),
        "missing": [one.text for one in missing_to_send(found, reckoned)] if found.is_draft else [],
        "mends": mended,
        "to_mend": _to_mend(found) if mended else [],
        "takes_documents": by_costs and found.mode != "advance",
        "takes_costs": found.mode != "advance" and bool(items),
        "page": page,
        "documents": [
            {
                "row": row,
                "paid": paid.get(row.pk, ZERO),
                "charged": charged.get(row.pk),
                "admitted": counts.get(row.pk),
                "settled": paid.get(row.pk, ZERO) == row.total or row.total < 0,
                "told": told.get(row.pk, []),
            }
            for row in page
        ],
        "transfers": _transfers(found, [row.pk for row in page]),
        "costs": [
            {"item": Bilingual(item["it"], item["en"]), "code": item["code"], "row": costs.get(item["code"]),
             "unit": _unit(item), "proofs": item.get("proof") or []}
            for item in items
        ] if found.mode != "advance" else [],
        "files": list(found.files.filter(cost__isnull=True).select_related("file")),
        "reckoned": reckoned,
        "steps": reckoned.due.steps if reckoned else found.steps,
        "request_open": next((one for one in asked if one.state == "open"), None),
        "requests": [one for one in asked if one.state != "open"],
        "events": [] if found.is_draft else list(found.events.order_by("-pk")),
        "file_form": ClaimFileForm(kinds=_kinds(found), proofs=_wanted(found)),
        "term": _term(found) if found.is_draft else None,
        "results": results,
        "results_report": results[0].report_id if results else None,
        "report_text": found.report,
        "answer_text": "",
        **more,
    }  # fmt: skip
    return render(request, "portal/claims/claim.html", context, status=status)


def _term(found: Claim) -> dict[str, Any] | None:
    """By when a draft is sent, and what follows later."""
    term = term_of(found.award, found.mode)
    if term is None:
        return None
    return {
        "due": term.due,
        "steps": term.steps,
        "late": term.late(today()),
        "after": consequence(term),
        "extended": term.extended,
    }


def _unit(item: Any) -> Bilingual | None:
    unit = (item.get("basis") or {}).get("unit")
    return Bilingual(unit["it"], unit["en"]) if unit else None


def _kinds(found: Claim) -> list[str]:
    if found.mode == "advance":
        return [ClaimFile.GUARANTEE, ClaimFile.OTHER]
    return [ClaimFile.CONTRACT, ClaimFile.PROOF, ClaimFile.OTHER]


def _wanted(found: Claim) -> list[tuple[str, str]]:
    """The proofs that the call names of the whole, where what is spent reaches a threshold; those of an item are with the item."""
    money = money_of(found)
    if money.get("kind") != "lump_sum":
        return []
    return [(one["code"], one[language()[:2]]) for one in money.get("proof") or []]


def documents_shown(found: Claim) -> Any:
    """Those of the claim; of a draft, also those of the award of which something is left to ask for."""
    if found.is_draft:
        rows = documents_left(found)
    else:
        rows = ExpenseDocument.objects.filter(award=found.award_id, charges__claim=found).distinct()
    return rows.select_related("file").order_by("issued_on", "pk")


def _transfers(found: Claim, documents: list[int]) -> list[Transfer]:
    """The payments of the documents on this page; of a draft, also those that settle nothing yet."""
    parts = Settlement.objects.filter(document__in=documents)
    seen = Q(pk__in=parts.values("transfer"))
    if found.is_draft:
        seen |= Q(settlements__isnull=True)
    rows = Transfer.objects.filter(seen, award=found.award_id).distinct().order_by("paid_on", "pk")
    shown = list(rows.select_related("file").prefetch_related("settlements__document")[: 8 * PAGE])
    twice = same_payments(shown) if found.is_draft else {}
    for row in shown:
        row.spare = row.amount - sum((one.amount for one in row.settlements.all()), ZERO)  # type: ignore[attr-defined]
        row.twice = row.pk in twice  # type: ignore[attr-defined]
    return shown


def _to_mend(found: Claim) -> list[Bilingual]:
    """Documents of the claim without their CUP: told before sending, and they stop nothing."""
    rows = documents_shown(found).filter(cup_outcome__in=["mendable", "not_eligible"]).defer("lines", "cup_facts")
    found = to_mend(rows)
    said = [one.text for one in found[:TOLD]]
    if len(found) > TOLD:
        rest = len(found) - TOLD
        said.append(Bilingual(f"altri {rest} documenti senza il CUP", f"{rest} more documents without the CUP"))
    return said


def act_on(request: HttpRequest, found: Claim, work: Callable[[], object], said: str, anchor: str = "") -> HttpResponse:
    """Do one thing and go back to the claim, saying what was done or why not."""
    try:
        work()
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    else:
        messages.success(request, said)
    return redirect(f"{reverse('portal:claim', args=[found.pk])}{f'#{anchor}' if anchor else ''}")


@require_POST
@for_enterprise("apply")
def report(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    text = request.POST.get("report", "")
    try:
        write_report(actor=actor_of(request), claim=found, report=text)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return _page(request, found, status=409, report_text=text)
    messages.success(request, gettext("Report saved."))
    return redirect(f"{reverse('portal:claim', args=[found.pk])}#report")


@require_POST
@for_enterprise("apply")
def invoices(request: HttpRequest, claim_id: int) -> HttpResponse:
    """One or more files of e-invoices: each is taken or refused by itself, and said which."""
    found = draft_or_404(request, claim_id)
    taken, wrong = 0, []
    try:
        uploads = uploads_of(request, "files")
    except Refused as refusal:  # one was stopped on its way: too large, or no room
        messages.error(request, refusal.reason.in_language(language()))
        return redirect(f"{reverse('portal:claim', args=[found.pk])}#documents")
    for upload, read in zip(uploads, read_files(uploads), strict=True):
        try:
            taken += len(add_invoices(actor=actor_of(request), claim=found, upload=upload, found=read))
        except Refused as refusal:
            wrong.append(f"{upload.name}: {refusal.reason.in_language(language())}")
    for line in wrong:
        messages.error(request, line)
    if taken:
        said = gettext("Invoices read: %(count)s. Now say how they were paid and charge them to an item.")
        messages.success(request, said % {"count": taken})
    elif not wrong:
        messages.error(request, gettext("Choose a file."))
    return redirect(f"{reverse('portal:claim', args=[found.pk])}#documents")


@for_enterprise("apply")
def new_document(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_document(actor=actor_of(request), claim=found, **form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Document added: now charge it to an item."))
            return redirect("portal:claim_document", found.pk, made.pk)
    return render(request, "portal/claims/document_new.html", {"claim": found, "form": form})


@for_enterprise("apply")
def document(request: HttpRequest, claim_id: int, document_id: int) -> HttpResponse:
    """One document: what it says, what was paid of it, what of it goes to which item."""
    found = claim_or_404(request, claim_id)
    if not may_mend(actor_of(request), found):
        raise Http404
    row = get_object_or_404(documents_shown(found), pk=document_id)
    if not found.is_draft:
        return render(request, "portal/claims/document.html", _document(found, row))
    named = language()[:2]
    items = [(item["code"], item[named]) for item in real_items(money_of(found))] or [("", gettext("Amount asked for"))]
    mine = {charge.item: charge.asked for charge in found.charges.filter(document=row)}
    start = {f"item_{code}": amount for code, amount in mine.items()}
    if not mine and len(items) == 1:
        start[f"item_{items[0][0]}"] = row.chargeable - row.asked_elsewhere
    form = ChargeForm(request.POST or None, items=items, initial={"with_vat": row.with_vat, **start})
    if request.method == "POST" and form.is_valid():
        try:
            _charge(request, found, row, form)
        except Refused as refusal:
            form.add_error(None, refusal.reason.in_language(language()))
        else:
            messages.success(request, gettext("Saved."))
            return redirect(f"{reverse('portal:claim', args=[found.pk])}#document-{row.pk}")
    return render(request, "portal/claims/document.html", {**_document(found, row), "form": form})


def _document(found: Claim, row: ExpenseDocument) -> dict[str, Any]:
    result = row.cup_result or {}
    remedies = [{**one, "until": parse_date(one.get("until", ""))} for one in result.get("remedies", ())]
    return {
        "claim": found,
        "row": row,
        "form": None,
        "paid": settled([row.pk]).get(row.pk, ZERO),
        "award_cup": found.award.codes[1],
        "told": proposals(found.award, [row]).get(row.pk, []),
        "remedies": remedies,
        "by_service": any(one["code"] == REVENUE_SERVICE for one in remedies),
        "cup_steps": result.get("steps", ()),
    }


@require_POST
@for_enterprise("apply")
def mend(request: HttpRequest, claim_id: int, document_id: int) -> HttpResponse:
    """The receipt of the Revenue Agency’s service that added the CUP to an invoice."""
    found = claim_or_404(request, claim_id)
    row = get_object_or_404(documents_shown(found), pk=document_id)
    uploads = uploads_of(request, "proof")
    here = reverse("portal:claim_document", args=[found.pk, row.pk])
    if not uploads:
        messages.error(request, gettext("Choose a file."))
        return redirect(here)
    try:
        mend_document(actor=actor_of(request), claim=found, document=row, upload=uploads[0])
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect(here)
    messages.success(request, gettext("The CUP was added to the document."))
    return redirect(f"{reverse('portal:claim', args=[found.pk])}#document-{row.pk}")


def _charge(request: HttpRequest, found: Claim, row: ExpenseDocument, form: ChargeForm) -> None:
    """The charges of one document as they are on its page: less first, so that what is moved from an item to another has room."""
    actor = actor_of(request)
    if form.cleaned_data["with_vat"] and not row.with_vat:
        bear_vat(actor=actor, claim=found, document=row, with_vat=True)
    before = {charge.item: charge.asked for charge in found.charges.filter(document=row)}
    for item, amount in sorted(form.amounts(), key=lambda pair: (pair[1] or ZERO) - before.get(pair[0], ZERO)):
        if (amount or ZERO) != before.get(item, ZERO):
            charge_document(actor=actor, claim=found, document=row, item=item, amount=amount)
    if row.with_vat and not form.cleaned_data["with_vat"]:
        bear_vat(actor=actor, claim=found, document=row, with_vat=False)


@require_POST
@for_enterprise("apply")
def drop_document(request: HttpRequest, claim_id: int, document_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    row = get_object_or_404(documents_shown(found), pk=document_id)
    return act_on(
        request, found, lambda: remove_document(actor=actor_of(request), claim=found, document=row),
        gettext("Document taken away."), "documents",
    )  # fmt: skip


@require_POST
@for_enterprise("apply")
def cost(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Units of a simplified cost, or the fixed amount, and a proof with them."""
    found = draft_or_404(request, claim_id)
    actor, item = actor_of(request), request.POST.get("item", "")
    form = CostForm(request.POST)

    def work() -> None:
        if not form.is_valid():
            raise Refused(Bilingual("Scrivi quanti, con un numero.", "Write how many, as a number."), "quantity")
        made = put_cost(
            actor=actor,
            claim=found,
            item=item,
            quantity=form.cleaned_data["quantity"],
            note_text=form.cleaned_data["note"],
        )
        for upload in uploads_of(request, "proofs"):
            add_file(
                actor=actor,
                claim=found,
                upload=upload,
                kind=ClaimFile.PROOF,
                cost=made,
                proof=request.POST.get("proof", ""),
            )

    return act_on(request, found, work, gettext("Saved."), "costs")


@require_POST
@for_enterprise("apply")
def new_file(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    form = ClaimFileForm(request.POST, request.FILES, kinds=_kinds(found), proofs=_wanted(found))
    if form.is_valid():
        try:
            add_file(actor=actor_of(request), claim=found, **form.values())
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Document added."))
            return redirect(f"{reverse('portal:claim', args=[found.pk])}#files")
    return _page(request, found, status=409, file_form=form)


@require_POST
@for_enterprise("apply")
def drop_file(request: HttpRequest, claim_id: int, file_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    row = get_object_or_404(ClaimFile.objects.filter(claim=found), pk=file_id)
    return act_on(
        request, found, lambda: remove_claim_file(actor=actor_of(request), claim=found, file=row),
        gettext("Document taken away."), "files",
    )  # fmt: skip


@require_POST
@for_enterprise("submit")
def send(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = claim_or_404(request, claim_id)
    return act_on(
        request, found, lambda: send_claim(actor=actor_of(request), claim=found),
        gettext("The claim is sent and registered."),
    )  # fmt: skip


@require_POST
@for_enterprise("apply")
def discard(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    try:
        discard_claim(actor=actor_of(request), claim=found)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("portal:claim", found.pk)
    messages.success(request, gettext("The draft is discarded."))
    return redirect("portal:claims")


@require_POST
@for_enterprise("submit")
def answer(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Answer what the office asked; what is refused is drawn again with the words typed."""
    found, text = claim_or_404(request, claim_id), request.POST.get("text", "")
    try:
        made = answer_request(actor=actor_of(request), claim=found, text=text, uploads=uploads_of(request, "files"))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return _page(request, claim_or_404(request, claim_id), status=409, answer_text=text)
    messages.success(request, gettext("Answer sent, number %(number)s.") % {"number": made.number})
    return redirect("portal:claim", found.pk)
