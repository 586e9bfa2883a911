"""A long order is prepared by the worker: the gate of each row asked, some in each transaction, then the file written from the database.

Whoever is left out is to be paid still, with the reason; the others go on. Killed at any moment, whoever comes next goes on from the first
row that was not looked at; two workers on one order take turns.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, Sum
from django.utils.crypto import get_random_string

from levante.applications.api import without_conflict
from levante.kernel.api import (
    Actor,
    Refused,
    note,
    note_object,
    now,
    refuse,
    require,
    service,
    system,
    today,
    unchanged,
)
from levante.kernel.pure import ZERO, Bilingual, money_text
from levante.law import parameters
from levante.payments import states
from levante.payments.gates import RELATED, gates_of
from levante.payments.models import LiquidationRow, OrderWish, Payment, PaymentOrder
from levante.payments.ordering import (
    MOST_IN_AN_ORDER,
    Keeping,
    body_of,
    draft_payment,
    lock_firms,
    locked_order,
    require_day,
    withdraw,
    write_file,
)
from levante.payments.paying import may_pay_for, payer_of
from levante.payments.policies import files_ordered, may_order
from levante.payments.pure.pain001 import Head
from levante.payments.workflow import ORDERS

#: Rows looked at in one transaction.
BATCH = 200


@service("payments.order_payments")
def order_payments(*, actor: Actor, rows: Iterable[LiquidationRow], execute_on: date | None = None) -> PaymentOrder:
    """Ask for an order of many rows: it is made now, and prepared by the worker. A row waits in one order at a time."""
    require(may_order(actor))
    execute_on = require_day(execute_on)
    wanted = sorted({row.pk for row in rows})
    if not 0 < len(wanted) <= MOST_IN_AN_ORDER:
        refuse(
            f"Scegli da una a {MOST_IN_AN_ORDER} liquidazioni da pagare.",
            f"Choose from one to {MOST_IN_AN_ORDER} liquidations to be paid.",
        )
    # Under their locks two officers who want the same wait for each other, and the second reads what the first asked.
    due = LiquidationRow.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=wanted, state=states.DUE)
    found = list(due.select_related("liquidation__paid_by").only("liquidation__paid_by").order_by("pk"))
    held = [row.pk for row in found]
    if len(held) < len(wanted) or OrderWish.objects.filter(row__in=held, state=states.WAITS).exists():
        refuse(
            "Alcune sono già in un altro ordine, o non si pagano più.",
            "Some are in another order, or are no longer due.",
        )
    body = body_of(found)
    require(may_pay_for(actor, body))
    require(without_conflict(actor, files_ordered(LiquidationRow.objects.filter(pk__in=held))))
    payer_of(body)
    order = PaymentOrder.objects.create(
        paid_by=body,
        message_id=new_message_id(),
        version=str(parameters.value("payment.pain001.version", on=today()).value),
        state=states.PREPARING,
        execute_on=execute_on,
        created_at=now(),
        prepared_by_id=actor.user_id,
    )
    OrderWish.objects.bulk_create([OrderWish(order=order, row_id=pk) for pk in held], batch_size=1000)
    note(message=order.message_id, rows=len(held))
    from levante.payments.jobs import prepare_order as later

    later.defer(order_id=order.pk)
    return order


def new_message_id() -> str:
    return f"LEV{now():%Y%m%d%H%M%S}{get_random_string(6, 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789')}"


def prepare_on(order_id: int, *, most: int | None = None) -> int:
    """Prepare an order, until it is ready; returns in how many transactions."""
    turns = 0
    while (most is None or turns < most) and prepare_some(
        actor=system("payments.prepare"), order_id=order_id
    ) is not None:
        turns += 1
    return turns


@service("payments.prepare_some")
def prepare_some(*, actor: Actor, order_id: int) -> PaymentOrder | None:
    """The next rows of an order in preparation; after the last ones its file. None when it is prepared."""
    held = locked_order(order_id)
    if held.state != states.PREPARING:
        return unchanged(None)
    wishes = list(held.wishes.filter(state=states.WAITS).order_by("pk")[:BATCH])
    if wishes:
        taken = _take(held, wishes)
        note(message=held.message_id, looked_at=len(wishes), taken=taken)
    else:
        _finish(actor, held)
    note_object(held)
    return held


def _take(order: PaymentOrder, wishes: list[OrderWish]) -> int:
    """Put in the order those that are due still and whose gate is open today; of the others the reason is kept."""
    lock_firms(one.row_id for one in wishes)
    related = [f"claim__{name}" for name in RELATED]
    rows = LiquidationRow.objects.select_for_update(of=("self",)).select_related("liquidation", *related)
    due = {row.pk: row for row in rows.filter(pk__in=[one.row_id for one in wishes], state=states.DUE).order_by("pk")}
    gates = gates_of([row.claim for row in due.values()], on=today(), pay_on=order.execute_on)
    tries = dict(Payment.objects.filter(row__in=due).order_by().values_list("row").annotate(times=Count("pk")))
    drafts: list[Payment] = []
    keeping: Keeping = {}
    for one in wishes:
        row = due.get(one.row_id)
        if row is None:
            _leave_out(
                one, Bilingual("è in un altro ordine, o non si paga più", "it is in another order, or no longer due")
            )
            continue
        try:
            draft = draft_payment(row, gates[row.claim_id], tries.get(row.pk, 0), keeping)
        except Refused as refusal:
            _leave_out(one, _without(f"{row.claim.register_number}: ", refusal.reason))
            continue
        draft.order, one.state = order, states.TAKEN
        drafts.append(draft)
    Payment.objects.bulk_create(drafts, batch_size=BATCH)
    LiquidationRow.objects.filter(pk__in=[one.row_id for one in drafts]).update(state=states.ORDERED)
    OrderWish.objects.bulk_update(wishes, ["state", "reason_it", "reason_en"], batch_size=BATCH)
    return len(drafts)


def _without(number: str, reason: Bilingual) -> Bilingual:
    """The reason alone: the page says the claim’s number beside it."""
    return Bilingual(reason.it.removeprefix(number), reason.en.removeprefix(number))


def _leave_out(one: OrderWish, reason: Bilingual) -> None:
    one.state, one.reason_it, one.reason_en = states.LEFT_OUT, reason.it, reason.en


def _finish(actor: Actor, order: PaymentOrder) -> None:
    """All were looked at: the file is written, streamed from the database; an order of nobody is cancelled."""
    made = order.payments.filter(state=states.ISSUED)
    sums = made.aggregate(count=Count("pk"), going=Count("pk", filter=Q(amount__gt=0)), total=Sum("amount"))
    if not sums["count"]:
        _give_up(order, Bilingual("Nessuna si può pagare adesso.", "None can be paid now."))
        return
    order.count, order.total = sums["count"], sums["total"] or ZERO
    if sums["going"]:
        head = Head(
            order.version,
            order.message_id,
            now(),
            order.execute_on,
            payer_of(order.paid_by),
            sums["going"],
            order.total,
        )
        related = ("row__liquidation", "row__claim__award__application", "row__claim__award__aid")
        rows = made.filter(amount__gt=0).select_related(*related).order_by("pk")
        try:
            order.file, told = write_file(actor, head, rows.iterator(chunk_size=500))
        except Refused as refusal:  # what no bank would take: the reason names the payment
            _give_up(order, refusal.reason)
            return
        order.rewritten = [[one.end_to_end_id, one.given, one.written] for one in told]
    require(ORDERS.may("prepare", actor, order, state=order.state))
    order.state = states.READY
    order.save()
    note(
        message=order.message_id,
        payments=order.count,
        total=money_text(order.total),
        sha256=order.file.sha256 if order.file else "",
    )


def _give_up(order: PaymentOrder, reason: Bilingual) -> None:
    order.count, order.total = 0, ZERO
    withdraw(order, reason)
    note(message=order.message_id, given_up=reason.en[:200])


def orders_to_prepare() -> list[int]:
    """Orders whose worker may have been lost."""
    return list(PaymentOrder.objects.filter(state=states.PREPARING).order_by("pk").values_list("pk", flat=True))
