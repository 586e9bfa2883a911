"""The order as it would be decided now, as its page and its sheet show it."""

from typing import Any

from levante.participations.api import Participation, Selection, Turn, states


def turns_shown(selection: Selection, turns: list[Turn]) -> list[dict[str, Any]]:
    """Each turn with its place, its points in the order of the weights, whether it is within the places that there are. One query."""
    out = {
        row.enterprise_id: row.pk for row in Participation.objects.filter(selection=selection, state=states.EXCLUDED)
    }
    shown, given = [], selection.participations.seated().count()
    for turn in turns:
        # who owes something keeps its turn, and the place that it brings goes to who follows
        within = turn.placed is not None and turn.request.owes is None and given < selection.places
        given += within
        shown.append(
            {
                "turn": turn,
                "place": turn.placed.position if turn.placed is not None else None,
                "within": within,
                "last": within and given == selection.places,
                "points": [turn.points.get(name, {}) for name in selection.weights],
                "excluded": out.get(turn.request.enterprise.pk),
            }
        )
    return shown
