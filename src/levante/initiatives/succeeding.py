"""A firm that asked to take part is merged into another by a deed: what it asked stands for who comes out of it (art. 2504-bis c.c.)."""

from collections.abc import Collection, Iterable

from levante.aid.api import UndertakingEvent, hand_over
from levante.initiatives import states
from levante.initiatives.models import ExpressionOfInterest
from levante.initiatives.services import locked
from levante.kernel.api import Actor, refuse
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise

#: How an event calls the expressions of interest that changed hands with it.
INTERESTS = ExpressionOfInterest._meta.label


def hear_succession(
    *, actor: Actor, event: UndertakingEvent, firm: Enterprise, heir: Enterprise, aids: Collection[int] | None
) -> Iterable[Bilingual]:
    """Of a merger: what stands of an initiative that is not over is the heir's, with its number and its turn; the copy of the firm that was
    registered stays as it was. Where the heir asked too, its own stands: the
    room that gives places says what is to be done. A split moves none."""
    if aids is not None:
        return
    rows = ExpressionOfInterest.objects.standing().filter(
        enterprise=firm, initiative__state__in=[*states.TO_COME, states.ON_SITE]
    )
    for pk, initiative_id in list(rows.order_by("initiative", "pk").values_list("pk", "initiative")):
        initiative = locked(initiative_id)
        one = rows.filter(pk=pk).first()
        if one is None:
            continue
        own = ExpressionOfInterest.objects.filter(enterprise=heir, initiative=initiative).first()
        if own is not None and own.state == states.EXPRESSED:
            continue
        instead = own.pk if own is not None else None
        hand_over(ExpressionOfInterest.objects.all(), pk, of=firm.pk, to=heir.pk, instead=instead)
        event.moved = {
            **event.moved,
            INTERESTS: [*event.moved.get(INTERESTS, []), [pk, firm.pk, heir.pk, instead, one.turn]],
        }
        yield Bilingual(
            f"Da {firm.name} a {heir.name}: richiesta di partecipare a «{initiative.title_it}».",
            f"From {firm.name} to {heir.name}: request to take part in “{initiative.title_en}”.",
        )


def undo_succession(*, actor: Actor, event: UndertakingEvent) -> Iterable[Bilingual]:
    """What changed hands with the event is whose it was, unless it was withdrawn or made again since."""
    for pk, firm, heir, instead, turn in event.moved.get(INTERESTS, []):
        one = ExpressionOfInterest.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=pk)
        if (one.state, one.turn, one.enterprise_id) != (states.EXPRESSED, turn, heir):
            refuse(
                f"La richiesta per «{one.initiative.title_it}» è cambiata dopo l’operazione: non si annulla più.",
                f"The request for “{one.initiative.title_en}” changed since: it is not undone any more.",
            )
        hand_over(ExpressionOfInterest.objects.all(), pk, of=heir, to=firm, instead=instead)
        yield Bilingual(
            f"Torna la richiesta per «{one.initiative.title_it}».",
            f"The request for “{one.initiative.title_en}” goes back.",
        )
