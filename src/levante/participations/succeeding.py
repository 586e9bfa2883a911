"""A firm with a place in a list is merged into another by a deed: the place is the other's, whole, but where both have one."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from levante.aid.api import UndertakingEvent, hand_over, merged_into, pass_later
from levante.controls.api import Due, pass_quotas
from levante.initiatives.api import ExpressionOfInterest
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, refuse
from levante.kernel.pure import Bilingual
from levante.participations import aid, states
from levante.participations.aid_changing import hold_more_anew
from levante.participations.holding import locked_row
from levante.participations.models import Participation, Selection
from levante.parties.api import Enterprise

#: How an event calls the places that changed hands with it.
PLACES = Participation._meta.label


def _as_it_is(one: Participation) -> dict[str, Any]:
    """What of a place says that somebody did something with it; its COR while it is being registered does not, since another is asked."""
    return {
        "state": one.state, "modules": one.modules, "aid": one.aid_id, "cor": "" if one.state == states.REGISTERING else one.cor,
        "accepted_at": one.accepted_at.isoformat() if one.accepted_at else None,
    }  # fmt: skip


def hear_succession(
    *, actor: Actor, event: UndertakingEvent, firm: Enterprise, heir: Enterprise, aids: Collection[int] | None
) -> Iterable[Bilingual]:
    """Of a merger: places that stand are the heir's, and what is being registered for them is held and asked anew in its name; where it has
    a place in the same list, or waits for one, who holds the initiative says which is given up. A place of its own that has ended stays
    with the firm. Before a list is decided what the office wrote of a request follows that request. A split moves none."""
    if aids is not None:
        return
    written = Q(selection__decided_at__isnull=True, interest__enterprise=heir)
    decided = Q(selection__decided_at__isnull=False, state__in=states.STANDING)
    found = Participation.objects.filter(decided | written, enterprise=firm)
    ids = found.order_by("selection__initiative", "pk").values_list("pk", flat=True)
    rows = [locked_row(pk) for pk in list(ids)]
    for one in rows:
        initiative = one.selection.initiative
        own = Participation.objects.filter(selection=one.selection, enterprise=heir).first()
        if one.selection.decided_at is not None and own is not None and own.state not in states.GONE:
            yield Bilingual(
                f"In «{initiative.title_it}» hanno un posto sia {firm.name} sia {heir.name}: uno va lasciato.",
                f"In “{initiative.title_en}” both {firm.name} and {heir.name} have a place: one is to be given up.",
            )
            continue
        yield _passed(actor, event, one, firm, heir, own)
    yield from _both_asked(firm, heir)


def _passed(
    actor: Actor,
    event: UndertakingEvent,
    one: Participation,
    firm: Enterprise,
    heir: Enterprise,
    own: Participation | None,
) -> Bilingual:
    """The place is the heir's, kept with the event; ``own``: the heir's own, which has ended."""
    initiative = one.selection.initiative
    instead = own.pk if own is not None else None
    _hand_over(actor, one, heir, instead, event)
    event.moved = {**event.moved, PLACES: [*event.moved.get(PLACES, []), [one.pk, firm.pk, _as_it_is(one), instead]]}
    return Bilingual(
        f"Da {firm.name} a {heir.name}: posto in «{initiative.title_it}».",
        f"From {firm.name} to {heir.name}: place in “{initiative.title_en}”.",
    )


def own_place_ended(*, actor: Actor, row: Participation) -> None:
    """Called in the transaction in which an enterprise gives its place up or loses it: the place that a firm merged into it has in the same
    list, kept apart since both had one, is its own from now, with the quota still to be paid. One: of more, the first to be merged."""
    heir, selection = row.enterprise, row.selection
    if selection.decided_at is None:
        return
    for event, firm in merged_into(heir):
        stands = Participation.objects.filter(selection=selection, enterprise=firm, state__in=states.STANDING)
        pk = stands.values_list("pk", flat=True).first()
        if pk is None:
            continue
        one = locked_row(pk)
        words = [_passed(actor, event, one, firm, heir, row)]
        words += pass_quotas(event, firm, heir, Due.objects.filter(initiative=selection.initiative_id))
        pass_later(event, words)
        return


def _both_asked(firm: Enterprise, heir: Enterprise) -> Iterable[Bilingual]:
    """Where both asked and no list is decided yet, that of the firm that is no more is left out by the office."""
    asked = ExpressionOfInterest.objects.standing().filter(
        initiative__state__in=[*initiative_states.TO_COME, initiative_states.ON_SITE]
    )
    decided = Selection.objects.filter(decided_at__isnull=False).order_by().values("initiative")
    own = asked.filter(enterprise=heir).order_by().values("initiative")
    left = asked.filter(enterprise=firm, initiative__in=own).exclude(initiative__in=decided)
    for one in left.select_related("initiative").order_by("pk"):
        title = one.initiative
        yield Bilingual(
            f"A «{title.title_it}» hanno chiesto di partecipare sia {firm.name} sia {heir.name}: la richiesta di {firm.name} va esclusa.",
            f"Both {firm.name} and {heir.name} asked to take part in “{title.title_en}”: that of {firm.name} is to be left out.",
        )


def _hand_over(actor: Actor, one: Participation, to: Enterprise, instead: int | None, event: UndertakingEvent) -> None:
    """The place is another's; what is held for it, and is no aid yet, was of who had it: it is let go, and asked anew."""
    deed = Bilingual(f"Passata a {to.name}: {event.deed}"[:300], f"Passed to {to.name}: {event.deed}"[:300])
    registering = one.state == states.REGISTERING
    if registering:
        one.regime = one.regime_reason = ""  # decided of the activity of who had it
        one.save(update_fields=["regime", "regime_reason"])
        aid.let_go(one, deed)
    hand_over(Participation.objects.all(), one.pk, of=one.enterprise_id, to=to.pk, instead=instead)
    one.enterprise = to
    if registering:
        aid.ask_for_code(actor, one)
    hold_more_anew(actor, one, deed)


def undo_succession(*, actor: Actor, event: UndertakingEvent) -> Iterable[Bilingual]:
    """Places that changed hands with the event are whose they were, if nothing was done with them since; what is being registered
    for them is asked anew once more."""
    for pk, firm, then, *more in event.moved.get(PLACES, []):
        one = locked_row(pk)
        initiative = one.selection.initiative
        if _as_it_is(one) != then:
            refuse(
                f"Il posto in «{initiative.title_it}» è cambiato dopo l’operazione: non si annulla più.",
                f"The place in “{initiative.title_en}” changed since: it is not undone any more.",
            )
        _hand_over(actor, one, Enterprise.objects.get(pk=firm), more[0] if more else None, event)
        yield Bilingual(
            f"Torna il posto in «{initiative.title_it}».", f"The place in “{initiative.title_en}” goes back."
        )
