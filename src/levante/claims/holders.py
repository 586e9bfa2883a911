"""Under whose codes an award was spent: its firm's and, before a deed, those of the firms that had its place."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from levante.grants.api import Award, holders_of
from levante.parties.api import Enterprise


@dataclass(frozen=True, slots=True)
class Spender:
    """A firm that spent what was awarded, its VAT numbers and tax codes (of files merged into its own too), from a day to a day."""

    name: str
    codes: frozenset[str]
    since: date | None = None
    until: date | None = None

    def spent_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def spenders_of(award: Award) -> list[Spender]:
    """One after the other; on the day of a deed both. Two queries."""
    holders = holders_of(award)
    firms = {one.firm.pk for one in holders}
    codes: dict[int, set[str]] = defaultdict(set)
    files = Enterprise.objects.filter(Q(pk__in=firms) | Q(merged_into__in=firms)).order_by("pk")
    for pk, kept, *theirs in files.values_list("pk", "merged_into", "vat_number", "tax_code"):
        codes[pk if pk in firms else kept] |= {code for code in theirs if code}
    return [Spender(one.firm.name, frozenset(codes[one.firm.pk]), one.since, one.until) for one in holders]


def who_spent(spenders: Sequence[Spender], day: date) -> tuple[str, frozenset[str]]:
    """Who could spend on a day, by name, and under which codes."""
    there = [one for one in spenders if one.spent_on(day)]
    return " / ".join(dict.fromkeys(one.name for one in there)), frozenset().union(*(one.codes for one in there))
