"""The places of an initiative change once its list is decided: more go to the waiting list, fewer down to those that are held."""

from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, note, refuse, require, service, today, unchanged
from levante.participations import policies
from levante.participations.acts import require_adopted
from levante.participations.deciding import fill_places
from levante.participations.holding import locked_selection
from levante.participations.models import Selection
from levante.programme.api import Act


@service("participations.change_places")
def change_places(*, actor: Actor, initiative: Initiative, places: int, act: Act) -> Selection:
    """The director decides by an act, before the first day, that there are more places, which go at once to who waits, or fewer: never
    fewer than those that are held. Seats are numbered anew from 1 where the numbers that go were held."""
    selection = locked_selection(initiative.pk)
    current = selection.initiative
    require(policies.may_decide(actor, current))
    if selection.decided_at is None:
        refuse(
            "La lista non è decisa: i posti si cambiano nelle regole.",
            "The list is not decided: places are changed in the rules.",
        )
    if today() >= current.starts_on or current.state in {initiative_states.DONE, initiative_states.CANCELLED}:
        refuse("L’iniziativa è già cominciata, o è finita.", "The initiative has already begun, or is over.")
    require_adopted(act)
    before, held = selection.places, selection.participations.seated().count()
    if places == before:
        return unchanged(selection)
    if places < max(held, 1):
        refuse(
            f"I posti già dati sono {held}: non possono essere meno.",
            f"{held} places are held already: there cannot be fewer.",
            field="places",
        )
    _seat_within(selection, places)
    selection.places = places
    selection.save(update_fields=["places"])
    current.places = places
    current.save(update_fields=["places"])
    note(before=before, after=places, act=act.code)
    fill_places(actor, selection)
    return selection


def _seat_within(selection: Selection, places: int) -> None:
    """Who holds a number that goes has the first that is free."""
    rows = list(selection.participations.select_for_update(of=("self",)).seated().order_by("seat"))
    free = iter(sorted(set(range(1, places + 1)) - {row.seat for row in rows}))
    for row in rows:
        if row.seat > places:
            row.seat = next(free)
            row.save(update_fields=["seat"])
