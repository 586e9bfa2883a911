"""Who takes part no more, because its place or its request is no more, and who was said not to come and is there after all."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from levante.identity.api import RoleGrant, roles
from levante.initiatives.api import BuyerInterest, ExpressionOfInterest
from levante.initiatives.api import states as interests
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import Bilingual
from levante.matching.api import Absence
from levante.meetings import policies, states
from levante.meetings.admitting import admitted
from levante.meetings.building import instance_of, solved_of
from levante.meetings.editing import write_meetings
from levante.meetings.holding import changed, locked_agenda
from levante.meetings.mending import mended
from levante.meetings.models import Agenda, Attendee
from levante.meetings.people import words_for
from levante.meetings.publishing import tell_changes
from levante.meetings.succeeding import own_row_left
from levante.messages.api import notify
from levante.participations.api import Participation, without_place

if TYPE_CHECKING:
    from levante.meetings.models import Meeting


def place_ended(*, actor: Actor, row: Participation) -> None:
    """Called by participations in the transaction in which an enterprise gives its place up or loses it."""
    found = Attendee.objects.filter(agenda__initiative=row.selection.initiative_id, enterprise=row.enterprise_id)
    _withdraw(found.first())


def interest_changed(*, actor: Actor, interest: ExpressionOfInterest) -> None:
    """Called by initiatives in the transaction in which an enterprise takes back its request to take part, or makes it again. Who comes
    without a place and asks for it no more comes no more; of who had left and asks again the office is told, and decides."""
    rows = Attendee.objects.select_related("agenda__initiative__lead_office", "enterprise")
    row = rows.filter(agenda__initiative=interest.initiative_id, enterprise=interest.enterprise_id).first()
    if row is None:
        return
    if not _takes_part(row.agenda, row):
        _withdraw(row)
    elif row.withdrawn_at is not None:
        _tell_office(row, back=False)


def buyer_withdrew(*, actor: Actor, interest: BuyerInterest) -> None:
    """Called by initiatives in the transaction in which a buyer takes back its request to take part, or the office says no to it."""
    found = Attendee.objects.filter(agenda__initiative=interest.initiative_id, buyer=interest.buyer_id).first()
    _withdraw(found, own=interest.state == interests.WITHDRAWN)


def buyer_is_back(*, actor: Actor, interest: BuyerInterest, since: datetime) -> None:
    """Called by initiatives in the transaction in which a buyer that had withdrawn asks again. What it had left by that (``since``),
    before the agenda is made, it comes to again; else the office is told, and decides."""
    rows = Attendee.objects.select_related("agenda__initiative__lead_office", "buyer")
    row = rows.filter(agenda__initiative=interest.initiative_id, buyer=interest.buyer_id).first()
    if row is None or row.withdrawn_at is None:
        return
    may, _ = admitted(row.agenda.initiative)
    open_yet = row.agenda.state in {states.PREPARING, states.ASKING}
    back = open_yet and row.withdrawn_at >= since and any(one.pk == interest.pk for one in may)
    if back:
        row.offers = words_for(interest.buyer, interest.looking_for)
        row.save(update_fields=["offers"])
        bring_back(actor=system("meetings.leaving"), row=row)
    _tell_office(row, back)


def _tell_office(row: Attendee, back: bool) -> None:
    """The directors of the Section and those who work on the initiative."""
    initiative = row.agenda.initiative
    held = RoleGrant.objects.in_force(today()).filter(user__is_active=True)
    there = Q(role__in=[roles.AGENCY_STAFF, roles.CASE_OFFICER], office=initiative.lead_office)
    who = Bilingual("Un buyer", "A buyer") if row.side == states.BUYER else Bilingual("Un’impresa", "An enterprise")
    users = held.filter(there | Q(role=roles.DIRECTOR)).values_list("user_id", flat=True)
    body = (
        Bilingual(f"{row.name} viene di nuovo agli incontri.", f"{row.name} comes to the meetings again.")
        if back
        else Bilingual(
            f"{row.name} chiede di nuovo di partecipare e non è tra chi viene: decidi se rimetterlo.",
            f"{row.name} asks to take part again and is not among those who come: decide whether to bring it back.",
        )
    )
    notify(
        actor=system("meetings.leaving"), users=set(users), kind="buyer-back",
        title=Bilingual(f"{who.it} ci ripensa: {initiative.title_it}"[:300], f"{who.en} is back: {initiative.title_en}"[:300]), body=body,
        path=f"/ufficio/iniziative/{initiative.code}/incontri/persone/", subject_type="meetings.Attendee",
        subject_id=f"{row.pk}:{now():%Y%m%d%H%M%S%f}",
    )  # fmt: skip


def _withdraw(row: Attendee | None, own: bool = False) -> None:
    if row is not None:
        withdraw_attendee(actor=system("meetings.leaving"), row=row, own=own)
        own_row_left(row=row)


@service("meetings.withdraw_attendee")
def withdraw_attendee(*, actor: Actor, row: Attendee, own: bool = False) -> Attendee:
    """Somebody comes no more: its meetings still to come are cancelled. Once the agenda is published the holes are filled
    with no other meeting touched, and the two of each meeting that changed are told; before, nobody has read it and the
    next run fills them. ``own``: it took its request back, so what it had in a published agenda is missed by it."""
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
        lost = list(ahead.values_list("pk", flat=True))
        touched = write_meetings(agenda, before, found.agenda)
        if own:
            agenda.meetings.filter(pk__in=lost, state=states.CANCELLED).update(missed_by=person.side)
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
    agenda.meetings.filter(Q(a=person) | Q(b=person), state=states.CANCELLED).update(missed_by="")
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
    """No place was given up or lost, no request taken back; of who was brought with neither none is asked."""
    if person.side == states.SELLER:
        places = Participation.objects.filter(
            selection__initiative=agenda.initiative_id, enterprise=person.enterprise_id
        )
        if (
            places.taking_part().exists()
            or without_place(agenda.initiative).filter(enterprise=person.enterprise_id).exists()
        ):
            return True
        asked = ExpressionOfInterest.objects.filter(initiative=agenda.initiative_id, enterprise=person.enterprise_id)
        return not places.exists() and not asked.exists()
    asks = BuyerInterest.objects.filter(initiative=agenda.initiative_id, buyer=person.buyer_id)
    return asks.standing().exists() or not asks.exists()


def _next_slot(agenda: Agenda) -> str | None:
    coming = agenda.slots.filter(starts_at__gt=now()).order_by("starts_at").values_list("pk", flat=True).first()
    return str(coming) if coming is not None else None
