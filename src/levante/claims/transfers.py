"""What the enterprise paid: each payment with its proof, and what it settled of which documents."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from levante.claims.cups import judge_paid
from levante.claims.expenses import takes_documents
from levante.claims.filing import draft_or_refuse
from levante.claims.models import Claim, ExpenseDocument, Settlement, Transfer
from levante.claims.models_expense import METHODS
from levante.documents.api import store_upload
from levante.kernel.api import Actor, note, now, refuse, require, service, today
from levante.kernel.pure import ZERO, euro, format_euro, money_text


@service("claims.add_transfer")
def add_transfer(
    *,
    actor: Actor,
    claim: Claim,
    upload: Any,
    paid_on: date | None,
    amount: Decimal | None,
    method: str,
    reference: str,
    reason: str = "",
    settles: Sequence[tuple[ExpenseDocument, Decimal]] = (),
) -> Transfer:
    """A payment with its proof, and what it settled of which documents; one may settle many. ``reason``: the words of the receipt, which an
    invoice older than the CUP stands on."""
    held = draft_or_refuse(claim.pk, actor)
    require(takes_documents(held))
    if paid_on is None or paid_on > today():
        refuse(
            "Scrivi la data del pagamento, non futura.",
            "Write the day of the payment, not in the future.",
            field="paid_on",
        )
    if amount is None or amount <= 0:
        refuse("Scrivi l’importo del pagamento.", "Write the amount of the payment.", field="amount")
    if method not in METHODS:
        refuse(
            "Scegli come è stato pagato: in contanti non si ammette.", "Choose how it was paid: cash is not admitted.",
            field="method",
        )  # fmt: skip
    if not reference.strip():
        refuse("Scrivi il CRO o il numero dell’operazione.", "Write the number of the operation.", field="reference")
    file = store_upload(actor=actor, upload=upload, purpose="proof", enterprise_id=held.award.enterprise_id)
    made = Transfer.objects.create(
        award=held.award, paid_on=paid_on, amount=euro(amount), method=method, reference=reference.strip()[:60],
        reason=reason.strip()[:200], file=file, added_at=now(), added_by_id=actor.user_id,
    )  # fmt: skip
    note(transfer=made.pk, amount=money_text(made.amount))
    _settle(held, made, settles)
    return made


@service("claims.settle_documents")
def settle_documents(
    *, actor: Actor, claim: Claim, transfer: Transfer, settles: Sequence[tuple[ExpenseDocument, Decimal]]
) -> Transfer:
    """More documents that a payment of the award settled, each with its part; of a document it settled already, so much more."""
    held = draft_or_refuse(claim.pk, actor)
    require(takes_documents(held))
    row = Transfer.objects.select_for_update().filter(pk=transfer.pk, award=held.award_id).first()
    if row is None:
        refuse("Il pagamento non è di questa concessione.", "The payment is not of this award.")
    if not settles:
        refuse("Scrivi quanto è andato a quale documento.", "Write how much went to which document.")
    note(transfer=row.pk)
    _settle(held, row, settles)
    return row


def _settle(claim: Claim, transfer: Transfer, settles: Sequence[tuple[ExpenseDocument, Decimal]]) -> None:
    """Write the parts of a payment. All of them are summed before they are compared with it: a credit note takes off what the payment
    settled of the invoice beside it, in whatever order the two are told."""
    parts: dict[int, Decimal] = {}
    for document, part in settles:
        parts[document.pk] = parts.get(document.pk, ZERO) + euro(part)
    found = ExpenseDocument.objects.select_for_update().filter(pk__in=parts, award=claim.award_id).order_by("pk")
    rows = {row.pk: row for row in found.prefetch_related("settlements")}
    net = sum(transfer.settlements.values_list("amount", flat=True), ZERO)
    for key, exact in parts.items():
        row = rows.get(key)
        if row is None:
            refuse("Il documento non è di questa concessione.", "The document is not of this award.")
        of_document = sum((one.amount for one in row.settlements.all()), ZERO) + exact
        if (exact < 0) != (row.total < 0) or abs(of_document) > abs(row.total):
            refuse(
                f"Il documento n. {row.number} è di {format_euro(row.total)}: i pagamenti non possono superarlo.",
                f"Document no. {row.number} is of {format_euro(row.total, 'en')}: payments cannot be more.",
                field=f"settles_{row.pk}",
            )
        net += exact
        had = next((one.amount for one in row.settlements.all() if one.transfer_id == transfer.pk), ZERO)
        Settlement.objects.update_or_create(transfer=transfer, document=row, defaults={"amount": had + exact})
    if net > transfer.amount:
        refuse(
            f"Il pagamento è di {format_euro(transfer.amount)}: non può saldare {format_euro(net)}.",
            f"The payment is of {format_euro(transfer.amount, 'en')}: it cannot settle {format_euro(net, 'en')}.",
            field="amount",
        )
    if settles and net <= 0:
        refuse(
            "Le note di credito tolgono più di quanto il pagamento salda: di’ anche quali fatture ha saldato.",
            "The credit notes take off more than the payment settles: say which invoices it settled too.",
            field="amount",
        )
    judge_paid(claim.award, list(parts), on=today())


@service("claims.remove_transfer")
def remove_transfer(*, actor: Actor, claim: Claim, transfer: Transfer) -> None:
    """Take away a payment that settles nothing of a claim that was sent."""
    held = draft_or_refuse(claim.pk, actor)
    row = Transfer.objects.select_for_update().filter(pk=transfer.pk, award=held.award_id).first()
    if row is None:
        return
    if row.settlements.filter(document__charges__claim__sent_at__isnull=False).exists():
        refuse("È in una domanda di pagamento già inviata: non si toglie.", "It is in a claim that was sent: it stays.")
    note(transfer=row.pk)
    settled = list(row.settlements.values_list("document", flat=True))
    row.delete()
    judge_paid(held.award, settled, on=today())
