"""A de minimis case as it stands on one day: the rule, the events so far, who is one with the applicant, whose aid it is.

Between two days on which one of these changes the scene stays the same: the forecast relies on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from levante.kernel.pure import ZERO, Bilingual, Step, step
from levante.law.aid_events import Attribution, Fate, Timeline
from levante.law.de_minimis_case import Aid, Case
from levante.law.de_minimis_rule import Rule
from levante.law.undertaking import DecisionRequired, Link, SingleUndertaking, single_undertaking
from levante.law.wording import day_text


@dataclass(slots=True)
class Scene:
    """``counting``: those whose aid counts: the undertaking, or the applicant alone while a doubt is open.

    ``listed``: the undertaking as it is told: enterprises of the case. Whoever has aid and is tied counts even when it is
    not among them (a holder, a party of an event, a person with a business of his or her own).
    """

    case: Case
    rule: Rule
    timeline: Timeline
    candidates: frozenset[str]
    undertaking: SingleUndertaking
    decisions: tuple[DecisionRequired, ...]
    counting: frozenset[str]
    listed: tuple[str, ...]
    steps: tuple[Step, ...]
    _regimes: dict[str, tuple[str, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case, day: date, *, earlier: "Scene | None" = None) -> "Scene":
        """``earlier``: a scene of the same case, whose parts are used again where no event came in between."""
        horizon = day if case.as_of is None else min(day, case.as_of)
        rule = Rule.on(day, case.boundary)
        timeline = Timeline(case.events, until=horizon)
        if earlier is not None and earlier.timeline.events == timeline.events:
            timeline, candidates = earlier.timeline, earlier.candidates
        else:
            candidates = _candidates(case, timeline)
        links, lapsed = _after_events(case.links, timeline, day, rule)
        undertaking = single_undertaking(
            applicant=case.applicant, candidates=candidates, links=links, on=day, decided=case.decided
        )
        fate = timeline.fate(case.applicant)
        decisions = undertaking.decisions
        if fate.gone_on is not None:
            decisions = (_applicant_gone(case.applicant, fate, rule), *decisions)
        counting = frozenset({case.applicant} if decisions else undertaking.members)
        natural = {link.holder for link in links if link.person == "natural"}
        enterprises = {*case.enterprises} - natural | {case.applicant}
        listed = tuple(name for name in undertaking.members if name in enterprises)
        steps = (*lapsed, *undertaking.steps)
        return cls(case, rule, timeline, candidates, undertaking, decisions, counting, listed, steps)

    def regime(self, aid: Aid) -> tuple[str, bool]:
        """The regime of an aid and whether it counts within the general ceiling."""
        known = self._regimes.get(aid.regime)
        if known is None:
            known = self._regimes[aid.regime] = self.rule.regime(aid.regime)
        return known

    def attribution(self, aid: Aid, amount: Decimal) -> Attribution:
        return self.timeline.attribute(aid.id, aid.beneficiary, aid.granted_on, amount)

    def holders(self, aid: Aid) -> frozenset[str]:
        return self.timeline.holders(aid.id, aid.beneficiary, aid.granted_on)

    def part(self, aid: Aid, amount: Decimal) -> Decimal:
        """How much of an aid belongs to those whose aid counts."""
        return sum((part for name, part in self.attribution(aid, amount).parts if name in self.counting), ZERO)


def _candidates(case: Case, timeline: Timeline) -> frozenset[str]:
    """Who can be tied: the enterprises of the case that are still there, and whoever has aid (who received it is an
    undertaking, and its aid counts with that of those it is tied to)."""
    listed = {name for name in case.enterprises if timeline.fate(name).gone_on is None}
    holders: set[str] = set()
    for aid in case.aids:
        if aid.known(case.as_of):
            holders |= timeline.holders(aid.id, aid.beneficiary, aid.granted_on)
    return frozenset(listed | holders)


def _after_events(links: Iterable[Link], timeline: Timeline, day: date, rule: Rule) -> tuple[list[Link], list[Step]]:
    """Links once mergers and splits are over: what a merged company held passes on, shares in it are no more."""
    kept: list[Link] = []
    steps: list[Step] = []
    if not timeline.events:
        return list(links), steps
    for link in links:
        if not link.holds_on(day):
            continue
        holder, held = timeline.fate(link.holder), timeline.fate(link.held)
        if held.gone_on is not None:
            steps.append(_lapse(link, link.held, held, rule))
        elif holder.gone_on is None:
            kept.append(link)
        elif holder.successor is None:
            steps.append(_lapse(link, link.holder, holder, rule))
        else:
            kept.append(replace(link, holder=holder.successor))
    return kept, sorted(steps, key=lambda line: line.text.it)


def _article(fate: Fate, rule: Rule) -> str:
    return rule.article("split" if fate.successor is None else "merger")


def _lapse(link: Link, gone: str, fate: Fate, rule: Rule) -> Step:
    day = day_text(fate.gone_on)
    return step(
        f"Il legame da {link.holder} a {link.held} cade: {gone} non esiste più dal {day.it}",
        f"The link from {link.holder} to {link.held} lapses: {gone} is no longer there since {day.en}",
        _article(fate, rule),
        fate.gone_on,
    )


def _applicant_gone(applicant: str, fate: Fate, rule: Rule) -> DecisionRequired:
    day = day_text(fate.gone_on)
    if fate.successor is None:
        it, en = "per scissione totale", "by a full split"
    else:
        it, en = f"per fusione in {fate.successor}", f"by merger into {fate.successor}"
    return DecisionRequired(
        f"applicant-gone:{applicant}",
        Bilingual(
            f"{applicant} non esiste più dal {day.it}, {it}, e i suoi aiuti sono passati: chi è ora il richiedente?",
            f"{applicant} is no longer there since {day.en}, {en}, and its aid has passed on: who is the applicant now?",
        ),
        _article(fate, rule),
    )
