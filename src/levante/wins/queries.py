"""What came of initiatives."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from levante.initiatives.api import Initiative, begun_before, one_before
from levante.kernel.api import Actor, today
from levante.kernel.pure import ZERO, round_euro
from levante.meetings.api import Outcome, agenda_of, outcome_of
from levante.participations.api import Costs, costs_of, selection_of, taking_part
from levante.parties.api import Buyer, people_acting_for
from levante.wins import states
from levante.wins.figures import Confirmed, Expected, Realised
from levante.wins.models import CustomerAsk, CustomerLetter, FollowUp, Win, WinChange, WinRealised, WinShare, WinYear
from levante.wins.pure.sharing import by_year, parts_of, with_help
from levante.wins.spread import Row, spread_of

A_MONTH = timedelta(days=30)


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
    years: list[tuple[int, Confirmed, Realised]]
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
    firms = {one.enterprise for one in taking_part(initiatives=[initiative.pk]) if one.takes_part}
    sectors, provinces = spread_of(initiative, agenda, firms, counted, confirmed)
    return Report(
        initiative=initiative,
        costs=costs_of(initiative, enterprises=len(firms)),
        places=selection.places if selection is not None else None,
        meetings=outcome_of(agenda) if agenda is not None and agenda.published_at is not None else None,
        wins=dict(Counter(one.state for one in wins.values())),
        expected=told.expected,
        confirmed=told.confirmed,
        realised=told.realised,
        helped=Confirmed(_sum(with_help(part, wins[pk].without_help) for pk, part in confirmed.items())),
        anyway=dict(Counter(one.anyway for one in counted)),
        sooner=dict(Counter(one.sooner for one in counted)),
        years=[(year, *told.year(year)) for year in states.YEARS],
        sectors=sectors,
        provinces=provinces,
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


def won_at(actor: Actor) -> "QuerySet[Initiative]":
    """The initiatives to which a win that the actor sees is attributed, the last first."""
    wins = Win.objects.visible_to(actor).order_by().values("pk")
    shared = WinShare.objects.filter(win__in=wins, initiative__isnull=False).order_by().values("initiative_id")
    return Initiative.objects.filter(pk__in=shared).order_by("-ends_on", "code")


def sum_of(rows: str, amount: str) -> Subquery:
    """Of each win, the sum of an amount over some rows of its own (``years``, ``realised``), asked apart so that no two of them multiply
    each other; none where there is no row."""
    model = Win._meta.get_field(rows).related_model
    own = model.objects.filter(win=OuterRef("pk")).order_by().values("win")
    return Subquery(own.annotate(all=Sum(amount)).values("all"))


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A win of which nothing its customer has can still confirm it, and why (``NEVER``, ``ANEW``, ``OVER``, ``BACK``)."""

    win: Win
    why: str


#: The customer was never asked; what it was asked was corrected since; its link is over; the letter with it came back.
NEVER, ANEW, OVER, BACK = "never", "anew", "over", "back"


def to_confirm(actor: Actor) -> list[ToConfirm]:
    """The wins of the enterprise acted for that wait for it to ask their customer, within the term; the nearest term first. One query."""
    asks, letters = (
        CustomerAsk.objects.filter(win=OuterRef("pk")),
        CustomerLetter.objects.filter(ask__win=OuterRef("pk")),
    )
    alive = asks.filter(ended_at__isnull=True, expires_on__gte=today())
    back = letters.filter(ask__ended_at__isnull=True, ask__expires_on__gte=today(), state=states.L_RETURNED)
    rows = Win.objects.visible_to(actor).filter(
        enterprise_id=actor.enterprise_id or 0, state__in=states.OPEN, confirm_by__gte=today()
    )
    told = rows.annotate(
        alive=Exists(alive), back=Exists(back),
        anew=Exists(WinChange.objects.filter(win=OuterRef("pk"), anew=True)),
    )  # fmt: skip
    found = told.filter(Q(alive=False) | Q(back=True)).order_by("confirm_by", "pk")[:50]
    return [ToConfirm(one, _why(one)) for one in found]


def _why(win: Any) -> str:
    if win.back:
        return BACK
    if win.state == states.TOLD:
        return ANEW if win.anew else NEVER
    return OVER


@dataclass(frozen=True, slots=True)
class ToWrite:
    """A win confirmed, and the years of it (1–5) that are over, with an amount expected, of which nobody wrote what came."""

    win: Win
    years: tuple[int, ...]


def to_write(actor: Actor) -> list[ToWrite]:
    """Those of the enterprise acted for, the oldest first. One query."""
    day = today()
    wins = Win.objects.visible_to(actor).filter(
        enterprise_id=actor.enterprise_id or 0, state=states.CONFIRMED, won_on__lte=day - relativedelta(years=1)
    )
    told = WinRealised.objects.filter(win=OuterRef("win"), year=OuterRef("year"))
    rows = WinYear.objects.filter(~Exists(told), win__in=wins.order_by().values("pk")).select_related("win")
    found: dict[Win, list[int]] = {}
    for row in rows.order_by("win__won_on", "win", "year")[:500]:
        if row.win.won_on + relativedelta(years=row.year) <= day:
            found.setdefault(row.win, []).append(row.year)
    return [ToWrite(win, tuple(years)) for win, years in found.items()][:50]


def _wins(initiative: Initiative) -> "QuerySet[Win]":
    return Win.objects.filter(pk__in=WinShare.objects.filter(initiative=initiative).values("win_id")).order_by("pk")


Years = dict[int, dict[int, Decimal]]


@dataclass(frozen=True, slots=True)
class _Told:
    """The wins of an initiative, and of each, by its number, euro of the initiative's part of what was announced and of what came, year by
    year."""

    wins: dict[int, Win]
    announced: Years
    came: Years

    def parts_of(self, amounts: Years, *of: str) -> dict[int, Decimal]:
        """Those of the wins in some states, of all years."""
        return {pk: _sum(years.values()) for pk, years in amounts.items() if self.wins[pk].state in of}

    @property
    def expected(self) -> Expected:
        won = [state for state in states.STATES if state not in states.NOT_WON]
        return Expected(_sum(self.parts_of(self.announced, *won).values()))

    @property
    def confirmed(self) -> Confirmed:
        return Confirmed(_sum(self.parts_of(self.announced, states.CONFIRMED).values()))

    @property
    def realised(self) -> Realised:
        return Realised(_sum(self.parts_of(self.came, states.CONFIRMED).values()))

    def year(self, year: int) -> tuple[Confirmed, Realised]:
        """Of the wins that count, what customers confirmed of a year and what came of it."""
        first, second = (
            _sum(years.get(year, ZERO) for pk, years in amounts.items() if self.wins[pk].state == states.CONFIRMED)
            for amounts in (self.announced, self.came)
        )
        return Confirmed(first), Realised(second)


def _told(initiative: Initiative) -> _Told:
    """The whole of each win is divided to the cent among its shares, in their order, and each part among its years. Four queries."""
    wins = {one.pk: one for one in _wins(initiative).select_related("sector")}
    shares: dict[int, list[tuple[int | None, Decimal]]] = {pk: [] for pk in wins}
    rows = WinShare.objects.filter(win__in=wins).order_by("pk").values_list("win_id", "initiative_id", "percent")
    for pk, one, percent in rows:
        shares[pk].append((one, percent))

    def parts(amounts: Iterable[tuple[int, int, Decimal]]) -> Years:
        years: Years = {pk: {} for pk in wins}
        for pk, year, amount in amounts:
            years[pk][year] = amount
        found = {}
        for pk in wins:
            divided = parts_of(_sum(years[pk].values()), [percent for _, percent in shares[pk]])
            part = next(part for part, (one, _) in zip(divided, shares[pk], strict=True) if one == initiative.pk)
            found[pk] = by_year(part, years[pk])
        return found

    announced = WinYear.objects.filter(win__in=wins).order_by("pk").values_list("win_id", "year", "expected")
    came = WinRealised.objects.filter(win__in=wins).order_by("pk").values_list("win_id", "year", "amount")
    return _Told(wins, parts(announced), parts(came))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _last_answers(rows: list[FollowUp]) -> list[FollowUp]:
    """The last answer of each enterprise: earlier ones are told again in it, and are not added."""
    last: dict[int, FollowUp] = {}
    for row in sorted((one for one in rows if one.state == states.F_ANSWERED), key=lambda one: one.months):
        last[row.enterprise_id] = row
    return list(last.values())
