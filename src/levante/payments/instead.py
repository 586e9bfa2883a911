"""The payment in the enterprise's stead (*intervento sostitutivo*): what an irregular DURC kept goes to the institutes, and is followed.

D.L. 69/2013, art. 31(3). The transfer to the enterprise is the rest; what was kept waits here until it is recorded as paid to whom it is
owed, in one or more parts. Money already given to an institute is not paid to the enterprise, whatever becomes of the transfer.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, euro, format_euro, money_text
from levante.payments import states
from levante.payments.keeping import kept_by
from levante.payments.models import InsteadPayment, Payment
from levante.payments.paying import own
from levante.payments.policies import may_work_order
from levante.payments.pure.gate_facts import DURC


def kept_for_institutes(payment: Payment) -> Decimal:
    """What of a payment was kept for INPS and INAIL, by the gate that it left through; what went there for an earlier try counts."""
    kept = kept_by(payment.gate, DURC)
    before = InsteadPayment.objects.standing().filter(payment__row=payment.row_id, payment__lt=payment.pk)
    return max(kept, sum((one.amount for one in before.order_by("pk")), ZERO))


def left_for_institutes(payment: Payment) -> Decimal:
    """What of it nobody recorded as paid yet, in euro."""
    sent = sent_instead([payment.row_id]).get(payment.row_id, ZERO)
    return max(kept_for_institutes(payment) - sent, ZERO)


def sent_instead(rows: Iterable[int]) -> dict[int, Decimal]:
    """What went to institutes in the enterprise's stead, by row of an act. One query."""
    found = InsteadPayment.objects.standing().filter(payment__row__in=list(rows)).order_by()
    return dict(found.values_list("payment__row").annotate(total=Sum("amount")))


@service("payments.record_instead")
def record_instead(
    *, actor: Actor, payment: Payment, institute: str, amount: Decimal, paid_on: date | None, reference: str
) -> InsteadPayment:
    """Record what was paid to an institute in the enterprise's stead, of a payment that the bank executed. ``reference`` is of the receipt:
    the same twice is one."""
    held = Payment.objects.select_for_update(of=("self",)).select_related("order__paid_by").get(pk=payment.pk)
    require(may_work_order(actor, held.order))
    if held.state != states.EXECUTED:
        refuse("Si versa dopo che la banca ha eseguito il bonifico.", "It is paid once the bank executed the transfer.")
    if institute not in states.INSTITUTES:
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
    left = left_for_institutes(held)
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


@service("payments.instead_came_back")
def instead_came_back(*, actor: Actor, instead: InsteadPayment, reason: str) -> InsteadPayment:
    """The institute gave it back, or it never arrived: it is to be paid still."""
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


def kept_waiting(actor: Actor) -> list[tuple[Payment, Decimal]]:
    """Payments executed of which something kept for the institutes is not recorded as paid, the oldest first."""
    mine = own(actor, path="order__paid_by")
    rows = Payment.objects.visible_to(actor).filter(mine, state=states.EXECUTED, kept__gt=0)
    rows = rows.order_by("executed_on", "pk")
    found = list(rows.select_related("row__claim__award__enterprise")[:500])
    sent = sent_instead([one.row_id for one in found])
    told = []
    for one in found:
        left = kept_for_institutes(one) - sent.get(one.row_id, ZERO)
        if left > 0:
            told.append((one, left))
    return told
