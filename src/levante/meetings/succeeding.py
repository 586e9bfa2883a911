"""A firm that comes to meetings is merged into another by a deed: who comes out of it comes in its place (art. 2504-bis c.c.)."""

from collections.abc import Collection, Iterable

from levante.aid.api import UndertakingEvent, hand_over, merged_into, pass_later
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.meetings import states
from levante.meetings.holding import changed, locked_agenda
from levante.meetings.models import Agenda, Attendee
from levante.parties.api import Enterprise

#: How an event calls those who came in the place of another with it.
ATTENDEES = Attendee._meta.label


def hear_succession(
    *, actor: Actor, event: UndertakingEvent, firm: Enterprise, heir: Enterprise, aids: Collection[int] | None
) -> Iterable[Bilingual]:
    """Of a merger: in every agenda that is not closed the heir has the meetings, the requests and the stand of the firm. Where it comes
    too, who holds the agenda says which of the two is taken off. A split moves none."""
    if aids is not None:
        return
    rows = Attendee.objects.coming().filter(enterprise=firm).exclude(agenda__state=states.CLOSED)
    for pk, agenda_id in list(rows.order_by("agenda", "pk").values_list("pk", "agenda")):
        agenda = locked_agenda(agenda_id)
        if not rows.filter(pk=pk).exists():
            continue
        initiative = agenda.initiative
        own = Attendee.objects.filter(agenda=agenda, enterprise=heir).first()
        if own is not None and own.withdrawn_at is None:
            yield Bilingual(
                f"Agli incontri di «{initiative.title_it}» vengono sia {firm.name} sia {heir.name}: una va tolta.",
                f"Both {firm.name} and {heir.name} come to the meetings of “{initiative.title_en}”: one is to be taken off.",
            )
            continue
        yield _passed(event, agenda, pk, firm, heir, own)


def _passed(
    event: UndertakingEvent, agenda: Agenda, pk: int, firm: Enterprise, heir: Enterprise, own: Attendee | None
) -> Bilingual:
    """Who comes is the heir, kept with the event; ``own``: the heir's own row, which has left."""
    initiative, instead = agenda.initiative, own.pk if own is not None else None
    hand_over(Attendee.objects.all(), pk, of=firm.pk, to=heir.pk, instead=instead)
    changed(agenda, event=False)
    event.moved = {**event.moved, ATTENDEES: [*event.moved.get(ATTENDEES, []), [pk, firm.pk, heir.pk, instead]]}
    return Bilingual(
        f"Da {firm.name} a {heir.name}: incontri di «{initiative.title_it}».",
        f"From {firm.name} to {heir.name}: meetings of “{initiative.title_en}”.",
    )


def own_row_left(*, row: Attendee) -> None:
    """Called in the transaction in which an enterprise leaves the meetings: those of a firm merged into it, kept apart since both came, are
    its own from now, unless the agenda is closed."""
    heir = row.enterprise
    agenda = locked_agenda(row.agenda_id)
    if heir is None or agenda.state == states.CLOSED:
        return
    for event, firm in merged_into(heir):
        pk = agenda.attendees.coming().filter(enterprise=firm).values_list("pk", flat=True).first()
        if pk is not None:
            pass_later(event, [_passed(event, agenda, pk, firm, heir, row)])
            return


def undo_succession(*, actor: Actor, event: UndertakingEvent) -> Iterable[Bilingual]:
    """Who came in the place of another comes in it no more: the meetings, as they are by now, are whose they were."""
    for pk, firm, heir, instead in event.moved.get(ATTENDEES, []):
        row = Attendee.objects.select_related("agenda__initiative").get(pk=pk)
        agenda = locked_agenda(row.agenda_id)
        hand_over(Attendee.objects.all(), pk, of=heir, to=firm, instead=instead)
        changed(agenda, event=False)
        initiative = agenda.initiative
        yield Bilingual(
            f"Tornano gli incontri di «{initiative.title_it}».", f"The meetings of “{initiative.title_en}” go back."
        )
