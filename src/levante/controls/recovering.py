"""Money asked back: the request with its interest, instalments asked and granted, money that comes in."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Max

from levante.claims.api import free_documents
from levante.controls import policies, states
from levante.controls.beyond import tell_beyond, tell_owing
from levante.controls.letters import write_request
from levante.controls.models import Incoming, Instalment, InstalmentPlan, Recovery, ToldIncoming
from levante.controls.moving import locked_recovery, move, write_event
from levante.controls.noticing import cancel_notices, follow_notices, issue_notices
from levante.controls.paid import parts_of, returns_of
from levante.controls.refunding import owe_excess
from levante.controls.sums import Open, Owed, count_in, interest_lines, schedule, to_pay
from levante.kernel.api import Actor, day_of, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, euro, format_euro, money_text
from levante.law import parameters
from levante.law.terms import end_of_term
from levante.payments.api import Payment
from levante.programme.api import recover

SUBJECT = "grants.Award"


def ask_days(recovery: Recovery, on: date) -> int:
    """Days to give the money back: those of the call, or of the data."""
    of_call = (recovery.award.act.call.terms or {}).get("recovery_days")
    return int(of_call or parameters.value("recovery.ask.days", on=on).value)


@service("controls.ask_recovery")
def ask_recovery(*, actor: Actor, recovery: Recovery) -> Recovery:
    """Ask for the capital with its interest up to the last day to pay; the letter goes. The second click changes nothing."""
    held = locked_recovery(recovery.pk)
    if held.state == states.OWED:
        require(policies.may_recover(actor, held))
        return unchanged(held)
    days = ask_days(held, today())
    due = end_of_term(today(), days, kind="calendar", roll=True).due
    lines = interest_lines(parts_of(held), (), until=due)
    interest = sum((one.total for one in lines), ZERO)
    move(
        held, "ask", actor, Bilingual(f"Chiesto: si paga entro il {due:%d/%m/%Y}", f"Asked for, to be paid by {due:%d/%m/%Y}"),
        asked_at=now(), asked_by_id=actor.user_id, steps=[one.as_json() for one in lines],
    )  # fmt: skip
    first = add_instalments(held, [Owed(1, due, held.principal, interest, any(one.provisional for one in lines))])[0]
    note(principal=money_text(held.principal), interest=money_text(interest), due_on=due.isoformat())
    write_request(actor, held, first, days)
    tell_owing(
        actor,
        held,
        "asked",
        Bilingual("Va restituita una somma", "Money must be given back"),
        Bilingual(
            f"Domanda {held.award.application.number}: {format_euro(first.amount)} entro il {due:%d/%m/%Y}. "
            "Puoi chiedere di pagare a rate.",
            f"Application {held.award.application.number}: {format_euro(first.amount, 'en')} by {due:%d/%m/%Y}. "
            "You can ask for instalments.",
        ),
    )
    return held


def add_instalments(
    held: Recovery, owed: Sequence[Owed], *, plan: InstalmentPlan | None = None, kind: str = states.ORDINARY
) -> list[Instalment]:
    """New instalments after those there are."""
    last = held.instalments.aggregate(last=Max("number"))["last"] or 0
    rows = [
        Instalment(
            recovery=held, plan=plan, kind=kind, number=last + place, due_on=one.due_on, capital=one.capital, interest=one.interest,
            amount=one.capital + one.interest, is_provisional=one.provisional,
        )
        for place, one in enumerate(owed, start=1)
    ]  # fmt: skip
    made = Instalment.objects.bulk_create(rows)
    issue_notices(system("controls.recoveries"), held, made)
    return made


def replace_instalments(held: Recovery) -> None:
    """What was due is due otherwise: its instalments and their notices are no more."""
    rows = list(held.instalments.filter(state=states.DUE).values_list("pk", flat=True))
    Instalment.objects.filter(pk__in=rows).update(state=states.REPLACED)
    cancel_notices(system("controls.recoveries"), rows)


# -- instalments


@service("controls.ask_plan")
def ask_plan(*, actor: Actor, recovery: Recovery, count: int, why: str, months: int = 1) -> InstalmentPlan:
    """The enterprise asks to pay in instalments; one request at a time."""
    held = locked_recovery(recovery.pk)
    require(policies.may_ask_plan(actor, held))
    most = int(parameters.value("recovery.plan.most_instalments", on=today()).value)
    least = Decimal(parameters.value("recovery.plan.least_amount", on=today()).value)
    if not 2 <= count <= most or not 1 <= months <= 12:
        refuse(f"Le rate vanno da 2 a {most}.", f"Instalments are 2 to {most}.", field="count")
    if held.capital_left < least * count:
        refuse(
            f"Ogni rata è di almeno {format_euro(least)}: chiedine meno.",
            f"Each instalment is at least {format_euro(least, 'en')}: ask for fewer.",
            field="count",
        )
    if not why.strip():
        refuse("Scrivi perché servono le rate.", "Write why instalments are needed.", field="why")
    known: InstalmentPlan | None = held.plans.filter(state=states.ASKED).first()
    if known is not None:
        if (known.count, known.months, known.why) == (count, months, why.strip()):
            return unchanged(known)
        refuse(
            "C’è già una richiesta di rate che attende risposta.",
            "A request of instalments waits for an answer already.",
        )
    made = InstalmentPlan.objects.create(
        recovery=held, count=count, months=months, why=why.strip(), asked_at=now(), asked_by_id=actor.user_id
    )
    write_event(held, actor, Bilingual(f"Chieste {count} rate", f"{count} instalments asked for"))
    note(count=count, months=months)
    note_object(held)
    return made


def proposed_plan(recovery: Recovery, plan: InstalmentPlan, *, first_due: date, since: date) -> list[Owed]:
    """The instalments as they would be, to be looked at before they are granted."""
    return schedule(
        parts_of(recovery), returns_of(recovery), recovery.interest_in, since=since, first_due=first_due, count=plan.count,
        months=plan.months,
    )  # fmt: skip


@service("controls.answer_plan")
def answer_plan(
    *, actor: Actor, plan: InstalmentPlan, granted: bool, first_due: date | None = None, text: str = ""
) -> InstalmentPlan:
    """Grant the instalments asked for, from ``first_due``, or refuse them with the reason."""
    held = locked_recovery(plan.recovery_id)
    require(policies.may_recover(actor, held))
    row = InstalmentPlan.objects.select_for_update().get(pk=plan.pk, recovery=held)
    wanted = states.GRANTED if granted else states.REFUSED
    if row.state == wanted:
        return unchanged(row)
    if row.state != states.ASKED:
        refuse("A questa richiesta si è già risposto.", "This request was answered already.")
    if not granted and not text.strip():
        refuse("Scrivi perché non si concedono.", "Write why they are not granted.", field="text")
    row.state, row.answer, row.answered_at, row.answered_by_id = wanted, text.strip(), now(), actor.user_id
    note(granted=granted, count=row.count)
    note_object(held)
    if granted:
        _grant(actor, held, row, first_due)
    else:
        row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
        words = Bilingual(f"Rate non concesse: {row.answer}", f"Instalments not granted: {row.answer}")
        write_event(held, actor, words)
        tell_owing(
            actor, held, "plan", Bilingual("Rate non concesse", "Instalments not granted"), words, once=str(row.pk)
        )
    return row


def _grant(actor: Actor, held: Recovery, row: InstalmentPlan, first_due: date | None) -> None:
    if first_due is None or first_due <= today():
        refuse("La prima rata scade dopo oggi.", "The first instalment is due after today.", field="first_due")
    owed = proposed_plan(held, row, first_due=first_due, since=today())
    row.first_due = first_due
    row.save(update_fields=["state", "answer", "answered_at", "answered_by", "first_due"])
    replace_instalments(held)
    add_instalments(held, owed, plan=row)
    words = Bilingual(
        f"Concesse {row.count} rate, la prima entro il {first_due:%d/%m/%Y}",
        f"{row.count} instalments granted, the first by {first_due:%d/%m/%Y}",
    )
    move(held, "grant", actor, words, late_interest=ZERO)  # it is in what had matured, which the plan asks
    tell_owing(actor, held, "plan", Bilingual("Rate concesse", "Instalments granted"), words, once=str(row.pk))


# -- money comes in


@service("controls.record_incoming")
def record_incoming(
    *,
    actor: Actor,
    recovery: Recovery,
    source: str,
    reference: str,
    on: date,
    amount: Decimal,
    told: ToldIncoming | None = None,
) -> Incoming:
    """Money came in, or was set off against another payment: on the instalments in their order, of each the interest first. The capital
    goes back to the budget. The same reference twice is one. What is more than was owed is told, to be given back. What a person says
    came in (``by_hand``) counts as it was ``told``, once another confirmed it."""
    held = locked_recovery(recovery.pk)
    require(policies.may_recover(actor, held))
    require(policies.may_count(actor, source, told))
    exact, reference = euro(amount), reference.strip()
    known = Incoming.objects.filter(source=source, reference=reference).first()
    if known is not None:
        if told is None and (known.recovery_id, known.amount, known.on) == (held.pk, exact, on):
            return unchanged(known)
        refuse(
            "Questo versamento è già registrato, diverso.",
            "This payment is recorded already, otherwise.",
            field="reference",
        )
    require_incoming(actor, held, source, reference, on, amount)
    return _count(actor, held, source, reference, on, exact, told)


def require_incoming(
    actor: Actor, held: Recovery, source: str, reference: str, on: date, amount: Decimal
) -> tuple[Decimal, str]:
    """Refused for money that cannot have come in for a recovery; the amount to the cent and the reference as they are kept."""
    exact, reference = euro(amount), reference.strip()
    if source not in states.SOURCES or not reference:
        refuse("Scrivi il riferimento del versamento.", "Write the reference of the payment.", field="reference")
    if exact <= 0:
        refuse("L’importo deve essere maggiore di zero.", "The amount must be above zero.", field="amount")
    if on > today() or (held.asked_at is not None and on < day_of(held.asked_at) and source != states.SET_OFF):
        refuse(
            "Il giorno va da quello della richiesta a oggi.",
            "The day is between that of the request and today.",
            field="on",
        )
    if source == states.SET_OFF and not actor.is_system and Payment.objects.set_off_as(reference).exists():
        refuse(
            "Ciò che questo pagamento ha trattenuto è già scritto, da sé, quando la banca lo ha eseguito.",
            "What this payment kept is written already, by itself, since the bank executed it.",
            field="reference",
        )
    late_news = held.state in (states.CLOSED, states.CANCELLED)
    if held.state not in states.PAYABLE and not late_news:
        refuse("L’importo non è ancora stato chiesto.", "The amount was not asked for yet.")
    return exact, reference


def _count(
    actor: Actor, held: Recovery, source: str, reference: str, on: date, amount: Decimal, told: ToldIncoming | None
) -> Incoming:
    rows = list(held.instalments.select_for_update().filter(state=states.DUE).order_by("number"))
    counted = count_in(amount, on=on, open_now=_open(rows))
    for row, part, less in zip(rows, counted.each, counted.lowered, strict=True):
        if not part and not less:
            continue
        row.received += part
        row.interest, row.amount = row.interest - less, row.amount - less
        if row.received == row.amount:
            row.state, row.paid_on = states.PAID, on
        row.save(update_fields=["received", "interest", "amount", "state", "paid_on"])
    follow_notices(system("controls.recoveries"), held, rows)
    movement = None
    if counted.capital:
        movement = recover(
            actor=system("controls.record_incoming"), line=held.award.act.line, amount=counted.capital, act=held.act,
            exercise=on.year, on=on,
            subject_type=SUBJECT, subject_id=str(held.award_id), subject_label=f"{held.award.application.number}",
            reason=f"Recupero {held.pk}, {states.SOURCES[source].it}", idempotency_key=f"recovery:{held.pk}:{source}:{reference}",
            demonstration=held.is_demo,
        )  # fmt: skip
    made = Incoming.objects.create(
        recovery=held, source=source, reference=reference, on=on, amount=amount, capital=counted.capital, interest=counted.interest,
        excess=counted.excess, spared=sum(counted.lowered, ZERO), movement=movement, recorded_at=now(), recorded_by_id=actor.user_id,
        told=told,
    )  # fmt: skip
    held.capital_in += counted.capital
    held.interest_in += counted.interest
    held.late_interest += counted.late
    held.save(update_fields=["capital_in", "interest_in", "late_interest"])
    words = Bilingual(
        f"Entrati {format_euro(amount)} il {on:%d/%m/%Y} ({states.SOURCES[source].it})",
        f"{format_euro(amount, 'en')} came in on {on:%d/%m/%Y} ({states.SOURCES[source].en})",
    )
    if counted.excess:
        owe_excess(actor, made)
        words = Bilingual(
            f"{words.it}: {format_euro(counted.excess)} in più del dovuto, da rendere",
            f"{words.en}: {format_euro(counted.excess, 'en')} more than was owed, to be given back",
        )
    write_event(held, actor, words)
    tell_beyond(actor, made)
    note(amount=money_text(amount), capital=money_text(counted.capital), interest=money_text(counted.interest))
    note_object(held)
    _end(held)
    return made


def _open(rows: Sequence[Instalment]) -> list[Open]:
    return [Open(one.capital, one.interest, one.received, one.due_on) for one in rows]


def pays_all(recovery: Recovery, on: date) -> Decimal:
    """What pays, on a day, all that was asked: capital that comes before its day bears no interest for the days that are not over."""
    return to_pay(on, _open(list(recovery.instalments.filter(state=states.DUE).order_by("number"))))


def less_today(rows: Sequence[Instalment]) -> Decimal | None:
    """What pays all of these instalments today, where it is less than what they ask by their days. No query."""
    due = [row for row in rows if row.state == states.DUE]
    asked, now_asked = sum((row.left for row in due), ZERO), to_pay(today(), _open(due))
    return now_asked if now_asked < asked else None


def _end(held: Recovery) -> None:
    """All instalments paid: interest for delay is asked once; with nothing left the recovery is closed."""
    if held.state not in states.PAYABLE or held.instalments.filter(state=states.DUE).exists():
        return
    machine = system("controls.record_incoming")
    asked = sum(
        (row.interest for row in held.instalments.filter(kind=states.LATE).exclude(state=states.REPLACED)), ZERO
    )
    late = held.late_interest - asked
    if late > 0:
        due = end_of_term(today(), ask_days(held, today()), kind="calendar", roll=True).due
        add_instalments(held, [Owed(0, due, ZERO, late, False)], kind=states.LATE)
        words = Bilingual(
            f"Interessi per il ritardo: {format_euro(late)} entro il {due:%d/%m/%Y}",
            f"Interest for delay: {format_euro(late, 'en')} by {due:%d/%m/%Y}",
        )
        write_event(held, machine, words)
        tell_owing(machine, held, "late", Bilingual("Interessi per il ritardo", "Interest for delay"), words)
        return
    words = Bilingual("Tutto è rientrato: recupero chiuso", "All came back: the recovery is closed")
    move(held, "close", machine, words, closed_at=now())
    if held.award.state == "revoked":
        free_documents(held.award, paid_too=True)
    tell_owing(machine, held, "closed", Bilingual("Hai restituito tutto", "You gave everything back"), words)
