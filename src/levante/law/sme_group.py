"""Who is counted with an enterprise when its size is established: linked, partner, neither; and public control.

The relations are those of art. 3 of the annex to Rec. 2003/361/EC. *Linked*: majority of votes, or control in another
way, also along chains, jointly with linked enterprises, and through natural persons who act in the same or an adjacent
market; the data count in full. *Partner*: 25 % or more without a link, alone or jointly with linked enterprises; the
data of the partner and of the enterprises linked to it count in proportion. Partners of partners do not count.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from levante.kernel.pure import Step, step
from levante.law import parameters

Kind = Literal[
    "enterprise", "public_body", "university", "local_authority", "venture_capital", "institutional_investor"
]
KINDS: tuple[Kind, ...] = (
    "enterprise",
    "public_body",
    "university",
    "local_authority",
    "venture_capital",
    "institutional_investor",
)
#: The investors of art. 3(2), second subparagraph. Business angels are natural persons, who are never partners.
INVESTORS = frozenset({"university", "local_authority", "venture_capital", "institutional_investor"})

FULL = Decimal(100)
_NONE = Decimal(0)
#: Cross-holdings make the indirect public share a series; after so many terms what is left is below any threshold.
_SWEEPS = 60


@dataclass(frozen=True, slots=True)
class Holding:
    """``holder`` owns part of ``held``: shares in percent (votes default to capital and the other way round)."""

    holder: str
    held: str
    capital: Decimal | None = None
    votes: Decimal | None = None
    control: bool = False
    since: date | None = None
    natural_person: bool = False
    same_market: bool | None = None

    def capital_share(self) -> Decimal:
        return self.capital if self.capital is not None else self.votes or _NONE

    def voting_share(self) -> Decimal:
        return self.votes if self.votes is not None else self.capital or _NONE


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


@dataclass(slots=True)
class _Sum:
    capital: Decimal = _NONE
    votes: Decimal = _NONE
    holders: set[str] = field(default_factory=set)

    def add(self, holding: Holding) -> None:
        self.capital += holding.capital_share()
        self.votes += holding.voting_share()
        self.holders.add(holding.holder)

    def share(self) -> Decimal:
        return min(FULL, max(self.capital, self.votes))


def group_of(enterprise: str, kinds: Mapping[str, Kind], holdings: Iterable[Holding], *, on: date) -> Group:
    """The group of an enterprise on a day. Holdings that begin after that day are not looked at."""
    return _Relations(enterprise, kinds, [h for h in holdings if h.since is None or h.since <= on], on).group()


class _Relations:
    """The holdings of one case, as the questions of art. 3 need them."""

    def __init__(self, enterprise: str, kinds: Mapping[str, Kind], holdings: list[Holding], on: date) -> None:
        self.enterprise = enterprise
        self.kinds = kinds
        self.on = on
        self.by_persons = [h for h in holdings if h.natural_person]
        self.public = [h for h in holdings if not h.natural_person and kinds[h.holder] == "public_body"]
        self.between = [h for h in holdings if not h.natural_person and kinds[h.holder] != "public_body"]
        self.majority = parameters.value("sme.linked.share", on=on)
        self.parent: dict[str, str] = {id: id for id in kinds}
        self.joins: list[tuple[str, Step]] = []

    def group(self) -> Group:
        self._link_through_enterprises()
        if self._link_through_persons():
            self._link_through_enterprises()
        members = [Member(self.enterprise, FULL, "self")]
        mine = self.component(self.enterprise)
        together = [id for id in self.kinds if self.component(id) == mine and id != self.enterprise]
        members += [Member(id, FULL, "linked") for id in together]
        steps = [why for id, why in self.joins if self.component(id) == mine]
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
            joint: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
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
        """
        held_by: dict[str, dict[str, Holding]] = defaultdict(dict)
        for h in self.by_persons:
            if h.same_market is not False:
                held_by[h.held][h.holder] = _added(held_by[h.held].get(h.holder), h)
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
                if (
                    self._have_majority(persons[p] for p in common)
                    and self._have_majority(held_by[other][p] for p in common)
                    and any(h.same_market for h in links)
                ):
                    changed |= self._join(
                        one,
                        other,
                        lambda one=one, other=other, common=common: self._persons_step(one, other, common),  # type: ignore[misc]
                    )
        return changed

    def _have_majority(self, holdings: Iterable[Holding]) -> bool:
        found = list(holdings)
        return any(h.control for h in found) or sum((h.voting_share() for h in found), _NONE) > self.majority.value

    # -- partners

    def _partners(self, mine: str) -> tuple[list[Member], list[Step]]:
        threshold = parameters.value("sme.partner.share", on=self.on)
        up: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
        down: dict[str, _Sum] = defaultdict(_Sum)
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
            shares[group] = max(share, shares.get(group, _NONE))
            steps.append(
                step(
                    f"{holders} ha il {number_text(share, 'it')} % di {held}: impresa associata, dati in proporzione",
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
            shares[group] = max(share, shares.get(group, _NONE))
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

    def _all_exempt(self, total: _Sum) -> bool:
        """Art. 3(2), second subparagraph: certain investors, up to 50 % and not linked, leave the enterprise alone."""
        ceiling = parameters.value("sme.investor.share", on=self.on).value
        return all(self.kinds[id] in INVESTORS for id in total.holders) and total.share() <= ceiling

    # -- public control

    def _public(self) -> tuple[Decimal, list[Step]]:
        """The share of the enterprise that public bodies hold together, directly and through enterprises."""
        above = self._holders_above()
        weights: dict[str, Decimal] = {}
        share = _NONE
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
                f"Gli enti pubblici hanno, anche congiuntamente o tramite imprese, il {number_text(share, 'it')} % di "
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
        capital = votes = _NONE
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
            return _NONE
        return weights.get(h.holder, _NONE)

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
        total = _Sum()
        for other in self.between:
            if other.held == h.held and self.component(other.holder) == self.component(h.holder):
                total.add(other)
        return self._all_exempt(total)

    # -- the lines

    def _control_step(self, h: Holding) -> Step:
        return step(
            f"{h.holder} controlla {h.held} (nomina degli organi, influenza dominante o accordo): imprese collegate",
            f"{h.holder} controls {h.held} (appointment, dominant influence or agreement): linked enterprises",
            self.majority.reference,
            "100",
        )

    def _majority_step(self, held: str, total: _Sum) -> Step:
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
            f"Le stesse persone fisiche ({named}) hanno la maggioranza di {one} e di {other}, che operano sullo stesso "
            "mercato o su mercati contigui: imprese collegate",
            f"The same natural persons ({named}) have the majority of {one} and of {other}, which work in the same "
            "market or in adjacent markets: linked enterprises",
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
            f"{holders} ha il {number_text(share, 'it')} % di {held} ma è un investitore dell'art. 3(2) e non è collegato: non è "
            "impresa associata e i suoi dati non si sommano",
            f"{holders} holds {number_text(share)} % of {held} but is an investor of art. 3(2) and is not linked: it is not a "
            "partner and its data are not added",
            rule.reference,
            number_text(share),
        )


def _added(one: Holding | None, other: Holding) -> Holding:
    """Two holdings of the same holder in the same enterprise, as one."""
    if one is None:
        return other
    return Holding(
        other.holder,
        other.held,
        one.capital_share() + other.capital_share(),
        one.voting_share() + other.voting_share(),
        one.control or other.control,
        None,
        other.natural_person,
        one.same_market or other.same_market,
    )


def number_text(number: Decimal, language: str = "en") -> str:
    """A number without useless zeros: ``12.5`` for programs and in English, ``12,5`` in Italian."""
    text = format(number.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP).normalize(), "f")
    return text.replace(".", ",") if language == "it" else text
