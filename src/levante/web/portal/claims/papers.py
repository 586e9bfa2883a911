"""What was spent: e-invoices and other documents, charged to the items of the call."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.claims.api import (
    REVENUE_SERVICE,
    Claim,
    ExpenseDocument,
    add_document,
    add_invoices,
    bear_vat,
    charge_document,
    may_mend,
    mend_document,
    money_of,
    proposals,
    read_files,
    real_items,
    remove_document,
    settled,
)
from levante.kernel.api import Refused
from levante.kernel.pure import ZERO
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.portal.applications.filling import actor_of, language, uploads_of
from levante.web.portal.claims.forms import ChargeForm, DocumentForm
from levante.web.portal.claims.found import act_on, claim_or_404, documents_shown, draft_or_404


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
