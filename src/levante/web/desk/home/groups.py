"""What waits, kind by kind: each kind under its heading, the soonest first, and where all of it is listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext

from levante.kernel.api import Actor, day_of, now
from levante.web.access import may_open
from levante.web.worklist import Item, instant, soonest

#: How many lines of a kind are shown while it is folded; and how many at most of those past their term.
SHOWN, MOST_LATE = 3, 10
#: Within so long the nearest term decides what comes first.
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one kind, soonest first; ``url`` is the list that has them all, empty where there is none."""

    kind: str
    heading: str
    items: tuple[Item, ...]
    url: str
    folded: bool = True

    @property
    def count(self) -> int:
        return sum(item.count for item in self.items)

    @property
    def late(self) -> int:
        return sum(item.late_count for item in self.items)

    @property
    def due(self) -> date | None:
        """The day of the nearest term, in Italy."""
        nearest = self.items[0].due
        return day_of(nearest) if isinstance(nearest, datetime) else nearest

    @property
    def shown(self) -> tuple[Item, ...]:
        """While folded the first few, and all that are late as far as they fit: how many are late, the heading says."""
        if not self.folded:
            return self.items
        late = sum(item.late_count > 0 for item in self.items)
        most = max(SHOWN, min(late, MOST_LATE))
        # One line more takes no more room than saying that there is one.
        return self.items if len(self.items) <= most + 1 else self.items[:most]

    @property
    def hidden(self) -> int:
        return self.count - sum(item.count for item in self.shown)


def grouped(items: Iterable[Item], actor: Actor, *, folded: bool = True) -> list[Group]:
    """The groups of some items: those with something late first, then those of which something ends within a month, by its
    term; the others by weight: an act to sign, that has no term, comes before what ends in half a year."""
    by_kind: dict[str, list[Item]] = {}
    for item in sorted(items, key=soonest):
        by_kind.setdefault(item.kind, []).append(item)
    known = _kinds()
    found = []
    for kind, held in by_kind.items():
        heading, name, own, office = known.get(kind, (kind[:1].upper() + kind[1:], "", "", ""))
        url = ""
        if name and may_open(actor, name):
            asked = office if all(item.shared for item in held) else own
            url = reverse(name) + (f"?{asked}" if asked else "")
        if len(held) == 1 and held[0].url == url:
            url = ""  # its one line leads there
        found.append(Group(kind, heading, tuple(held), url, folded))
    return sorted(found, key=_order)


def _order(group: Group) -> tuple[int, datetime, int]:
    nearest = instant(group.items[0].due)
    if group.late:
        return 0, nearest, 0
    if nearest < now() + MONTH:
        return 1, nearest, 0
    return 2, instant(None), min(item.rank for item in group.items)


def _kinds() -> dict[str, tuple[str, str, str, str]]:
    """By the word of each kind: its heading, its list, and what the list is asked for, of one's own and of the office."""
    return {
        gettext("acceptance"): (gettext("Awards to be accepted"), "desk:acceptances", "state=over", "state=over"),
        gettext("act of liquidation"): (
            gettext("Acts of liquidation"), "desk:liquidations", "state=draft_act", "state=draft_act",
        ),
        gettext("application file"): (
            gettext("Files"), "desk:applications", "officer=mine&state=open", "officer=nobody&state=open",
        ),
        gettext("award act"): (gettext("Award acts"), "desk:awards", "state=draft_act", ""),
        gettext("claim"): (gettext("Claims"), "desk:claims", "mine=1", "state=sent"),
        gettext("commitment"): (gettext("Commitments of agreements"), "desk:agreements", "", ""),
        gettext("correction"): (gettext("Corrections of data"), "desk:corrections", "", ""),
        gettext("enquiry of a buyer"): (gettext("Buyers’ enquiries"), "desk:supplier_enquiries", "", ""),
        gettext("evaluation"): (gettext("Evaluations"), "desk:evaluations", "", ""),
        gettext("follow-up"): (gettext("Follow-ups"), "desk:follow_ups", "state=open", "state=open"),
        gettext("initiative"): (gettext("Initiatives"), "desk:initiatives", "", ""),
        gettext("letter to look at"): (gettext("Letters to look at"), "desk:letters", "state=wanted&officer=mine", ""),
        gettext("letters to be started"): (gettext("Letters to be started"), "desk:letter_runs", "", ""),
        gettext("mandate"): (gettext("Mandates"), "desk:mandates", "", ""),
        gettext("money in"): (gettext("Money in"), "desk:money_in", "", ""),
        gettext("outside system"): (gettext("Outside systems"), "desk:stuck_requests", "", ""),
        gettext("payment"): (gettext("Payments"), "desk:payments", "", ""),
        gettext("recovery"): (gettext("Recoveries"), "desk:recoveries", "", ""),
        gettext("register import"): (gettext("Business register"), "desk:enterprises", "", ""),
        gettext("request"): (gettext("Requests"), "desk:cases", "mine=1&state=running", "state=running"),
        gettext("results"): (gettext("Results of projects"), "desk:results", "", ""),
        gettext("revocation"): (gettext("Revocations"), "desk:revocations", "", ""),
        gettext("succession"): (gettext("Changes of firm"), "desk:successions", "", ""),
        gettext("task"): (gettext("Tasks of initiatives"), "", "", ""),
        gettext("variation"): (gettext("Variations"), "desk:variations", "", "state=sent"),
    }  # fmt: skip
