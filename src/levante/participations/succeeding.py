"""A firm with a place in a list is merged into another by a deed: the place is the other's, but where both have one."""

from collections.abc import Collection, Iterable

from levante.aid.api import UndertakingEvent
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.participations import states
from levante.participations.models import Participation
from levante.parties.api import Enterprise


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
    for one in moving.select_related("selection__initiative").order_by("pk"):
        initiative = one.selection.initiative
        yield Bilingual(
            f"Da {firm.name} a {heir.name}: posto in «{initiative.title_it}».",
            f"From {firm.name} to {heir.name}: place in “{initiative.title_en}”.",
        )
    moving.update(enterprise=heir)
    for one in both:
        initiative = one.selection.initiative
        yield Bilingual(
            f"In «{initiative.title_it}» hanno un posto sia {firm.name} sia {heir.name}: uno va lasciato.",
            f"In “{initiative.title_en}” both {firm.name} and {heir.name} have a place: one is to be given up.",
        )
