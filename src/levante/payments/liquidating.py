"""The act of liquidation: drafted by finance, signed by the director, in effect when the system of acts gives it back."""

import logging
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Sum

from levante.applications.api import without_conflict
from levante.claims.api import Claim, claim_liquidated, require_none_waits
from levante.claims.api import states as claim_states
from levante.exchange.api import ExternalRequest
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
from levante.payments import states
from levante.payments.act_text import act_data
from levante.payments.gates import RELATED, Gate, gates_of
from levante.payments.holding import require_none_held
from levante.payments.models import Liquidation, LiquidationRow
from levante.payments.paying import may_pay_for, paying_office
from levante.payments.policies import files_of, may_liquidate, may_work_liquidation
from levante.payments.pure.gate_facts import ACCOUNT
from levante.payments.pure.withholding import Paid, split
from levante.payments.workflow import LIQUIDATIONS
from levante.programme.api import (
    liquidate,
    print_act,
    print_returned,
    reason_of,
    record_returned,
    returned,
    send_act,
    was_adopted,
)

SUBJECT = "grants.Award"  # whose money it is on the budget: the award committed it
TEMPLATE = "payments/pdf_liquidation.html"
#: As many claims as one act verifies; up to ``AT_ONCE`` its text is printed at once.
MOST_IN_AN_ACT, AT_ONCE = 1_000, 10
#: Rows verified as due in one transaction; up to so many at once when the act comes back, more by the worker.
BATCH = 50
#: Checks that an act of liquidation can do without: the account may be named later, before the money leaves.
LATER = (ACCOUNT,)

log = logging.getLogger(__name__)


@service("payments.draft_liquidation")
def draft_liquidation(
    *, actor: Actor, claims: Iterable[Claim], title: str = "", only_ready: bool = False
) -> Liquidation:
    """Prepare one act for assessed claims of one call and one budget line: the gate of each is asked and frozen (but for the account), what
    is withheld is reckoned. All or nothing: the reason names the claim that cannot be in it; ``only_ready`` leaves out those whose gate is
    closed, which wait still."""
    require(may_liquidate(actor))
    wanted = {claim.pk for claim in claims}
    if not wanted:
        refuse("Scegli almeno una domanda di pagamento verificata.", "Choose at least one assessed claim.")
    if len(wanted) > MOST_IN_AN_ACT:
        refuse(
            f"Un atto liquida al massimo {MOST_IN_AN_ACT} domande.", f"An act verifies {MOST_IN_AN_ACT} claims at most."
        )
    chosen = locked_claims(wanted)
    if len({(one.award.act.call_id, one.award.act.line_id) for one in chosen}) != 1:
        refuse(
            "Un atto liquida domande di un solo bando e di una sola linea di bilancio.",
            "An act verifies claims of one call and one budget line.",
        )
    first = chosen[0].award.act
    body = paying_office(first.call.office)
    require(may_pay_for(actor, body))
    act = Liquidation.objects.create(
        call=first.call,
        line=first.line,
        paid_by=body,
        title=(title.strip() or f"Liquidazione dei contributi: {first.call.title_it}")[:500],
        is_demo=any(one.award.act.is_demo for one in chosen),
        created_at=now(),
        prepared_by_id=actor.user_id,
    )
    gates = gates_of(chosen, on=today())
    if only_ready:
        chosen = [one for one in chosen if gates[one.pk].decision(without=LATER)]
        if not chosen:
            refuse("Nessuna ha i controlli a posto.", "None has its checks all right.")
    taken, before = _taken(chosen), _before(chosen)
    LiquidationRow.objects.bulk_create(
        [_put_in(act, claim, gates[claim.pk], taken, before) for claim in chosen], batch_size=200
    )
    require(without_conflict(actor, files_of(act)))
    write_document(actor, act)
    note(
        claims=[one.register_number for one in chosen], total=money_text(sum((one.due or ZERO for one in chosen), ZERO))
    )
    return act


def locked_claims(wanted: Iterable[int]) -> list[Claim]:
    """These claims under a lock, in order: two officers who want the same wait for each other."""
    rows = Claim.objects.select_for_update(of=("self",)).select_related(*RELATED).filter(pk__in=list(wanted))
    return list(rows.order_by("pk"))


def _put_in(act: Liquidation, claim: Claim, gate: Gate, taken: set[int], before: dict[int, Paid]) -> LiquidationRow:
    number = claim.register_number or str(claim.pk)
    if claim.state != claim_states.ASSESSED or not claim.due:
        refuse(f"{number}: non è verificata, o non spetta nulla.", f"{number}: it is not assessed, or nothing is due.")
    if claim.pk in taken:
        refuse(f"{number}: è già in un atto di liquidazione.", f"{number}: it is in an act of liquidation already.")
    decision = gate.decision(without=LATER)
    if not decision:
        refuse(f"{number}: {decision.reason.it}", f"{number}: {decision.reason.en}")
    rate = Decimal((claim.award.act.call.payment.get("withholding") or {}).get("rate", "0"))
    already = before.get(claim.award_id, Paid())
    parts = split(claim.due, rate=rate, capital=claim.due_capital, before=already)
    before[claim.award_id] = Paid(already.subject + parts.subject, already.withheld + parts.withheld)
    return LiquidationRow(
        liquidation=act,
        claim=claim,
        gross=parts.gross,
        subject=parts.subject,
        rate=rate,
        withheld=parts.withheld,
        net=parts.net,
        account=gate.account,
        gate=gate.as_json(),
    )


def _taken(claims: Sequence[Claim]) -> set[int]:
    """Those that an act has already."""
    rows = LiquidationRow.objects.filter(claim__in=claims, state__in=states.STANDING)
    return set(rows.order_by().values_list("claim_id", flat=True))


def _before(claims: Sequence[Claim]) -> dict[int, Paid]:
    """What other acts verified, or are about to, of the awards of these claims."""
    awards = {claim.award_id for claim in claims}
    rows = LiquidationRow.objects.filter(claim__award__in=awards, state__in=states.STANDING).order_by()
    sums = rows.values_list("claim__award").annotate(subject=Sum("subject"), withheld=Sum("withheld"))
    return {award: Paid(subject, withheld) for award, subject, withheld in sums}


def write_document(actor: Actor, act: Liquidation) -> None:
    """The text of a draft, from its rows; the PDF of a long one is the worker's."""
    rows = rows_of(act, states.IN_ACT)
    act.document = print_act(
        actor=actor, before=act.document, long=len(rows) > AT_ONCE, kind="liquidation", template=TEMPLATE, title=act.title,
        data=act_data(act, rows), subject=act,
    )  # fmt: skip
    act.save(update_fields=["document"])


def rows_of(act: Liquidation, state: str, most: int | None = None) -> list[LiquidationRow]:
    related = [f"claim__{name}" for name in RELATED]
    return list(act.rows.filter(state=state).select_related(*related).order_by("pk")[:most])


def locked_act(pk: int) -> Liquidation:
    return (
        Liquidation.objects.select_for_update(of=("self",))
        .select_related("call__office", "line__triennium__programme", "document", "request")
        .get(pk=pk)
    )


@service("payments.drop_row")
def drop_row(*, actor: Actor, row: LiquidationRow, reason: str) -> LiquidationRow:
    """Take a claim out of a draft, with the reason; an act that holds nothing more is cancelled."""
    act = locked_act(row.liquidation_id)
    require(may_work_liquidation(actor, act))
    held = LiquidationRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if held.state == states.DROPPED:
        return unchanged(held)
    if act.state != states.DRAFT or held.state != states.IN_ACT:
        refuse("Ora non si può togliere dall’atto.", "It cannot be taken out of the act now.")
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    _free(held, states.DROPPED, Bilingual(reason.strip(), reason.strip()))
    if act.rows.filter(state=states.IN_ACT).exists():
        write_document(actor, act)
    else:
        _close(act, states.CANCELLED, reason.strip())
    return held


@service("payments.cancel_liquidation")
def cancel_liquidation(*, actor: Actor, act: Liquidation, reason: str) -> Liquidation:
    """Give up a draft: its claims wait for another act."""
    held = locked_act(act.pk)
    if held.state == states.CANCELLED:
        return unchanged(held)
    require(LIQUIDATIONS.may("cancel", actor, held, state=held.state))
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    _free_all(held, states.DROPPED, Bilingual(reason.strip(), reason.strip()))
    _close(held, states.CANCELLED, reason.strip())
    return held


@service("payments.send_liquidation")
def send_liquidation(*, actor: Actor, act: Liquidation) -> Liquidation:
    """The director signs and sends: the act goes to the Region's system. Sent twice, it went once."""
    held = locked_act(act.pk)
    if held.state == states.SENT:
        return unchanged(held)
    require(LIQUIDATIONS.may("send", actor, held, state=held.state))
    rows = rows_of(held, states.IN_ACT)
    require_none_waits([row.claim for row in rows])
    require_none_held([row.claim for row in rows])
    for row in rows:
        _require_as_it_was(row)
    total = sum((row.gross for row in rows), ZERO)
    document = held.document
    assert document is not None
    held.request = send_act(
        actor=actor,
        kind="liquidation",
        name=f"liquidation-{held.pk}",
        title=held.title,
        office=held.call.office,
        line=held.line,
        amount=total,
        document=document,
    )
    held.state, held.sent_at, held.sent_by_id = states.SENT, now(), actor.user_id
    held.save(update_fields=["state", "sent_at", "sent_by", "request"])
    note(total=money_text(total), rows=len(rows), key=held.request.key)
    return held


def _require_as_it_was(row: LiquidationRow) -> None:
    """The claim is still the one that the act was written on."""
    claim = row.claim
    if claim.state != claim_states.ASSESSED or (claim.due, claim.due_capital) != (row.gross, row.capital):
        refuse(
            f"{claim.register_number}: dopo la bozza la verifica è cambiata. Togli la domanda dall’atto e rifalla.",
            f"{claim.register_number}: its assessment changed since the draft. Take the claim out of the act and put it in again.",
        )


# -- the act came back


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
    _close(held, states.EFFECTIVE, "", save=False)
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
            _free(row, states.STOPPED, refusal.reason)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("row %s of liquidation %s could not be verified", row.pk, act.pk)
            name = type(error).__name__
            _free(row, states.STOPPED, Bilingual(f"errore del sistema ({name})", f"an error of the system ({name})"))
    return done


def _verify(act: Liquidation, row: LiquidationRow) -> None:
    assert act.act_date is not None
    assert act.programme_act is not None
    machine = system("payments.receive_liquidation")
    (row.claim,) = locked_claims([row.claim_id])  # its amount follows an earlier claim that is reviewed again
    _require_as_it_was(row)
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
    _free_all(held, states.DROPPED, quoted)
    _close(held, states.REFUSED, reason)
    note_object(held)
    note(reason=reason[:200])
    return held


def _free(row: LiquidationRow, state: str, reason: Bilingual) -> None:
    LiquidationRow.objects.filter(pk=row.pk).update(state=state, stop_reason_it=reason.it, stop_reason_en=reason.en)
    row.state, row.stop_reason_it, row.stop_reason_en = state, reason.it, reason.en


def _free_all(act: Liquidation, state: str, reason: Bilingual) -> None:
    act.rows.filter(state=states.IN_ACT).update(state=state, stop_reason_it=reason.it, stop_reason_en=reason.en)


def _close(act: Liquidation, state: str, reason: str, *, save: bool = True) -> None:
    act.state, act.closed_at, act.closing_reason = state, now(), reason
    if save:
        act.save(update_fields=["state", "closed_at", "closing_reason", "their_id"])
