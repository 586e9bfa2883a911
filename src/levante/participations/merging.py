"""Two enterprises that are one and are both in the same list: which place stays, or which must be given up first."""

from collections.abc import Iterable

from levante.kernel.pure import Bilingual
from levante.participations import states
from levante.participations.models import Participation
from levante.parties.api import Enterprise, MergePair

#: How far on a place is: the further one stays the survivor's.
FURTHER = (states.LISTED, states.REGISTERING, states.OFFERED, states.CONFIRMED, states.ABSENT, states.ATTENDED)


def _far(row: Participation) -> int:
    return FURTHER.index(row.state) + 1 if row.state in FURTHER else 0


def both_in_a_list(*, survivor: Enterprise, absorbed: Enterprise) -> Iterable[MergePair]:
    """Two places of which one at least still stands, and none has ended, are not made one: one is given up first. Two queries."""
    own = {row.selection_id: row for row in Participation.objects.filter(enterprise=survivor).order_by("pk")}
    rows = Participation.objects.filter(enterprise=absorbed, selection_id__in=list(own)).select_related(
        "selection__initiative"
    )
    for other in rows.order_by("pk"):
        mine = own[other.selection_id]
        against = None
        if _far(mine) and _far(other) and (mine.state in states.STANDING or other.state in states.STANDING):
            initiative = other.selection.initiative
            against = Bilingual(
                f"Tutte e due hanno un posto, o lo aspettano, in “{initiative.title_it}” ({survivor.name}: {states.STATES[mine.state].it}; "
                f"{absorbed.name}: {states.STATES[other.state].it}): una delle due rinuncia prima di unire le schede.",
                f"Both have a place, or wait for one, in “{initiative.title_en}” ({survivor.name}: {states.STATES[mine.state].en}; "
                f"{absorbed.name}: {states.STATES[other.state].en}): one of the two gives it up before the files are merged.",
            )
        yield MergePair(mine.pk, other.pk, _far(other) > _far(mine), against)
