"""What came of initiatives. Expected, confirmed and realised are three figures of three types: they cannot be added."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from levante.initiatives.api import Initiative, begun_before, one_before
from levante.kernel.api import Actor, today
from levante.kernel.pure import ZERO, Bilingual, round_euro
from levante.meetings.api import Outcome, agenda_of, outcome_of
from levante.participations.api import Costs, costs_of, selection_of
from levante.parties.api import Buyer, Seat, people_acting_for
from levante.wins import states
from levante.wins.models import CustomerAsk, FollowUp, Win, WinRealised, WinShare, WinYear
from levante.wins.pure.sharing import parts_of, with_help

A_MONTH = timedelta(days=30)
NOT_TOLD = Bilingual("non indicato", "not told")


@dataclass(frozen=True, slots=True)
class Expected:
    """Euro announced by enterprises over five years, whatever the customer said yet; what the customer denied, or was withdrawn, is left
    out."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Euro expected of the wins that the customer confirmed in time: the only ones that count."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Realised:
    """Euro invoiced or collected, by documents, of the wins that the customer confirmed."""

    amount: Decimal


def look_alike(win: Win) -> list[Win]:
    """The other wins of the enterprise that may be the same deal told twice: within thirty days, of the same customer or
    with the same amount expected. For who reads them both: it may as well be a second order. Two queries."""
    near = Win.objects.filter(
        enterprise=win.enterprise_id, won_on__range=(win.won_on - A_MONTH, win.won_on + A_MONTH)
    ).exclude(state__in=states.NOT_WON)
    rows = list(near.prefetch_related("years").order_by("won_on", "pk"))
    mine = next((row for row in rows if row.pk == win.pk), win)
    amount = _sum(one.expected for one in mine.years.all())
    return [
        row
        for row in rows
        if row.pk != win.pk
        and (_plain(row.customer) == _plain(win.customer) or _sum(one.expected for one in row.years.all()) == amount)
    ]


def made_by_the_firm(ask: CustomerAsk) -> bool:
    """Was the link that the customer answered by made by who acts for the enterprise, and not by an office? One query."""
    return ask.asked_by_id in people_acting_for(ask.win.enterprise_id, ask.asked_at.date())


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def confirmed_by(actor: Actor, buyer: Buyer) -> tuple[int, int]:
    """How many wins a buyer confirmed, of those the actor sees; and how many more were confirmed by a customer that was told in words
    and has its name and country. One query."""
    rows = Win.objects.visible_to(actor).filter(state=states.CONFIRMED)
    wanted = rows.filter(Q(buyer=buyer.pk) | Q(buyer__isnull=True, country=buyer.country_id))
    found = list(wanted.order_by().values_list("buyer_id", "customer"))
    own = sum(of == buyer.pk for of, _ in found)
    return own, sum(of is None and _plain(customer) == _plain(buyer.name) for of, customer in found)


def expected_of(initiative: Initiative) -> Expected:
    """Four queries."""
    return _told(initiative).expected


def confirmed_of(initiative: Initiative) -> Confirmed:
    """Four queries."""
    return _told(initiative).confirmed


def realised_of(initiative: Initiative) -> Realised:
    """Four queries."""
    return _told(initiative).realised


@dataclass(frozen=True, slots=True)
class Row:
    """A sector or a province: how many wins were confirmed there and what they are expected to be worth, the initiative's part."""

    name: Bilingual
    wins: int
    confirmed: Confirmed


@dataclass(frozen=True, slots=True)
class Report:
    """What an initiative cost and what came of it."""

    initiative: Initiative
    costs: Costs
    places: int | None
    meetings: Outcome | None
    wins: dict[str, int]
    expected: Expected
    confirmed: Confirmed
    realised: Realised
    helped: Confirmed
    anyway: dict[str, int]
    sooner: dict[str, int]
    sectors: list[Row]
    provinces: list[Row]
    asked: int
    answered: int
    open_contacts: int
    orders: int

    @property
    def each_meeting(self) -> Decimal | None:
        """What it cost for each meeting that was held."""
        return _for_each(self.costs.total, self.meetings.held if self.meetings is not None else 0)

    @property
    def each_win(self) -> Decimal | None:
        """What it cost for each win that its customer confirmed; a win of several initiatives counts whole."""
        return _for_each(self.costs.total, self.wins.get(states.CONFIRMED, 0))


def report_of(actor: Actor, initiative: Initiative) -> Report:
    """A fixed number of queries. ``helped`` is the part of what is confirmed that enterprises say would not have come without help."""
    agenda, selection = agenda_of(actor, initiative), selection_of(initiative)
    told = _told(initiative)
    wins, confirmed = told.wins, told.parts_of(told.announced, states.CONFIRMED)
    counted = [wins[pk] for pk in sorted(confirmed)]
    follow_ups = list(FollowUp.objects.filter(initiative=initiative))
    last = _last_answers(follow_ups)
    provinces = _provinces({one.enterprise_id for one in counted})
    return Report(
        initiative=initiative,
        costs=costs_of(initiative),
        places=selection.places if selection is not None else None,
        meetings=outcome_of(agenda) if agenda is not None and agenda.published_at is not None else None,
        wins=dict(Counter(one.state for one in wins.values())),
        expected=told.expected,
        confirmed=told.confirmed,
        realised=told.realised,
        helped=Confirmed(_sum(with_help(part, wins[pk].without_help) for pk, part in confirmed.items())),
        anyway=dict(Counter(one.anyway for one in counted)),
        sooner=dict(Counter(one.sooner for one in counted)),
        sectors=_rows(counted, confirmed, lambda one: _sector(one)),
        provinces=_rows(counted, confirmed, lambda one: provinces.get(one.enterprise_id, NOT_TOLD)),
        asked=len(follow_ups),
        answered=sum(one.state == states.F_ANSWERED for one in follow_ups),
        open_contacts=sum(one.contacts or 0 for one in last),
        orders=sum(one.orders or 0 for one in last),
    )


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """What an initiative came to for each enterprise that took part, for each meeting held, for each win its customer confirmed; None
    where there is nothing to divide by."""

    costs: Costs
    held: int
    confirmed: int
    each_meeting: Decimal | None
    each_win: Decimal | None


def unit_costs_of(actor: Actor, initiative: Initiative) -> UnitCosts:
    """Seven queries at most. A win that is of several initiatives counts whole: it is a contract, not its value."""
    costs, agenda = costs_of(initiative), agenda_of(actor, initiative)
    held = agenda.meetings.filter(state="held").count() if agenda is not None else 0
    confirmed = _wins(initiative).filter(state=states.CONFIRMED).count()
    return UnitCosts(costs, held, confirmed, _for_each(costs.total, held), _for_each(costs.total, confirmed))


def _for_each(total: Decimal, number: int) -> Decimal | None:
    return round_euro(total / number) if number else None


def edition_before(actor: Actor, initiative: Initiative) -> Initiative | None:
    """The one before it, as who plans it said, unless it was cancelled; else the one that it seems to follow; none where there is none."""
    if initiative.follows_id is not None:
        said = begun_before(actor, initiative).filter(pk=initiative.follows_id).select_related("lead_office").first()
        if said is not None:
            return said
    return one_before(actor, initiative)


def waiting_for_firm(actor: Actor) -> "list[FollowUp]":
    """What the enterprise acted for is still asked, the nearest first."""
    rows = FollowUp.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id or 0, state=states.F_OPEN)
    return list(rows.select_related("initiative").order_by("answer_by", "pk")[:50])


def to_ask_anew(actor: Actor) -> "list[Win]":
    """The wins of the enterprise acted for that were corrected after their customer had been asked, and were not asked of it since; the
    nearest term first."""
    rows = Win.objects.visible_to(actor).filter(
        enterprise_id=actor.enterprise_id or 0, state=states.TOLD, confirm_by__gte=today()
    )
    return list(rows.filter(changes__anew=True).distinct().order_by("confirm_by", "pk")[:50])


def _wins(initiative: Initiative) -> "QuerySet[Win]":
    return Win.objects.filter(pk__in=WinShare.objects.filter(initiative=initiative).values("win_id")).order_by("pk")


@dataclass(frozen=True, slots=True)
class _Told:
    """The wins of an initiative, and of each, by its number, euro of the initiative's part of what was announced and of what came."""

    wins: dict[int, Win]
    announced: dict[int, Decimal]
    came: dict[int, Decimal]

    def parts_of(self, amounts: dict[int, Decimal], state: str) -> dict[int, Decimal]:
        """Those of the wins in a state."""
        return {pk: amount for pk, amount in amounts.items() if self.wins[pk].state == state}

    @property
    def expected(self) -> Expected:
        return Expected(_sum(part for pk, part in self.announced.items() if self.wins[pk].state not in states.NOT_WON))

    @property
    def confirmed(self) -> Confirmed:
        return Confirmed(_sum(self.parts_of(self.announced, states.CONFIRMED).values()))

    @property
    def realised(self) -> Realised:
        return Realised(_sum(self.parts_of(self.came, states.CONFIRMED).values()))


def _told(initiative: Initiative) -> _Told:
    """The whole of each win is divided to the cent among its shares, in their order. Four queries."""
    wins = {one.pk: one for one in _wins(initiative).select_related("sector")}
    shares: dict[int, list[tuple[int | None, Decimal]]] = {pk: [] for pk in wins}
    rows = WinShare.objects.filter(win__in=wins).order_by("pk").values_list("win_id", "initiative_id", "percent")
    for pk, one, percent in rows:
        shares[pk].append((one, percent))

    def parts(amounts: Iterable[tuple[int, Decimal]]) -> dict[int, Decimal]:
        whole = dict.fromkeys(wins, ZERO)
        for pk, amount in amounts:
            whole[pk] += amount
        found = {}
        for pk in wins:
            divided = parts_of(whole[pk], [percent for _, percent in shares[pk]])
            found[pk] = next(part for part, (one, _) in zip(divided, shares[pk], strict=True) if one == initiative.pk)
        return found

    announced = WinYear.objects.filter(win__in=wins).order_by("pk").values_list("win_id", "expected")
    came = WinRealised.objects.filter(win__in=wins).order_by("pk").values_list("win_id", "amount")
    return _Told(wins, parts(announced), parts(came))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _sector(win: Win) -> Bilingual:
    return Bilingual(win.sector.name_it, win.sector.name_en) if win.sector is not None else NOT_TOLD


def _provinces(enterprises: set[int]) -> dict[int, Bilingual]:
    """The province of the legal seat in force; the last one wins. One query."""
    seats = Seat.objects.filter(enterprise__in=enterprises, kind=Seat.LEGAL, until__isnull=True, province__isnull=False)
    rows = seats.order_by("pk").values_list("enterprise_id", "province__name")
    return {firm: Bilingual(name, name) for firm, name in rows}


def _rows(wins: list[Win], parts: dict[int, Decimal], name: Callable[[Win], Bilingual]) -> list[Row]:
    groups: dict[str, list[Win]] = {}
    for one in wins:
        groups.setdefault(name(one).it, []).append(one)
    found = [Row(name(of[0]), len(of), Confirmed(_sum(parts[one.pk] for one in of))) for of in groups.values()]
    return sorted(found, key=lambda row: (-row.confirmed.amount, row.name.it))


def _last_answers(rows: list[FollowUp]) -> list[FollowUp]:
    """The last answer of each enterprise: earlier ones are told again in it, and are not added."""
    last: dict[int, FollowUp] = {}
    for row in sorted((one for one in rows if one.state == states.F_ANSWERED), key=lambda one: one.months):
        last[row.enterprise_id] = row
    return list(last.values())
