"""Receipts that match no notice of ours: a person says what each is for, with the reason, or that it is given back."""

from levante.controls import policies, states
from levante.controls.dues import record_due_payment
from levante.controls.models import Due, PaymentReceipt, ReceiptMatch, Recovery, Refund
from levante.controls.recovering import record_incoming
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import money_text


def _locked(receipt: PaymentReceipt, reason: str) -> PaymentReceipt:
    held = PaymentReceipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if not PaymentReceipt.objects.of_nothing().filter(pk=held.pk).exists():
        refuse("Questa ricevuta è già contata.", "This receipt is counted already.")
    if not reason.strip():
        refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    if held.amount <= 0 or held.paid_on > today():
        refuse(
            "L’importo o il giorno della ricevuta non possono essere: si chiarisce con pagoPA.",
            "The amount or the day of the receipt cannot be: it is cleared with pagoPA.",
        )
    return held


@service("controls.match_receipt")
def match_receipt(*, actor: Actor, receipt: PaymentReceipt, debt: Recovery | Due, reason: str) -> ReceiptMatch:
    """It was for this recovery, or this quota: its money is counted there, once, by its IUR."""
    require(policies.may_take_in(actor, receipt.collected_by))
    held = _locked(receipt, reason)
    if held.collected_by_id != debt.collected_by_id:
        refuse(
            "La ricevuta e il debito sono di enti diversi: il denaro è di chi lo ha ricevuto.",
            "The receipt and the debt are of different bodies: the money is of who received it.",
            field="debt",
        )
    known = ReceiptMatch.objects.filter(receipt=held).select_related("incoming", "due_incoming").first()
    if known is not None:
        there = known.due_incoming.due_id if known.due_incoming is not None else known.incoming.recovery_id  # type: ignore[union-attr]
        if there == debt.pk and (known.due_incoming is not None) == isinstance(debt, Due):
            return unchanged(known)
        refuse("Questa ricevuta è già di un altro debito.", "This receipt is of another debt already.")
    if Refund.objects.filter(receipt=held).exists():
        refuse("Questa ricevuta si rende: non si abbina più.", "This receipt is given back: it is matched no more.")
    made = ReceiptMatch(receipt=held, reason=reason.strip(), made_at=now(), made_by_id=actor.user_id)
    if isinstance(debt, Due):
        made.due_incoming = record_due_payment(
            actor=actor, due=debt, source=states.PAGOPA, reference=held.iur, on=held.paid_on, amount=held.amount
        )
    else:
        made.incoming = record_incoming(
            actor=actor, recovery=debt, source=states.PAGOPA, reference=held.iur, on=held.paid_on, amount=held.amount
        )
    made.save()
    note(iur=held.iur, amount=money_text(held.amount), debt=str(debt))
    note_object(debt)
    return made


@service("controls.refund_receipt")
def refund_receipt(*, actor: Actor, receipt: PaymentReceipt, reason: str) -> Refund:
    """It is of nothing of ours: it is to be given back to who paid it."""
    require(policies.may_take_in(actor, receipt.collected_by))
    held = _locked(receipt, reason)
    known = Refund.objects.filter(receipt=held).first()
    if known is not None:
        return unchanged(known)
    if ReceiptMatch.objects.filter(receipt=held).exists():
        refuse("Questa ricevuta è già di un debito.", "This receipt is of a debt already.")
    note(iur=held.iur, amount=money_text(held.amount))
    return Refund.objects.create(
        kind=states.UNMATCHED,
        receipt=held,
        collected_by_id=held.collected_by_id,
        amount=held.amount,
        reason=reason.strip(),
        created_at=now(),
        created_by_id=actor.user_id,
    )
