"""Who is counted with an enterprise when its size is established: linked, partner, neither; and public control.

The relations are those of art. 3 of the annex to Rec. 2003/361/EC. *Linked*: majority of votes, or control in another
way, also along chains, jointly with linked enterprises, and through natural persons who act in the same or an adjacent
market; the data count in full. *Partner*: 25 % or more without a link, alone or jointly with linked enterprises; the
data of the partner and of the enterprises linked to it count in proportion. Partners of partners do not count.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from levante.kernel.pure import Step, step, the_percent
from levante.law import parameters
from levante.law.sme_holdings import FULL, INVESTORS, NONE, Holding, Kind, Sum, each_once, number_text

#: Cross-holdings make the indirect public share a series; after so many terms what is left is below any threshold.
_SWEEPS = 60


@dataclass(frozen=True, slots=True)
class Member:
    """An enterprise whose data are counted, for ``share`` percent of them."""

    id: str
    share: Decimal
    relation: Literal["self", "linked", "partner"]


@dataclass(frozen=True, slots=True)
class Group:
    """What art. 3 makes of an enterprise: whose data count and for how much, the public share, and why."""

    members: tuple[Member, ...]
    public_share: Decimal
    steps: tuple[Step, ...]


def group_of(enterprise: str, kinds: Mapping[str, Kind], holdings: Iterable[Holding], *, on: date) -> Group:
    """The group of an enterprise on a day. Holdings that begin after that day are not looked at."""
    begun = [h for h in holdings if h.since is None or h.since <= on]
    return _Relations(enterprise, kinds, begun, on).group()


class _Relations:
    """The holdings of one case, as the questions of art. 3 need them."""

    def __init__(self, enterprise: str, kinds: Mapping[str, Kind], holdings: list[Holding], on: date) -> None:
        self.enterprise = enterprise
        self.kinds = kinds
        self.on = on
        told = Counter((h.holder, h.held) for h in holdings)
        self.told_twice = [pair for pair, times in told.items() if times > 1]
        holdings = each_once(holdings)
        self.by_persons = [h for h in holdings if h.natural_person]
        self.public = [h for h in holdings if not h.natural_person and kinds[h.holder] == "public_body"]
        self.between = [h for h in holdings if not h.natural_person and kinds[h.holder] != "public_body"]
        self.majority = parameters.value("sme.linked.share", on=on)
        self.parent: dict[str, str] = {id: id for id in kinds}
        self.joins: list[tuple[str, Step]] = []

    def group(self) -> Group:
        linking = True
        while linking:
            self._link_through_enterprises()
            linking = self._link_through_persons()
        members = [Member(self.enterprise, FULL, "self")]
        mine = self.component(self.enterprise)
        together = [id for id in self.kinds if self.component(id) == mine and id != self.enterprise]
        members += [Member(id, FULL, "linked") for id in together]
        steps = self._told_twice_steps(mine)
        steps += [why for id, why in self.joins if self.component(id) == mine]
        partners, partner_steps = self._partners(mine)
        public_share, public_steps = self._public()
        notes = self._person_notes(mine)
        return Group((*members, *partners), public_share, (*steps, *partner_steps, *notes, *public_steps))

    # -- links

    def component(self, id: str) -> str:
        while self.parent[id] != id:
            self.parent[id] = self.parent[self.parent[id]]
            id = self.parent[id]
        return id

    def _join(self, one: str, other: str, why: Callable[[], Step]) -> bool:
        first, second = self.component(one), self.component(other)
        if first == second:
            return False
        self.parent[second] = first
        self.joins.append((one, why()))
        return True

    def _link_through_enterprises(self) -> None:
        changed = True
        while changed:
            changed = False
            joint: dict[tuple[str, str], Sum] = defaultdict(Sum)
            for h in self.between:
                if h.control:
                    changed |= self._join(h.holder, h.held, lambda h=h: self._control_step(h))  # type: ignore[misc]
                joint[self.component(h.holder), h.held].add(h)
            for (_, held), total in joint.items():
                if total.votes > self.majority.value:
                    for holder in sorted(total.holders):
                        changed |= self._join(
                            holder,
                            held,
                            lambda held=held, total=total: self._majority_step(held, total),  # type: ignore[misc]
                        )

    def _link_through_persons(self) -> bool:
        """Two enterprises are linked when the same persons have the majority of both, in the same or adjacent markets.

        The persons may reach the majority only together: holding both enterprises together is taken as acting jointly.
        What is held by the enterprises they control is theirs as well: control may be exercised through them.
        """
        held_by: dict[str, dict[str, Holding]] = defaultdict(dict)
        for h in self.by_persons:
            if h.same_market is not False:
                held_by[h.held][h.holder] = h
        controlled: dict[frozenset[str], set[str]] = {}
        holders: dict[str, list[str]] = defaultdict(list)
        for held, persons in held_by.items():
            for person in persons:
                holders[person].append(held)
        changed = False
        for one, persons in held_by.items():
            neighbours = {other for person in persons for other in holders[person] if other > one}
            for other in sorted(neighbours):
                common = sorted(persons.keys() & held_by[other].keys())
                links = [persons[p] for p in common] + [held_by[other][p] for p in common]
                if not any(h.same_market for h in links):
                    continue
                together = frozenset(common)
                if together not in controlled:
                    controlled[together] = self._controlled_by(together)
                if {one, other} <= controlled[together]:
                    changed |= self._join(
                        one,
                        other,
                        lambda one=one, other=other, common=common: self._persons_step(one, other, common),  # type: ignore[misc]
                    )
        return changed

    def _controlled_by(self, persons: frozenset[str]) -> set[str]:
        """The enterprises in which these persons have the majority, alone or with those they control already."""
        own = [h for h in self.by_persons if h.holder in persons]
        found: set[str] = set()
        while True:
            groups = {self.component(id) for id in found}
            through = [h for h in self.between if self.component(h.holder) in groups]
            votes: dict[str, Decimal] = defaultdict(Decimal)
            for h in (*own, *through):
                votes[h.held] += FULL if h.control else h.voting_share()
            reached = {id for id, share in votes.items() if share > self.majority.value}
            if reached <= found:
                return found
            found |= reached

    # -- partners

    def _partners(self, mine: str) -> tuple[list[Member], list[Step]]:
        threshold = parameters.value("sme.partner.share", on=self.on)
        up: dict[tuple[str, str], Sum] = defaultdict(Sum)
        down: dict[str, Sum] = defaultdict(Sum)
        for h in self.between:
            holder, held = self.component(h.holder), self.component(h.held)
            if held == mine and holder != mine:
                up[holder, h.held].add(h)
            elif holder == mine and held != mine:
                down[h.held].add(h)
        shares: dict[str, Decimal] = {}
        steps: list[Step] = []
        for (group, held), total in up.items():
            share = total.share()
            if share < threshold.value:
                continue
            holders = ", ".join(sorted(total.holders))
            if self._all_exempt(total):
                steps.append(self._exempt_step(holders, held, share))
                continue
            shares[group] = max(share, shares.get(group, NONE))
            steps.append(
                step(
                    f"{holders} ha {the_percent(number_text(share, 'it'))} di {held}: impresa associata, dati in proporzione",
                    f"{holders} holds {number_text(share)} % of {held}: a partner enterprise, data in proportion",
                    threshold.reference,
                    number_text(share),
                )
            )
        for held, total in down.items():
            share = total.share()
            if share < threshold.value:
                continue
            group = self.component(held)
            # Cross-holdings and several holdings: the greater percentage applies (art. 6(2)).
            shares[group] = max(share, shares.get(group, NONE))
            holders = ", ".join(sorted(total.holders))
            steps.append(
                step(
                    f"{held} è posseduta al {number_text(share, 'it')} % da {holders}: impresa associata, dati in proporzione",
                    f"{holders} holds {number_text(share)} % of {held}: a partner enterprise, data in proportion",
                    threshold.reference,
                    number_text(share),
                )
            )
        members = [Member(id, shares[c], "partner") for id in self.kinds if (c := self.component(id)) in shares]
        return members, steps

    def _all_exempt(self, total: Sum) -> bool:
        """Art. 3(2), second subparagraph: certain investors, up to 50 % and not linked, leave the enterprise alone."""
        ceiling = parameters.value("sme.investor.share", on=self.on).value
        return all(self.kinds[id] in INVESTORS for id in total.holders) and total.share() <= ceiling

    # -- public control

    def _public(self) -> tuple[Decimal, list[Step]]:
        """The share of the enterprise that public bodies hold together, directly and through enterprises."""
        above = self._holders_above()
        weights: dict[str, Decimal] = {}
        share = NONE
        for _ in range(_SWEEPS):
            before = dict(weights)
            for id in reversed(above):
                share = self._public_share(weights, above[id])
                weights[id] = FULL if share > self.majority.value else share
            if weights == before:
                break
        threshold = parameters.value("sme.public.share", on=self.on)
        if share < threshold.value:
            return share, []
        indirect = parameters.value("sme.public.indirect", on=self.on)
        direct = all(self._is_public(h) for h in above[self.enterprise] if self._weight(h, weights))
        return share, [
            step(
                f"Gli enti pubblici hanno, anche congiuntamente o tramite imprese, {the_percent(number_text(share, 'it'))} di "
                f"{self.enterprise}: non può essere considerata PMI",
                f"Public bodies hold, also jointly or through enterprises, {number_text(share)} % of {self.enterprise}: "
                "it cannot be considered an SME",
                threshold.reference if direct else indirect.reference,
                number_text(share),
            )
        ]

    def _holders_above(self) -> dict[str, list[Holding]]:
        """Everyone up the chains of ownership, nearest first, each with the holdings in it."""
        into: dict[str, list[Holding]] = defaultdict(list)
        for h in (*self.public, *self.between):
            into[h.held].append(h)
        above = {self.enterprise: into[self.enterprise]}
        waiting = [self.enterprise]
        for id in waiting:
            for h in into[id]:
                if h.holder not in above and not self._is_public(h):
                    above[h.holder] = into[h.holder]
                    waiting.append(h.holder)
        return above

    def _public_share(self, weights: Mapping[str, Decimal], holdings: list[Holding]) -> Decimal:
        capital = votes = NONE
        for h in holdings:
            weight = self._weight(h, weights)
            capital += (FULL if h.control else h.capital_share()) * weight / FULL
            votes += (FULL if h.control else h.voting_share()) * weight / FULL
        return min(FULL, max(capital, votes))

    def _weight(self, h: Holding, weights: Mapping[str, Decimal]) -> Decimal:
        """How much of a holding is public, in percent of it."""
        if self._is_public(h):
            return FULL
        if self.kinds[h.holder] in INVESTORS and self._is_exempt(h):
            return NONE
        return weights.get(h.holder, NONE)

    def _is_public(self, h: Holding) -> bool:
        kind = self.kinds[h.holder]
        if kind == "public_body":
            return True
        if kind == "local_authority":
            return not self._is_exempt(h)
        if kind == "university":
            public = parameters.value("sme.university.public", on=self.on)
            return bool(public.value) and not self._is_exempt(h)
        return False

    def _is_exempt(self, h: Holding) -> bool:
        if self.component(h.holder) == self.component(h.held):
            return False
        total = Sum()
        for other in self.between:
            if other.held == h.held and self.component(other.holder) == self.component(h.holder):
                total.add(other)
        return self._all_exempt(total)

    # -- the lines

    def _told_twice_steps(self, mine: str) -> list[Step]:
        return [
            step(
                f"La partecipazione di {holder} in {held} è indicata più volte: conta una volta, con le quote maggiori",
                f"The holding of {holder} in {held} is told more than once: it counts once, with the larger shares",
                parameters.value("sme.same_holding", on=self.on).reference,
                held,
            )
            for holder, held in self.told_twice
            if mine == self.component(held) or (holder in self.parent and mine == self.component(holder))
        ]

    def _control_step(self, h: Holding) -> Step:
        return step(
            f"{h.holder} controlla {h.held} (nomina degli organi, influenza dominante o accordo): imprese collegate",
            f"{h.holder} controls {h.held} (appointment, dominant influence or agreement): linked enterprises",
            self.majority.reference,
            "100",
        )

    def _majority_step(self, held: str, total: Sum) -> Step:
        holders = ", ".join(sorted(total.holders))
        has_it, has_en = ("ha", "has") if len(total.holders) == 1 else ("hanno insieme", "have together")
        return step(
            f"{holders} {has_it} la maggioranza dei voti di {held} ({number_text(total.votes, 'it')} %): imprese collegate",
            f"{holders} {has_en} the majority of the votes of {held} ({number_text(total.votes)} %): linked enterprises",
            self.majority.reference,
            "100",
        )

    def _persons_step(self, one: str, other: str, persons: list[str]) -> Step:
        named = ", ".join(persons)
        return step(
            f"Le stesse persone fisiche ({named}) hanno, anche tramite le imprese che controllano, la maggioranza di {one} e "
            f"di {other}, che operano sullo stesso mercato o su mercati contigui: imprese collegate",
            f"The same natural persons ({named}) have, also through the enterprises they control, the majority of {one} and "
            f"of {other}, which work in the same market or in adjacent markets: linked enterprises",
            parameters.value("sme.persons", on=self.on).reference,
            "100",
        )

    def _person_notes(self, mine: str) -> list[Step]:
        """The persons who hold the enterprise and others too, when no link came of it: said, so that it is checked."""
        here = {h.holder for h in self.by_persons if self.component(h.held) == mine}
        elsewhere = {h.held for h in self.by_persons if h.holder in here and self.component(h.held) != mine}
        rule = parameters.value("sme.persons", on=self.on)
        return [
            step(
                f"Persone fisiche di {self.enterprise} partecipano anche a {id}, senza maggioranza in entrambe o fuori "
                "dallo stesso mercato: non è collegata",
                f"Natural persons of {self.enterprise} also hold {id}, without a majority of both or outside the same "
                "market: it is not linked",
                rule.reference,
                id,
            )
            for id in sorted(elsewhere)
        ]

    def _exempt_step(self, holders: str, held: str, share: Decimal) -> Step:
        rule = parameters.value("sme.investor.share", on=self.on)
        return step(
            f"{holders} ha {the_percent(number_text(share, 'it'))} di {held} ma è un investitore dell'art. 3(2) e non è collegato: non è "
            "impresa associata e i suoi dati non si sommano",
            f"{holders} holds {number_text(share)} % of {held} but is an investor of art. 3(2) and is not linked: it is not a "
            "partner and its data are not added",
            rule.reference,
            number_text(share),
        )
