"""The act of revocation: signed, sent to the system of acts; when it comes back it takes effect, all in one transaction.

The award is reduced or is no more, its aid with it (in the RNA by stored jobs), what was committed and not verified as due goes back to
the line, claims under way are closed and their documents free, what was paid beyond becomes a recovery. What cannot be now (money on its
way) stops the effect with its reason, and is tried again.
"""

from typing import Any

from django.db import transaction

from levante.claims.api import as_it_was, close_reductions, end_claims
from levante.controls import states
from levante.controls.letters import write_revoked
from levante.controls.models import Recovery, Revocation
from levante.controls.moving import locked_revocation, step, tell, write_event
from levante.controls.paid import collector_of, paid_in_all, parts_as_json, parts_to_return
from levante.controls.revoking import _check_amounts
from levante.controls.workflow import REVOCATIONS
from levante.exchange.api import ExternalRequest
from levante.grants.api import reduce_award
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, system, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text
from levante.programme.api import Position, print_returned, reason_of, record_returned, returned, send_act, was_adopted

SUBJECT = "grants.Award"


@service("controls.send_revocation")
def send_revocation(*, actor: Actor, revocation: Revocation) -> Revocation:
    """The director, who did not propose it, signs and sends. Sent twice, it went once."""
    held = locked_revocation(revocation.pk)
    if held.state == states.SENT:
        return unchanged(held)
    require(REVOCATIONS.may("send", actor, held, state=held.state))
    _check_amounts(held.award, held.amount, held.recover)
    document, call, line = held.document, held.award.act.call, held.award.act.line
    assert document is not None
    request = send_act(
        actor=actor,
        kind="revocation",
        name=f"revocation-{held.pk}",
        title=document.title,
        office=call.office,
        line=line,
        amount=held.amount,
        document=document,
    )
    text = Bilingual("Atto di revoca firmato e inviato", "Act of revocation signed and sent")
    step(held, "send", actor, text, sent_at=now(), sent_by_id=actor.user_id, request=request)
    note(key=request.key, amount=money_text(held.amount))
    return held


def act_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What an answer of the system of acts brings about; called by exchange, again after a crash: then it does nothing."""
    revocation = Revocation.objects.filter(request=request, state=states.SENT).first()
    if revocation is None:
        return
    if was_adopted(request):
        receive_revocation(actor=actor, revocation=revocation)
    else:
        refuse_revocation(actor=actor, revocation=revocation)


@service("controls.receive_revocation")
def receive_revocation(*, actor: Actor, revocation: Revocation) -> Revocation:
    """Record number and date, then let it take effect; what stops it is told."""
    held = locked_revocation(revocation.pk)
    if held.state != states.SENT:
        return unchanged(held)
    assert held.document is not None
    told = returned(held.request)
    act = record_returned(
        by="controls.receive_revocation",
        told=told,
        code=f"revoca-{held.pk}-{held.document.pk}",
        title=held.document.title,
        triennium=held.award.act.line.triennium,
        demonstration=held.is_demo,
    )
    text = Bilingual(
        f"Atto di revoca n. {told.reference}", f"Act of revocation no. {told.number} of {told.date:%d/%m/%Y}"
    )
    step(
        held,
        "return",
        actor,
        text,
        number=told.number,
        act_date=told.date,
        their_id=told.their_id,
        programme_act=act,
        document=print_returned(by="controls.receive_revocation", signed=held.document, told=told, subject=held),
    )
    note(number=held.number, date=told.date.isoformat())
    _try_effect(held)
    return held


@service("controls.refuse_revocation")
def refuse_revocation(*, actor: Actor, revocation: Revocation) -> Revocation:
    """The system of acts refused it: it is to be decided again."""
    held = locked_revocation(revocation.pk)
    if held.state != states.SENT:
        return unchanged(held)
    reason = reason_of(held.request)
    text = Bilingual(f"Il sistema degli atti ha rifiutato: {reason}", f"The system of acts refused: {reason}")
    step(held, "refuse", actor, text, request=None, sent_at=None, sent_by=None)
    note(reason=reason[:200])
    return held


@service("controls.retry_revocation")
def retry_revocation(*, actor: Actor, revocation: Revocation) -> Revocation:
    """Try the effect again, now that what stopped it is over."""
    held = locked_revocation(revocation.pk)
    if held.state == states.EFFECTIVE:
        return unchanged(held)
    require(REVOCATIONS.may("take_effect", actor, held, state=held.state))
    _try_effect(held)
    note(stopped=bool(held.stop_reason_it))
    return held


@service("controls.redo_revocation")
def redo_revocation(*, actor: Actor, revocation: Revocation, reason: str) -> Revocation:
    """The act that came back cannot have its effect (other money was paid meanwhile): another one is written in its place."""
    held = locked_revocation(revocation.pk)
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    text = Bilingual(
        f"L’atto n. {held.number} non ha avuto effetto: {reason.strip()}",
        f"Act no. {held.number} had no effect: {reason.strip()}",
    )
    note(act=held.number)
    return step(
        held, "redo", actor, text, request=None, sent_at=None, sent_by=None, number="", act_date=None, programme_act=None, their_id="",
        stop_reason_it="", stop_reason_en="",
    )  # fmt: skip


def _try_effect(held: Revocation) -> None:
    try:
        with transaction.atomic():
            _take_effect(held)
    except Refused as refusal:
        # What was done to the row in the transaction that was undone is not what the database has.
        fresh = locked_revocation(held.pk)
        held.__dict__.update(fresh.__dict__)
        held.stop_reason_it, held.stop_reason_en = refusal.reason.it, refusal.reason.en
        held.save(update_fields=["stop_reason_it", "stop_reason_en"])


def _take_effect(held: Revocation) -> None:
    machine, award = system("controls.take_effect"), held.award
    assert held.act_date is not None
    assert held.programme_act is not None
    reference = f"{held.number} del {held.act_date:%d/%m/%Y}"
    reason = Bilingual(held.reason["it"], held.reason["en"])
    left = award.amount - held.amount
    ended = []
    if not left:
        ended = end_claims(
            actor=machine,
            award=award,
            reason=Bilingual(
                f"Revoca, atto n. {reference}: {reason.it}",
                f"Revocation, act no. {held.number} of {held.act_date:%d/%m/%Y}: {reason.en}",
            ),
            officer_id=held.proposed_by_id,
        )
    back = _check_amounts(award, held.amount, held.recover)
    released = _to_release(held)
    reduced = reduce_award(
        actor=machine, award=award, amount=left, act=held.programme_act, day=held.act_date, number=held.number, reason=reason.it,
        release_amount=released, taken_back=back,
    )  # fmt: skip
    close_reductions(actor=machine, award=reduced)
    recovery = _recovery_of(held, back) if back else None
    held.effects = {
        "before": money_text(award.amount),
        "after": money_text(left),
        "released": money_text(released),
        "recover": money_text(back),
        "claims": [claim.register_number or str(claim.pk) for claim in ended],
        "were": [as_it_was(claim) for claim in ended if claim.register_number],
        "recovery": recovery.pk if recovery is not None else None,
    }
    step(
        held, "take_effect", machine, Bilingual("La revoca ha effetto", "The revocation takes effect"), effective_at=now(),
        effects=held.effects, stop_reason_it="", stop_reason_en="",
    )  # fmt: skip
    write_revoked(machine, held)
    tell(
        machine,
        award,
        "revocation-effective",
        Bilingual("Il contributo è stato revocato", "The grant was revoked"),
        Bilingual(
            f"Domanda {award.application.number}: revocati {format_euro(held.amount)} con l’atto n. {reference}.",
            f"Application {award.application.number}: {format_euro(held.amount, 'en')} revoked by act no. {held.number} of "
            f"{held.act_date:%d/%m/%Y}.",
        ),
        path=f"/impresa/revoche/{held.pk}/",
        once=str(held.pk),
    )


def _to_release(held: Revocation) -> Any:
    """What was committed and will not be paid: of what is taken away, the part that is not to come back. Not what is verified as due."""
    rows = Position.objects.filter(line=held.award.act.line, subject_type=SUBJECT, subject_id=str(held.award_id))
    position = rows.first()
    wanted = held.amount - held.recover
    free = position.committed - position.liquidated if position is not None else ZERO
    if wanted > free:
        refuse(
            f"Sulla linea sono impegnati e non liquidati {format_euro(free)}: non se ne liberano {format_euro(wanted)}. C’è un "
            "pagamento in corso: prima si conclude o si annulla.",
            f"{format_euro(free, 'en')} are committed on the line and not verified as due: {format_euro(wanted, 'en')} cannot be freed. A "
            "payment is under way: first it ends or is cancelled.",
        )
    return wanted


def _recovery_of(held: Revocation, back: Any) -> Recovery:
    award = held.award
    assert held.programme_act is not None
    if paid_in_all(award) < back:
        refuse("È stato pagato meno di quanto va restituito.", "Less was paid than must come back.")
    recovery = Recovery.objects.create(
        award=award,
        revocation=held,
        principal=back,
        collected_by=collector_of(award),
        parts=parts_as_json(parts_to_return(award, back)),
        act=held.programme_act,
        created_at=now(),
        is_demo=held.is_demo,
    )
    text = Bilingual(f"Da restituire: {format_euro(back)}", f"To be given back: {format_euro(back, 'en')}")
    write_event(recovery, system("controls.take_effect"), text)
    return recovery
