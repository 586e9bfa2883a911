"""An agenda as the solver takes it, and back. What it is worth to bring two together is ``pure.weights``."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from levante.matching.api import Agenda as Solved
from levante.matching.api import Instance, Pair, Participant
from levante.matching.api import Meeting as SolvedMeeting
from levante.matching.api import Slot as SolvedSlot
from levante.meetings import states
from levante.meetings.models import Agenda, Attendee, BlockedPair, Meeting, MeetingRequest, Slot
from levante.meetings.pure.weights import interpreter_for, weight_of
from levante.meetings.voices import interpreters_at


def instance_of(agenda: Agenda, *, as_it_stands: bool = False) -> Instance:
    """The event: slots as instants, people, the pairs that somebody asked for and nobody declined or blocked. Locked
    meetings and those already held are pinned.

    ``as_it_stands``, to check, edit or mend the meetings there are: with the pairs of all of them, also of who left after
    one, or declined once it was arranged. Eight queries.
    """
    slots = list(agenda.slots.order_by("starts_at"))
    meetings = list(agenda.meetings.standing().order_by("pk"))
    held = [row for row in meetings if row.locked or row.state != states.PLANNED]
    fixed = {(row.a_id, row.b_id): row for row in held}
    kept = {(row.a_id, row.b_id) for row in (meetings if as_it_stands else held)}
    met = {pk for pair in kept for pk in pair}
    rows = agenda.attendees.filter(Q(withdrawn_at__isnull=True) | Q(pk__in=met))
    people = list(rows.prefetch_related("away").order_by("pk"))
    voices = interpreters_at(agenda, slots)
    pairs = pairs_of(agenda, people, kept, fixed, frozenset(voices))
    return Instance(
        slots=tuple(_slot(row, agenda.zone) for row in slots),
        participants=tuple(_person(row, slots, meetings) for row in people),
        pairs=tuple(pairs),
        tables=None if agenda.mode == states.ONLINE else agenda.tables,
        table_slots={}
        if agenda.mode == states.ONLINE
        else {str(row.pk): row.tables for row in slots if row.tables is not None},
        interpreters=voices,
        shortfall_penalty=float(agenda.penalty),
    )


def _slot(row: Slot, zone: str) -> SolvedSlot:
    local = row.starts_at.astimezone(ZoneInfo(zone))
    begins = int(row.starts_at.timestamp()) // 60
    return SolvedSlot(
        id=str(row.pk), day=local.date().isoformat(), start=local.strftime("%H:%M"), minutes=row.minutes, begins=begins
    )


def _person(row: Attendee, slots: list[Slot], meetings: list[Meeting]) -> Participant:
    """As the solver takes it; who has left is there for the meetings it has, and for no other."""
    away = {one.pk for one in row.away.all()}
    if row.withdrawn_at is not None:
        away = {slot.pk for slot in slots} - {one.slot_id for one in meetings if row.pk in (one.a_id, one.b_id)}
    return Participant(
        id=str(row.pk), side=row.side, min=0 if row.withdrawn_at else row.least, max=row.most,
        max_per_day=row.most_per_day, own_table=bool(row.own_table) or row.remote,
        available=tuple(str(slot.pk) for slot in slots if slot.pk not in away), languages=tuple(row.languages), rest_after=row.rest_after,
    )  # fmt: skip


def with_pair(agenda: Agenda, instance: Instance, a: int, b: int) -> Instance:
    """The event with the pair that the office brings together though neither asked: worth the least there is. As it was
    when one of them said no, or they are kept apart."""
    if any((pair.a, pair.b) == (str(a), str(b)) for pair in instance.pairs):
        return instance
    people = {row.pk: row for row in agenda.attendees.coming().filter(pk__in=[a, b]).prefetch_related("away")}
    apart = BlockedPair.objects.filter(a=a, b=b).exists()
    said = MeetingRequest.objects.filter(Q(asker=a, asked=b) | Q(asker=b, asked=a), state=states.DECLINED)
    if len(people) < 2 or apart or said.exists() or not all(_is_in(instance, one) for one in people):
        return instance
    needed = interpreter_for(
        frozenset(people[a].languages), frozenset(people[b].languages), common=frozenset(agenda.languages),
        offered=instance.interpreters,
    )  # fmt: skip
    pair = Pair(a=str(a), b=str(b), weight=1.0, mutual=False, interpreter=needed)
    return replace(instance, pairs=(*instance.pairs, pair))


def _is_in(instance: Instance, pk: int) -> bool:
    return any(one.id == str(pk) for one in instance.participants)


def pairs_of(
    agenda: Agenda,
    people: list[Attendee],
    kept: set[tuple[int, int]],
    fixed: dict[tuple[int, int], Meeting],
    offered: frozenset[str],
) -> list[Pair]:
    """The pairs that may meet, in the order of their numbers: those of ``kept`` whatever was said of them since. ``offered``: the
    languages that the agenda has interpreters of."""
    by_id = {row.pk: row for row in people}
    asked: dict[tuple[int, int], dict[str, Any]] = {}
    for row in MeetingRequest.objects.filter(asker__agenda=agenda).exclude(state=states.WITHDRAWN).order_by("pk"):
        if row.asker_id not in by_id or row.asked_id not in by_id:
            continue
        by_seller = by_id[row.asker_id].side == states.SELLER
        key = (row.asker_id, row.asked_id) if by_seller else (row.asked_id, row.asker_id)
        asked.setdefault(key, {})["seller" if by_seller else "buyer"] = row
    out = set(BlockedPair.objects.filter(a__agenda=agenda).values_list("a_id", "b_id"))
    common = frozenset(agenda.languages)
    found = []
    for key in sorted(asked.keys() | kept):
        said = asked.get(key, {})
        pinned = fixed.get(key)
        if key not in kept and (key in out or any(row.state == states.DECLINED for row in said.values())):
            continue
        seller, buyer = said.get("seller"), said.get("buyer")
        weight, mutual = weight_of(
            seller=seller.priority if seller else None, buyer=buyer.priority if buyer else None,
            seller_accepts=buyer is not None and buyer.state == states.ACCEPTED,
            buyer_accepts=seller is not None and seller.state == states.ACCEPTED,
        )  # fmt: skip
        a, b = (by_id.get(one) for one in key)
        if a is None or b is None:
            continue
        needed = interpreter_for(frozenset(a.languages), frozenset(b.languages), common=common, offered=offered)
        found.append(
            Pair(
                a=str(key[0]), b=str(key[1]), weight=weight or 1.0, mutual=mutual, interpreter=needed,
                pinned=str(pinned.slot_id) if pinned is not None else None,
            )
        )  # fmt: skip
    return found


def solved_of(agenda: Agenda) -> Solved:
    """The meetings as they stand, as the solver takes them. One query."""
    rows = agenda.meetings.standing().order_by("slot__starts_at", "pk")
    return Solved(
        meetings=tuple(
            SolvedMeeting(str(row.a_id), str(row.b_id), str(row.slot_id), row.table, row.interpreter or None)
            for row in rows
        )
    )
