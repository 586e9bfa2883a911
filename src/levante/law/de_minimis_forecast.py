"""From which day a request fits: aid leaves the window piece by piece, and the rest of the case may change too."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise

from levante.kernel.pure import ZERO
from levante.law.de_minimis_case import Aid, Case
from levante.law.de_minimis_rule import change_days
from levante.law.de_minimis_scene import Scene


def first_admissible_on(case: Case, scene: Scene) -> date | None:
    """The first day from ``case.on`` on which the request fits; without a request, on which anything does.

    Exactly the first day on which ``position`` would say yes to the same case. ``None`` when there is no such day, or
    when a decision is required today (``scene`` is the scene of ``case.on``).
    """
    if scene.decisions:
        return None
    days = sorted({case.on, *_changes(case)})
    course = _Course.of(scene)
    for start, end in pairwise([*days, None]):
        assert start is not None
        if start != case.on:
            later = Scene.of(case, start, earlier=scene)
            course = course.through(scene, later)
            scene = later
        if not scene.decisions:
            found = _first_fit(scene, course, start, end)
            if found is not None:
                return found
    return None


def _changes(case: Case) -> Iterable[date]:
    """The later days on which the rule, the links or the events change."""
    days = change_days()
    for link in case.links:
        if link.since is not None:
            days.add(link.since)
        if link.until is not None and link.until < date.max:
            days.add(link.until + timedelta(days=1))
    for event in case.events:
        if case.as_of is None or event.on <= case.as_of:
            days.add(event.on)
    return (day for day in days if day > case.on)


@dataclass(frozen=True, slots=True)
class _Course:
    """The sum of what counts, day by day, as long as a scene lasts: ``totals[i]`` holds from ``days[i]``.

    It begins on the day of the case: what aid was worth before is not asked.
    """

    days: list[date]
    totals: list[Decimal]

    @classmethod
    def of(cls, scene: Scene) -> "_Course":
        changes: dict[date, Decimal] = defaultdict(Decimal)
        leaves: dict[date, date | None] = {}
        for aid in scene.case.aids:
            if aid.known(scene.case.as_of) and scene.regime(aid)[1]:
                if aid.granted_on not in leaves:
                    leaves[aid.granted_on] = scene.rule.leaves_on(aid.granted_on)
                for day, change in _contribution(scene, aid, leaves[aid.granted_on]):
                    changes[day] += change
        days = sorted(changes)
        return cls(days, list(accumulate(changes[day] for day in days)))

    def through(self, before: Scene, after: Scene) -> "_Course":
        """The course of the next scene: the same one when nothing changed that it depends on."""
        same = before.rule == after.rule and before.timeline is after.timeline and before.counting == after.counting
        return self if same else _Course.of(after)


def _first_fit(scene: Scene, course: _Course, start: date, end: date | None) -> date | None:
    """The first day of ``[start, end)`` on which the request fits, by sweeping the days on which the sum changes."""
    place = bisect_right(course.days, start)
    if _fits(scene, course.totals[place - 1] if place else ZERO):
        return start
    for day, total in zip(course.days[place:], course.totals[place:], strict=True):
        if end is not None and day >= end:
            break
        if _fits(scene, total):
            return day
    return None


def _fits(scene: Scene, counted: Decimal) -> bool:
    headroom = max(ZERO, scene.rule.limit - counted)
    return headroom > 0 if scene.case.request is None else scene.case.request <= headroom


def _contribution(scene: Scene, aid: Aid, leaves: date | None) -> Iterable[tuple[date, Decimal]]:
    """The days on which this aid changes the sum, and by how much, from its grant to the day it leaves the window."""
    before = ZERO
    first = max(aid.granted_on, scene.case.on)
    for day in sorted({first, *(max(day, first) for day in aid.change_days())}):
        if leaves is not None and day >= leaves:
            break
        amount = aid.amount_on(day, scene.case.as_of)
        now = ZERO if amount is None else scene.part(aid, amount)
        if now != before:
            yield day, now - before
        before = now
    if leaves is not None and before:
        yield leaves, -before
