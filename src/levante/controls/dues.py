"""Quotas of initiatives: asked for, paid by notice or otherwise, late, cancelled; the door by which initiatives ask their participants."""

from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef

from levante.controls import policies, states
from levante.controls.models import Due, DueIncoming, Refund, ToldIncoming
from levante.controls.noticing import cancel_due_notices, follow_due_notice, issue_due_notice
from levante.controls.refunding import owe_of_due
from levante.exchange.api import named
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, day_of, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, as_said, euro, format_euro, in_both, money_text, round_euro
from levante.messages.api import notify
from levante.parties.api import Buyer, Enterprise, party_of, people_of
from levante.payments.api import paying_office

QUOTA = Bilingual("Quota di partecipazione", "Quota for taking part")

_told: list[str] = []
_late: list[str] = []
_back: list[str] = []
_locks: list[str] = []
_asked: list[str] = []


def due_told_to(function: str, *, late: str = "", back: str = "", lock: str = "", asked: str = "") -> None:
    """Say who is told that a quota was paid whole: ``"package.module:function"``, called as ``f(actor=, due=)`` in the transaction of the
    payment. ``late`` is called as ``f(actor=, due=, incoming=)`` when money comes for a quota that is cancelled. ``back`` is called as
    ``f(actor=, due=)`` when a quota is cancelled, or a part of it is given back: who was asked for it bears less. ``lock`` is called as
    ``f(due_id=)`` before a quota is locked, by every service that does: a room that locks what the quota is for, and then the quota, never
    waits for a payment that waits for it. ``asked`` is called as ``f(actor=, due=)`` when a quota is asked for."""
    if function not in _told:
        _told.append(function)
    if late and late not in _late:
        _late.append(late)
    if back and back not in _back:
        _back.append(back)
    if lock and lock not in _locks:
        _locks.append(lock)
    if asked and asked not in _asked:
        _asked.append(asked)


def locked_due(pk: int) -> Due:
    """A quota to be written on; for a service at work."""
    for lock in _locks:
        named(lock)(due_id=pk)
    rows = Due.objects.select_for_update(of=("self",)).select_related(
        "initiative__lead_office", "enterprise", "buyer", "collected_by"
    )
    return rows.get(pk=pk)


def _tell(actor: Actor, due: Due, kind: str, title: Bilingual, body: Bilingual) -> None:
    theirs = due.enterprise_id is not None
    path = f"/impresa/quote/{due.pk}/" if theirs else f"/partner/fiere/{due.initiative.code}/viaggio/"
    notify(
        actor=actor, users=people_of(party_of(due.debtor), today()), kind=f"due-{kind}", title=title, body=body, path=path,
        enterprise_id=due.enterprise_id, subject_type="controls.Due", subject_id=f"{due.pk}:{kind}",
    )  # fmt: skip


@service("controls.issue_due")
def issue_due(
    *,
    actor: Actor,
    initiative: Initiative,
    amount: Decimal,
    due_on: date,
    enterprise: Enterprise | None = None,
    buyer: Buyer | None = None,
    reason: str | Bilingual = QUOTA,
) -> Due:
    """Ask an enterprise for the quota of an initiative, or a buyer for what it owes back: what, why, by when; the pagoPA notice of an
    enterprise is asked for by a stored job, and who is asked is told. The same twice is one; another while one stands is refused."""
    if (enterprise is None) == (buyer is None):
        raise TypeError("a quota is of an enterprise or of a buyer")
    require(policies.may_issue_due(actor, initiative))
    held = (
        Initiative.objects.select_for_update(of=("self",))
        .select_related("lead_office__parent__parent")
        .get(pk=initiative.pk)
    )
    said = as_said(reason)
    exact, text = euro(amount), said.it
    if text == QUOTA.it:
        said = QUOTA
    if held.state == "cancelled":
        refuse("L’iniziativa è annullata.", "The initiative is cancelled.")
    if not text:
        refuse("Scrivi per che cosa.", "Write what for.", field="reason")
    if exact <= 0:
        refuse("L’importo deve essere maggiore di zero.", "The amount must be above zero.", field="amount")
    known = (
        Due.objects.filter(initiative=held, enterprise=enterprise, buyer=buyer, reason=text)
        .exclude(state=states.DUE_CANCELLED)
        .first()
    )
    if known is not None:
        if (known.amount, known.due_on) == (exact, due_on):
            return unchanged(known)
        refuse(
            "È già stata chiesta: prima si annulla.",
            "It was asked for already: it is cancelled first.",
        )
    if due_on <= today():
        refuse("La scadenza è dopo oggi.", "The last day is after today.", field="due_on")
    made = Due.objects.create(
        initiative=held, enterprise=enterprise, buyer=buyer, reason=text[:120], reason_en=said.en[:120], amount=exact, due_on=due_on,
        issued_at=now(),
        issued_by_id=actor.user_id, is_demo=held.demonstration, collected_by=paying_office(held.lead_office),
    )  # fmt: skip
    issue_due_notice(system("controls.dues"), made)
    note(initiative=held.code, amount=money_text(exact), due_on=due_on.isoformat())
    what = in_both(made.what)
    words = Bilingual(
        f"{what.it}, «{held.title_it}»: {format_euro(exact)} entro il {due_on:%d/%m/%Y}.",
        f"{what.en}, “{held.title_en}”: {format_euro(exact, 'en')} by {due_on:%d/%m/%Y}.",
    )
    title = Bilingual("Una quota da pagare", "A quota to be paid")
    if buyer is not None:
        title = Bilingual("Una somma da restituire", "An amount to give back")
    _tell(actor, made, "issued", title, words)
    for function in _asked:
        named(function)(actor=actor, due=made)
    return made


@service("controls.cancel_due")
def cancel_due(*, actor: Actor, due: Due, reason: str | Bilingual, percent: int = 100) -> Due:
    """What is left of the quota is no longer due: its notice is no more, there too, and of what was paid ``percent`` is to be given back
    (rounded to the cent)."""
    held = locked_due(due.pk)
    require(policies.may_issue_due(actor, held.initiative))
    if held.state == states.DUE_CANCELLED:
        return unchanged(held)
    said = as_said(reason)
    if not said.it:
        refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    if not 0 <= percent <= 100:
        refuse("La percentuale va da 0 a 100.", "The per cent is from 0 to 100.", field="percent")
    held.state, held.closed_at = states.DUE_CANCELLED, now()
    held.closing_reason, held.closing_reason_en = said.it, said.en
    held.save(update_fields=["state", "closing_reason", "closing_reason_en", "closed_at"])
    cancel_due_notices(system("controls.dues"), held)
    why = in_both(said)
    body = Bilingual(f"Non va pagata: {why.it}", f"It is not to be paid: {why.en}")
    back = round_euro(held.received * percent / 100)
    if back > 0:
        owe_of_due(actor, held, states.NOT_DUE, back, said)
        body = Bilingual(
            f"{body.it} Ti si rendono {format_euro(back)}.",
            f"{body.en} {format_euro(back, 'en')} are given back to you.",
        )
    note(received=money_text(held.received), back=money_text(back))
    _tell(actor, held, "cancelled", Bilingual("Una quota è annullata", "A quota is cancelled"), body)
    _tell_less(actor, held)
    return held


@service("controls.move_due")
def move_due(*, actor: Actor, due: Due, due_on: date) -> Due:
    """What is left of a quota is to be paid by another day, today at the earliest; its notice is no more, there too, and another one is
    asked for, of what is left, with the new day. Who moves the day tells who pays. The same day changes nothing."""
    held = locked_due(due.pk)
    require(policies.may_issue_due(actor, held.initiative))
    if held.state != states.DUE_OPEN:
        refuse("La quota è pagata o annullata.", "The quota is paid or cancelled.")
    if held.due_on == due_on:
        return unchanged(held)
    if due_on < today():
        refuse("La scadenza è passata.", "The last day has passed.", field="due_on")
    before, held.due_on, held.reminded_at = held.due_on, due_on, None
    held.save(update_fields=["due_on", "reminded_at"])
    cancel_due_notices(system("controls.dues"), held)
    issue_due_notice(system("controls.dues"), held)
    note(before=before.isoformat(), due_on=due_on.isoformat())
    return held


def _tell_less(actor: Actor, due: Due) -> None:
    for function in _back:
        named(function)(actor=actor, due=due)


@service("controls.give_back_due")
def give_back_due(*, actor: Actor, due: Due, percent: int, reason: str | Bilingual) -> Refund | None:
    """A part of a quota that was paid is to be given back (a renunciation in time): once for each quota; the quota stays paid."""
    held = locked_due(due.pk)
    require(policies.may_issue_due(actor, held.initiative))
    if held.state != states.DUE_PAID or not 0 <= percent <= 100:
        refuse("La quota non è pagata.", "The quota is not paid.")
    known = Refund.objects.filter(due=held, kind=states.NOT_DUE).first()
    amount = round_euro(held.received * percent / 100)
    if known is not None or amount <= 0:
        return unchanged(known)
    made = owe_of_due(actor, held, states.NOT_DUE, amount, as_said(reason))
    note(percent=percent, amount=money_text(amount))
    body = Bilingual(f"Ti si rendono {format_euro(amount)}.", f"{format_euro(amount, 'en')} are given back to you.")
    _tell(actor, held, "given-back", Bilingual("Una quota ti è resa", "A quota is given back to you"), body)
    _tell_less(actor, held)
    return made


@service("controls.record_due_payment")
def record_due_payment(
    *,
    actor: Actor,
    due: Due,
    source: str,
    reference: str,
    on: date,
    amount: Decimal,
    told: ToldIncoming | None = None,
) -> DueIncoming:
    """Money came in for a quota: counted once by its reference, up to what is owed; the rest is to be given back. What a person says came
    in (``by_hand``) counts as it was ``told``, once another confirmed it."""
    held = locked_due(due.pk)
    require(policies.may_take_in(actor, held.collected_by))
    require(policies.may_count(actor, source, told))
    exact, text = euro(amount), reference.strip()
    known = DueIncoming.objects.filter(source=source, reference=text).first()
    if known is not None:
        if told is None and (known.due_id, known.amount, known.on) == (held.pk, exact, on):
            return unchanged(known)
        refuse(
            "Questo versamento è già registrato, diverso.",
            "This payment is recorded already, otherwise.",
            field="reference",
        )
    require_payment(held, source, text, on, exact)
    counted = min(exact, held.left)
    made = DueIncoming.objects.create(
        due=held, source=source, reference=text, on=on, amount=exact, excess=exact - counted, recorded_at=now(),
        recorded_by_id=actor.user_id, told=told,
    )  # fmt: skip
    held.received += counted
    if held.state == states.DUE_OPEN and held.received == held.amount:
        held.state, held.paid_on = states.DUE_PAID, on
    held.save(update_fields=["received", "state", "paid_on"])
    follow_due_notice(system("controls.dues"), held)
    if made.excess > ZERO:
        label = states.SOURCES[source]
        owe_of_due(actor, held, states.EXCESS, made.excess, Bilingual(f"{label.it}, {text}", f"{label.en}, {text}"))
    if held.state == states.DUE_PAID:
        for function in _told:
            named(function)(actor=actor, due=held)
    elif held.state == states.DUE_CANCELLED:
        for function in _late:
            named(function)(actor=actor, due=held, incoming=made)
    note(amount=money_text(exact), counted=money_text(counted))
    note_object(held)
    return made


def require_payment(held: Due, source: str, reference: str, on: date, amount: Decimal) -> tuple[Decimal, str]:
    """Refused for money that cannot have come in for a quota; the amount to the cent and the reference as they are kept."""
    exact, text = euro(amount), reference.strip()
    if source not in states.SOURCES or not text:
        refuse("Scrivi il riferimento del versamento.", "Write the reference of the payment.", field="reference")
    if exact <= 0:
        refuse("L’importo deve essere maggiore di zero.", "The amount must be above zero.", field="amount")
    if not day_of(held.issued_at) <= on <= today():
        refuse(
            "Il giorno va da quello della richiesta a oggi.",
            "The day is between that of the request and today.",
            field="on",
        )
    return exact, text


@service("controls.remind_dues")
def remind_dues(*, actor: Actor) -> int:
    """Every morning: quotas whose day passed are told, once each; not while money is said to have come in, which another person is to
    confirm. How many."""
    said = ToldIncoming.objects.waiting().filter(due=OuterRef("pk"))
    late = Due.objects.filter(~Exists(said), state=states.DUE_OPEN, due_on__lt=today(), reminded_at__isnull=True)
    found = list(late.order_by("pk").values_list("pk", flat=True)[:500])
    if not found:
        return unchanged(0)
    for pk in found:
        held = locked_due(pk)
        held.reminded_at = now()
        held.save(update_fields=["reminded_at"])
        what = in_both(held.what)
        words = Bilingual(
            f"{what.it}, «{held.initiative.title_it}»: scaduta il {held.due_on:%d/%m/%Y}, restano {format_euro(held.left)}.",
            f"{what.en}, “{held.initiative.title_en}”: due on {held.due_on:%d/%m/%Y}, {format_euro(held.left, 'en')} are left.",
        )
        _tell(actor, held, "late", Bilingual("Una quota è scaduta", "A quota is overdue"), words)
    note(dues=found)
    return len(found)
