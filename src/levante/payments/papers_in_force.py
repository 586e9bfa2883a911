"""Which of the papers about an enterprise count: the last one of each kind, about its own tax code.

Where another file was merged into it, what was asked under the other code says no yes for it; a no holds until the paper is asked for
again, under its own code, after the merge.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Max

from levante.kernel.api import day_of
from levante.parties.api import Merge
from levante.payments import states
from levante.payments.models import Check


@dataclass(frozen=True, slots=True)
class InForce:
    """By enterprise and kind: the last paper about its own tax code, and the one about another code that says no and still holds."""

    own: dict[tuple[int, str], Check] = field(default_factory=dict)
    against: dict[tuple[int, str], Check] = field(default_factory=dict)


def papers_in_force(firms: Iterable[int], *kinds: str) -> InForce:
    """Of these enterprises, of these kinds (none: all but guarantees, which are of their award). One query; one more where a paper about
    another tax code says no."""
    rows = Check.objects.filter(enterprise__in=list(firms)).exclude(kind=states.GUARANTEE)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    last = rows.order_by("enterprise_id", "kind", "tax_code", "-id").distinct("enterprise_id", "kind", "tax_code")
    found = InForce()
    negative: list[Check] = []
    for one in last.annotate(its_own=F("enterprise__tax_code")):
        if one.tax_code == one.its_own:
            found.own[one.enterprise_id, one.kind] = one
        elif one.outcome == states.NOT_CLEAR:
            negative.append(one)
    if negative:
        firms_of = {one.enterprise_id for one in negative}
        merges = Merge.objects.filter(survivor__in=firms_of).order_by().values_list("survivor")
        merged = dict(merges.annotate(at=Max("merged_at")))
        for one in sorted(negative, key=lambda paper: paper.pk):
            key, at = (one.enterprise_id, one.kind), merged.get(one.enterprise_id)
            own = found.own.get(key)
            asked_again = own is not None and at is not None and own.recorded_at > at
            if not asked_again or own is None or at is None or own.issued_on < max(one.issued_on, day_of(at)):
                found.against[key] = one
    return found


def last_paper(firm: int, kind: str) -> Check | None:
    """The paper of a kind that decides about an enterprise: the one against it where there is one, else the last of its own."""
    found = papers_in_force([firm], kind)
    return found.against.get((firm, kind)) or found.own.get((firm, kind))
