"""Places that are lost: not answered in time, or not paid; who is about to lose one is reminded."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Q

from levante.controls.api import told_of_dues
from levante.kernel.api import Actor, note, note_object, now, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.participations import states
from levante.participations.deciding import fill_places
from levante.participations.holding import locked_selection
from levante.participations.models import Participation, Selection
from levante.participations.pure.refunds import percent_back
from levante.participations.selecting import recorded_by
from levante.participations.telling import tell_firm

#: Days before the last one on which who has not answered, or not paid, is reminded: ours, no norm.
REMIND = 3


@service("participations.remind_of_offers")
def remind_of_offers(*, actor: Actor) -> int:
    """Every morning: who has a place and has not accepted it, and then who has not paid its quota, is reminded three days before the last
    one, once for each. How many."""
    soon = Participation.objects.filter(
        state=states.OFFERED, reminded_at__isnull=True, answer_by__gte=today(), answer_by__lte=today() + timedelta(days=REMIND)
    )  # fmt: skip
    rows = soon.select_for_update(of=("self",), skip_locked=True).select_related("selection__initiative").order_by("pk")
    told = []
    for row in rows[:500]:
        row.reminded_at = now()
        row.save(update_fields=["reminded_at"])
        pays, last = row.accepted_at is not None, row.answer_by
        words = (
            Bilingual(f"Paga la quota entro il {last:%d/%m/%Y}.", f"Pay the quota by {last:%d/%m/%Y}.")
            if pays
            else Bilingual(f"Accetta il posto entro il {last:%d/%m/%Y}.", f"Accept the place by {last:%d/%m/%Y}.")
        )
        title = Bilingual("Il posto si perde tra poco", "The place is lost soon")
        tell_firm(actor, row, "pay-soon" if pays else "answer-soon", title, words)
        told.append(row.pk)
    if not told:
        return unchanged(0)
    note(places=told)
    return len(told)


def lapse_offers(*, actor: Actor) -> int:
    """Every morning: places that were not accepted by their day are lost and go to the next; those whose quota was to be paid by then,
    three working days later, because a transfer of the last day is recorded afterwards. Who was not granted its aid before the initiative
    began has no place either. How many. Where somebody was passed over for a debt, whether it can have a free place now. Each initiative
    by itself: one that fails holds no other, and is told once all are done."""
    never = Q(state=states.REGISTERING, selection__initiative__starts_on__lte=today())
    passed_over = _PASSED_OVER & Q(selection__decided_at__isnull=False, selection__initiative__starts_on__gt=today())
    late = Participation.objects.filter(Q(state=states.OFFERED, answer_by__lt=today()) | never | passed_over)
    initiatives = sorted(set(late.order_by("pk").values_list("selection__initiative_id", flat=True)[:500]))
    lost, failed = 0, []
    for initiative_id in initiatives:
        try:
            lost += lapse_offers_of(actor=actor, initiative_id=initiative_id)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("places that could not lapse", failed)
    return lost


@service("participations.lapse_offers")
def lapse_offers_of(*, actor: Actor, initiative_id: int) -> int:
    """The places of one initiative that are lost today go to the next; how many are lost. Who was passed over is looked at again: what
    it owed may be paid."""
    selection = locked_selection(initiative_id)
    lost = _lapse(actor, selection, today())
    given = 0
    if lost or selection.participations.filter(_PASSED_OVER).exists():
        given = fill_places(actor, selection, quiet=not lost)
    if not lost and not given:
        return unchanged(0)
    note(lapsed=lost, given=given)
    note_object(selection)
    return lost


#: On the waiting list, with the reason for which a free place went to somebody else or to nobody.
_PASSED_OVER = Q(state=states.LISTED) & ~Q(problem_it="")


def _lapse(actor: Actor, selection: Selection, on: date) -> int:
    gone = Q(state=states.OFFERED, answer_by__lt=on)
    if selection.initiative.starts_on <= on:
        gone |= Q(state=states.REGISTERING)
    rows = selection.participations.select_for_update(of=("self",)).filter(gone)
    found = list(rows.select_related("enterprise", "due", "reservation", "aid").order_by("position"))
    told = told_of_dues(row.due_id for row in found)
    lost = [row for row in found if row.accepted_at is None or (on > kept_until(row) and not _said_in_time(row, told))]
    for row in lost:
        row.selection = selection
        lapse(actor, row)
    return len(lost)


def _said_in_time(row: Participation, told: Mapping[int, date]) -> bool:
    """Whether a person says that its quota came in by its day, and another is to confirm it: the place waits for that."""
    if row.state != states.OFFERED or row.due_id is None or row.answer_by is None:
        return False
    return row.due_id in told and told[row.due_id] <= row.answer_by


def kept_until(row: Participation) -> date:
    """The last day on which a payment made in time may still be recorded for an accepted place."""
    assert row.answer_by is not None
    return recorded_by(row.answer_by)


def lapse(actor: Actor, row: Participation) -> None:
    """A place is lost: not answered in time, or not paid in time. Of what came in for one that was accepted the rules of the day say what
    is given back, as to who renounces; all of it when the aid was never granted, or the whole quota came, late. For a service at work that
    holds the selection, and then fills the places."""
    from levante.participations.answering import give_back  # which fills the places too

    registering = row.state == states.REGISTERING
    why = (
        Bilingual(
            "L’aiuto non è stato concesso prima dell’inizio.", "The aid was not granted before the initiative began."
        )
        if registering
        else Bilingual("Non hai risposto in tempo.", "You did not answer in time.")
        if row.accepted_at is None
        else Bilingual("La quota non è stata pagata in tempo.", "The quota was not paid in time.")
    )
    initiative, due = row.selection.initiative, row.due
    paid_late = due is not None and due.state == "paid"
    back = (
        100
        if row.accepted_at is None or paid_late
        else percent_back(
            row.selection.refunds, starts_on=initiative.starts_on, on=today(), free_until=row.selection.free_until
        )
    )
    give_back(actor, row, states.LAPSED, why, percent=back)
    tell_firm(actor, row, "lapsed", Bilingual("Il posto è decaduto", "The place has lapsed"), why)
