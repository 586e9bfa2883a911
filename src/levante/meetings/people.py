"""Who comes to the meetings: brought with what it said, set by the office and, within that, by itself."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from levante.directory.api import known_of
from levante.kernel.api import Actor, note, refuse, require, service, unchanged
from levante.meetings import policies, states
from levante.meetings.admitting import admitted, coming_apart
from levante.meetings.holding import changed, locked_agenda
from levante.meetings.marks import mark_of_attendee, require_as_read
from levante.meetings.models import Agenda, Attendee
from levante.meetings.nights import give_hours, is_elsewhere, take_nights_off
from levante.meetings.pure.words import without_name
from levante.meetings.setting import MOST_PEOPLE, check_zone, require_open, tell_two
from levante.meetings.sound import follow, nothing_breaks, require_calls, told_anew
from levante.participations.api import Participation
from levante.parties.api import Buyer

#: An attendee's words are of at most so many characters.
LONGEST_OFFERS = 4000


@service("meetings.bring_attendees")
def bring_attendees(
    *, actor: Actor, agenda: Agenda, minimum: int = 0, maximum: int = 50, per_day: int | None = None
) -> Agenda:
    """Everybody who has a confirmed place, every enterprise that comes without one (``coming_apart``) and every buyer whose request to
    take part stands comes to the meetings; who is there already is left as it is, and a buyer that is not qualified where the initiative
    wants it is left out. The stand of who has a module is where others come to it. Who meets online has the hours of its country, and
    is away in those of its night."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    require_open(held)
    if minimum > maximum:
        refuse("Il minimo supera il massimo.", "The minimum is above the maximum.", field="minimum")
    given: dict[str, Any] = {"agenda": held, "minimum": minimum, "maximum": maximum, "per_day": per_day}
    rows: list[Attendee] = []
    there = set(held.attendees.exclude(enterprise=None).values_list("enterprise_id", flat=True))
    places = Participation.objects.filter(selection__initiative=held.initiative_id).taking_part()
    new = list(
        places.exclude(enterprise__in=there).select_related("enterprise", "interest").prefetch_related("modules_held")
    )
    apart, barred = coming_apart(held.initiative)
    apart = [one for one in apart if one.enterprise_id not in there]
    sellers = [
        (one.enterprise, one.interest.products if one.interest is not None else "", ", ".join(m.code for m in one.modules_held.all()))
        for one in new
    ] + [(one.enterprise, one.products, "") for one in apart]  # fmt: skip
    known = known_of(firm.pk for firm, _, _ in sellers)
    for firm, products, stand in sellers:
        said = known.get(firm.pk)
        spoken = {"it", *(said.languages if said is not None else ())}
        rows.append(
            Attendee(
                side=states.SELLER, enterprise=firm,
                # What it would show, and nothing else that it wrote: others read it before they know who it is.
                offers=without_name(products, firm.name)[:LONGEST_OFFERS],
                languages=sorted(one for one in spoken if len(one) == 2),
                sectors=firm.sectors, own_table=stand[:20], token=secrets.token_urlsafe(32), **given,
            )
        )  # fmt: skip
    bought = set(held.attendees.exclude(buyer=None).values_list("buyer_id", flat=True))
    may, left = admitted(held.initiative)
    left = [one for one in left if one.interest.buyer_id not in bought]
    rows += [_buyer(one.buyer, one.looking_for, given) for one in may if one.buyer_id not in bought]
    if left and not rows:
        names = ", ".join(one.interest.buyer.name for one in left[:5])
        refuse(
            f"L’iniziativa vuole solo buyer qualificati, e non lo sono: {names}. Il perché è sotto l’elenco.",
            f"The initiative wants qualified buyers only, and these are not: {names}. Why is told under the list.",
        )
    if len(rows) + held.attendees.count() > 2 * MOST_PEOPLE:
        refuse("Sono troppi per un’agenda.", "They are too many for an agenda.")
    if not rows:
        return unchanged(held)
    give_hours(held, rows)
    Attendee.objects.bulk_create(rows)
    nights = take_nights_off(held, rows, held.slots.all())
    changed(held)
    note(brought=len(rows), without_place=len(apart), left_out=len(left) + len(barred), nights=nights)
    return held


def words_for(buyer: Buyer, looking_for: str) -> str:
    """What a buyer looks for, as others read it before they know who it is."""
    return without_name(looking_for or buyer.looking_for, buyer.name)[:LONGEST_OFFERS]


def _buyer(buyer: Buyer, looking_for: str, given: dict[str, Any]) -> Attendee:
    return Attendee(
        side=states.BUYER, buyer=buyer, offers=words_for(buyer, looking_for), languages=buyer.languages, sectors=buyer.sectors,
        token=secrets.token_urlsafe(32), **given,
    )  # fmt: skip


@service("meetings.set_attendee")
def set_attendee(
    *, actor: Actor, row: Attendee, minimum: int, maximum: int | None, per_day: int | None, rest_after: int, own_table: str,
    languages: Sequence[str],
    away: Sequence[int],
    zone: str = "",
    offers: str | None = None,
    remote: bool | None = None,
    read: str | None = None,
) -> Attendee:  # fmt: skip
    """How many meetings one can have, its languages, the slots (numbers) in which it is not there, what it offers or looks for (its name
    is taken out), whether it takes part from afar (``remote``; none: as it is). Where its hours become others it is away in those of its
    night too, until told otherwise. By the office; or, while requests are open, by who comes: then ``maximum`` and ``per_day`` are what it
    wants of what the office gives (none: all of it), the minimum, the stand and being afar stay. ``read``: the mark of what was read
    (``marks``); upon something else it is refused."""
    agenda = locked_agenda(row.agenda_id)
    held = Attendee.objects.select_for_update(of=("self",)).select_related("agenda").get(pk=row.pk)
    held.agenda = agenda
    require_as_read(read, mark_of_attendee(held))
    if not policies.may_arrange(actor, agenda.initiative):
        require(policies.may_ask(actor, held))
        # A minimum draws meetings away from others (what is missing to it costs the agenda more than a meeting is worth), and
        # so does a cap that is lifted: the office gives them, the same for all; who comes can only want fewer.
        held.wants_most = _within(maximum, held.maximum, "maximum")
        held.wants_per_day = _within(per_day, held.per_day, "per_day")
        own_table, minimum, maximum, per_day, remote = held.own_table, held.minimum, held.maximum, held.per_day, None
    require_open(agenda)
    if maximum is None:
        refuse("Quanti incontri al massimo?", "How many meetings at most?", field="maximum")
    if zone:
        check_zone(zone)
    if not 0 <= minimum <= maximum:
        refuse("Il minimo supera il massimo.", "The minimum is above the maximum.", field="minimum")
    if not 0 <= rest_after <= 10 or (per_day is not None and per_day < 0):
        refuse("Numeri non possibili.", "These numbers are not possible.", field="rest_after")
    stand = own_table.strip()[:20]
    elsewhere = held.own_table != stand or remote not in {None, held.remote}
    hours, held.zone = (held.zone, is_elsewhere(agenda, held)), zone
    held.remote = held.remote if remote is None else remote
    if held.remote and stand:
        refuse(
            "Chi partecipa a distanza non ha uno stand.", "Who takes part from afar has no stand.", field="own_table"
        )
    if not hours[1]:
        give_hours(agenda, [held])
    with nothing_breaks(agenda):
        held.minimum, held.maximum, held.per_day, held.rest_after = minimum, maximum, per_day, rest_after
        held.own_table, held.languages = stand, sorted({one.lower() for one in languages if len(one) == 2})
        if offers is not None:
            held.offers = without_name(offers.replace("\0", "").strip()[:LONGEST_OFFERS], held.name)
        held.save(
            update_fields=[
                "minimum", "maximum", "per_day", "wants_most", "wants_per_day", "rest_after", "own_table", "languages", "zone", "offers",
                "remote",
            ]
        )  # fmt: skip
        held.away.set(agenda.slots.filter(pk__in=list(away)))
        if held.withdrawn_at is None:  # where it is there after all it missed nothing
            off = agenda.meetings.filter(Q(a=held) | Q(b=held), state=states.CANCELLED, missed_by=held.side)
            off.exclude(slot__in=held.away.all()).update(missed_by="")
        if hours != (held.zone, is_elsewhere(agenda, held)):
            take_nights_off(agenda, [held], agenda.slots.all())
        if agenda.state == states.PUBLISHED:
            require_calls(agenda)
        touched = {row.pk: row for row in follow(agenda)}
    if elsewhere:
        touched |= {row.pk: row for row in told_anew(agenda, held.pk)}
    changed(agenda)
    tell_two(actor, agenda, list(touched.values()))
    note(minimum=minimum, maximum=maximum, wants_most=held.wants_most, wants_per_day=held.wants_per_day)
    return held


def _within(wanted: int | None, given: int | None, field: str) -> int | None:
    """What one wants of what the office gives: kept where it is less."""
    if wanted is not None and given is not None and wanted > given:
        refuse(f"L’ufficio ne dà al massimo {given}.", f"The office gives at most {given}.", field=field)
    return None if wanted == given else wanted
