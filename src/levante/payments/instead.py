"""The payment in the enterprise's stead: what a payment kept for others goes to them, and is followed.

For the institutes of an irregular DURC (*intervento sostitutivo*, D.L. 69/2013, art. 31(3)) and for the collection agency whose order was
served (DPR 602/1973, artt. 48-bis and 72-bis). The transfer to the enterprise is the rest; what was kept waits here until it is recorded as
paid to whom it is owed, in one or more parts, and another person confirms each. Money already given to them is not paid to the enterprise,
whatever becomes of the transfer.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, euro, format_euro, money_text
from levante.payments import states
from levante.payments.keeping import kept_by
from levante.payments.models import InsteadPayment, Payment
from levante.payments.paying import own
from levante.payments.policies import may_confirm_instead, may_work_order
from levante.payments.pure.gate_facts import DURC, TAX_DEBTS

#: By check of the gate, to whom what it keeps is paid.
PAYEES = {DURC: tuple(states.INSTITUTES), TAX_DEBTS: (states.COLLECTOR,)}


def check_of(payee: str) -> str:
    """The check of the gate that keeps what is paid to somebody."""
    return TAX_DEBTS if payee == states.COLLECTOR else DURC


#: What went to others: the row of the act, the payment it was kept from, to whom, how much.
Sent = tuple[int, int, str, Decimal]


def _sent(rows: Iterable[int]) -> list[Sent]:
    """What went to others in the enterprise's stead, of these rows of an act. One query."""
    found = InsteadPayment.objects.standing().filter(payment__row__in=list(rows)).order_by("pk")
    return list(found.values_list("payment__row", "payment", "institute", "amount"))


def _kept(payment: Payment, code: str, sent: Iterable[Sent]) -> Decimal:
    before = [
        amount
        for row, of, payee, amount in sent
        if row == payment.row_id and of < payment.pk and check_of(payee) == code
    ]
    return max(kept_by(payment.gate, code), sum(before, ZERO))


def _left(payment: Payment, code: str, sent: Iterable[Sent]) -> Decimal:
    gone = [amount for row, _, payee, amount in sent if row == payment.row_id and check_of(payee) == code]
    return max(_kept(payment, code, sent) - sum(gone, ZERO), ZERO)


def kept_for(payment: Payment, code: str) -> Decimal:
    """What of a payment was kept for others by a check of the gate that it left through; what went there for an earlier try counts."""
    return _kept(payment, code, _sent([payment.row_id]))


def left_for_others(payment: Payment) -> dict[str, Decimal]:
    """What of a payment nobody recorded as paid yet, in euro, by the check that keeps it; nothing where nothing is left."""
    sent = _sent([payment.row_id])
    return {code: left for code in PAYEES if (left := _left(payment, code, sent))}


def left_for(payment: Payment, code: str) -> Decimal:
    """The same for one check."""
    return left_for_others(payment).get(code, ZERO)


@service("payments.record_instead")
def record_instead(
    *, actor: Actor, payment: Payment, institute: str, amount: Decimal, paid_on: date | None, reference: str
) -> InsteadPayment:
    """Record what was paid to an institute, or to the collection agency, in the enterprise's stead, of a payment that the bank executed.
    ``reference`` is of the receipt: the same twice is one. Another person confirms it (:func:`confirm_instead`)."""
    held = Payment.objects.select_for_update(of=("self",)).select_related("order__paid_by").get(pk=payment.pk)
    require(may_work_order(actor, held.order))
    if held.state != states.EXECUTED:
        refuse("Si versa dopo che la banca ha eseguito il bonifico.", "It is paid once the bank executed the transfer.")
    if institute not in states.PAYEES:
        refuse("Scegli a chi è stato versato.", "Choose whom it was paid to.", field="institute")
    if not reference.strip():
        refuse("Scrivi il riferimento della quietanza.", "Write the reference of the receipt.", field="reference")
    if paid_on is None or paid_on > today():
        refuse("Scrivi il giorno, non futuro.", "Write the day, not in the future.", field="paid_on")
    exact = euro(amount)
    known = InsteadPayment.objects.standing().filter(institute=institute, reference=reference.strip()[:120]).first()
    if known is not None:
        if (known.payment_id, known.amount, known.paid_on) == (held.pk, exact, paid_on):
            return unchanged(known)
        refuse("Questa quietanza è già registrata.", "This receipt is recorded already.", field="reference")
    left = left_for(held, check_of(institute))
    if not 0 < exact <= left:
        refuse(
            f"Resta da versare {format_euro(left)}.", f"{format_euro(left, 'en')} is left to be paid.", field="amount"
        )
    made = InsteadPayment.objects.create(
        payment=held, institute=institute, amount=exact, paid_on=paid_on, reference=reference.strip()[:120], recorded_at=now(),
        recorded_by_id=actor.user_id,
    )  # fmt: skip
    note(payment=held.end_to_end_id, institute=institute, amount=money_text(exact))
    return made


@service("payments.confirm_instead")
def confirm_instead(*, actor: Actor, instead: InsteadPayment) -> InsteadPayment:
    """Another person of finance looked at the receipt: it was paid, to whom it is owed."""
    of = Payment.objects.select_for_update(of=("self",)).select_related("order__paid_by").get(pk=instead.payment_id)
    held = InsteadPayment.objects.select_for_update(of=("self",)).get(pk=instead.pk)
    if held.confirmed_at is not None:
        return unchanged(held)
    require(may_confirm_instead(actor, held, of.order))
    if held.state == states.CAME_BACK:
        refuse("È tornato indietro: non si conferma.", "It came back: it cannot be confirmed.")
    held.confirmed_at, held.confirmed_by_id = now(), actor.user_id
    held.save(update_fields=["confirmed_at", "confirmed_by"])
    note(institute=held.institute, amount=money_text(held.amount))
    return held


@service("payments.instead_came_back")
def instead_came_back(*, actor: Actor, instead: InsteadPayment, reason: str) -> InsteadPayment:
    """They gave it back, or it never arrived: it is to be paid still."""
    of = Payment.objects.select_for_update(of=("self",)).select_related("order__paid_by").get(pk=instead.payment_id)
    require(may_work_order(actor, of.order))
    held = InsteadPayment.objects.select_for_update(of=("self",)).get(pk=instead.pk)
    if held.state == states.CAME_BACK:
        return unchanged(held)
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    held.state, held.ended_on, held.ended_why = states.CAME_BACK, today(), reason.strip()[:500]
    held.ended_by_id = actor.user_id
    held.save(update_fields=["state", "ended_on", "ended_why", "ended_by"])
    note(institute=held.institute, amount=money_text(held.amount))
    return held


def kept_waiting(actor: Actor) -> list[tuple[Payment, str, Decimal]]:
    """Payments executed of which something kept for others is not recorded as paid, with the check that keeps it and how much, the oldest
    first."""
    mine = own(actor, path="order__paid_by")
    rows = Payment.objects.visible_to(actor).filter(mine, state=states.EXECUTED, kept__gt=0)
    rows = rows.order_by("executed_on", "pk")
    found = list(rows.select_related("row__claim__award__enterprise")[:500])
    sent = _sent(one.row_id for one in found)
    told = [(one, code, _left(one, code, sent)) for one in found for code in PAYEES]
    return [row for row in told if row[2]]


def instead_to_confirm(actor: Actor) -> list[InsteadPayment]:
    """Payments in an enterprise's stead that somebody else recorded, and nobody confirmed yet, the oldest first."""
    mine = own(actor, path="payment__order__paid_by")
    rows = InsteadPayment.objects.visible_to(actor).standing().filter(mine, confirmed_at__isnull=True)
    rows = rows.exclude(recorded_by=actor.user_id).order_by("pk")
    return list(rows.select_related("payment__row__claim__award__enterprise")[:500])
