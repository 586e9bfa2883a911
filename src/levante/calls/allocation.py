"""Who gets the money of an opening, and how much: one pure function of the frozen submissions, recomputable by anyone.

``docs/algorithms/allocation.md`` explains it in prose. Nothing here reads a clock, a database or a random number: a draw
is the order of a hash of the published seed. The JSON door is ``levante calls allocate`` (``allocation_case``).
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from levante.kernel.pure import Step, apportion, money_text, step

Procedure = Literal["first_come", "ranking", "draw", "proportional"]
Repeat = Literal["first_counts", "last_counts", "refused"]
WhenShort = Literal["stop", "partial", "skip"]

PROCEDURES: tuple[Procedure, ...] = ("first_come", "ranking", "draw", "proportional")
REPEATS: tuple[Repeat, ...] = ("first_counts", "last_counts", "refused")
SHORTAGES: tuple[WhenShort, ...] = ("stop", "partial", "skip")

#: Why a submission counts for nothing.
EARLY, LATE, REPEATED, REFUSED, REPLACED = "early", "late", "repeated", "refused", "replaced"

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Submission:
    """What the log holds of an application. ``seq`` is its place in the log; ``tie_breaks`` want the higher first."""

    id: str
    enterprise: str
    received_at: datetime
    seq: int
    amount: Decimal
    score: Decimal | None = None
    tie_breaks: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Reserve:
    """Part of the budget kept for some of the applications; what they leave ``flows_back`` to everybody, or stays."""

    id: str
    amount: Decimal
    members: frozenset[str]
    flows_back: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """How the call gives its money."""

    procedure: Procedure
    budget: Decimal
    opens_at: datetime
    closes_at: datetime | None
    repeat: Repeat
    when_short: WhenShort
    reserves: tuple[Reserve, ...] = ()
    threshold: Decimal | None = None
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Void:
    """A submission that counts for nothing, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Funded:
    """What an application gets; ``reserved`` is the part that comes from the reserve ``from_reserve``."""

    id: str
    amount: Decimal
    from_reserve: str | None = None
    reserved: Decimal = ZERO

    def as_json(self) -> dict[str, str]:
        told = {"id": self.id, "amount": money_text(self.amount)}
        if self.from_reserve is not None:
            told["from_reserve"] = self.from_reserve
            if self.reserved != self.amount:
                told["reserve_amount"] = money_text(self.reserved)
        return told


@dataclass(frozen=True, slots=True)
class Allocation:
    """The outcome: every submission is void, or in ``order`` and in exactly one of funded, queue and not funded."""

    order: tuple[str, ...]
    void: tuple[Void, ...]
    funded: tuple[Funded, ...]
    queue: tuple[str, ...]
    not_funded: tuple[str, ...]
    left: Decimal
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "order": list(self.order),
            "void": [{"id": one.id, "reason": one.reason} for one in self.void],
            "funded": [one.as_json() for one in self.funded],
            "queue": list(self.queue),
            "not_funded": list(self.not_funded),
            "left": money_text(self.left),
            "steps": [line.as_json() for line in self.steps],
        }


class TooMuchAwarded(ValueError):
    """What is said to be awarded already is more than the budget, or was never in the running: the application's id."""


def allocate(
    terms: Terms,
    submissions: Sequence[Submission],
    *,
    awarded: Collection[str] | None = None,
    renounced: Collection[str] = (),
) -> Allocation:
    """Sort out what counts, freeze the order, give the money down it.

    ``awarded`` keep what they got (when not told: everyone funded in full); ``renounced`` give theirs back, and the freed
    money goes down the rest of the same order, which is never sorted again. Cost: one sort, then one walk of the order
    for each reserve and one for the rest.
    ``ValueError`` for the same id or seq twice or reserves above the budget; ``TooMuchAwarded`` as it says.
    """
    _check(terms, submissions)
    valid, void = _that_count(terms, submissions)
    order = in_order(terms, valid)
    worthy = [one for one in order if _reaches(terms, one)]
    purse = _Purse.of(terms)
    share = _share_out if terms.procedure == "proportional" else _give_down
    share(terms, worthy, purse)
    freed = ZERO
    if renounced or awarded:
        gone, before = frozenset(renounced), purse
        if awarded is None:
            awarded = {one.id for one in worthy if one.id in before.given and before.given[one.id].amount == one.amount}
        purse = _Purse.of(terms)
        _keep(terms, [one for one in worthy if one.id in awarded and one.id not in gone], before, purse)
        _none_unknown(awarded, gone, purse)
        freed = sum((before.given[id_].amount for id_ in gone if id_ in before.given), ZERO)
        share(terms, [one for one in worthy if one.id not in gone and one.id not in purse.given], purse)
    waits = terms.when_short != "skip" and terms.procedure != "proportional"
    able = {one.id for one in worthy} - frozenset(renounced)
    rest = [one.id for one in order if one.id not in purse.given]
    outcome = Allocation(
        order=tuple(one.id for one in order),
        void=tuple(void),
        funded=tuple(purse.given[one.id] for one in order if one.id in purse.given),
        queue=tuple(id_ for id_ in rest if waits and id_ in able),
        not_funded=tuple(id_ for id_ in rest if not (waits and id_ in able)),
        left=purse.left,
        steps=(),
    )
    return _explained(outcome, terms, len(submissions), len(order) - len(worthy), freed)


# -- what counts, and in which order


def _check(terms: Terms, submissions: Sequence[Submission]) -> None:
    if len({one.id for one in submissions}) != len(submissions):
        raise ValueError("the same submission twice")
    if len({one.seq for one in submissions}) != len(submissions):
        raise ValueError("the same place in the log twice")
    if sum((reserve.amount for reserve in terms.reserves), ZERO) > terms.budget:
        raise ValueError("the reserves are above the budget")


def _that_count(terms: Terms, submissions: Sequence[Submission]) -> tuple[list[Submission], list[Void]]:
    """The submissions inside the window, one for each enterprise; the others with the reason, in the order of the log."""
    log = sorted(submissions, key=_arrival)
    reasons: dict[str, str] = {}
    for one in log:
        if one.received_at < terms.opens_at:
            reasons[one.id] = EARLY
        elif terms.closes_at is not None and one.received_at >= terms.closes_at:
            reasons[one.id] = LATE
    inside = [one for one in log if one.id not in reasons]
    counts: dict[str, str] = {}
    for one in inside:
        if one.enterprise not in counts:
            counts[one.enterprise] = one.id
        elif terms.repeat == "last_counts":
            reasons[counts[one.enterprise]] = REPLACED
            counts[one.enterprise] = one.id
        else:
            reasons[one.id] = REFUSED if terms.repeat == "refused" else REPEATED
    return (
        [one for one in inside if one.id not in reasons],
        [Void(one.id, reasons[one.id]) for one in log if one.id in reasons],
    )


def _arrival(one: Submission) -> tuple[datetime, int]:
    return (one.received_at, one.seq)


def drawn(seed: str, id_: str) -> str:
    """The ticket of an application in a draw: SHA-256 of ``seed:id`` in UTF-8, hexadecimal. The lower comes first."""
    return hashlib.sha256(f"{seed}:{id_}".encode()).hexdigest()


def in_order(terms: Terms, valid: Sequence[Submission]) -> list[Submission]:
    """The order in which the money is given: arrival; score, tie-breaks and arrival; or the draw."""
    if terms.procedure == "ranking":
        return sorted(
            valid,
            key=lambda one: (-(one.score or Decimal(0)), tuple(-value for value in one.tie_breaks), *_arrival(one)),
        )
    if terms.procedure == "draw":
        return sorted(valid, key=lambda one: (drawn(terms.seed, one.id), one.seq))
    return sorted(valid, key=_arrival)


def _reaches(terms: Terms, one: Submission) -> bool:
    return terms.threshold is None or (one.score is not None and one.score >= terms.threshold)


# -- the money


@dataclass(slots=True)
class _Purse:
    """The money while it is being given: what is everybody's, what is left of each reserve, what each has got."""

    general: Decimal
    reserves: dict[str, Decimal]
    given: dict[str, Funded] = field(default_factory=dict)

    @classmethod
    def of(cls, terms: Terms) -> "_Purse":
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


def _reserve_of(terms: Terms, one: Submission) -> Reserve | None:
    """The first reserve, as the call lists them, that an application belongs to."""
    return next((reserve for reserve in terms.reserves if one.id in reserve.members), None)


def _give_down(terms: Terms, order: Sequence[Submission], purse: _Purse) -> None:
    """Reserves first, to their members in full; what they leave flows back; then everybody else down the order."""
    for reserve in terms.reserves:
        for one in order:
            if one.id in purse.given or _reserve_of(terms, one) is not reserve:
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
        own = _reserve_of(terms, one)
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


def _flow_back(terms: Terms, purse: _Purse) -> None:
    for reserve in terms.reserves:
        if reserve.flows_back:
            purse.general += purse.reserves[reserve.id]
            purse.reserves[reserve.id] = ZERO


def _share_out(terms: Terms, order: Sequence[Submission], purse: _Purse) -> None:
    """Each reserve among its members and then the rest among everybody, in proportion to what is still asked for."""
    got: dict[str, Decimal] = {}
    for reserve in terms.reserves:
        members = [one for one in order if _reserve_of(terms, one) is reserve]
        for one, part in zip(members, _parts([m.amount for m in members], purse.reserves[reserve.id]), strict=True):
            got[one.id] = part
    spent = {
        kept.id: sum((got[one.id] for one in order if _reserve_of(terms, one) is kept), ZERO) for kept in terms.reserves
    }
    back = sum((purse.reserves[r.id] - spent[r.id] for r in terms.reserves if r.flows_back), ZERO)
    shared = _parts([one.amount - got.get(one.id, ZERO) for one in order], purse.general + back)
    for one, part in zip(order, shared, strict=True):
        own = _reserve_of(terms, one)
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


def _keep(terms: Terms, awarded: Sequence[Submission], before: _Purse, purse: _Purse) -> None:
    """What is awarded stays: as it was given, or, when it came later down the order, what was asked."""
    later = []
    for one in awarded:
        had = before.given.get(one.id)
        if had is None:
            later.append(one)
        else:
            purse.give(one, general=had.amount - had.reserved, reserved=had.reserved, reserve=had.from_reserve)
    for one in later:
        own = _reserve_of(terms, one)
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


def _none_unknown(awarded: Collection[str], gone: frozenset[str], purse: _Purse) -> None:
    for id_ in awarded:
        if id_ not in purse.given and id_ not in gone:
            raise TooMuchAwarded(id_)


# -- the explanation

_REASONS = {
    EARLY: ("Arrivate prima dell’apertura", "Received before the opening"),
    LATE: ("Arrivate dopo la chiusura", "Received after the closing"),
    REPEATED: ("Ripetute: conta la prima", "Repeated: the first one counts"),
    REFUSED: ("Ripetute: non ammesse", "Repeated: not admitted"),
    REPLACED: ("Sostituite da una successiva della stessa impresa", "Replaced by a later one of the same enterprise"),
}
_ORDERS = {
    "first_come": ("Ordine: istante di arrivo, poi posto nel registro", "Order: instant of arrival, then place in the log"),
    "ranking": (
        "Ordine: punteggio, criteri di precedenza, istante di arrivo, posto nel registro",
        "Order: score, tie-breaks, instant of arrival, place in the log",
    ),
    "draw": ("Ordine: SHA-256 di «seme:domanda», dal più basso", "Order: SHA-256 of “seed:application”, lowest first"),
    "proportional": (
        "Riparto in proporzione a quanto è chiesto, con somma esatta al centesimo",
        "Shared in proportion to what is asked, adding up to the cent",
    ),
}  # fmt: skip


def _explained(outcome: Allocation, terms: Terms, received: int, below: int, freed: Decimal) -> Allocation:
    steps = [
        step("Domande ricevute", "Submissions received", "", received),
        step("Apertura", "Opening", "", terms.opens_at.isoformat()),
    ]
    if terms.closes_at is not None:
        steps.append(step("Chiusura (esclusa)", "Closing (excluded)", "", terms.closes_at.isoformat()))
    for reason, (it, en) in _REASONS.items():
        count = sum(1 for one in outcome.void if one.reason == reason)
        if count:
            steps.append(step(it, en, "", count))
    steps.append(step(*_ORDERS[terms.procedure], "", terms.seed if terms.procedure == "draw" else len(outcome.order)))
    if below:
        steps.append(
            step(f"Sotto la soglia di {terms.threshold}", f"Below the threshold of {terms.threshold}", "", below)
        )
    steps.append(step("Dotazione", "Budget", "", money_text(terms.budget)))
    for reserve in terms.reserves:
        paid = sum((one.reserved for one in outcome.funded if one.from_reserve == reserve.id), ZERO)
        steps.append(
            step(
                f"Riserva {reserve.id}: usati {money_text(paid)}; quel che resta "
                + ("torna a tutti" if reserve.flows_back else "non torna"),
                f"Reserve {reserve.id}: {money_text(paid)} used; what is left "
                + ("flows back" if reserve.flows_back else "stays"),
                "",
                money_text(reserve.amount),
            )
        )
    if freed:
        steps.append(step("Liberati dalle rinunce", "Freed by renunciations", "", money_text(freed)))
    steps.append(step("Finanziate", "Funded", "", len(outcome.funded)))
    if outcome.queue:
        steps.append(step("In attesa, in quest’ordine", "Waiting, in this order", "", len(outcome.queue)))
    if outcome.not_funded:
        steps.append(step("Non finanziate", "Not funded", "", len(outcome.not_funded)))
    steps.append(step("Restano", "Left", "", money_text(outcome.left)))
    return Allocation(
        outcome.order, outcome.void, outcome.funded, outcome.queue, outcome.not_funded, outcome.left, tuple(steps)
    )
