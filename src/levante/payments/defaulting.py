"""What follows an answer of the collection agency that says in default (DPR 602/1973, art. 48-bis; DM 40/2008, art. 3).

The payment waits for the days of ``tax_debts.suspension.days``. If an order to pay the collector is served (art. 72-bis) it is recorded,
and what it asks is kept from the payments and goes there (``instead.py``); without one, once the days are over, the director decides with a
reason to pay. One person records, another confirms: only then does the gate believe it.
"""

from datetime import date
from decimal import Decimal

from levante.documents.api import StoredFile
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, euro, format_euro, money_text
from levante.parties.api import Enterprise
from levante.payments import keeping, states
from levante.payments.models import Check, DefaultOutcome
from levante.payments.papers_in_force import last_paper
from levante.payments.policies import may_confirm_default, may_record_default
from levante.payments.pure.gate_facts import days_of
from levante.payments.pure.gate_taxes import last_day


@service("payments.record_collector_order")
def record_collector_order(
    *, actor: Actor, paper: Check, number: str, amount: Decimal, served_on: date, document: StoredFile | None = None
) -> DefaultOutcome:
    """Record the order that the collector served after an answer in default: ``amount`` euro of what is owed to the enterprise go to it.
    One that comes after the decision to pay ends that decision. The same number and amount again is the same order."""
    held = _locked(paper)
    require(may_record_default(actor, held.enterprise))
    text, exact = number.strip()[:60], euro(amount)
    if not text:
        refuse("Scrivi il numero dell’ordine.", "Write the number of the order.", field="number")
    if exact <= 0:
        refuse("L’importo è più di zero.", "The amount is more than zero.", field="amount")
    if not held.issued_on <= served_on <= today():
        refuse(
            "L’ordine è arrivato tra il giorno della verifica e oggi.",
            "The order came between the day of the check and today.",
            field="on",
        )
    standing = DefaultOutcome.objects.standing().filter(check_paper=held).first()
    if standing is not None and standing.kind == states.ORDER_SERVED:
        if (standing.number, standing.amount) == (text, exact):
            return unchanged(standing)
        refuse(
            "A questa verifica è già seguito un ordine: se è stato sostituito, chiudilo con il motivo.",
            "An order followed this check already: if it was replaced, end it with the reason.",
            field="number",
        )
    if standing is not None:
        _end(standing, actor, "È arrivato l’ordine di versamento.")
    made = DefaultOutcome.objects.create(
        check_paper=held, kind=states.ORDER_SERVED, number=text, amount=exact, on=served_on, document=document, recorded_at=now(),
        recorded_by_id=actor.user_id,
    )  # fmt: skip
    note(check=held.number, number=text, amount=money_text(exact))
    return made


@service("payments.record_release")
def record_release(*, actor: Actor, paper: Check, reason: str) -> DefaultOutcome:
    """Once the days are over without an order: propose to pay, with the reason. The director, another person, confirms it."""
    held = _locked(paper)
    require(may_record_default(actor, held.enterprise))
    standing = DefaultOutcome.objects.standing().filter(check_paper=held).first()
    if standing is not None and standing.kind == states.RELEASED:
        return unchanged(standing)
    if standing is not None:
        refuse("È arrivato un ordine: si versa all’agente.", "An order came: the collector is paid.")
    last = last_day(held.issued_on, today())
    if today() <= last:
        it, en = days_of(last)
        refuse(
            f"L’ordine può arrivare fino al {it}: fino ad allora il pagamento è sospeso.",
            f"The order can come until {en}: until then the payment is suspended.",
        )
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    made = DefaultOutcome.objects.create(
        check_paper=held, kind=states.RELEASED, on=today(), reason=reason.strip()[:500], recorded_at=now(), recorded_by_id=actor.user_id,
    )  # fmt: skip
    note(check=held.number)
    return made


@service("payments.confirm_default")
def confirm_default(*, actor: Actor, outcome: DefaultOutcome) -> DefaultOutcome:
    """Another person confirms what was recorded: the order by finance or the director, the decision to pay by the director."""
    _locked(outcome.check_paper)
    held = DefaultOutcome.objects.select_for_update(of=("self",)).get(pk=outcome.pk)
    if held.confirmed_at is not None:
        return unchanged(held)
    require(may_confirm_default(actor, held))
    if held.state != states.STANDS:
        refuse("Non vale più: non si conferma.", "It is over: it cannot be confirmed.")
    held.confirmed_at, held.confirmed_by_id = now(), actor.user_id
    held.save(update_fields=["confirmed_at", "confirmed_by"])
    note(kind=held.kind, check=held.check_paper.number, amount=money_text(held.amount) if held.amount else "")
    return held


@service("payments.end_default")
def end_default(*, actor: Actor, outcome: DefaultOutcome, reason: str) -> DefaultOutcome:
    """It no longer holds: the order was taken back or replaced, or it was recorded by mistake. An order of which payments keep something
    stays: what they keep is the collector's."""
    paper = _locked(outcome.check_paper)
    held = DefaultOutcome.objects.select_for_update(of=("self",)).get(pk=outcome.pk)
    if held.state == states.ENDED:
        return unchanged(held)
    require(may_record_default(actor, paper.enterprise))
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    firm = paper.enterprise_id
    if held.amount is not None and held.confirmed_at is not None:
        kept = sum(keeping.kept_for_collector([firm]).get(firm, {}).values(), ZERO)
        if kept > keeping.orders_in(keeping.defaults_of([firm]))[firm] - held.amount:
            refuse(
                f"I pagamenti trattengono già {format_euro(kept)} per gli ordini dell’agente: annulla prima l’ordine alla banca che non è "
                "partito, o versa all’agente ciò che è suo.",
                f"Payments keep {format_euro(kept, 'en')} already for the collector’s orders: first cancel the order to the bank that has "
                "not left, or pay the collector what is its.",
            )  # fmt: skip
    _end(held, actor, reason.strip())
    note(kind=held.kind, check=paper.number)
    return held


def defaults_to_confirm(actor: Actor) -> list[DefaultOutcome]:
    """What others recorded and this person may confirm, the oldest first."""
    rows = DefaultOutcome.objects.visible_to(actor).standing().filter(confirmed_at__isnull=True)
    found = rows.select_related("check_paper__enterprise").order_by("pk")[:100]
    return [one for one in found if may_confirm_default(actor, one)]


def in_default(enterprise: Enterprise) -> Check | None:
    """The last check of tax debts of an enterprise, where it says in default with its amount. One query."""
    last = last_paper(enterprise.pk, states.TAX_DEBTS)
    return last if last is not None and last.outcome == states.NOT_CLEAR and last.debt is not None else None


def _end(held: DefaultOutcome, actor: Actor, reason: str) -> None:
    held.state, held.ended_at, held.ended_why, held.ended_by_id = states.ENDED, now(), reason[:500], actor.user_id
    held.save(update_fields=["state", "ended_at", "ended_why", "ended_by"])


def _locked(paper: Check) -> Check:
    """The answer, with its enterprise under a lock, as who prepares an order takes it."""
    firm = Check.objects.filter(pk=paper.pk).values_list("enterprise", flat=True).get()
    Enterprise.objects.select_for_update(no_key=True).filter(pk=firm).get()
    held = Check.objects.select_related("enterprise").get(pk=paper.pk)
    if held.kind != states.TAX_DEBTS or held.outcome != states.NOT_CLEAR:
        refuse("Questa verifica non dice «inadempiente».", "This check does not say “in default”.")
    return held
