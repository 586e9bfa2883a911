"""The awards of a draft that are to be signed, read once for all that is asked of them."""

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from levante.grants import states
from levante.grants.models import Award, AwardAct


def _rows() -> "QuerySet[Award]":
    return Award.objects.select_related("application", "enterprise").order_by("pk")


def read_awards(act: AwardAct) -> None:
    """Read the awards of an act now, so that what it lacks is told without asking for them again: for a page, which changes nothing."""
    prefetch_related_objects([act], Prefetch("awards", queryset=_rows()))


def drafted_awards(act: AwardAct) -> list[Award]:
    """Those still in the draft, each with its application and firm, in their order; of an act whose awards were read (``read_awards``)
    without a question."""
    read = getattr(act, "_prefetched_objects_cache", {}).get("awards")
    if read is not None:
        return [one for one in read if one.state == states.DRAFT_ACT]
    rows = list(_rows().filter(act=act, state=states.DRAFT_ACT))
    for one in rows:
        one.act = act
    return rows
