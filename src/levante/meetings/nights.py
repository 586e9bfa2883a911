"""Who takes part from elsewhere: its hours from its country, the slots of its night taken off, who meets at night all the same."""

from collections.abc import Iterable

from levante.kernel.api import now
from levante.meetings import states
from levante.meetings.models import Agenda, Attendee, Meeting, Slot
from levante.meetings.pure.hours import at_night, same_clock, zone_of_country

#: Where the enterprises of the Region are.
HOME = "IT"


def is_elsewhere(agenda: Agenda, row: Attendee) -> bool:
    """Does it take part from where it is, and not at the place of the meetings?"""
    return agenda.mode == states.ONLINE or row.remote


def give_hours(agenda: Agenda, rows: Iterable[Attendee]) -> list[Attendee]:
    """Those who take part from elsewhere and have not said their zone get that of their country, where all its clocks say the same and
    not what those of the place do. Those that got one; nothing is written. Two queries at most."""
    moments = [slot.starts_at for slot in agenda.slots.all()] or [now()]
    given = []
    for row in rows:
        if row.zone or not is_elsewhere(agenda, row):
            continue
        zone = zone_of_country(str(row.buyer.country_id or "") if row.buyer is not None else HOME, moments)
        if zone and not same_clock(zone, agenda.zone, moments):
            row.zone = zone
            given.append(row)
    return given


def hours_unknown(agenda: Agenda, rows: Iterable[Attendee]) -> list[Attendee]:
    """Buyers from elsewhere whose country has clocks that differ, and who have not said theirs: their hours are told as those of the
    place. One query at most."""
    moments = [slot.starts_at for slot in agenda.slots.all()] or [now()]
    return [
        row
        for row in rows
        if not row.zone
        and is_elsewhere(agenda, row)
        and row.buyer is not None
        and not zone_of_country(str(row.buyer.country_id or ""), moments)
    ]


def take_nights_off(agenda: Agenda, rows: Iterable[Attendee], slots: Iterable[Slot]) -> int:
    """Those who take part from elsewhere are away in the slots of their night, where they have no meeting; who wants them takes the tick
    off. How many. For a service that holds the agenda. Two queries."""
    elsewhere = [row for row in rows if is_elsewhere(agenda, row)]
    if not elsewhere:
        return 0
    standing = agenda.meetings.standing().values_list("slot", "a", "b")
    busy = {(pk, slot) for slot, *two in standing for pk in two}
    through = Attendee.away.through
    taken = [
        through(attendee_id=row.pk, slot_id=slot.pk)
        for slot in slots
        for row in elsewhere
        if at_night(slot.starts_at, row.zone or agenda.zone) and (row.pk, slot.pk) not in busy
    ]
    through.objects.bulk_create(taken, ignore_conflicts=True)
    return len(taken)


def met_at_night(
    agenda: Agenda, people: Iterable[Attendee], meetings: Iterable[Meeting]
) -> list[tuple[Attendee, Meeting]]:
    """The meetings still to be held that are at night for one of the two, each with whom. No query when slots are read."""
    by_id = {row.pk: row for row in people if is_elsewhere(agenda, row)}
    return [
        (by_id[pk], one)
        for one in meetings
        for pk in (one.a_id, one.b_id)
        if one.state == states.PLANNED and pk in by_id and at_night(one.slot.starts_at, by_id[pk].zone or agenda.zone)
    ]
