"""What was verified as due and not paid is taken back by an act: its claims wait for another liquidation, the money is committed as before.

Nothing of it while the bank may have the money: a row in an order is freed first, by cancelling the order or by what the bank says.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from levante.claims.api import claim_unliquidated
from levante.exchange.api import ExternalRequest
from levante.kernel.api import Actor, Refused, note, note_object, now, refuse, require, service, system, unchanged
from levante.kernel.pure import ZERO, Bilingual, money_text
from levante.law.wording import day_text
from levante.payments import states
from levante.payments.act_text import undoing_data
from levante.payments.gates import RELATED
from levante.payments.liquidating import locked_act
from levante.payments.models import Liquidation, LiquidationRow, Undoing
from levante.payments.policies import may_work_liquidation
from levante.payments.verifying import SUBJECT
from levante.payments.workflow import LIQUIDATIONS, UNDOINGS
from levante.programme.api import (
    print_act,
    print_returned,
    reason_of,
    record_returned,
    returned,
    send_act,
    unliquidate,
    was_adopted,
)

TEMPLATE = "payments/pdf_undoing.html"
AT_ONCE = 10


@service("payments.draft_undoing")
def draft_undoing(*, actor: Actor, act: Liquidation, rows: Iterable[LiquidationRow], reason: str) -> Undoing:
    """Prepare the act that takes back these rows of a liquidation in effect, and hold them: no order takes them any more. Refused, and
    nothing is held, when one of them is in an order or paid: the reason names it."""
    held = locked_act(act.pk)
    require(may_work_liquidation(actor, held))
    if held.state != states.EFFECTIVE:
        refuse("Si annulla un atto esecutivo.", "An act in effect is taken back.")
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    if held.undoings.filter(state__in=states.ON_ITS_WAY).exists():
        refuse("C’è già un annullamento in corso.", "One is on its way already.")
    wanted = {row.pk for row in rows}
    chosen = _locked(held, wanted)
    if not wanted or len(chosen) < len(wanted):
        refuse("Scegli le domande da togliere.", "Choose the claims to take back.", field="rows")
    for row in chosen:
        _require_still_here(row)
    made = Undoing.objects.create(
        liquidation=held, reason=reason.strip(), created_at=now(), prepared_by_id=actor.user_id
    )
    LiquidationRow.objects.filter(pk__in=wanted).update(state=states.HELD, undoing=made)
    made.document = print_act(
        actor=actor, before=None, long=len(chosen) > AT_ONCE, kind="liquidation-undoing", template=TEMPLATE,
        title=f"Annullamento dell’atto di liquidazione n. {held}", data=undoing_data(made, chosen), subject=made,
    )  # fmt: skip
    made.save(update_fields=["document"])
    total = sum((row.gross for row in chosen), ZERO)
    note(claims=[row.claim.register_number for row in chosen], total=money_text(total), act=str(held))
    return made


def _locked(act: Liquidation, wanted: set[int]) -> list[LiquidationRow]:
    """Rows of an act under a lock, in order: an order that is being prepared waits, or is waited for."""
    related = [f"claim__{name}" for name in RELATED]
    rows = LiquidationRow.objects.select_for_update(of=("self",)).select_related(*related)
    return list(rows.filter(liquidation=act, pk__in=wanted).order_by("pk"))


def _require_still_here(row: LiquidationRow) -> None:
    """The money has not left and is not leaving."""
    number = row.claim.register_number
    if row.state == states.DUE:
        return
    if row.state == states.ORDERED:
        refuse(
            f"{number}: è in un ordine di pagamento. Se l’ordine non è partito annullalo; se è in banca aspetta il suo esito.",
            f"{number}: it is in a payment order. If the order has not gone, cancel it; if the bank has it, wait for its outcome.",
        )
    if row.state == states.PAID:
        refuse(
            f"{number}: è pagata. Ciò che è pagato si recupera con una revoca.",
            f"{number}: it is paid. What is paid comes back by a revocation.",
        )
    refuse(f"{number}: non è da pagare.", f"{number}: it is not to be paid.")


def locked_undoing(pk: int) -> Undoing:
    """The act under a lock, after that of the liquidation it is about."""
    locked_act(Undoing.objects.values_list("liquidation_id", flat=True).get(pk=pk))
    related = ("liquidation__call__office", "liquidation__line__triennium__programme", "document", "request")
    return Undoing.objects.select_for_update(of=("self",)).select_related(*related).get(pk=pk)


def _rows_of(held: Undoing) -> list[LiquidationRow]:
    related = [f"claim__{name}" for name in RELATED]
    rows = LiquidationRow.objects.select_for_update(of=("self",)).filter(undoing=held, state=states.HELD)
    return list(rows.select_related(*related).order_by("pk"))


@service("payments.cancel_undoing")
def cancel_undoing(*, actor: Actor, undoing: Undoing, reason: str) -> Undoing:
    """Give up a draft: its rows are to be paid again."""
    held = locked_undoing(undoing.pk)
    if held.state == states.CANCELLED:
        return unchanged(held)
    require(UNDOINGS.may("cancel", actor, held, state=held.state))
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    _give_back(held)
    _close(held, states.CANCELLED, reason.strip())
    return held


@service("payments.send_undoing")
def send_undoing(*, actor: Actor, undoing: Undoing) -> Undoing:
    """The director, who did not prepare it, signs and sends. Sent twice, it went once."""
    held = locked_undoing(undoing.pk)
    if held.state == states.SENT:
        return unchanged(held)
    require(UNDOINGS.may("send", actor, held, state=held.state))
    act, document = held.liquidation, held.document
    assert document is not None
    total = sum((row.gross for row in _rows_of(held)), ZERO)
    held.request = send_act(
        actor=actor,
        kind="liquidation_undoing",
        name=f"liquidation-undoing-{held.pk}",
        title=document.title,
        office=act.call.office,
        line=act.line,
        amount=total,
        document=document,
    )
    held.state, held.sent_at, held.sent_by_id = states.SENT, now(), actor.user_id
    held.save(update_fields=["state", "sent_at", "sent_by", "request"])
    note(total=money_text(total), key=held.request.key)
    return held


def undoing_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What an answer of the system of acts brings about; called by exchange, again after a crash: then it does nothing."""
    sent = Undoing.objects.filter(request=request, state=states.SENT).first()
    if sent is not None:
        (receive_undoing if was_adopted(request) else refuse_undoing)(actor=actor, undoing=sent)


@service("payments.receive_undoing")
def receive_undoing(*, actor: Actor, undoing: Undoing) -> Undoing:
    """Number and date; each row is no longer due, its claim waits for another act, its money is committed and no more. A row that cannot be
    taken back is to be paid as it was, with the reason."""
    held = locked_undoing(undoing.pk)
    if held.state != states.SENT:
        return unchanged(held)
    require(UNDOINGS.may("return", actor, held, state=held.state))
    assert held.document is not None
    told = returned(held.request)
    held.number, held.act_date, held.their_id = told.number, told.date, told.their_id
    held.programme_act = record_returned(
        by="payments.receive_undoing",
        told=told,
        code=f"annullamento-liquidazione-{held.pk}",
        title=held.document.title,
        triennium=held.liquidation.line.triennium,
        demonstration=held.liquidation.is_demo,
    )
    held.document = print_returned(by="payments.receive_undoing", signed=held.document, told=told, subject=held)
    held.state, held.closed_at = states.EFFECTIVE, now()
    held.save()
    done = _take_back_each(held, _rows_of(held))
    _end_liquidation(held.liquidation, str(held))
    note(number=held.number, date=told.date.isoformat(), rows=done)
    return held


def _take_back_each(held: Undoing, rows: Sequence[LiquidationRow]) -> int:
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                _take_back(held, row)
            done += 1
        except Refused as refusal:
            LiquidationRow.objects.filter(pk=row.pk).update(
                state=states.DUE, undoing=None, stop_reason_it=refusal.reason.it, stop_reason_en=refusal.reason.en
            )
    return done


def _take_back(held: Undoing, row: LiquidationRow) -> None:
    assert held.act_date is not None
    assert held.programme_act is not None
    act, machine = held.liquidation, system("payments.receive_undoing")
    movement = unliquidate(
        actor=machine,
        line=act.line,
        amount=row.gross,
        act=held.programme_act,
        exercise=held.act_date.year,
        on=held.act_date,
        subject_type=SUBJECT,
        subject_id=str(row.claim.award_id),
        subject_label=f"{row.claim.award.application.number}",
        reason=f"Annullamento della liquidazione n. {act}, domanda di pagamento {row.claim.register_number}",
        idempotency_key=f"liquidation-row:{row.pk}:undone",
        demonstration=act.is_demo,
    )
    day = day_text(held.act_date)
    why = Bilingual(
        f"Atto n. {held.number} del {day.it}: {held.reason}", f"Act no. {held.number} of {day.en}: {held.reason}"
    )
    claim_unliquidated(actor=machine, claim=row.claim, reason=why)
    LiquidationRow.objects.filter(pk=row.pk).update(
        state=states.UNDONE, undone_movement=movement, stop_reason_it=why.it, stop_reason_en=why.en
    )


def _end_liquidation(act: Liquidation, by: str) -> None:
    """An act of which nothing stands any more is taken back whole."""
    if act.rows.filter(state__in=states.STANDING).exists():
        return
    held = locked_act(act.pk)
    require(LIQUIDATIONS.may("take_back", system("payments.receive_undoing"), held, state=held.state))
    held.state, held.closing_reason = states.TAKEN_BACK, f"Annullato con l’atto n. {by}"
    held.closing_reason_en = f"Taken back by act no. {by}"
    held.save(update_fields=["state", "closing_reason", "closing_reason_en"])


@service("payments.refuse_undoing")
def refuse_undoing(*, actor: Actor, undoing: Undoing) -> Undoing:
    """The system of acts refused it: its rows are to be paid again."""
    held = locked_undoing(undoing.pk)
    if held.state != states.SENT:
        return unchanged(held)
    require(UNDOINGS.may("refuse", actor, held, state=held.state))
    assert held.request is not None
    reason = reason_of(held.request)
    held.their_id = held.request.their_id
    _give_back(held)
    _close(held, states.REFUSED, reason)
    note_object(held)
    note(reason=reason[:200])
    return held


def _give_back(held: Undoing) -> None:
    LiquidationRow.objects.filter(undoing=held, state=states.HELD).update(state=states.DUE, undoing=None)


def _close(held: Undoing, state: str, reason: str) -> None:
    held.state, held.closed_at, held.closing_reason = state, now(), reason
    held.save(update_fields=["state", "closed_at", "closing_reason", "their_id"])
