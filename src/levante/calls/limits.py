"""How many applications a call takes, of whom: the limits it sets, or the one of every call that sets none."""

from collections.abc import Mapping
from typing import Any

#: What holds when neither the call nor the opening sets a limit.
ONE = {
    "code": "one-per-enterprise",
    "it": "Una domanda per impresa in ogni finestra",
    "en": "One application for each enterprise in each opening",
    "of": "enterprise",
    "within": "opening",
    "most": 1,
    "reference": "",
}


def limits_of(call: Any, opening: Any) -> list[Mapping[str, Any]]:
    """The limits in force for an opening: those of its call and its own, else one application for each enterprise."""
    return [*call.limits, *opening.limits] or [ONE]


def most_in_opening(call: Any, opening: Any) -> int | None:
    """How many an enterprise may send to an opening whatever it answers; ``None`` when no limit says so."""
    found = [
        int(limit["most"])
        for limit in limits_of(call, opening)
        if limit["of"] == "enterprise" and limit["within"] == "opening" and not limit.get("by")
    ]
    return min(found, default=None)
