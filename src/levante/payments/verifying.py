"""An act of liquidation came back: its debts are verified as due on the budget, or it was refused and its claims wait for another."""

import logging
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, transaction

from levante.claims.api import claim_liquidated
from levante.exchange.api import ExternalRequest
from levante.kernel.api import Actor, Refused, note, note_object, require, service, system, unchanged
from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.liquidating import (
    close_act,
    free_all,
    free_row,
    locked_act,
    locked_claims,
    require_as_it_was,
    rows_of,
)
from levante.payments.models import Liquidation, LiquidationRow
from levante.payments.workflow import LIQUIDATIONS
from levante.programme.api import liquidate, print_returned, reason_of, record_returned, returned, was_adopted

SUBJECT = "grants.Award"  # whose money it is on the budget: the award committed it
#: Rows verified as due in one transaction; up to so many at once when the act comes back, more by the worker.
BATCH = 50

log = logging.getLogger(__name__)


def act_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What an answer of the system of acts brings about; called by exchange, again after a crash: then it does nothing."""
    act = Liquidation.objects.filter(request=request, state=states.SENT).first()
    if act is None:
        return
    if was_adopted(request):
        receive_liquidation(actor=actor, act=act)
    else:
        refuse_liquidation(actor=actor, act=act)


@service("payments.receive_liquidation")
def receive_liquidation(*, actor: Actor, act: Liquidation) -> Liquidation:
    """Record number, date and visa; the debt of each row is verified on the budget at the date of the act. What no longer fits is stopped
    with its reason, and stops nothing else."""
    held = locked_act(act.pk)
    if held.state != states.SENT:
        return unchanged(held)
    require(LIQUIDATIONS.may("return", actor, held, state=held.state))
    told = returned(held.request)
    held.number, held.act_date, held.their_id = told.number, told.date, told.their_id
    held.visa_number, held.visa_date = told.visa_number, told.visa_date
    held.programme_act = record_returned(
        by="payments.receive_liquidation",
        told=told,
        code=f"liquidazione-{held.pk}",
        title=held.title,
        triennium=held.line.triennium,
        demonstration=held.is_demo,
    )
    assert held.document is not None
    held.document = print_returned(by="payments.receive_liquidation", signed=held.document, told=told, subject=held)
    close_act(held, states.EFFECTIVE, "", save=False)
    held.save()
    waiting = held.rows.filter(state=states.IN_ACT).count()
    if waiting > BATCH:
        from levante.payments.jobs import verify_rows

        verify_rows.defer(act_id=held.pk)
    else:
        _verify_each(held, rows_of(held, states.IN_ACT))
    note(number=held.number, date=told.date.isoformat(), rows=waiting)
    return held


def verify_on(act_id: int) -> int:
    """Verify as due the rows of an act that came back, until none waits; returns in how many transactions."""
    turns = 0
    while verify_some(actor=system("payments.receive_liquidation"), act_id=act_id) is not None:
        turns += 1
    return turns


@service("payments.verify_some")
def verify_some(*, actor: Actor, act_id: int) -> Liquidation | None:
    """The next rows of an act in effect. None when none waits."""
    held = locked_act(act_id)
    rows = rows_of(held, states.IN_ACT, BATCH) if held.state == states.EFFECTIVE else []
    if not rows:
        return unchanged(None)
    note(act=str(held), rows=_verify_each(held, rows))
    note_object(held)
    return held


def acts_left() -> list[int]:
    """Acts in effect with rows that were not verified yet: what a worker that was lost left behind."""
    waiting = LiquidationRow.objects.filter(state=states.IN_ACT, liquidation__state=states.EFFECTIVE)
    return sorted(set(waiting.order_by().values_list("liquidation_id", flat=True)))


def _verify_each(act: Liquidation, rows: Sequence[LiquidationRow]) -> int:
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                _verify(act, row)
            done += 1
        except Refused as refusal:
            free_row(row, states.STOPPED, refusal.reason)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("row %s of liquidation %s could not be verified", row.pk, act.pk)
            name = type(error).__name__
            free_row(row, states.STOPPED, Bilingual(f"errore del sistema ({name})", f"an error of the system ({name})"))
    return done


def _verify(act: Liquidation, row: LiquidationRow) -> None:
    assert act.act_date is not None
    assert act.programme_act is not None
    machine = system("payments.receive_liquidation")
    (row.claim,) = locked_claims([row.claim_id])  # its amount follows an earlier claim that is reviewed again
    require_as_it_was(row)
    row.movement = liquidate(
        actor=machine,
        line=act.line,
        amount=row.gross,
        act=act.programme_act,
        exercise=act.act_date.year,
        on=act.act_date,
        subject_type=SUBJECT,
        subject_id=str(row.claim.award_id),
        subject_label=f"{row.claim.award.application.number}",
        reason=f"Liquidazione, domanda di pagamento {row.claim.register_number}",
        idempotency_key=f"liquidation-row:{row.pk}:liquidation",
        demonstration=act.is_demo,
    )
    claim_liquidated(actor=machine, claim=row.claim)
    row.state, row.verified_on = states.DUE, act.act_date
    row.save(update_fields=["state", "verified_on", "movement"])


@service("payments.refuse_liquidation")
def refuse_liquidation(*, actor: Actor, act: Liquidation) -> Liquidation:
    """The system of acts refused it: its claims wait for another act."""
    held = locked_act(act.pk)
    if held.state != states.SENT:
        return unchanged(held)
    require(LIQUIDATIONS.may("refuse", actor, held, state=held.state))
    assert held.request is not None
    reason = reason_of(held.request)
    held.their_id = held.request.their_id
    quoted = Bilingual(f"atto rifiutato: {reason}", f"act refused, in the words of the system of acts: “{reason}”")
    free_all(held, states.DROPPED, quoted)
    close_act(held, states.REFUSED, reason)
    note_object(held)
    note(reason=reason[:200])
    return held
