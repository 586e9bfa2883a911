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


def _counting(call: Any, opening: Any) -> Mapping[str, Any] | None:
    """The limit that says which applications of an enterprise count, where more may arrive than count."""
    mine = [limit for limit in limits_of(call, opening) if limit["of"] == "enterprise" and limit["within"] == "opening"]
    return min(mine, key=lambda limit: (bool(limit.get("by")), int(limit["most"])), default=None)


def counted_each(call: Any, opening: Any) -> int:
    """How many applications of one enterprise (for one answer, where the limit says by which field) count."""
    limit = _counting(call, opening)
    return int(limit["most"]) if limit is not None else 100


def counted_as(call: Any, opening: Any, enterprise: str, answers: Mapping[str, Any]) -> str:
    """Whom an application is counted for: the enterprise, and the answer that the limit counts apart."""
    limit = _counting(call, opening)
    return f"{enterprise}|{answers.get(limit['by'], '')}" if limit is not None and limit.get("by") else enterprise
