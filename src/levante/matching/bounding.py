"""What no agenda of an event can exceed, for each of the three objectives."""

from dataclasses import asdict, dataclass
from typing import Any

from levante.matching.event import event_of
from levante.matching.instance import Agenda, Instance
from levante.matching.programs import best_share, least_shortfall, least_unmet, relax

__all__ = ["Bounds", "bounds", "bounds_json"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """``weighted``: of the objective; ``least_unmet_mutual`` and ``least_shortfall``: meetings that no agenda can avoid
    leaving out; ``fair``: the share of its best alone that everybody can have at once, from 0 to 1. Each by itself."""

    weighted: float
    least_unmet_mutual: int
    fair: float
    least_shortfall: int


def bounds(instance: Instance, *, seconds: float | None = None, known: Agenda | None = None) -> Bounds:
    """The bounds; with ``seconds``, each program that does not end within them gives a looser one, still true. ``known``: an agenda of
    this event, whose own two are not reckoned again."""
    event = event_of(instance)
    return Bounds(
        weighted=relax(event, event.weight, seconds=seconds).value if known is None else known.bound,
        least_unmet_mutual=least_unmet(event, seconds=seconds),
        fair=best_share(event, seconds=seconds),
        least_shortfall=least_shortfall(event, seconds=seconds) if known is None else known.least_shortfall,
    )


def bounds_json(found: Bounds) -> dict[str, Any]:
    written = asdict(found)
    return {"bound": round(written.pop("weighted"), 6), **written, "fair": round(found.fair, 6)}
