"""De minimis against an oracle: the rules written a second time, slowly, day by day, from the text and not from the code."""

import json
import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.law.aid_events import Merger, NoEquity, Split, SplitShare, Timeline
from levante.law.de_minimis import Aid, Case, Link, Revision, as_json, position

FIRMS = "ABC"
HOLDERS = "ABCPQRXYH"  # P, Q, R natural persons; X public body; Y foreign enterprise; H an enterprise nobody listed
PERSON = {**dict.fromkeys("PQR", "natural"), "X": "public_body", "Y": "foreign_enterprise"}
SHARES = tuple(Decimal(number) for number in (10, 25, 26, 30, 40, 50, 51, 60, 100))


class Draw(random.Random):
    """Draws a case evenly: left to shrink towards nothing, hardly any case has a doubt, a split and a full ceiling."""

    def maybe(self, chance: float) -> bool:
        return self.random() < chance

    def day(self, start: date, end: date) -> date:
        return start + timedelta(days=self.randint(0, (end - start).days))

    def granted(self) -> date:
        # Three years apart from the day asked: aid leaves the window within a few weeks of it.
        if self.maybe(0.7):
            return self.day(date(2022, 2, 10), date(2022, 3, 25))
        return self.day(date(2024, 2, 20), date(2025, 4, 10))

    def later(self) -> date:
        return self.day(date(2025, 1, 20), date(2025, 4, 10))

    def amount(self) -> Decimal:
        return Decimal(self.randint(1, 15_000_000)) / 100 if self.maybe(0.8) else Decimal(self.randint(1, 9)) / 100

    def link(self) -> Link:
        if self.maybe(0.6):
            holder, share = self.choice("PQ"), self.choice([Decimal(26), Decimal(30), Decimal(50)])
        else:
            holder, share = self.choice(HOLDERS), self.choice(SHARES)
        kind = "votes" if self.maybe(0.85) else self.choice(["appointment", "dominant_influence", "agreement"])
        since, until = (self.later() if self.maybe(0.2) else None for _ in "ab")
        if since and until and until < since:
            since, until = until, since
        return Link(
            holder,
            self.choice(FIRMS),
            kind,
            share if kind == "votes" else None,
            PERSON.get(holder, "enterprise"),
            None,
            since,
            until,
        )

    def aid(self, number: int) -> Aid:
        return Aid(
            id=f"a{number}",
            beneficiary=self.choice("ABCZ" if self.maybe(0.95) else "HPXY"),
            granted_on=self.granted(),
            amount=self.amount(),
            regime=self.choice(["general", "general", "general", "agriculture", "sgei", "gber"]),
            revised=tuple(Revision(self.later(), self.amount()) for _ in range(self.choice([0, 0, 0, 1, 2]))),
            annulled_on=self.later() if self.maybe(0.1) else None,
            registered_on=self.later() if self.maybe(0.2) else None,
        )

    def event(self, day: date, free: list[str]) -> Merger | Split:
        if self.maybe(0.5):
            return Merger(day, tuple(self.sample("ABCZ", self.randint(1, 3))), self.choice("ABCN"))
        shares = []
        for name in self.sample("ABCN", self.randint(1, 3)):
            takes = self.sample(free, min(len(free), self.choice([0, 0, 1, 2])))
            free[:] = [aid_id for aid_id in free if aid_id not in takes]
            shares.append(SplitShare(name, Decimal(self.randint(1, 9)), tuple(takes)))
        return Split(day, self.choice("ABCZ"), tuple(shares))


def drawn(seed: int, *, with_events: bool = True) -> Case:
    draw = Draw(seed)
    aids = tuple(draw.aid(number) for number in range(draw.randint(2, 14)))
    days = {draw.later() for _ in range(draw.choice([0, 0, 0, 1, 2, 3]))} if with_events else set()
    return Case(
        on=draw.day(date(2025, 2, 10), date(2025, 3, 20)),
        applicant=draw.choice(FIRMS),
        enterprises=tuple(FIRMS),
        links=tuple(draw.link() for _ in range(draw.randint(0, 10))),
        aids=aids,
        events=tuple(draw.event(day, [aid.id for aid in aids]) for day in sorted(days)),
        request=draw.amount() if draw.maybe(0.8) else None,
        boundary=draw.choice([None, "inclusive", "strict"]),
        as_of=draw.later() if draw.maybe(0.2) else None,
    )


CASES = st.integers(0, 2**40).map(drawn)
WITHOUT_EVENTS = st.integers(0, 2**40).map(lambda seed: drawn(seed, with_events=False))
LINKS = st.integers(0, 2**40).map(lambda seed: Draw(seed).link())


# -- the oracle


def three_years_before(day: date) -> date:
    return date(day.year - 3, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def in_window(granted: date, day: date, boundary: str | None) -> bool:
    start = three_years_before(day)
    return granted <= day and (granted > start or (granted == start and boundary != "strict"))


def amount_on(aid: Aid, day: date, as_of: date | None) -> Decimal:
    horizon = min(day, as_of or day)
    if aid.annulled_on and aid.annulled_on <= horizon:
        return Decimal(0)
    amount, latest = aid.amount, date.min
    for revision in aid.revised:
        if latest < revision.on <= horizon:
            amount, latest = revision.amount, revision.on
        elif revision.on == latest:
            amount = max(amount, revision.amount)
    return amount


def seen(case: Case, day: date) -> list:
    limit = min(day, case.as_of or day)
    return sorted((event for event in case.events if event.on <= limit), key=lambda event: event.on)


def inputs(event) -> set:
    return set(event.parties) if isinstance(event, Merger) else {event.party}


def outputs(event) -> set:
    return {event.into} if isinstance(event, Merger) else {share.enterprise for share in event.shares}


def gone(events: list) -> dict:
    """name -> successor or None, for those not there any more."""
    state: dict = {}
    for event in events:
        for name in inputs(event) - outputs(event):
            state[name] = event.into if isinstance(event, Merger) else None
        for name in outputs(event):
            state.pop(name, None)
    return state


def largest_remainders(amount: Decimal, weights: list[Decimal]) -> list[Decimal]:
    cents, whole = int(amount * 100), sum(weights)
    floors = [int(cents * weight / whole) for weight in weights]
    rest = [cents * weight % whole for weight in weights]
    for place in sorted(range(len(weights)), key=lambda i: (-rest[i], i))[: cents - sum(floors)]:
        floors[place] += 1
    return [Decimal(part) / 100 for part in floors]


def holders_of(aid: Aid, amount: Decimal, events: list) -> dict:
    past = [event for event in events if event.on < aid.granted_on]
    held = {aid.beneficiary: amount}
    start = len(past)
    if aid.beneficiary in gone(past):  # made out to a company already gone: it follows from its end
        start = max(i for i, event in enumerate(past) if aid.beneficiary in inputs(event) - outputs(event))
    for event in events[start:]:
        if isinstance(event, Merger):
            for name in inputs(event):
                if name in held:
                    part = held.pop(name)
                    held[event.into] = held.get(event.into, Decimal(0)) + part
        elif event.party in held:
            taker = [share.enterprise for share in event.shares if aid.id in share.takes]
            if not taker and event.party in outputs(event) and aid.granted_on >= event.on:
                continue
            part = held.pop(event.party)
            shares = sorted(event.shares, key=lambda share: share.enterprise)
            parts = [part] if taker else largest_remainders(part, [share.equity for share in shares])
            for name, piece in zip(taker or [share.enterprise for share in shares], parts, strict=True):
                held[name] = held.get(name, Decimal(0)) + piece
    return held


def answer_on(case: Case, day: date) -> tuple[Decimal, bool, set]:
    """(what counts, whether a decision is required, the undertaking) on a day, all rules of Reg. 2023/2831 by hand."""
    events = seen(case, day)
    lost = gone(events)
    known = [aid for aid in case.aids if case.as_of is None or (aid.registered_on or aid.granted_on) <= case.as_of]
    with_aid = {name for aid in known for name in holders_of(aid, aid.amount, events)}
    wanted = {name for name in case.enterprises if name not in lost} | with_aid | {case.applicant}
    ties, votes, natural = [], defaultdict(Decimal), set()
    for link in case.links:
        if (link.since and link.since > day) or (link.until and link.until < day):
            continue
        holder = link.holder
        if link.held in lost or (holder in lost and successor_of(holder, events) is None):
            continue
        if holder in lost:
            holder = successor_of(holder, events)
        if holder == link.held or "X" in (holder, link.held) or "Y" in (holder, link.held):
            continue
        if PERSON.get(holder) == "natural":
            natural.add(holder)
        if link.kind == "votes":
            votes[holder, link.held] = max(votes[holder, link.held], link.share)
        else:
            ties.append({holder, link.held})
    names = {name for pair in votes for name in pair} | {name for tie in ties for name in tie} | wanted
    groups = [{name} for name in names]

    def group(name: str) -> set:
        return next(found for found in groups if name in found)

    changed = True
    while changed:
        changed = False
        for held in sorted(names):
            for candidate in list(groups):
                total = sum(votes.get((member, held), Decimal(0)) for member in candidate)
                tied = any(held in tie and tie & candidate for tie in ties)
                if held not in candidate and (total > 50 or tied):
                    other = group(held)
                    groups.remove(candidate)
                    groups.remove(other)
                    groups.append(candidate | other)
                    changed = True
                    break

    def power(people: set, firm: str) -> Decimal:
        members = set(people)
        for person in people:
            members |= group(person) - natural
        return sum((votes.get((member, firm), Decimal(0)) for member in members), Decimal(0))

    def has_power(person: str, firm: str) -> bool:
        return power({person}, firm) > 0

    reached = [group(case.applicant)]
    for here in reached:
        for one, other in combinations(sorted(names), 2):
            if group(one) is group(other) or here not in (group(one), group(other)):
                continue
            both = {person for person in natural if has_power(person, one) and has_power(person, other)}
            if len(both) > 1 and power(both, one) > 50 and power(both, other) > 50:
                reached += [found for found in (group(one), group(other)) if found not in reached]
    doubt = any(found & wanted for found in reached[1:]) or case.applicant in lost
    members = (group(case.applicant) & wanted) | {case.applicant}
    counting = {case.applicant} if doubt else members
    total = Decimal(0)
    for aid in known:
        if aid.regime in ("general", "agriculture") and in_window(aid.granted_on, day, case.boundary):
            held = holders_of(aid, amount_on(aid, day, case.as_of), events)
            total += sum((part for name, part in held.items() if name in counting), Decimal(0))
    return total, doubt, members


def successor_of(name: str, events: list) -> str | None:
    """Through as many mergers as it takes; ``None`` when a full split comes on the way."""
    lost = gone(events)
    position = 0
    while name in lost:
        end = max(i for i, event in enumerate(events) if name in inputs(event) - outputs(event))
        if end < position or isinstance(events[end], Split):
            return None if isinstance(events[end], Split) else name
        name, position = events[end].into, end + 1
    return name


def fits(case: Case, day: date) -> bool:
    total, doubt, _ = answer_on(case, day)
    headroom = max(Decimal(0), Decimal(300_000) - total)
    return not doubt and (headroom > 0 if case.request is None else case.request <= headroom)


# -- what must hold


@pytest.mark.parametrize("block", range(4))
def test_the_position_is_that_of_the_oracle(block: int) -> None:
    for seed in range(block * 250, block * 250 + 250):
        check_position(drawn(seed))


def check_position(case: Case) -> None:
    found = position(case)
    total, doubt, members = answer_on(case, case.on)
    assert found.counted == total
    assert bool(found.decision_required) == doubt
    assert set(found.undertaking) == members & {*case.enterprises}
    assert found.residual == max(Decimal(0), Decimal(300_000) - total)
    if doubt or case.request is None:
        assert found.admissible is None
    else:
        assert found.admissible is (total + case.request <= 300_000 or not case.request)


@pytest.mark.parametrize("block", range(4))
def test_the_first_admissible_day_is_the_first_one_of_all_days(block: int) -> None:
    for seed in range(10_000 + block * 100, 10_000 + block * 100 + 100):
        check_first_admissible_on(drawn(seed))


def check_first_admissible_on(case: Case) -> None:
    found = position(case).first_admissible_on
    if position(case).decision_required:
        assert found is None
        return
    # Everything that can change is over by the middle of May 2025, but for the aid of 2024 and 2025, gone by May 2028.
    last = date(2025, 5, 20)
    first = next((day for day in _days(case.on, last) if fits(case, day)), None)
    if first is not None:
        assert found == first
    elif found is not None:
        assert found > last
        assert fits(case, found)
        assert not fits(case, found - timedelta(days=1))
    else:
        assert not fits(case, date(2028, 6, 1))


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=offset) for offset in range((end - start).days + 1)]


@given(CASES, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_inputs_does_not_matter(case: Case, shuffler: random.Random) -> None:
    def mixed(things: tuple) -> tuple:
        return tuple(shuffler.sample(things, len(things)))

    events = tuple(
        replace(event, parties=mixed(event.parties))
        if isinstance(event, Merger)
        else replace(event, shares=mixed(event.shares))
        for event in mixed(case.events)
    )
    other = replace(
        case, enterprises=mixed(case.enterprises), links=mixed(case.links), aids=mixed(case.aids), events=events
    )
    assert json.dumps(as_json(position(other))) == json.dumps(as_json(position(case)))


@given(CASES)
@settings(max_examples=50, deadline=None)
def test_one_more_aid_never_leaves_more_room(case: Case) -> None:
    without = replace(case, aids=case.aids[:-1], events=_without_takes(case))
    with_it = replace(case, events=_without_takes(case))
    assert position(with_it).residual >= 0
    # An enterprise nobody listed is a member only because of its aid: it may then open a doubt, and the sums part ways.
    if bool(position(with_it).decision_required) == bool(position(without).decision_required):
        assert position(with_it).residual <= position(without).residual


def _without_takes(case: Case) -> tuple:
    return tuple(
        event
        if isinstance(event, Merger)
        else replace(event, shares=tuple(replace(share, takes=()) for share in event.shares))
        for event in case.events
    )


@given(CASES, LINKS)
@settings(max_examples=50, deadline=None)
def test_one_more_link_never_lowers_what_counts(case: Case, link: Link) -> None:
    before, after = position(case), position(replace(case, links=(*case.links, link)))
    if not before.decision_required and not after.decision_required:
        assert after.counted >= before.counted
        assert set(after.undertaking) >= set(before.undertaking)


@given(CASES)
@settings(max_examples=50, deadline=None)
def test_with_the_strict_boundary_there_is_never_less_room(case: Case) -> None:
    strict, inclusive = replace(case, boundary="strict"), replace(case, boundary="inclusive")
    assert position(strict).residual >= position(inclusive).residual


@given(CASES, st.dates(date(2025, 1, 1), date(2025, 6, 1)))
@settings(max_examples=50, deadline=None)
def test_events_move_aid_and_never_make_or_lose_a_cent(case: Case, day: date) -> None:
    timeline = Timeline(case.events, until=day)
    for aid in case.aids:
        parts = timeline.attribute(aid.id, aid.beneficiary, aid.granted_on, aid.amount).parts
        assert sum(part for _, part in parts) == aid.amount
        assert all(part >= 0 and part == part.quantize(Decimal("0.01")) for _, part in parts)


@given(WITHOUT_EVENTS, st.lists(st.sampled_from(FIRMS), min_size=2, max_size=4, unique=True))
@settings(max_examples=50, deadline=None)
def test_a_merger_adds_up_what_the_merging_enterprises_had(case: Case, parties: list[str]) -> None:
    apart = replace(case, links=(), as_of=None, request=None)
    merged = replace(
        apart,
        applicant="N",
        enterprises=(*FIRMS, "N"),
        events=(Merger(apart.on, tuple(parties), "N"),),
    )
    each = [position(replace(apart, applicant=name)).counted for name in parties]
    assert position(merged).counted == sum(each)


@given(WITHOUT_EVENTS, st.lists(st.integers(0, 10**9), min_size=2, max_size=5))
@settings(max_examples=50, deadline=None)
def test_a_split_divides_to_the_cent(case: Case, equities: list[int]) -> None:
    apart = replace(case, applicant="A", links=(), as_of=None, request=None)
    names = [f"N{number}" for number in range(len(equities))]
    shares = tuple(SplitShare(name, Decimal(equity)) for name, equity in zip(names, equities, strict=True))
    # Aid granted on the very day of a full split follows the split too: nobody is left to keep it.
    split = replace(apart, enterprises=(*FIRMS, *names), events=(Split(apart.on, "A", shares),))
    whole = position(apart).counted
    try:
        parts = [position(replace(split, applicant=name)).counted for name in names]
    except NoEquity:
        assert not any(equities)
        assert any(aid.beneficiary == "A" for aid in case.aids)
        return
    assert sum(parts) == whole
