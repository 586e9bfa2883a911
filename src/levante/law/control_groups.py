"""Groups under one control, and the votes each group has in others: the graph behind the single undertaking.

Pure mechanics, no law: who is left out, what a majority is and which ties join is decided by ``undertaking``.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Votes = Mapping[str, Mapping[str, Decimal]]
"""holder -> held -> per cent of the votes."""


class Groups:
    """Names joined in groups. A group that comes to have a majority of votes in somebody takes it in.

    Union-find; the votes of the smaller group move into the larger, so that the whole is almost linear in the holdings.
    The result does not depend on the order of the joins: taking in is monotone.
    """

    def __init__(self, votes: Votes, *, majority: Decimal, barred: Collection[str] = ()) -> None:
        self._majority = majority
        self._barred = frozenset(barred)
        self._parent: dict[str, str] = {}
        self._size: dict[str, int] = {}
        self._votes = {holder: dict(held) for holder, held in votes.items() if holder not in self._barred}
        self._waiting: deque[tuple[str, str]] = deque()
        for holder, held in self._votes.items():
            self._waiting.extend((holder, name) for name, share in held.items() if share > majority)
        self._close()

    def find(self, name: str) -> str:
        """The name that stands for the whole group."""
        root = name
        while (above := self._parent.get(root, root)) != root:
            root = above
        while (above := self._parent.get(name, name)) != root:
            self._parent[name] = root
            name = above
        return root

    def same(self, one: str, other: str) -> bool:
        return self.find(one) == self.find(other)

    def join(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Put these in one group, two by two, and then whoever follows by majority of votes."""
        self._waiting.extend(pairs)
        self._close()

    def _close(self) -> None:
        while self._waiting:
            one, other = self._waiting.popleft()
            if one not in self._barred and other not in self._barred:
                self._merge(self.find(one), self.find(other))

    def _merge(self, one: str, other: str) -> None:
        if one == other:
            return
        if self._size.get(one, 1) < self._size.get(other, 1):
            one, other = other, one
        self._parent[other] = one
        self._size[one] = self._size.get(one, 1) + self._size.get(other, 1)
        mine, theirs = self._votes.get(one, {}), self._votes.pop(other, {})
        if len(mine) < len(theirs):
            mine, theirs = theirs, mine
        for held, share in theirs.items():
            mine[held] = total = mine.get(held, Decimal(0)) + share
            if total > self._majority and not self.same(held, one):
                self._waiting.append((one, held))
        self._votes[one] = mine


@dataclass(frozen=True, slots=True)
class JointMajority:
    """The same persons have together, and none of them alone, the majority of the votes of two firms."""

    firms: tuple[str, str]
    persons: tuple[str, ...]
    shares: tuple[Decimal, Decimal]

    @property
    def id(self) -> str:
        return "joint-majority:" + "|".join(self.firms)


class JointMajorities:
    """Finds, from one firm to the next, the joint majorities that the groups as they stand leave open."""

    def __init__(self, groups: Groups, votes: Votes, persons: Collection[str], majority: Decimal) -> None:
        self._groups, self._votes, self._majority = groups, votes, majority
        # What the enterprises of a group vote, the persons of that group vote: kept apart from what persons own.
        self._of_group: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for holder, held in votes.items():
            if holder not in persons:
                for firm, share in held.items():
                    self._of_group[groups.find(holder)][firm] += share
        self._firms_of: dict[str, set[str]] = {}
        self._persons_of: dict[str, set[str]] = defaultdict(set)
        self._firms_in_group: dict[str, set[str]] = defaultdict(set)
        for person in persons:
            firms = {*votes.get(person, {}), *self._of_group.get(groups.find(person), {})}
            self._firms_of[person] = firms
            for firm in firms:
                self._persons_of[firm].add(person)
                self._firms_in_group[groups.find(firm)].add(firm)

    def reachable(self, start: str, *, closed: Collection[str] = ()) -> tuple[dict[str, JointMajority], set[str]]:
        """The joint majorities between the group of ``start`` and others, and on from those; and all groups reached.

        ``closed``: ids of those already answered no, which lead nowhere.
        """
        found: dict[str, JointMajority] = {}
        first = self._groups.find(start)
        reached, queue = {first}, deque([first])
        while queue:
            for firm in sorted(self._firms_in_group.get(queue.popleft(), ())):
                for joint in self._between(firm):
                    if joint.id in closed:
                        continue
                    found[joint.id] = joint
                    for group in map(self._groups.find, joint.firms):
                        if group not in reached:
                            reached.add(group)
                            queue.append(group)
        return found, reached

    def _between(self, firm: str) -> Iterable[JointMajority]:
        common: dict[str, list[str]] = defaultdict(list)
        for person in sorted(self._persons_of[firm]):
            for other in self._firms_of[person]:
                if not self._groups.same(other, firm):
                    common[other].append(person)
        for other, persons in sorted(common.items()):
            if len(persons) > 1:
                firms = (min(firm, other), max(firm, other))
                shares = (self._together(persons, firms[0]), self._together(persons, firms[1]))
                if min(shares) > self._majority:
                    yield JointMajority(firms, tuple(persons), shares)

    def _together(self, persons: Iterable[str], firm: str) -> Decimal:
        own = (self._votes.get(person, {}).get(firm, Decimal(0)) for person in persons)
        groups = {self._groups.find(person) for person in persons}
        theirs = (self._of_group[group].get(firm, Decimal(0)) for group in groups if group in self._of_group)
        return sum(own, Decimal(0)) + sum(theirs, Decimal(0))
