"""How the holds of two files of one enterprise become those of one: nobody holds itself, and a hold is told once.

Both files may say that the same holder has 30 per cent: it is one hold of 30, not one of 60. Where both tell of a time
the survivor's row is believed, as its accounts are; the absorbed one keeps the days that only it tells of.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from levante.parties.models import Enterprise, OwnershipLink

DAY = timedelta(days=1)
#: A period with open ends: the days from, the days to.
Period = tuple[date | None, date | None]


@dataclass(slots=True)
class Holds:
    """What becomes of each hold of the absorbed file, by the hold."""

    moves: list[OwnershipLink] = field(default_factory=list)
    mutual: list[OwnershipLink] = field(default_factory=list)
    told_twice: list[tuple[OwnershipLink, list[Period]]] = field(default_factory=list)


def holds_after(survivor: Enterprise, absorbed: Enterprise) -> Holds:
    """What a merge does to the holds of the absorbed file; nothing is written. Two queries."""
    found = Holds()
    kept: dict[tuple[Any, ...], list[Period]] = {}
    mine = OwnershipLink.objects.filter(Q(owned=survivor) | Q(holder_enterprise=survivor)).order_by("pk")
    for link in mine:
        if absorbed.pk not in (link.owned_id, link.holder_enterprise_id):
            kept.setdefault(_same(link, survivor, absorbed), []).append((link.since, link.until))
    theirs = OwnershipLink.objects.filter(Q(owned=absorbed) | Q(holder_enterprise=absorbed)).order_by("pk")
    for link in theirs.select_related("owned", "holder_enterprise", "holder_person", "holder_institution"):
        if survivor.pk in (link.owned_id, link.holder_enterprise_id):
            found.mutual.append(link)
            continue
        whole: Period = (link.since, link.until)
        left = [whole]
        for period in kept.get(_same(link, survivor, absorbed), []):
            left = [piece for one in left for piece in _without(one, period)]
        if left == [whole]:
            found.moves.append(link)
        else:
            found.told_twice.append((link, left))
    return found


def move_ownership(survivor: Enterprise, absorbed: Enterprise) -> tuple[int, list[dict[str, Any]]]:
    """Give the survivor the holds of the absorbed file: how many rows, and those that are no more, as they were."""
    holds = holds_after(survivor, absorbed)
    gone = [snapshot(link, "mutual") for link in holds.mutual]
    gone += [snapshot(link, "told twice") for link, _ in holds.told_twice]
    OwnershipLink.objects.filter(pk__in=[link.pk for link in holds.mutual]).delete()
    for link in holds.moves:
        _give(link, survivor, absorbed)
    for link, left in holds.told_twice:
        if not left:
            link.delete()
        for place, (since, until) in enumerate(left):
            link.pk = link.pk if place == 0 else None
            link.since, link.until = since, until
            _give(link, survivor, absorbed)
    return len(holds.moves), gone


def snapshot(link: OwnershipLink, why: str) -> dict[str, Any]:
    """A hold as it was written, in plain JSON, people by number alone: it outlives an erasure."""
    return {
        "why": why,
        "owned": link.owned_id,
        "holder_enterprise": link.holder_enterprise_id,
        "holder_person": link.holder_person_id,
        "holder_institution": link.holder_institution_id,
        "holder_abroad": link.holder_abroad,
        "kind": link.kind,
        "capital": None if link.capital is None else str(link.capital),
        "votes": None if link.votes is None else str(link.votes),
        "since": link.since.isoformat() if link.since else None,
        "until": link.until.isoformat() if link.until else None,
        "source": link.source,
        "evidence": link.evidence,
    }


def _give(link: OwnershipLink, survivor: Enterprise, absorbed: Enterprise) -> None:
    if link.owned_id == absorbed.pk:
        link.owned = survivor
    if link.holder_enterprise_id == absorbed.pk:
        link.holder_enterprise = survivor
    link.save()


def _same(link: OwnershipLink, survivor: Enterprise, absorbed: Enterprise) -> tuple[Any, ...]:
    """What two rows of one hold have in common, the two files taken for one."""

    def one(pk: int | None) -> int | None:
        return survivor.pk if pk == absorbed.pk else pk

    return (
        one(link.owned_id),
        one(link.holder_enterprise_id),
        link.holder_person_id,
        link.holder_institution_id,
        link.holder_abroad.casefold(),
        link.holder_country_id,
        link.kind,
    )


def _without(period: Period, other: Period) -> list[Period]:
    """The days of a period that are not of the other."""
    since, until = period
    if (until and other[0] and until < other[0]) or (since and other[1] and since > other[1]):
        return [period]
    left: list[Period] = []
    if other[0] and (since is None or since < other[0]):
        left.append((since, other[0] - DAY))
    if other[1] and (until is None or until > other[1]):
        left.append((other[1] + DAY, until))
    return left
