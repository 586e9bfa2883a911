"""A click day told again: places given by the lane's own arithmetic, without the lane. For demonstrations alone.

The story of a day that ended has instants of the past, which no running lane would give. The order, the leaves, the head and
its signature are made by the same function, so that what is shown can be recomputed as on a real day.
"""

from collections.abc import Sequence
from datetime import datetime

from levante.intake.lane.answers import Sealed
from levante.intake.lane.ordering import Asked, Batch, Counter, Window, order
from levante.intake.models import PLACES, IntakeEntry, IntakeHead, IntakeLog
from levante.kernel.api import Actor, note, note_object, refuse, service
from levante.register.api import signing_key
from levante.register.pure import tree


@service("intake.replay_day")
def replay_day(*, actor: Actor, log: IntakeLog, sent: Sequence[tuple[str, datetime]]) -> Batch:
    """Give places, in this order, to what was sealed: ``(subject, instant)``. ``Refused`` where it is not a demonstration."""
    current = IntakeLog.objects.select_for_update(of=("self",)).select_related("opening").get(pk=log.pk)
    if not actor.is_system or not (current.rehearsal or (current.opening is not None and current.opening.is_demo)):
        refuse("Si racconta solo una dimostrazione.", "Only a demonstration is told again.")
    tickets = {one.subject: one for one in current.tickets.filter(voided_at__isnull=True)}
    found = {
        bytes(one.token_digest): Sealed(
            one.pk, one.subject, bytes(one.seal), bytes(one.salt), bytes(one.entry_hash)
        )
        for one in tickets.values()
    }  # fmt: skip
    asked = [Asked(bytes(tickets[name].token_digest), bytes(tickets[name].seal), at) for name, at in sent]
    frontier = tree.unpack(bytes(current.frontier))
    counter = Counter(current.pk, current.code, current.size, current.last_instant, frontier, Window(*current.window()))
    batch = order(counter, asked, found, signing_key())
    head, growth, base = batch.head, batch.growth, current.pk * PLACES
    if batch.refused or head is None or growth is None:
        refuse("Qualcosa non rientra nella finestra.", "Something is outside the window.")
    IntakeEntry.objects.bulk_create(
        IntakeEntry(
            id=base + entry.sequence, log=current, sequence=entry.sequence, ticket_id=entry.ticket.id,
            received_at=entry.instant, leaf_hash=entry.leaf,
        )
        for entry in batch.fresh
    )  # fmt: skip
    IntakeHead.objects.create(
        id=base + head.size, log=current, size=head.size, previous=head.previous, root=head.root,
        frontier=tree.pack(frontier), instant=batch.fresh[-1].instant, key_id=head.key_id, signature=head.signature,
    )  # fmt: skip
    current.size, current.last_instant, current.frontier = (
        growth.size,
        batch.fresh[-1].instant,
        tree.pack(growth.frontier),
    )
    current.save(update_fields=["size", "last_instant", "frontier"])
    note(log=current.name, size=current.size)
    note_object(current)
    return batch
