"""The drawing of a stand as the screens show it, whole to the office, to others with the names that they may read."""

from collections.abc import Callable, Sequence
from typing import Any

from levante.participations.api import Selection, StandElement, states

#: Whose names everybody reads: who is sure to be there, or was.
SURE = (states.CONFIRMED, states.ATTENDED)


def drawing_of(
    elements: Sequence[StandElement], selection: Selection, named: Callable[[StandElement], bool] = lambda one: True
) -> dict[str, Any]:
    """The drawing as an SVG shows it: a view box in centimetres with a margin, each part with where its words go, and its holder if it is
    to be ``named``; the space that it is in, if it is known."""
    width = max((selection.hall_width or 0, *(one.x + one.width for one in elements)))
    depth = max((selection.hall_depth or 0, *(one.y + one.depth for one in elements)))
    return {
        "hall_width": selection.hall_width or 0,
        "hall_depth": selection.hall_depth or 0,
        "box": f"-20 -20 {width + 40} {depth + 40}",
        "parts": [
            {
                "element": one,
                "kind": states.ELEMENTS[one.kind],
                "holder": one.holder if one.holder_id and named(one) else None,
                "mx": one.x + one.width // 2,
                "my": one.y + one.depth // 2,
            }
            for one in elements
        ],
    }


def drawing_for(selection: Selection, *, own: int | None = None) -> dict[str, Any] | None:
    """For who is not of the office: with the names of who is sure to be there, and of its ``own`` place; none where nothing is drawn. One
    query."""
    elements = list(selection.elements.select_related("holder__enterprise").order_by("code"))
    if not elements:
        return None
    return drawing_of(
        elements, selection, lambda one: one.holder_id == own or (one.holder is not None and one.holder.state in SURE)
    )
