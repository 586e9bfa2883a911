"""A firm with a place in a list is merged into another by a deed: the place is the other's, but where both have one."""

from collections.abc import Collection, Iterable
from typing import Any

from levante.aid.api import UndertakingEvent
from levante.kernel.api import Actor, refuse
from levante.kernel.pure import Bilingual
from levante.participations import states
from levante.participations.models import Participation
from levante.parties.api import Enterprise

#: How an event calls the places that changed hands with it.
PLACES = Participation._meta.label


def _as_it_is(one: Participation) -> dict[str, Any]:
    """What of a place says that somebody did something with it."""
    return {
        "state": one.state, "modules": one.modules, "aid": one.aid_id, "cor": one.cor,
        "accepted_at": one.accepted_at.isoformat() if one.accepted_at else None,
    }  # fmt: skip


def hear_succession(
    *, actor: Actor, event: UndertakingEvent, firm: Enterprise, heir: Enterprise, aids: Collection[int] | None
) -> Iterable[Bilingual]:
    """Of a merger: places that stand are the heir's; where it is in the same list, who holds the initiative says which is given up. A split
    moves none."""
    if aids is not None:
        return
    own = Participation.objects.filter(enterprise=heir).order_by().values("selection")
    rows = Participation.objects.filter(enterprise=firm, state__in=states.STANDING)
    both = list(rows.filter(selection__in=own).select_related("selection__initiative").order_by("pk"))
    moving = rows.exclude(pk__in=[one.pk for one in both])
    moving = moving.select_related("selection__initiative").order_by("pk")
    for one in moving:
        initiative = one.selection.initiative
        yield Bilingual(
            f"Da {firm.name} a {heir.name}: posto in «{initiative.title_it}».",
            f"From {firm.name} to {heir.name}: place in “{initiative.title_en}”.",
        )
    kept = [[one.pk, firm.pk, _as_it_is(one)] for one in moving]
    if kept:
        event.moved = {**event.moved, PLACES: [*event.moved.get(PLACES, []), *kept]}
    moving.update(enterprise=heir)
    for one in both:
        initiative = one.selection.initiative
        yield Bilingual(
            f"In «{initiative.title_it}» hanno un posto sia {firm.name} sia {heir.name}: uno va lasciato.",
            f"In “{initiative.title_en}” both {firm.name} and {heir.name} have a place: one is to be given up.",
        )


def undo_succession(*, actor: Actor, event: UndertakingEvent) -> Iterable[Bilingual]:
    """Places that changed hands with the event are whose they were, if nothing was done with them since."""
    rows = Participation.objects.select_for_update(of=("self",)).select_related("selection__initiative")
    for pk, firm, then in event.moved.get(PLACES, []):
        one = rows.get(pk=pk)
        initiative = one.selection.initiative
        if _as_it_is(one) != then:
            refuse(
                f"Il posto in «{initiative.title_it}» è cambiato dopo l’operazione: non si annulla più.",
                f"The place in “{initiative.title_en}” changed since: it is not undone any more.",
            )
        Participation.objects.filter(pk=pk).update(enterprise=firm)
        yield Bilingual(
            f"Torna il posto in «{initiative.title_it}».", f"The place in “{initiative.title_en}” goes back."
        )
