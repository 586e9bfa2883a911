"""One thing that the bank said of one payment becomes what happened: the payment, the budget, the claim and the account follow it.

For a service at work, with the payment and its row under their locks. What makes no sense is told and moves nothing.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from levante.claims.api import claim_paid, claim_payment_returned
from levante.kernel.api import Refused, day_of, now, system, today
from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.payments import states
from levante.payments.accounts import OF_THE_ACCOUNT, mark_failed
from levante.payments.keeping import kept_by
from levante.payments.models import BankAnswer, LiquidationRow, Payment
from levante.payments.owing import set_off
from levante.payments.pure import outcomes as pure
from levante.payments.pure.gate_facts import RECOVERIES
from levante.programme.api import pay, unpay

SUBJECT = "grants.Award"
_NOTHING = Bilingual("", "")


def apply_word(payment: Payment, word: BankAnswer) -> Bilingual:
    """Do what a word says; the reason, when nothing was done because it makes no sense."""
    if word.amount is not None and word.amount != payment.amount:
        return Bilingual(
            f"la banca dice {format_euro(word.amount)}, l’ordine {format_euro(payment.amount)}",
            f"the bank says {format_euro(word.amount, 'en')}, the order {format_euro(payment.amount, 'en')}",
        )
    sent = payment.order.sent_at
    if sent is None:
        return Bilingual(
            "la banca parla di un ordine che non è stato inviato", "the bank speaks of an order that was not sent"
        )
    if word.on is not None and not day_of(sent) <= word.on <= today():
        return Bilingual("la banca dice un giorno che non può essere", "the bank says a day that cannot be")
    if word.kind == pure.ACCEPTED:
        if payment.state == states.ISSUED:
            _move(payment, states.ACCEPTED)
        return _NOTHING
    if word.kind == pure.EXECUTED:
        return _executed(payment, word)
    if word.kind in (pure.REJECTED, pure.RETURNED):
        return _came_back(payment, word)
    return _NOTHING


def _executed(payment: Payment, word: BankAnswer) -> Bilingual:
    if payment.state in (states.EXECUTED, states.RETURNED):
        return _NOTHING  # said already
    if payment.state == states.REJECTED and payment.row.state in (states.HELD, states.UNDONE):
        return Bilingual(
            "la banca dice eseguito ciò che aveva respinto, e la cui liquidazione è annullata o si sta annullando",
            "the bank says executed what it had rejected, and whose liquidation is or is being taken back",
        )
    if payment.state == states.REJECTED and payment.row.state != states.DUE:
        return Bilingual(
            "la banca dice eseguito ciò che aveva respinto, e che si sta pagando di nuovo: forse due volte",
            "the bank says executed what it had rejected, and which is being paid again: maybe twice",
        )
    if payment.state == states.WITHDRAWN and payment.row.state != states.DUE:
        return Bilingual(
            "la banca dice eseguito un pagamento richiamato, e che è in un altro ordine o non si paga più: forse due volte",
            "the bank says executed a payment that was called back, and which is in another order or due no more: maybe twice",
        )
    on = word.on or today()
    payment.ended_at, payment.reason_it, payment.reason_en, payment.code = None, "", "", ""
    _move(payment, states.EXECUTED, executed_on=on)
    row, machine = payment.row, system("payments.settle")
    act = row.liquidation
    assert act.programme_act is not None
    row.payment_movement = pay(
        actor=machine,
        line=act.line,
        amount=row.gross,
        act=act.programme_act,
        exercise=on.year,
        on=on,
        subject_type=SUBJECT,
        subject_id=str(row.claim.award_id),
        subject_label=f"{row.claim.award.application.number}",
        reason=f"Pagamento {payment.end_to_end_id}",
        idempotency_key=f"payment:{payment.pk}:paid",
        demonstration=act.is_demo,
    )
    row.state, row.paid_on = states.PAID, on
    row.save(update_fields=["state", "paid_on", "payment_movement"])
    claim_paid(actor=machine, claim=row.claim, on=on, amount=row.gross)
    _set_off(payment, on)
    return _NOTHING


def _set_off(payment: Payment, on: date) -> None:
    """What was kept as an offset is written on the recoveries, but for what an earlier try of the same money wrote already.
    What was owed when it was kept, and is owed no more, is given back."""
    row = payment.row
    before = Payment.objects.filter(row__claim=row.claim_id).exclude(pk=payment.pk).aggregate(all=Sum("set_off"))["all"]
    left = kept_by(payment.gate, RECOVERIES) - (before or ZERO) - payment.set_off
    if left > 0:
        payment.set_off += set_off(
            row.claim.award.enterprise_id, left, on=on, reference=payment.end_to_end_id, to=row.liquidation.paid_by_id,
            here=min(left, Decimal(payment.gate.get("owed_here", "0"))),
        )  # fmt: skip
        payment.save(update_fields=["set_off"])


def _came_back(payment: Payment, word: BankAnswer) -> Bilingual:
    """Rejected, or returned once executed: the row is to be paid again; an account that the bank says is wrong is not paid on again."""
    if payment.state in (*states.FAILED, states.WITHDRAWN):
        return _NOTHING
    if payment.state == states.EXECUTED and word.kind == pure.REJECTED:
        return Bilingual(
            "la banca dice respinto un pagamento già eseguito", "the bank says rejected a payment that it executed"
        )
    row, machine = payment.row, system("payments.settle")
    was_executed = payment.state == states.EXECUTED
    reason = Bilingual(word.reason_it or "senza motivo", word.reason_en or "no reason given")
    state = states.RETURNED if word.kind == pure.RETURNED else states.REJECTED
    if was_executed:
        try:
            with transaction.atomic():
                _off_the_budget(payment, word.on or today(), reason)
        except Refused as refusal:  # it was asked back meanwhile: somebody must look
            return Bilingual(refusal.reason.it.rstrip("."), refusal.reason.en.rstrip("."))
    payment.ended_at, payment.code = now(), word.code
    payment.reason_it, payment.reason_en = reason.it, reason.en
    _move(payment, state, returned_on=(word.on or today()) if state == states.RETURNED else None)
    LiquidationRow.objects.filter(pk=row.pk).update(state=states.DUE, paid_on=None, payment_movement=None)
    if was_executed:
        claim_payment_returned(actor=machine, claim=row.claim, reason=reason)
    if word.code in OF_THE_ACCOUNT:
        mark_failed(machine, payment.account, reason)
    return _NOTHING


def _off_the_budget(payment: Payment, on: date, reason: Bilingual) -> None:
    """Money that the bank gave back is not paid: neither on the budget nor in any figure, until it leaves again."""
    row, act = payment.row, payment.row.liquidation
    assert act.programme_act is not None
    unpay(
        actor=system("payments.settle"),
        line=act.line,
        amount=row.gross,
        act=act.programme_act,
        exercise=on.year,
        on=on,
        subject_type=SUBJECT,
        subject_id=str(row.claim.award_id),
        subject_label=f"{row.claim.award.application.number}",
        reason=f"Tornato il pagamento {payment.end_to_end_id}: {reason.it}"[:500],
        idempotency_key=f"payment:{payment.pk}:returned",
        demonstration=act.is_demo,
    )


def _move(payment: Payment, state: str, **values: Any) -> None:
    payment.state = state
    for name, value in values.items():
        setattr(payment, name, value)
    payment.save()
