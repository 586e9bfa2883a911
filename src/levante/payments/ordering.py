"""The order to the bank: its file is written and checked once, then sent under its own id; nothing leaves through a closed gate."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.conf import settings
from django.db.models import Count
from django.utils.crypto import get_random_string

from levante.documents.api import StoredFile, store_upload
from levante.exchange.api import queue_request
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, money_text
from levante.law import parameters
from levante.payments import states
from levante.payments.gates import RELATED, Gate, gates_of
from levante.payments.instead import kept_of, sent_instead
from levante.payments.models import LiquidationRow, Payment, PaymentOrder
from levante.payments.policies import may_order
from levante.payments.pure.pain001 import Head, Payer, Rewritten, Transfer, Unwritable, write
from levante.payments.pure.schemas import problem_of
from levante.payments.workflow import ORDERS

SYSTEM = "bank"
#: As many payments as one file holds.
MOST_IN_AN_ORDER = 20_000
#: Rows whose gate is asked in one question, and payments read at a time while the file is written.
BATCH = 500
#: Payments of an order being drafted that keep something, by enterprise.
Keeping = dict[int, list[Payment]]


@service("payments.prepare_order")
def prepare_order(*, actor: Actor, rows: Iterable[LiquidationRow], execute_on: date | None = None) -> PaymentOrder:
    """Put what is due in one order and write its file. The gate of each is asked again **today** and frozen with its account: one that is
    closed stops the whole order, and says which and why. Twice for the same rows, the second finds them taken."""
    require(may_order(actor))
    execute_on = require_day(execute_on)
    wanted = {row.pk for row in rows}
    if not 0 < len(wanted) <= MOST_IN_AN_ORDER:
        refuse(
            f"Scegli da una a {MOST_IN_AN_ORDER} liquidazioni da pagare.",
            f"Choose from one to {MOST_IN_AN_ORDER} liquidations to be paid.",
        )
    held = _locked(wanted)
    if len(held) < len(wanted):
        refuse(
            "Alcune sono già in un altro ordine, o non si pagano più.",
            "Some are in another order, or are no longer due.",
        )
    message_id = f"LEV{now():%Y%m%d%H%M%S}{get_random_string(6, 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789')}"
    keeping: Keeping = {}
    drafts = [one for batch in _batches(held) for one in _drafts(batch, keeping)]
    total = sum((one.amount for one in drafts), ZERO)
    version = str(parameters.value("payment.pain001.version", on=today()).value)
    head = Head(version, message_id, now(), execute_on, payer(), len(drafts), total)
    file, told = write_file(actor, head, drafts)
    order = PaymentOrder.objects.create(
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
    note(message=message_id, payments=len(drafts), total=money_text(total), sha256=file.sha256)
    return order


def require_day(execute_on: date | None) -> date:
    """The day asked of the bank, today unless given; not a past one."""
    if execute_on is not None and execute_on < today():
        refuse("Il giorno del pagamento è passato.", "The day of the payment is past.", field="execute_on")
    return execute_on or today()


def payer() -> Payer:
    """Who pays, from the settings (``LEVANTE_PAYER``): refused when nobody said on which account."""
    told = settings.PAYER
    if not told.get("iban"):
        refuse(
            "Manca il conto di tesoreria da cui si paga: lo imposta chi amministra il sistema (LEVANTE_PAYER).",
            "The treasury account is missing: who administers the system sets it (LEVANTE_PAYER).",
        )
    return Payer(told.get("name", ""), told["iban"], told.get("bic", ""), told.get("cuc", ""))


def _locked(wanted: set[int]) -> list[LiquidationRow]:
    related = [f"claim__{name}" for name in RELATED]
    rows = LiquidationRow.objects.select_for_update(of=("self",)).select_related("liquidation", *related)
    return list(rows.filter(pk__in=wanted, state=states.DUE).order_by("pk"))


def _batches(rows: Sequence[LiquidationRow]) -> Iterator[Sequence[LiquidationRow]]:
    for place in range(0, len(rows), BATCH):
        yield rows[place : place + BATCH]


def _drafts(rows: Sequence[LiquidationRow], keeping: Keeping) -> Iterator[Payment]:
    gates = gates_of([row.claim for row in rows], on=today())
    tries = dict(Payment.objects.filter(row__in=rows).order_by().values_list("row").annotate(times=Count("pk")))
    sent = sent_instead([row.pk for row in rows])
    for row in rows:
        yield draft_payment(row, gates[row.claim_id], tries.get(row.pk, 0), sent.get(row.pk, ZERO), keeping)


def draft_payment(row: LiquidationRow, gate: Gate, tried: int, sent: Decimal, keeping: Keeping) -> Payment:
    """The transfer that pays a row, not stored yet; refused, with the claim's number, through a closed gate. ``sent`` is what of it,
    in euro, went to institutes in the enterprise's stead already. Where earlier ones of ``keeping`` keep something from the same
    enterprise the gate is asked again, for that is spent; this one joins them."""
    number = row.claim.register_number
    before = keeping.setdefault(row.claim.award.enterprise_id, [])
    if before:
        gate = gates_of([row.claim], on=today(), drafted=before)[row.claim_id]
    decision = gate.decision()
    if not decision:
        refuse(f"{number}: {decision.reason.it}", f"{number}: {decision.reason.en}")
    assert gate.account is not None  # the gate is closed without one
    kept = kept_of(gate, sent)
    amount = row.net - kept
    if amount <= 0:
        refuse(
            f"{number}: tutto il netto va altrove (INPS, INAIL o recuperi): non c’è un bonifico da fare all’impresa.",
            f"{number}: the whole net goes elsewhere (INPS, INAIL or recoveries): no transfer to the enterprise is left.",
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


@service("payments.send_order")
def send_order(*, actor: Actor, order: PaymentOrder) -> PaymentOrder:
    """Send the file to the bank: finance, and nobody who verified an account in it. Sent twice, it went once."""
    held = locked_order(order.pk)
    if held.state == states.IN_BANK:
        return unchanged(held)
    require(ORDERS.may("send", actor, held, state=held.state))
    if held.execute_on < today():
        refuse(
            "Il giorno chiesto alla banca è passato: annulla l’ordine e preparane un altro.",
            "The day asked of the bank is past: cancel the order and prepare another.",
        )
    _require_open_still(held)
    held.request = queue_request(
        actor=actor,
        system=SYSTEM,
        kind="payment_order",
        key=held.message_id,
        body={
            "message_id": held.message_id,
            "sha256": _file_of(held).sha256,
            "count": held.count,
            "total": money_text(held.total),
            "execute_on": held.execute_on.isoformat(),
        },
    )
    held.state, held.sent_at, held.sent_by_id = states.IN_BANK, now(), actor.user_id
    held.save(update_fields=["state", "sent_at", "sent_by", "request"])
    note(message=held.message_id, payments=held.count, total=money_text(held.total))
    return held


def _file_of(order: PaymentOrder) -> StoredFile:
    assert order.file is not None  # it has one once it is ready
    return order.file


def _require_open_still(order: PaymentOrder) -> None:
    """Between the order and the sending nothing closed a gate, and no account changed."""
    payments = list(order.payments.filter(state=states.ISSUED).select_related("row", "account").order_by("pk"))
    for place in range(0, len(payments), BATCH):
        batch = payments[place : place + BATCH]
        rows = {row.pk: row for row in _related([one.row_id for one in batch])}
        gates = gates_of([row.claim for row in rows.values()], on=today())
        sent = sent_instead(rows)
        for one in batch:
            row = rows[one.row_id]
            gate, number = gates[row.claim_id], row.claim.register_number
            decision = gate.decision()
            kept = kept_of(gate, sent.get(row.pk, ZERO))
            if decision and (gate.account is None or gate.account.pk != one.account_id or kept != one.kept):
                _changed(number)
            if not decision:
                refuse(f"{number}: {decision.reason.it}", f"{number}: {decision.reason.en}")


def _related(keys: Sequence[int]) -> list[LiquidationRow]:
    related = [f"claim__{name}" for name in RELATED]
    return list(LiquidationRow.objects.filter(pk__in=keys).select_related(*related).order_by("pk"))


def _changed(number: str | None) -> None:
    refuse(
        f"{number}: il conto o ciò che si trattiene è cambiato dopo l’ordine. Annulla l’ordine e preparane un altro.",
        f"{number}: its account, or what is kept, changed since the order. Cancel the order and prepare another.",
    )


@service("payments.cancel_order")
def cancel_order(*, actor: Actor, order: PaymentOrder, reason: str) -> PaymentOrder:
    """Give up an order that did not go: its rows are to be paid again."""
    held = locked_order(order.pk)
    if held.state == states.CANCELLED:
        return unchanged(held)
    require(ORDERS.may("cancel", actor, held, state=held.state))
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    why = Bilingual(reason.strip(), reason.strip())
    withdraw(held, why)
    note(message=held.message_id)
    return held


def withdraw(order: PaymentOrder, why: Bilingual) -> None:
    """Close a locked order that did not go: its rows are to be paid again, and those it had not looked at wait in it no more."""
    going = order.payments.filter(state=states.ISSUED)
    LiquidationRow.objects.filter(pk__in=going.order_by().values("row"), state=states.ORDERED).update(state=states.DUE)
    reason = {"reason_it": why.it[:500], "reason_en": why.en[:500]}
    going.update(state=states.WITHDRAWN, ended_at=now(), **reason)
    order.wishes.filter(state=states.WAITS).update(state=states.LEFT_OUT, **reason)
    order.state, order.closed_at, order.closing_reason = states.CANCELLED, now(), why.it
    order.save(update_fields=["state", "closed_at", "closing_reason", "count", "total"])


def locked_order(pk: int) -> PaymentOrder:
    return PaymentOrder.objects.select_for_update(of=("self",)).select_related("file", "request").get(pk=pk)
