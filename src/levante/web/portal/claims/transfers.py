"""What the enterprise paid: a payment with its proof, and which documents it settled, some to a page."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.claims.api import (
    Claim,
    ExpenseDocument,
    Transfer,
    add_transfer,
    remove_transfer,
    same_payments,
    settle_documents,
    settled,
    spending_from,
)
from levante.kernel.api import Refused
from levante.kernel.pure import ZERO
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.components.numbers import whole_number
from levante.web.portal.applications.filling import actor_of
from levante.web.portal.claims.forms import SettleForm, TransferForm
from levante.web.portal.claims.found import act_on, documents_shown, draft_or_404

#: Documents offered on one page; the others are found by words, or on the pages after it.
OFFERED = 40


def _offered(request: HttpRequest, found: Claim) -> tuple[Page[ExpenseDocument], dict[int, Decimal], int]:
    """A page of the documents with something left to pay, or to take off, and what is left of each; how many there are in all. The one
    that is asked for is the first of every page, then those of its supplier, credit notes before the others."""
    rows = list(documents_shown(found).defer("lines", "cup_facts", "cup_result"))
    paid = settled([row.pk for row in rows])
    left = {row.pk: row.total - paid.get(row.pk, ZERO) for row in rows}
    rows = [row for row in rows if left[row.pk]]
    asked = whole_number(request.GET.get("document"))
    only = [row for row in rows if row.pk == asked]
    supplier = only[0].supplier_code if only else None
    words = request.GET.get("q", "").strip().lower()
    others = [
        row for row in rows if row.pk != asked and (not words or words in f"{row.supplier_name} {row.number}".lower())
    ]
    others.sort(key=lambda row: (row.supplier_code != supplier, row.total > 0))
    page = Paginator(others, OFFERED - len(only)).get_page(request.GET.get("page"))
    page.object_list = [*only, *page.object_list]
    return page, {row.pk: left[row.pk] for row in rows}, len(rows)


def _page(
    request: HttpRequest, found: Claim, form: SettleForm, page: Page[ExpenseDocument], **more: Any
) -> HttpResponse:
    context = {"claim": found, "form": form, "page": page, "words": request.GET.get("q", ""), "document": request.GET.get("document"),
               **more}  # fmt: skip
    return render(request, "portal/claims/transfer_new.html", context)


@for_enterprise("apply")
def new_transfer(request: HttpRequest, claim_id: int) -> HttpResponse:
    """A payment, and which documents it settled: those with something left to pay are offered with what is left."""
    found = draft_or_404(request, claim_id)
    page, left, count = _offered(request, found)
    only = whole_number(request.GET.get("document"))
    start = {pk: amount for pk, amount in left.items() if pk == only or (count == 1 and amount > 0)}
    form = TransferForm(
        request.POST or None, request.FILES or None, documents=page.object_list, left=left, start=start,
        with_reason=spending_from(found.award) is not None,
    )  # fmt: skip
    if request.method == "GET" and start:
        form.initial["amount"] = max(sum(start.values(), ZERO), ZERO) or None
    if request.method == "POST" and form.is_valid():
        try:
            made = add_transfer(actor=actor_of(request), claim=found, settles=form.settles, **form.values())
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Payment added."))
            if made.pk in same_payments([made]):
                messages.warning(
                    request,
                    gettext(
                        "This payment looks like one that is here already: the same number and day, or the same file, day and amount. "
                        "If it is the same one, take this away and add its documents to the other."
                    ),
                )
            return redirect(f"{reverse('portal:claim', args=[found.pk])}#transfers")
    return _page(request, found, form, page, left=count, transfer=None)


@for_enterprise("apply")
def settle(request: HttpRequest, claim_id: int, transfer_id: int) -> HttpResponse:
    """More documents that a payment settled: those that were on another page, or came later."""
    found = draft_or_404(request, claim_id)
    row = get_object_or_404(Transfer.objects.filter(award=found.award_id), pk=transfer_id)
    page, left, count = _offered(request, found)
    form = SettleForm(request.POST or None, documents=page.object_list, left=left)
    if request.method == "POST" and form.is_valid():
        try:
            settle_documents(actor=actor_of(request), claim=found, transfer=row, settles=form.settles)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Documents added to the payment."))
            return redirect(f"{reverse('portal:claim', args=[found.pk])}#transfers")
    spare = row.amount - sum(row.settlements.values_list("amount", flat=True), ZERO)
    return _page(request, found, form, page, left=count, transfer=row, spare=spare)


@require_POST
@for_enterprise("apply")
def drop_transfer(request: HttpRequest, claim_id: int, transfer_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    row = get_object_or_404(Transfer.objects.filter(award=found.award_id), pk=transfer_id)
    return act_on(
        request, found, lambda: remove_transfer(actor=actor_of(request), claim=found, transfer=row),
        gettext("Payment taken away."), "transfers",
    )  # fmt: skip
