"""What came in and is not ours is given back: noted when it is found out, closed by the payment that gives it back."""

from datetime import date
from decimal import Decimal

from levante.controls import policies, states
from levante.controls.models import Due, Incoming, Recovery, Refund
from levante.controls.moving import locked_recovery, tell, write_event
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text
from levante.programme.api import Movement, commit, liquidate, pay

SUBJECT = "grants.Award"


def owe_excess(actor: Actor, incoming: Incoming) -> None:
    """More came in than was owed. For a service at work."""
    recovery = incoming.recovery
    Refund.objects.create(
        kind=states.EXCESS, recovery=recovery, incoming=incoming, enterprise_id=recovery.award.enterprise_id, amount=incoming.excess,
        reason=f"{states.SOURCES[incoming.source].it}, {incoming.reference}", created_at=now(), created_by_id=actor.user_id,
    )  # fmt: skip


def owe_not_due(actor: Actor, recovery: Recovery, reason: str) -> Refund | None:
    """The recovery was never due: capital and interest that came in are given back. For a service at work."""
    came = recovery.capital_in + recovery.interest_in
    if came <= ZERO:
        return None
    return Refund.objects.create(
        kind=states.NOT_DUE, recovery=recovery, enterprise_id=recovery.award.enterprise_id, amount=came, capital=recovery.capital_in,
        reason=reason, created_at=now(), created_by_id=actor.user_id,
    )  # fmt: skip


def owe_of_due(actor: Actor, due: Due, kind: str, amount: Decimal, reason: str) -> Refund:
    """Of a quota more came in than was owed, or it was cancelled once it was paid. For a service at work."""
    return Refund.objects.create(
        kind=kind, due=due, enterprise_id=due.enterprise_id, amount=amount, reason=reason, created_at=now(),
        created_by_id=actor.user_id,
    )  # fmt: skip


@service("controls.record_refund")
def record_refund(*, actor: Actor, refund: Refund, reference: str, on: date) -> Refund:
    """It was given back by a payment of the treasury: recorded once, with its reference and day. The capital leaves the line of its award
    again, under the act that cancelled the recovery."""
    if refund.recovery_id is not None:
        locked_recovery(refund.recovery_id)  # the recovery first, as everywhere
    held = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
    require(policies.may_refund(actor, held))
    text = reference.strip()
    if held.state == states.REFUND_DONE:
        if (held.reference, held.paid_on) == (text, on):
            return unchanged(held)
        refuse("È già stata resa.", "It was given back already.")
    if not text:
        refuse("Scrivi il riferimento del pagamento.", "Write the reference of the payment.", field="reference")
    if Refund.objects.filter(reference=text).exists():
        refuse(
            "Questo pagamento è già scritto altrove.", "This payment is written elsewhere already.", field="reference"
        )
    known_on = held.created_at.date()
    if not known_on <= on <= today():
        refuse(
            "Il giorno va da quando si è saputo a oggi.", "The day is between when it was known and today.", field="on"
        )
    if held.capital:
        held.movement = _out_of_the_line(held, on, held.capital)
    held.state, held.reference, held.paid_on, held.recorded_at, held.recorded_by_id = (
        states.REFUND_DONE, text, on, now(), actor.user_id,
    )  # fmt: skip
    held.save(update_fields=["state", "reference", "paid_on", "recorded_at", "recorded_by", "movement"])
    note(amount=money_text(held.amount), capital=money_text(held.capital), reference=text)
    note_object(held)
    if held.recovery is not None:
        words = Bilingual(
            f"Resi {format_euro(held.amount)} il {on:%d/%m/%Y}",
            f"{format_euro(held.amount, 'en')} were given back on {on:%d/%m/%Y}",
        )
        write_event(held.recovery, actor, words)
        tell(
            actor, held.recovery.award, "refund-done", Bilingual("Ti è stata resa una somma", "Money was given back to you"), words,
            path=f"/impresa/recuperi/{held.recovery_id}/", once=str(held.pk),
        )  # fmt: skip
    return held


def _out_of_the_line(held: Refund, on: date, capital: Decimal) -> Movement:
    """What had come back to the line is committed, verified and paid again."""
    recovery = held.recovery
    assert recovery is not None
    assert recovery.closing_act is not None
    award = recovery.award
    made: list[Movement] = []
    for kind in (commit, liquidate, pay):
        one = kind(
            actor=system("controls.record_refund"), line=award.act.line, amount=capital, act=recovery.closing_act, exercise=on.year, on=on,
            subject_type=SUBJECT, subject_id=str(award.pk), subject_label=str(award.application.number),
            reason=f"Restituzione di un recupero non dovuto, {recovery.pk}", idempotency_key=f"refund:{held.pk}:{kind.__name__}",
            demonstration=recovery.is_demo,
        )  # fmt: skip
        made.append(one)
    return made[-1]
