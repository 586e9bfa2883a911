"""How the money goes down an order: reserves first, then everybody; or in shares. What is awarded stays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from levante.calls.allocation_terms import ZERO, Funded, Reserve, Submission, Terms, TooMuchAwarded
from levante.kernel.pure import apportion


@dataclass(slots=True)
class Purse:
    """The money while it is being given: what is everybody's, what is left of each reserve, what each has got."""

    general: Decimal
    reserves: dict[str, Decimal]
    given: dict[str, Funded] = field(default_factory=dict)

    @classmethod
    def of(cls, terms: Terms) -> "Purse":
        reserves = {reserve.id: reserve.amount for reserve in terms.reserves}
        return cls(terms.budget - sum(reserves.values(), ZERO), reserves)

    @property
    def left(self) -> Decimal:
        return self.general + sum(self.reserves.values(), ZERO)

    def give(self, one: Submission, *, general: Decimal, reserved: Decimal = ZERO, reserve: str | None = None) -> None:
        self.general -= general
        if reserve is not None and reserved > 0:
            self.reserves[reserve] -= reserved
            self.given[one.id] = Funded(one.id, general + reserved, reserve, reserved)
        else:
            self.given[one.id] = Funded(one.id, general)


def reserve_of(terms: Terms, one: Submission) -> Reserve | None:
    """The first reserve, as the call lists them, that an application belongs to."""
    return next((reserve for reserve in terms.reserves if one.id in reserve.members), None)


def give_down(terms: Terms, order: Sequence[Submission], purse: Purse) -> None:
    """Reserves first, to their members in full; what they leave flows back; then everybody else down the order."""
    for reserve in terms.reserves:
        for one in order:
            if one.id in purse.given or reserve_of(terms, one) is not reserve:
                continue
            if one.amount <= purse.reserves[reserve.id]:
                purse.give(one, general=ZERO, reserved=one.amount, reserve=reserve.id)
            elif terms.when_short != "skip":
                break  # a smaller request further down does not overtake
    _flow_back(terms, purse)
    ended: set[str | None] = set()  # the pockets that met a request they could not pay: None is everybody's
    for one in order:
        if one.id in purse.given:
            continue
        own = reserve_of(terms, one)
        pocket = own.id if own is not None and purse.reserves[own.id] > 0 else None
        kept = purse.reserves[pocket] if pocket is not None and pocket not in ended else ZERO
        shared = purse.general if None not in ended else ZERO
        if one.amount <= kept + shared:
            reserved = min(kept, one.amount)
            purse.give(one, general=one.amount - reserved, reserved=reserved, reserve=pocket)
        elif terms.when_short != "skip":
            if terms.when_short == "partial" and kept + shared > 0:
                purse.give(one, general=shared, reserved=kept, reserve=pocket)
            ended |= {None, pocket}


def _flow_back(terms: Terms, purse: Purse) -> None:
    for reserve in terms.reserves:
        if reserve.flows_back:
            purse.general += purse.reserves[reserve.id]
            purse.reserves[reserve.id] = ZERO


def share_out(terms: Terms, order: Sequence[Submission], purse: Purse) -> None:
    """Each reserve among its members and then the rest among everybody, in proportion to what is still asked for."""
    got: dict[str, Decimal] = {}
    for reserve in terms.reserves:
        members = [one for one in order if reserve_of(terms, one) is reserve]
        for one, part in zip(members, _parts([m.amount for m in members], purse.reserves[reserve.id]), strict=True):
            got[one.id] = part
    spent = {
        kept.id: sum((got[one.id] for one in order if reserve_of(terms, one) is kept), ZERO) for kept in terms.reserves
    }
    back = sum((purse.reserves[r.id] - spent[r.id] for r in terms.reserves if r.flows_back), ZERO)
    shared = _parts([one.amount - got.get(one.id, ZERO) for one in order], purse.general + back)
    for one, part in zip(order, shared, strict=True):
        own = reserve_of(terms, one)
        reserved = got.get(one.id, ZERO)
        if part + reserved > 0:
            purse.give(one, general=part, reserved=reserved, reserve=own.id if own else None)
    _flow_back(terms, purse)


def _parts(asked: Sequence[Decimal], money: Decimal) -> list[Decimal]:
    """What each gets of ``money``: all of it when it is enough, else shares that add up to it to the cent."""
    if sum(asked, ZERO) <= money:
        return list(asked)
    if money <= 0:
        return [ZERO] * len(asked)
    return apportion(money, list(asked))


def keep(terms: Terms, awarded: Sequence[Submission], before: Purse, purse: Purse, *, in_full: bool) -> None:
    """What is awarded stays: as it was given, or, when it came later down the order, what was asked; ``in_full``, what was asked
    also of whom the order gives a part."""
    later = []
    for one in awarded:
        had = before.given.get(one.id)
        if had is None or (in_full and had.amount < one.amount):
            later.append(one)
        else:
            purse.give(one, general=had.amount - had.reserved, reserved=had.reserved, reserve=had.from_reserve)
    for one in later:
        own = reserve_of(terms, one)
        kept = max(min(purse.reserves[own.id], one.amount), ZERO) if own is not None else ZERO
        purse.give(one, general=one.amount - kept, reserved=kept, reserve=own.id if own else None)
    # What was given out of money that had flowed back leaves the reserve it came from.
    for reserve in terms.reserves:
        if purse.general < 0 and reserve.flows_back:
            moved = min(-purse.general, purse.reserves[reserve.id])
            purse.general += moved
            purse.reserves[reserve.id] -= moved
    if purse.general < 0:
        raise TooMuchAwarded((later or list(awarded))[-1].id)


def none_unknown(awarded: Collection[str], gone: frozenset[str], purse: Purse) -> None:
    for id_ in awarded:
        if id_ not in purse.given and id_ not in gone:
            raise TooMuchAwarded(id_)
