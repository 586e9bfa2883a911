"""What was not paid by its day: instalments missed, the whole due at once, compulsory collection; the day itself runs from receipt."""

from django.db.models import Exists, OuterRef

from levante.controls import states
from levante.controls.beyond import tell_owing
from levante.controls.knowing import request_not_known
from levante.controls.models import Instalment, Recovery, ToldIncoming
from levante.controls.moving import locked_recovery, move, write_event
from levante.controls.paid import parts_of, returns_of
from levante.controls.recovering import add_instalments, ask_days, replace_instalments
from levante.controls.sums import Owed, interest_lines, interest_to
from levante.kernel.api import Actor, day_of, note, now, refuse, service, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text
from levante.law import parameters
from levante.law.terms import end_of_term
from levante.letters.api import Letter


@service("controls.chase_instalments")
def chase_instalments(*, actor: Actor) -> int:
    """Every morning: instalments whose day passed are told, once each; after too many missed the whole is due. Not while the
    revocation is suspended by a court, nor before the request arrived, nor while money is said to have come in for it, which another person
    is to confirm: who paid in time loses nothing by that. How many were told."""
    said = ToldIncoming.objects.waiting().filter(recovery=OuterRef("pk"))
    chased = Recovery.objects.filter(~Exists(said), state__in=states.CHASED).not_stayed().exclude(request_not_known())
    late = Instalment.objects.filter(
        state=states.DUE, due_on__lt=today(), reminded_at__isnull=True, recovery__in=chased.order_by().values("pk")
    )
    found = list(late.order_by("recovery", "number").values_list("recovery_id", "pk")[:500])
    if not found:
        return unchanged(0)
    for recovery_id in dict.fromkeys(one for one, _ in found):
        held = locked_recovery(recovery_id)
        for row in held.instalments.select_for_update().filter(pk__in=[pk for one, pk in found if one == recovery_id]):
            _tell_missed(actor, held, row)
        _default(actor, held)
    note(instalments=[pk for _, pk in found])
    return len(found)


def _tell_missed(actor: Actor, held: Recovery, row: Instalment) -> None:
    row.reminded_at = now()
    row.save(update_fields=["reminded_at"])
    words = Bilingual(
        f"Non pagata la rata {row.place}, scaduta il {row.due_on:%d/%m/%Y}: restano {format_euro(row.left)}",
        f"Instalment {row.place}, due on {row.due_on:%d/%m/%Y}, was not paid: {format_euro(row.left, 'en')} are left",
    )
    write_event(held, actor, words)
    tell_owing(
        actor, held, "missed", Bilingual("Una rata è scaduta", "An instalment is overdue"), words, once=str(row.pk)
    )


def _default(actor: Actor, held: Recovery) -> None:
    """Too many missed: the whole capital is due with the interest of every day it was out (art. 1186 c.c.)."""
    most = int(parameters.value("recovery.default.missed", on=today()).value)
    missed = held.instalments.filter(state=states.DUE, due_on__lt=today()).count()
    if held.state != states.IN_INSTALMENTS or missed < most:
        return
    due = end_of_term(today(), ask_days(held, today()), kind="calendar", roll=True).due
    interest = max(interest_to(parts_of(held), returns_of(held), until=due) - held.interest_in, ZERO)
    replace_instalments(held)
    words = Bilingual(
        f"{missed} rate non pagate: è dovuto tutto, entro il {due:%d/%m/%Y}",
        f"{missed} instalments were not paid: the whole is due by {due:%d/%m/%Y}",
    )
    move(held, "default", actor, words, defaulted_at=now(), late_interest=ZERO)
    add_instalments(held, [Owed(0, due, held.capital_left, interest, False)])
    tell_owing(actor, held, "default", Bilingual("È dovuto tutto insieme", "The whole is due"), words)


@service("controls.hand_over_recovery")
def hand_over_recovery(*, actor: Actor, recovery: Recovery, reference: str) -> Recovery:
    """Nothing came: the amount goes to compulsory collection (R.D. 639/1910), with its reference."""
    held = locked_recovery(recovery.pk)
    if held.state == states.COLLECTION:
        return unchanged(held)
    if not reference.strip():
        refuse(
            "Scrivi gli estremi dell’ingiunzione o del ruolo.",
            "Write the reference of the injunction.",
            field="reference",
        )
    if not held.instalments.filter(state=states.DUE, due_on__lt=today()).exists():
        refuse("Il termine per pagare non è ancora passato.", "The term to pay is not over yet.")
    if ToldIncoming.objects.waiting().filter(recovery=held).exists():
        refuse(
            "C’è un versamento da confermare: prima si conferma o si abbandona.",
            "Money is said to have come in: it is confirmed, or given up, first.",
        )
    words = Bilingual(f"Riscossione coattiva: {reference.strip()}", f"Compulsory collection: {reference.strip()}")
    return move(held, "collect", actor, words)


@service("controls.run_days_from_receipt")
def run_days_from_receipt(*, actor: Actor, letter: Letter) -> Recovery:
    """Reckon again the last day to pay from the day the request was delivered: later than what was said it moves on, with the interest
    to it; never back."""
    held = locked_recovery(letter.subject_id)
    assert letter.delivered_at is not None
    day = day_of(letter.delivered_at)
    due = end_of_term(day, ask_days(held, day), kind="calendar", roll=True).due
    first = held.instalments.filter(state=states.DUE, kind=states.ORDINARY).first()
    if held.state != states.OWED or first is None or due <= first.due_on:
        return unchanged(held)
    lines = interest_lines(parts_of(held), returns_of(held), until=due)
    interest = max(sum((one.total for one in lines), ZERO) - held.interest_in, ZERO)
    held.late_interest, held.steps = ZERO, [one.as_json() for one in lines]
    held.save(update_fields=["late_interest", "steps"])
    replace_instalments(held)
    add_instalments(held, [Owed(0, due, held.capital_left, interest, any(one.provisional for one in lines))])
    text = Bilingual(
        f"La richiesta è stata ricevuta il {day:%d/%m/%Y}: si paga entro il {due:%d/%m/%Y}",
        f"The request was received on {day:%d/%m/%Y}: it is paid by {due:%d/%m/%Y}",
    )
    write_event(held, actor, text)
    tell_owing(actor, held, "asked", Bilingual("Si paga più tardi", "It is paid later"), text, once="received")
    note(due_on=due.isoformat(), interest=money_text(interest))
    return held
