"""What came in and is not ours is given back: noted when it is found out, disposed by one person, closed by another with the payment.

What is asked before is ``payment.refund.checks``: the check of art. 48-bis DPR 602/1973, and what the enterprise owes us. It is a debt of
ours (art. 2033 c.c.), no grant: DURC, Deggendorf and anti-mafia are not asked.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from levante.controls import policies, states
from levante.controls.models import Due, Incoming, Recovery, Refund
from levante.controls.moving import locked_recovery, tell, write_event
from levante.kernel.api import Actor, day_of, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text
from levante.law import parameters
from levante.parties.api import Enterprise
from levante.payments.api import YES, Payment, owed_by, tax_check_of
from levante.programme.api import Movement, commit, liquidate, pay

SUBJECT = "grants.Award"


def owe_excess(actor: Actor, incoming: Incoming) -> None:
    """More came in than was owed. For a service at work."""
    recovery = incoming.recovery
    Refund.objects.create(
        kind=states.EXCESS, recovery=recovery, incoming=incoming, enterprise_id=recovery.award.enterprise_id, amount=incoming.excess,
        collected_by_id=recovery.collected_by_id,
        reason=f"{states.SOURCES[incoming.source].it}, {incoming.reference}",
        reason_en=f"{states.SOURCES[incoming.source].en}, {incoming.reference}", created_at=now(), created_by_id=actor.user_id,
    )  # fmt: skip


def owe_offset(payment: Payment, enterprise_id: int, amount: Decimal) -> Refund:
    """A payment kept it as an offset, and when it was executed nothing was owed any more. For a service at work."""
    return Refund.objects.create(
        kind=states.NOT_OFFSET, payment=payment, enterprise_id=enterprise_id, amount=amount,
        collected_by_id=payment.row.liquidation.paid_by_id, reason=payment.end_to_end_id, reason_en=payment.end_to_end_id, created_at=now(),
    )  # fmt: skip


def owe_not_due(actor: Actor, recovery: Recovery, reason: Bilingual) -> Refund | None:
    """The recovery was never due: capital and interest that came in are given back. For a service at work."""
    came = recovery.capital_in + recovery.interest_in
    if came <= ZERO:
        return None
    return Refund.objects.create(
        kind=states.NOT_DUE, recovery=recovery, enterprise_id=recovery.award.enterprise_id, amount=came, capital=recovery.capital_in,
        collected_by_id=recovery.collected_by_id,
        reason=reason.it, reason_en=reason.en, created_at=now(), created_by_id=actor.user_id,
    )  # fmt: skip


def owe_of_due(actor: Actor, due: Due, kind: str, amount: Decimal, reason: Bilingual) -> Refund:
    """Of a quota more came in than was owed, or it was cancelled once it was paid. For a service at work."""
    return Refund.objects.create(
        kind=kind, due=due, collected_by_id=due.collected_by_id, enterprise_id=due.enterprise_id, amount=amount,
        reason=reason.it, reason_en=reason.en, created_at=now(), created_by_id=actor.user_id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked before money is given back: what it says, and whether it stops it (``stops``) takes a reason (``why``), or
    keeps some of it for the collector (``kept``)."""

    text: Bilingual
    stops: bool = False
    why: bool = False
    kept: Decimal = ZERO

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text.as_json(), "stops": self.stops, "why": self.why, "kept": money_text(self.kept)}


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
        found.append(Asked(text, stops=check.outcome != YES, kept=check.kept))
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


def is_to_be_asked_again(held: Refund) -> bool:
    """Decided so long ago that what was asked then holds no more, and not paid: it is decided again."""
    assert held.disposed_at is not None
    since = day_of(held.disposed_at)
    last = since + timedelta(days=int(parameters.value("payment.tax_debts.days", on=since).value))
    return held.state == states.REFUND_DUE and today() > last


@service("controls.dispose_refund")
def dispose_refund(*, actor: Actor, refund: Refund, why: str = "") -> Refund:
    """Decide that it is given back: what is asked before is asked now and kept. Where something is owed, ``why`` says why it is paid all
    the same, or what was set off; a check that says no, or is not made, stops it; what an order of the collector takes is kept for it.
    Once, unless it is so old that it is to be asked again: another person records the payment."""
    if refund.enterprise_id is not None:
        # Of two payments under one order of the collector, the second sees what the first gives it.
        Enterprise.objects.select_for_update(no_key=True).get(pk=refund.enterprise_id)
    if refund.recovery_id is not None:
        locked_recovery(refund.recovery_id)  # the recovery first, as everywhere
    held = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("collected_by", "recovery__collected_by")
        .get(pk=refund.pk)
    )
    require(policies.may_refund(actor, held))
    if held.disposed_at is not None and not is_to_be_asked_again(held):
        return unchanged(held)
    if held.kept:  # decided again: what it kept then is not another's
        Refund.objects.filter(pk=held.pk).update(kept=ZERO)
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
    held.gate, held.kept = [one.as_json() for one in asked], sum((one.kept for one in asked), ZERO)
    held.save(update_fields=["disposed_at", "disposed_by", "disposed_why", "gate", "kept"])
    note(amount=money_text(held.amount))
    note_object(held)
    return held


@service("controls.record_refund")
def record_refund(*, actor: Actor, refund: Refund, reference: str, on: date, collector_reference: str = "") -> Refund:
    """It was given back by a payment of the treasury: recorded once, with its reference and day, by who did not dispose it, on a day on
    which what was asked then still holds. What an order of the collector takes of it was paid to the collector, under
    ``collector_reference`` (where it takes all, under ``reference``). The capital leaves the line of its award again, under the act that
    cancelled the recovery."""
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
    _require_day(held, on)
    collector = collector_reference.strip()
    if held.kept and not collector and held.kept < held.amount:
        refuse(
            f"Scrivi il riferimento del versamento di {format_euro(held.kept)} all’Agenzia delle entrate-Riscossione.",
            f"Write the reference of the payment of {format_euro(held.kept, 'en')} to the collection agency.",
            field="collector_reference",
        )
    if held.capital:
        held.movement = _out_of_the_line(held, on, held.capital)
    held.state, held.reference, held.paid_on, held.recorded_at, held.recorded_by_id = (
        states.REFUND_DONE, text, on, now(), actor.user_id,
    )  # fmt: skip
    held.kept_reference = (collector or text) if held.kept else ""
    held.save(
        update_fields=["state", "reference", "kept_reference", "paid_on", "recorded_at", "recorded_by", "movement"]
    )
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


def _require_day(held: Refund, on: date) -> None:
    """Paid between the day it was disposed and today, while the check of tax debts of that day holds."""
    assert held.disposed_at is not None
    since = day_of(held.disposed_at)
    if not since <= on <= today():
        refuse(
            "Il giorno va da quando si è disposto di renderla a oggi.",
            "The day is between that of the decision to give it back and today.",
            field="on",
        )
    last = since + timedelta(days=int(parameters.value("payment.tax_debts.days", on=since).value))
    if on > last:
        refuse(
            f"Ciò che si è guardato nel disporla valeva fino al {last:%d/%m/%Y}: va disposta di nuovo.",
            f"What was looked at when it was decided held until {last:%d/%m/%Y}: it is to be decided again.",
            field="on",
        )


def kept_for_collector(enterprises: set[int]) -> dict[int, Decimal]:
    """What refunds to these enterprises, decided or paid, give to the collector under its orders, in euro. One query."""
    rows = Refund.objects.filter(enterprise__in=enterprises, kept__gt=0).order_by()
    return dict(rows.values_list("enterprise").annotate(total=Sum("kept")))


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
