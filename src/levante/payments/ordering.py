"""The order to the bank: its file is written and checked once, then sent under its own id; nothing leaves through a closed gate."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import BinaryIO

from django.db.models import Count
from django.utils.crypto import get_random_string

from levante.applications.api import without_conflict
from levante.documents.api import StoredFile, store_upload
from levante.identity.api import Office
from levante.kernel.api import Actor, note, now, refuse, require, service, today
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text
from levante.law import parameters
from levante.parties.api import Enterprise
from levante.payments import states
from levante.payments.gates import RELATED, Gate, gates_of
from levante.payments.models import LiquidationRow, Payment, PaymentOrder
from levante.payments.paying import may_pay_for, payer_of
from levante.payments.policies import files_ordered, may_order
from levante.payments.pure.gate_facts import days_of
from levante.payments.pure.pain001 import Head, Rewritten, Transfer, Unwritable, write
from levante.payments.pure.schemas import problem_of

#: As many payments as one file holds.
MOST_IN_AN_ORDER = 20_000
#: Rows whose gate is asked in one question, and payments read at a time while the file is written.
BATCH = 500
#: Payments of an order being drafted that keep something, by enterprise.
Keeping = dict[int, list[Payment]]


@service("payments.prepare_order")
def prepare_order(*, actor: Actor, rows: Iterable[LiquidationRow], execute_on: date | None = None) -> PaymentOrder:
    """Put what is due in one order and write its file. The gate of each is asked again **today**, for the day asked of the bank, and frozen
    with its account: one that is closed stops the whole order, and says which and why. Twice for the same rows, the second finds them
    taken."""
    require(may_order(actor))
    execute_on = require_day(execute_on)
    wanted = {row.pk for row in rows}
    if not 0 < len(wanted) <= MOST_IN_AN_ORDER:
        refuse(
            f"Scegli da una a {MOST_IN_AN_ORDER} liquidazioni da pagare.",
            f"Choose from one to {MOST_IN_AN_ORDER} liquidations to be paid.",
        )
    lock_firms(wanted)
    held = _locked(wanted)
    if len(held) < len(wanted):
        refuse(
            "Alcune sono già in un altro ordine, o non si pagano più.",
            "Some are in another order, or are no longer due.",
        )
    body = body_of(held)
    require(may_pay_for(actor, body))
    require(without_conflict(actor, files_ordered(LiquidationRow.objects.filter(pk__in=wanted))))
    message_id = f"LEV{now():%Y%m%d%H%M%S}{get_random_string(6, 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789')}"
    keeping: Keeping = {}
    drafts = [one for batch in _batches(held) for one in _drafts(batch, keeping, execute_on)]
    total = sum((one.amount for one in drafts), ZERO)
    version = str(parameters.value("payment.pain001.version", on=today()).value)
    going = [one for one in drafts if one.amount]
    head = Head(version, message_id, now(), execute_on, payer_of(body), len(going), total)
    file, told = write_file(actor, head, going) if going else (None, [])
    order = PaymentOrder.objects.create(
        paid_by=body,
        message_id=message_id,
        version=version,
        execute_on=execute_on,
        count=len(drafts),
        total=total,
        file=file,
        rewritten=[[one.end_to_end_id, one.given, one.written] for one in told],
        created_at=now(),
        prepared_by_id=actor.user_id,
    )
    for one in drafts:
        one.order = order
    Payment.objects.bulk_create(drafts, batch_size=BATCH)
    LiquidationRow.objects.filter(pk__in=wanted).update(state=states.ORDERED)
    note(message=message_id, payments=len(drafts), total=money_text(total), sha256=file.sha256 if file else "")
    return order


def lock_firms(rows: Iterable[int]) -> None:
    """Take the enterprises of these rows: of two orders prepared at once, the second sees what the first keeps of each."""
    firms = LiquidationRow.objects.filter(pk__in=list(rows)).order_by().values("claim__award__enterprise")
    list(Enterprise.objects.select_for_update(no_key=True).filter(pk__in=firms).order_by("pk").values_list("pk"))


def require_day(execute_on: date | None) -> date:
    """The day asked of the bank, today unless given; not a past one, nor further than ``payment.order.days``."""
    on = today()
    asked = execute_on or on
    if asked < on:
        refuse("Il giorno del pagamento è passato.", "The day of the payment is past.", field="execute_on")
    days = int(parameters.value("payment.order.days", on=on).value)
    last = on + timedelta(days=days)
    if asked > last:
        (it, en) = days_of(last)
        refuse(
            f"Il giorno del pagamento è troppo lontano: al più {days} giorni da oggi, il {it}.",
            f"The day of the payment is too far: at most {days} days from today, {en}.",
            field="execute_on",
        )
    return asked


def body_of(rows: Sequence[LiquidationRow]) -> Office | None:
    """Who pays these rows: one body, for one account is charged."""
    bodies = {row.liquidation.paid_by_id: row.liquidation.paid_by for row in rows}
    if len(bodies) > 1:
        refuse(
            "Un ordine paga da un solo conto: scegli ciò che paga un solo ente.",
            "An order pays from one account: choose what one body pays.",
        )
    return next(iter(bodies.values()), None)


def _locked(wanted: set[int]) -> list[LiquidationRow]:
    related = [f"claim__{name}" for name in RELATED]
    rows = LiquidationRow.objects.select_for_update(of=("self",)).select_related("liquidation__paid_by", *related)
    return list(rows.filter(pk__in=wanted, state=states.DUE).order_by("pk"))


def _batches(rows: Sequence[LiquidationRow]) -> Iterator[Sequence[LiquidationRow]]:
    for place in range(0, len(rows), BATCH):
        yield rows[place : place + BATCH]


def _drafts(rows: Sequence[LiquidationRow], keeping: Keeping, pay_on: date) -> Iterator[Payment]:
    gates = gates_of([row.claim for row in rows], on=today(), pay_on=pay_on)
    tries = dict(Payment.objects.filter(row__in=rows).order_by().values_list("row").annotate(times=Count("pk")))
    for row in rows:
        yield draft_payment(row, gates[row.claim_id], tries.get(row.pk, 0), keeping)


def draft_payment(row: LiquidationRow, gate: Gate, tried: int, keeping: Keeping) -> Payment:
    """The transfer that pays a row, not stored yet; refused, with the claim's number, through a closed gate. Its amount is zero where all
    of it goes to institutes or to an offset. Where earlier ones of ``keeping`` keep something from the same enterprise the gate is asked
    again, for that is spent; this one joins them."""
    number = row.claim.register_number
    before = keeping.setdefault(row.claim.award.enterprise_id, [])
    if before:
        gate = gates_of([row.claim], on=today(), pay_on=gate.pay_on, drafted=before)[row.claim_id]
    decision = gate.decision()
    if not decision:
        refuse(f"{number}: {decision.reason.it}", f"{number}: {decision.reason.en}")
    assert gate.account is not None  # the gate is closed without one
    kept = gate.kept
    amount = row.net - kept
    if amount < 0:  # the claim came to less than what left for others at an earlier try
        refuse(
            f"{number}: è già andato ad altri ({format_euro(kept)}) più di quanto spetta ora: va recuperato.",
            f"{number}: more went to others already ({format_euro(kept, 'en')}) than is due now: it is to be recovered.",
        )
    made = Payment(
        row=row,
        end_to_end_id=f"LEV-{row.liquidation_id}-{row.pk}-{tried + 1}",
        gross=row.gross,
        withheld=row.withheld,
        kept=kept,
        amount=amount,
        account=gate.account,
        iban=gate.account.iban,
        holder=gate.account.holder,
        gate=gate.as_json(),
    )
    if kept:
        before.append(made)
    return made


class _Upload:
    """A file that we wrote, as something that is stored."""

    def __init__(self, name: str, file: BinaryIO, size: int) -> None:
        self.name: str | None = name
        self.size: int | None = size
        self._file = file

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while piece := self._file.read(chunk_size or 1 << 16):
            yield piece


def write_file(actor: Actor, head: Head, drafts: Iterable[Payment]) -> tuple[StoredFile, list[Rewritten]]:
    """The file, streamed to the disk, compared with its schema and kept by its hash."""
    with tempfile.TemporaryFile() as out:
        try:
            told = write(out, head, (_transfer(one) for one in drafts))
        except Unwritable as error:
            refuse(f"{error.where}: {error.reason.it}", f"{error.where}: {error.reason.en}")
        size = out.tell()
        out.seek(0)
        problem = problem_of(out, head.version)
        if problem:
            raise RuntimeError(f"the order does not follow {head.version}: {problem}")
        out.seek(0)
        upload = _Upload(f"{head.message_id}.xml", out, size)
        return store_upload(actor=actor, upload=upload, purpose="payment-order"), told


def _transfer(one: Payment) -> Transfer:
    award = one.row.claim.award
    cup = award.codes[1]
    act = one.row.liquidation
    reason = f"{'CUP ' + cup + ' ' if cup else ''}contributo {award.application.number} atto {act}"
    return Transfer(one.end_to_end_id, one.amount, one.holder, one.iban, reason)


def withdraw(order: PaymentOrder, why: Bilingual, *, state: str = states.CANCELLED) -> None:
    """Close a locked order that did not go, or was called back: its rows are to be paid again, and those it had not
    looked at wait in it no more."""
    going = order.payments.filter(state=states.ISSUED)
    LiquidationRow.objects.filter(pk__in=going.order_by().values("row"), state=states.ORDERED).update(state=states.DUE)
    reason = {"reason_it": why.it[:500], "reason_en": why.en[:500]}
    going.update(state=states.WITHDRAWN, ended_at=now(), **reason)
    order.wishes.filter(state=states.WAITS).update(state=states.LEFT_OUT, **reason)
    order.state, order.closed_at = state, now()
    order.closing_reason, order.closing_reason_en = why.it, why.en if why.en != why.it else ""
    order.save(update_fields=["state", "closed_at", "closing_reason", "closing_reason_en", "count", "total"])


def locked_order(pk: int) -> PaymentOrder:
    return PaymentOrder.objects.select_for_update(of=("self",)).select_related("file", "request", "paid_by").get(pk=pk)
