"""Who acts for whom on a day: somebody away is covered by their substitute, and comes back to what is theirs."""

from collections.abc import Mapping
from datetime import date

from levante.applications.models import Absence, Application

#: A substitute who is away too passes it on; so many times and no more, whatever was written.
LONGEST_CHAIN = 5


def substitutes_on(day: date) -> dict[int, int]:
    """Of everybody who is away on a day, who acts: chains are followed, a circle gives back whom it began with. One query."""
    away = dict(
        Absence.objects.filter(since__lte=day, until__gte=day, cancelled_at__isnull=True)
        .order_by("pk")
        .values_list("user_id", "substitute_id")
    )
    return {user_id: acting_for(user_id, away) for user_id in away}


def acting_for(user_id: int, away: Mapping[int, int]) -> int:
    """Who acts for a person, given who is away and covered by whom; the person, when the chain comes back or never ends."""
    seen, acting = {user_id}, user_id
    for _ in range(LONGEST_CHAIN):
        if acting not in away:
            return acting
        acting = away[acting]
        if acting in seen:
            return user_id
        seen.add(acting)
    return acting if acting not in away else user_id


def covered_by(user_id: int, day: date) -> list[int]:
    """For whom a person acts on a day, besides themselves. One query."""
    return sorted(away for away, acting in substitutes_on(day).items() if acting == user_id and away != user_id)


def acting_officer(application: Application, *, on: date) -> int | None:
    """Who has the charge of a file on a day: its case officer or, while away, who covers. Kept on the object."""
    officer = application.case_officer_id
    if officer is None:
        return None
    known = application.__dict__.get("_acting_officer")
    if known is None or known[:2] != (officer, on):
        known = application.__dict__["_acting_officer"] = (officer, on, substitutes_on(on).get(officer, officer))
    acting: int = known[2]
    return acting
