"""Money that a person says came in, for a recovery or a quota: told by one, confirmed by another, and counted only then."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NoReturn

from django.db.models import Min

from levante.controls import policies, states
from levante.controls.dues import locked_due, record_due_payment, require_payment
from levante.controls.models import Due, Recovery, ToldIncoming
from levante.controls.moving import locked_recovery, write_event
from levante.controls.recovering import record_incoming, require_incoming
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual, format_euro, money_text


@service("controls.tell_incoming")
def tell_incoming(
    *, actor: Actor, recovery: Recovery, source: str, reference: str, on: date, amount: Decimal
) -> ToldIncoming:
    """Say that money came in for a recovery: it counts once another person confirms it. The same reference twice is one."""
    held = locked_recovery(recovery.pk)
    require(policies.may_recover(actor, held))
    exact, text = require_incoming(actor, held, source, reference, on, amount)
    made = _tell(actor, held, source, text, on, exact)
    if made is None:
        return unchanged(_waiting(source, text))
    words = Bilingual(
        f"Detto un versamento di {format_euro(exact)} del {on:%d/%m/%Y}, da confermare",
        f"{format_euro(exact, 'en')} of {on:%d/%m/%Y} said to have come in, to be confirmed",
    )
    write_event(held, actor, words, internal=True)
    return made


@service("controls.tell_due_payment")
def tell_due_payment(*, actor: Actor, due: Due, source: str, reference: str, on: date, amount: Decimal) -> ToldIncoming:
    """The same for a quota."""
    held = locked_due(due.pk)
    require(policies.may_take_in(actor, held.collected_by))
    exact, text = require_payment(held, source, reference, on, amount)
    made = _tell(actor, held, source, text, on, exact)
    return made if made is not None else unchanged(_waiting(source, text))


def _waiting(source: str, reference: str) -> ToldIncoming:
    return ToldIncoming.objects.waiting().get(source=source, reference=reference)


def _tell(
    actor: Actor, debt: Recovery | Due, source: str, reference: str, on: date, amount: Decimal
) -> ToldIncoming | None:
    """The row, or none where the same waits already; refused where the reference is that of other money."""
    if actor.user_id is None:
        refuse("Lo dice una persona.", "A person says so.")
    of_recovery = isinstance(debt, Recovery)
    known = ToldIncoming.objects.waiting().filter(source=source, reference=reference).first()
    if known is not None:
        there = known.recovery_id if of_recovery else known.due_id
        if (there, known.amount, known.on) == (debt.pk, amount, on):
            return None
        _otherwise()
    counted = debt.incomings.model.objects.filter(source=source, reference=reference)
    if counted.exists():
        _otherwise()
    made = ToldIncoming.objects.create(
        recovery=debt if isinstance(debt, Recovery) else None,
        due=debt if isinstance(debt, Due) else None,
        source=source,
        reference=reference,
        on=on,
        amount=amount,
        told_at=now(),
        told_by_id=actor.user_id,
    )
    note(amount=money_text(amount), debt=str(debt))
    return made


def _otherwise() -> NoReturn:
    refuse(
        "Un versamento con questo riferimento è già registrato o da confermare.",
        "A payment with this reference is recorded already, or is to be confirmed.",
        field="reference",
    )


def _held(actor: Actor, told: ToldIncoming) -> tuple[ToldIncoming, Recovery | Due]:
    """It and its debt under a lock, the debt first, as where money is counted."""
    debt: Recovery | Due = (
        locked_recovery(told.recovery_id) if told.recovery_id is not None else locked_due(told.due_id or 0)
    )
    if isinstance(debt, Recovery):
        require(policies.may_recover(actor, debt))
    else:
        require(policies.may_take_in(actor, debt.collected_by))
    return ToldIncoming.objects.select_for_update(of=("self",)).get(pk=told.pk), debt


@service("controls.confirm_told_incoming")
def confirm_told_incoming(*, actor: Actor, told: ToldIncoming) -> ToldIncoming:
    """Another person looked, and the money is there: it counts. Confirmed twice, it was once."""
    held, debt = _held(actor, told)
    if held.state == states.TOLD_CONFIRMED:
        return unchanged(held)
    if held.state != states.TOLD_WAITING:
        refuse("È stato abbandonato: va detto di nuovo.", "It was given up: it is to be said again.")
    require(policies.may_confirm_told(actor, held))
    held.state, held.decided_at, held.decided_by_id = states.TOLD_CONFIRMED, now(), actor.user_id
    held.save(update_fields=["state", "decided_at", "decided_by"])
    note_object(held)
    note(amount=money_text(held.amount), debt=str(debt))
    if isinstance(debt, Recovery):
        record_incoming(
            actor=actor, recovery=debt, source=held.source, reference=held.reference, on=held.on, amount=held.amount,
            told=held,
        )  # fmt: skip
    else:
        record_due_payment(
            actor=actor, due=debt, source=held.source, reference=held.reference, on=held.on, amount=held.amount, told=held
        )  # fmt: skip
    return held


@service("controls.give_up_told_incoming")
def give_up_told_incoming(*, actor: Actor, told: ToldIncoming, reason: str) -> ToldIncoming:
    """It was said wrong, or another person does not find it: nothing counts, with the reason."""
    held, debt = _held(actor, told)
    if held.state == states.TOLD_GIVEN_UP:
        return unchanged(held)
    if held.state != states.TOLD_WAITING:
        refuse("È già confermato.", "It is confirmed already.")
    if not reason.strip():
        refuse("Scrivi perché.", "Write why.", field="reason")
    held.state, held.decided_at, held.decided_by_id = states.TOLD_GIVEN_UP, now(), actor.user_id
    held.reason = reason.strip()[:500]
    held.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    note_object(held)
    note(reason=held.reason, debt=str(debt))
    if isinstance(debt, Recovery):
        words = Bilingual(f"Versamento non confermato: {held.reason}", f"Payment not confirmed: {held.reason}")
        write_event(debt, actor, words, internal=True)
    return held


def told_of_dues(dues: Iterable[int | None]) -> dict[int, date]:
    """Of these quotas, those for which money is said to have come in and is to be confirmed, with its first day. One query."""
    rows = ToldIncoming.objects.waiting().filter(due__in=[one for one in dues if one is not None])
    return dict(rows.order_by().values_list("due").annotate(first=Min("on")))
