"""Who takes part no more, because its place or its request is no more, and who was said not to come and is there after all."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Q

from levante.initiatives.api import BuyerInterest
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, unchanged
from levante.matching.api import Absence
from levante.meetings import policies, states
from levante.meetings.building import instance_of, solved_of
from levante.meetings.editing import write_meetings
from levante.meetings.holding import changed, locked_agenda
from levante.meetings.mending import mended
from levante.meetings.models import Agenda, Attendee
from levante.meetings.publishing import tell_changes
from levante.participations.api import Participation

if TYPE_CHECKING:
    from levante.meetings.models import Meeting


def place_ended(*, actor: Actor, row: Participation) -> None:
    """Called by participations in the transaction in which an enterprise gives its place up or loses it."""
    found = Attendee.objects.filter(agenda__initiative=row.selection.initiative_id, enterprise=row.enterprise_id)
    _withdraw(found.first())


def buyer_withdrew(*, actor: Actor, interest: BuyerInterest) -> None:
    """Called by initiatives in the transaction in which a buyer takes back its request to take part."""
    _withdraw(Attendee.objects.filter(agenda__initiative=interest.initiative_id, buyer=interest.buyer_id).first())


def _withdraw(row: Attendee | None) -> None:
    if row is not None:
        withdraw_attendee(actor=system("meetings.leaving"), row=row)


@service("meetings.withdraw_attendee")
def withdraw_attendee(*, actor: Actor, row: Attendee) -> Attendee:
    """Somebody comes no more: its meetings still to come are cancelled. Once the agenda is published the holes are filled
    with no other meeting touched, and the two of each meeting that changed are told; before, nobody has read it and the
    next run fills them."""
    agenda = locked_agenda(row.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    person = Attendee.objects.select_for_update().get(pk=row.pk)
    if person.withdrawn_at is not None:
        return unchanged(person)
    ahead = agenda.meetings.filter(Q(a=person) | Q(b=person), state=states.PLANNED, slot__starts_at__gt=now())
    touched: list[Meeting] = []
    if agenda.state == states.PUBLISHED and ahead.exists():
        before = solved_of(agenda)
        instance = instance_of(agenda, as_it_stands=True)
        found = mended(agenda, instance, before, (Absence(str(person.pk), _next_slot(agenda)),), "0")
        touched = write_meetings(agenda, before, found.agenda)
    elif agenda.state != states.CLOSED:
        ahead.update(state=states.CANCELLED, changed_at=now())
    person.withdrawn_at = now()
    person.save(update_fields=["withdrawn_at"])
    changed(agenda)
    note(lost=sum(one.state == states.CANCELLED for one in touched))
    note_object(person)
    tell_changes(actor, agenda, touched)
    return person


@service("meetings.bring_back")
def bring_back(*, actor: Actor, row: Attendee) -> Attendee:
    """Who was said not to come is there after all. Once the agenda is published its slots still to come are filled with
    those it may meet who are free, with nobody's meeting moved; those who get one are told."""
    agenda = locked_agenda(row.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    if agenda.state == states.CLOSED:
        refuse("L’agenda è conclusa.", "The agenda is closed.")
    person = Attendee.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if person.withdrawn_at is None:
        return unchanged(person)
    if not _takes_part(agenda, person):
        refuse(
            "Non ha più un posto o ha ritirato la richiesta di partecipare.",
            "It no longer has a place, or took back its request to take part.",
        )
    person.withdrawn_at = None
    person.save(update_fields=["withdrawn_at"])
    touched: list[Meeting] = []
    if agenda.state == states.PUBLISHED and _next_slot(agenda) is not None:
        before = solved_of(agenda)
        instance = instance_of(agenda, as_it_stands=True)
        there = {(one.a, one.b) for one in before.meetings}
        me = str(person.pk)
        # Only its own holes: what somebody took out by hand elsewhere is not put back by this.
        mine = tuple(one for one in instance.pairs if (one.a, one.b) in there or me in (one.a, one.b))
        touched = write_meetings(agenda, before, mended(agenda, replace(instance, pairs=mine), before, (), "0").agenda)
    changed(agenda)
    note(added=len(touched))
    note_object(person)
    tell_changes(actor, agenda, touched)
    return person


def _takes_part(agenda: Agenda, person: Attendee) -> bool:
    """No place was given up or lost, no request taken back; who was brought without one is not asked for it."""
    if person.side == states.SELLER:
        places = Participation.objects.filter(
            selection__initiative=agenda.initiative_id, enterprise=person.enterprise_id
        )
        return places.taking_part().exists() or not places.exists()
    asks = BuyerInterest.objects.filter(initiative=agenda.initiative_id, buyer=person.buyer_id)
    return asks.standing().exists() or not asks.exists()


def _next_slot(agenda: Agenda) -> str | None:
    coming = agenda.slots.filter(starts_at__gt=now()).order_by("starts_at").values_list("pk", flat=True).first()
    return str(coming) if coming is not None else None
