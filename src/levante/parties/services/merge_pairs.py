"""Rows of which an enterprise has one of each (a place in a list, who comes to an agenda): when two files have both, which stays.

A room says it in its ``apps.py``: ``merged_pairs("participations.Participation.enterprise", "package.module:function")``, called as
``f(survivor=, absorbed=)``. What stands in the way is told before the merge is begun.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Case, Value, When

from levante.exchange.api import named
from levante.kernel.pure import Bilingual
from levante.parties.models import Enterprise


@dataclass(frozen=True, slots=True)
class MergePair:
    """Two rows that cannot both be the survivor's: its own and the other file's. ``other_stays`` when the other is further on: it becomes
    the survivor's, and the survivor's own goes to the file that is no more. ``against`` says why they cannot be made one yet."""

    own: int
    other: int
    other_stays: bool = False
    against: Bilingual | None = None


_pairs: dict[str, str] = {}


def merged_pairs(relation: str, function: str) -> None:
    """Say how two rows of a relation are made one."""
    _pairs[relation] = function


def pairs_of(relation: str, survivor: Enterprise, absorbed: Enterprise) -> list[MergePair]:
    if relation not in _pairs:
        return []
    found: Iterable[MergePair] = named(_pairs[relation])(survivor=survivor, absorbed=absorbed)
    return list(found)


def in_the_way(survivor: Enterprise, absorbed: Enterprise) -> list[Bilingual]:
    """What must be settled first, relation by relation."""
    pairs = [pair for relation in sorted(_pairs) for pair in pairs_of(relation, survivor, absorbed)]
    return [pair.against for pair in pairs if pair.against is not None]


def move_pairs(relation: str, model: type[models.Model], name: str, survivor: Enterprise, absorbed: Enterprise) -> int:
    """The rows of the other file become the survivor's, but for those whose like is further on; how many moved. Two that change places
    do it in one statement: their constraint is looked at when it ends."""
    pairs = pairs_of(relation, survivor, absorbed)
    given = [pair.other for pair in pairs if pair.other_stays]
    taken = [pair.own for pair in pairs if pair.other_stays]
    left = [pair.other for pair in pairs if not pair.other_stays]
    moving = models.Q(**{name: absorbed.pk}) & ~models.Q(pk__in=left)
    rows = model._base_manager.filter(moving | models.Q(pk__in=taken))
    count = rows.update(**{name: Case(When(pk__in=taken, then=Value(absorbed.pk)), default=Value(survivor.pk))})
    return count - len(taken) if given else count
