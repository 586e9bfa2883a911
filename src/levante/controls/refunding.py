"""What came in and is not ours is given back: noted when it is found out, disposed by one person, closed by another with the payment.

What is asked before is ``payment.refund.checks``: the check of art. 48-bis DPR 602/1973, and what the enterprise owes us. It is a debt of
ours (art. 2033 c.c.), no grant: DURC, Deggendorf and anti-mafia are not asked.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from levante.controls import policies, states
from levante.controls.models import Due, Incoming, Recovery, Refund
from levante.controls.moving import locked_recovery, tell, write_event
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text
from levante.law import parameters
from levante.payments.api import YES, Payment, owed_by, tax_check_of
from levante.programme.api import Movement, commit, liquidate, pay

SUBJECT = "grants.Award"


def owe_excess(actor: Actor, incoming: Incoming) -> None:
    """More came in than was owed. For a service at work."""
    recovery = incoming.recovery
    Refund.objects.create(
        kind=states.EXCESS, recovery=recovery, incoming=incoming, enterprise_id=recovery.award.enterprise_id, amount=incoming.excess,
        collected_by_id=recovery.collected_by_id,
        reason=f"{states.SOURCES[incoming.source].it}, {incoming.reference}", created_at=now(), created_by_id=actor.user_id,
    )  # fmt: skip


def owe_offset(payment: Payment, enterprise_id: int, amount: Decimal) -> Refund:
    """A payment kept it as an offset, and when it was executed nothing was owed any more. For a service at work."""
    return Refund.objects.create(
        kind=states.NOT_OFFSET, payment=payment, enterprise_id=enterprise_id, amount=amount,
        collected_by_id=payment.row.liquidation.paid_by_id, reason=payment.end_to_end_id, created_at=now(),
    )  # fmt: skip


def owe_not_due(actor: Actor, recovery: Recovery, reason: str) -> Refund | None:
    """The recovery was never due: capital and interest that came in are given back. For a service at work."""
    came = recovery.capital_in + recovery.interest_in
    if came <= ZERO:
        return None
    return Refund.objects.create(
        kind=states.NOT_DUE, recovery=recovery, enterprise_id=recovery.award.enterprise_id, amount=came, capital=recovery.capital_in,
        collected_by_id=recovery.collected_by_id,
        reason=reason, created_at=now(), created_by_id=actor.user_id,
    )  # fmt: skip


def owe_of_due(actor: Actor, due: Due, kind: str, amount: Decimal, reason: str) -> Refund:
    """Of a quota more came in than was owed, or it was cancelled once it was paid. For a service at work."""
    return Refund.objects.create(
        kind=kind, due=due, collected_by_id=due.collected_by_id, enterprise_id=due.enterprise_id, amount=amount, reason=reason,
        created_at=now(), created_by_id=actor.user_id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked before money is given back: what it says, and whether it stops it (``stops``) or takes a reason (``why``)."""

    text: Bilingual
    stops: bool = False
    why: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text.as_json(), "stops": self.stops, "why": self.why}


def asked_before(refund: Refund, *, on: date) -> list[Asked]:
    """What is to be looked at before a refund is disposed, on a day."""
    wanted = parameters.value("payment.refund.checks", on=on).value
    threshold = Decimal(parameters.value("tax_debts.threshold", on=on).value)
    if refund.enterprise_id is None:
        if not wanted["tax_debts"] or refund.amount <= threshold:
            return []
        text = Bilingual(
            f"non si sa di chi è, e supera {format_euro(threshold)}: va verificato a mano (art. 48-bis DPR 602/1973)",
            f"whose it is is not known, and it is over {format_euro(threshold, 'en')}: check it by hand (art. 48-bis DPR 602/1973)",
        )
        return [Asked(text, why=True)]
    found: list[Asked] = []
    if wanted["tax_debts"]:
        check = tax_check_of(refund.enterprise_id, refund.amount, on=on)
        text = Bilingual(f"{check.label.it}: {check.reason.it}", f"{check.label.en}: {check.reason.en}")
        if check.outcome != YES:
            text = Bilingual(f"{text.it}; {check.to_do.it}", f"{text.en}; {check.to_do.en}")
        elif check.kept:
            text = Bilingual(f"{text.it}; {check.condition.it}", f"{text.en}; {check.condition.en}")
        found.append(Asked(text, stops=check.outcome != YES, why=check.kept > ZERO))
    if wanted["recoveries"]:
        owed = owed_by({refund.enterprise_id}).get(refund.enterprise_id, [])
        text = Bilingual("nessun recupero aperto", "no recovery is open")
        ours = sum((one.amount for one in owed if one.to == refund.collected_by_id), ZERO)
        if owed:
            total = sum((one.amount for one in owed), ZERO)
            text = Bilingual(
                f"l’impresa deve restituire {format_euro(total)}: si possono compensare {format_euro(ours)} (art. 1241 c.c.)",
                f"the enterprise owes {format_euro(total, 'en')} back: {format_euro(ours, 'en')} can be set off (art. 1241 c.c.)",
            )
        found.append(Asked(text, why=bool(owed)))
    return found


@service("controls.dispose_refund")
def dispose_refund(*, actor: Actor, refund: Refund, why: str = "") -> Refund:
    """Decide that it is given back: what is asked before is asked now and kept. Where something is owed, ``why`` says why it is paid all
    the same, or what was set off; a check that says no, or is not made, stops it. Once: another person records the payment."""
    if refund.recovery_id is not None:
        locked_recovery(refund.recovery_id)  # the recovery first, as everywhere
    held = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("collected_by", "recovery__collected_by")
        .get(pk=refund.pk)
    )
    require(policies.may_refund(actor, held))
    if held.disposed_at is not None:
        return unchanged(held)
    asked = asked_before(held, on=today())
    stopped = [one for one in asked if one.stops] or [one for one in asked if one.why and not why.strip()]
    if stopped:
        told = stopped[0]
        end = (
            Bilingual("", "")
            if told.stops
            else Bilingual(" Scrivi perché si rende lo stesso.", " Write why it is given back all the same.")
        )
        refuse(
            f"{told.text.it[:1].upper()}{told.text.it[1:]}.{end.it}",
            f"{told.text.en[:1].upper()}{told.text.en[1:]}.{end.en}",
            field="why",
        )
    held.disposed_at, held.disposed_by_id, held.disposed_why = now(), actor.user_id, why.strip()[:500]
    held.gate = [one.as_json() for one in asked]
    held.save(update_fields=["disposed_at", "disposed_by", "disposed_why", "gate"])
    note(amount=money_text(held.amount))
    note_object(held)
    return held


@service("controls.record_refund")
def record_refund(*, actor: Actor, refund: Refund, reference: str, on: date) -> Refund:
    """It was given back by a payment of the treasury: recorded once, with its reference and day, by who did not dispose
    it. The capital leaves the line of its award again, under the act that cancelled the recovery."""
    if refund.recovery_id is not None:
        locked_recovery(refund.recovery_id)  # the recovery first, as everywhere
    held = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("collected_by", "recovery__collected_by")
        .get(pk=refund.pk)
    )
    require(policies.may_refund(actor, held))
    text = reference.strip()
    if held.state == states.REFUND_DONE:
        if (held.reference, held.paid_on) == (text, on):
            return unchanged(held)
        refuse("È già stata resa.", "It was given back already.")
    require(policies.may_record_refund(actor, held))
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
