"""Every write on initiatives. Fairs are in ``fairs``, who asks to take part in ``interests`` and ``buyers``."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.text import slugify

from levante.exchange.api import named
from levante.identity.api import Office
from levante.initiatives import money, policies, states
from levante.initiatives.checks import (
    check_days,
    check_edition,
    check_follows,
    check_intervention,
    check_line,
    check_window,
)
from levante.initiatives.cities import city_in
from levante.initiatives.models import FairEdition, Initiative
from levante.initiatives.telling import in_italy, tell_interested, tell_open_until
from levante.kernel.api import Actor, code_from_name, note, now, refuse, require, service, system, today
from levante.kernel.pure import Bilingual, Decision, filled, money_text
from levante.parties.api import Country
from levante.programme.api import Act, BudgetLine, Direction, Intervention, Sector, record_act

_DECIDED = frozenset({"direction", "cost", "budget_line", "planning_act", "act"})
_CALLED = _DECIDED | {"kind", "market", "opens_at"}
#: What no longer changes by a correction, state by state: money moves with an act, and enterprises have read the rest.
FIXED: dict[str, frozenset[str]] = {
    states.PLANNED: frozenset(),
    states.APPROVED: _DECIDED,
    states.CALLING: _CALLED,
    states.CLOSED: _CALLED,
    states.PREPARING: _CALLED | {"closes_at"},
    states.ON_SITE: _CALLED | {"closes_at", "edition", "starts_on", "open_to_buyers", "qualified_buyers_only"},
}
FIXED[states.FOLLOWING] = FIXED[states.ON_SITE] | {"ends_on", "city", "places"}
_MONEY = ("cost", "budget_line", "planning_act", "act")
_FACTS = (
    "kind",
    "title_it",
    "title_en",
    "summary_it",
    "summary_en",
    "market",
    "market_reason_it",
    "market_reason_en",
    "direction",
    "intervention",
    "edition",
    "follows",
    "city",
    "starts_on",
    "ends_on",
    "lead_office",
    "tourism_tie",
    "places",
    "opens_at",
    "closes_at",
    "open_to_buyers",
    "qualified_buyers_only",
)


@service("initiatives.plan_initiative")
def plan_initiative(
    *,
    actor: Actor,
    code: str,
    kind: str,
    title_it: str,
    title_en: str,
    direction: Direction,
    market: str,
    starts_on: date,
    ends_on: date,
    lead_office: Office,
    city: str = "",
    summary_it: str = "",
    summary_en: str = "",
    market_reason_it: str = "",
    market_reason_en: str = "",
    edition: FairEdition | None = None,
    follows: Initiative | None = None,
    intervention: Intervention | None = None,
    sectors: Iterable[Sector] = (),
    cost: Decimal | None = None,
    budget_line: BudgetLine | None = None,
    planning_act: Act | None = None,
    act: Act | None = None,
    tourism_tie: str = "none",
    places: int | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    open_to_buyers: bool = False,
    qualified_buyers_only: bool = False,
    demonstration: bool = False,
) -> Initiative:
    """Put an initiative in the plan: of a direction, and of one of its interventions where it has one, on a line of that direction or
    of none. ``market`` is an ISO country code; ``follows`` the one before it, beside which its results are read; cost, line and act are
    needed to approve it.

    With cost, line and act of the plan its money is reserved; the line refuses what it does not have.
    """
    require(policies.may_plan(actor))
    check_days(starts_on, ends_on)
    check_window(opens_at, closes_at)
    check_edition(edition)
    check_follows(follows, starts_on)
    check_intervention(direction, intervention)
    check_line(direction, budget_line)
    if Initiative.objects.filter(code=code).exists():
        refuse("Questo codice è già di un’altra iniziativa.", "Another initiative has this code.", field="code")
    initiative = Initiative.objects.create(
        code=code,
        kind=kind,
        title_it=title_it,
        title_en=title_en,
        summary_it=summary_it,
        summary_en=summary_en,
        market_reason_it=market_reason_it,
        market_reason_en=market_reason_en,
        direction=direction,
        intervention=intervention,
        edition=edition,
        follows=follows,
        market_id=market,
        city=city,
        starts_on=starts_on,
        ends_on=ends_on,
        lead_office=lead_office,
        cost=cost,
        budget_line=budget_line,
        planning_act=planning_act,
        act=act,
        tourism_tie=tourism_tie,
        places=places,
        opens_at=opens_at,
        closes_at=closes_at,
        open_to_buyers=open_to_buyers,
        qualified_buyers_only=qualified_buyers_only,
        demonstration=demonstration,
        created_at=now(),
    )
    initiative.sectors.set(sectors)
    money.plan_money(initiative, reason="Programmazione")
    note(code=code, kind=kind, cost=money_text(cost) if cost is not None else "")
    return initiative


_elsewhere: list[tuple[str, str]] = []


def kept_elsewhere(field: str, function: str) -> None:
    """Say that a fact may be kept by a room above: ``"package.module:function"``, called as ``f(initiative=)``, gives a ``Decision`` on
    whether it may still be corrected here."""
    if (field, function) not in _elsewhere:
        _elsewhere.append((field, function))


class Whereabouts(NamedTuple):
    """When and where an initiative is: what who takes part has said yes to."""

    starts_on: date
    ends_on: date
    city: str
    market: Country

    def is_another_place(self, other: "Whereabouts") -> bool:
        """A city that had a name has another one, not the same written otherwise (accents, capitals)."""
        return bool(self.city) and _plain(self.city) != _plain(other.city)

    def moves_to(self, other: "Whereabouts") -> bool:
        """Other days, another city or another market."""
        same = (self.starts_on, self.ends_on, self.market) == (other.starts_on, other.ends_on, other.market)
        return not same or self.is_another_place(other)


def _plain(city: str) -> str:
    return slugify(city) or city.strip().casefold()


def whereabouts(initiative: Initiative) -> Whereabouts:
    """When and where it is now."""
    return Whereabouts(initiative.starts_on, initiative.ends_on, initiative.city, initiative.market)


_moved: list[str] = []


def told_of_moves(function: str) -> None:
    """Say who is told that an initiative is on other days, in another city or for another market: ``"package.module:function"``, called as
    ``f(actor=, initiative=, before=)`` with its ``Whereabouts`` before, in the transaction of the correction, with the initiative held."""
    if function not in _moved:
        _moved.append(function)


@service("initiatives.correct_initiative")
def correct_initiative(
    *, actor: Actor, initiative: Initiative, sectors: Iterable[Sector] | None = None, **changes: Any
) -> Initiative:
    """Change the facts given (names of the fields; ``market`` is a country code). What is fixed in its state is refused.

    While it is planned, a change of cost or line moves the reservation. When days or place change after the call for
    interest has opened, the enterprises that expressed interest are told.
    """
    current = locked(initiative.pk)
    require(policies.may_plan(actor, current))
    unknown = changes.keys() - {*_FACTS, *_MONEY}
    if unknown:
        raise TypeError(f"an initiative has no {sorted(unknown)} to correct")
    if current.state not in FIXED:
        refuse("È conclusa o annullata: non si corregge.", "It is over or cancelled: it is not corrected.")
    names = {name: f"{name}_id" if name == "market" else name for name in changes}
    changed = {name for name, value in changes.items() if getattr(current, names[name]) != value}
    for name in sorted(changed & FIXED[current.state]):
        refuse(
            "Nello stato in cui è, questo non si cambia con una correzione.",
            "In its present state this is not changed by a correction.",
            field=name,
        )
    for name, function in _elsewhere:
        may: Decision = named(function)(initiative=current) if name in changed else Decision.yes()
        if not may:
            refuse(may.reason.it, may.reason.en, field=name)
    if "closes_at" in changed:
        _lengthens(current, changes["closes_at"])
    old_line, place = current.budget_line, whereabouts(current)
    old_act = current.planning_act or current.act
    for name in changed:
        setattr(current, names[name], changes[name])
    check_days(current.starts_on, current.ends_on)
    check_window(current.opens_at, current.closes_at)
    if "edition" in changed:
        check_edition(current.edition)
    check_follows(current.follows, current.starts_on)
    check_intervention(current.direction, current.intervention)
    if changed & {"direction", "budget_line"}:
        check_line(current.direction, current.budget_line)
    current.save(update_fields=sorted(names[name] for name in changed) or None)
    if sectors is not None:
        current.sectors.set(sectors)
    if current.state == states.PLANNED and changed & {*_MONEY}:
        if old_line is not None and old_line != current.budget_line:
            money.free_money(current, act=old_act, reason="Cambio di linea", line=old_line)
        money.plan_money(current, reason="Programmazione")
    if "closes_at" in changed and current.state == states.CALLING:
        tell_open_until(actor, current)
    if place.moves_to(whereabouts(current)):
        for function in _moved:
            named(function)(actor=actor, initiative=current, before=place)
        tell_interested(
            actor,
            current,
            kind="initiative-moved",
            event=now().isoformat(),  # each change is told, also one that goes back to what was
            body=filled(
                "Ora è dal {first} al {last}, {city}.",
                "It is now from {first} to {last}, {city}.",
                first=f"{current.starts_on:%d/%m/%Y}",
                last=f"{current.ends_on:%d/%m/%Y}",
                city=Bilingual(current.city, city_in(current.city, "en")),
            ),
        )
    note(code=current.code, fields=sorted(changed))
    return current


def _lengthens(initiative: Initiative, closes_at: datetime | None) -> None:
    """A call for interest that was opened is not shortened by a correction: who reads its end counts on it."""
    published = initiative.closes_at
    if (
        initiative.state in {states.CALLING, states.CLOSED}
        and published is not None
        and (closes_at or published) <= published
    ):
        end = in_italy(published)
        refuse(
            f"La raccolta è pubblicata fino al {end.it}: si allunga, non si accorcia. Prima la chiude solo un atto.",
            f"The call is published until {end.en}: it is lengthened, not shortened. Only an act closes it before.",
            field="closes_at",
        )


@service("initiatives.vary_cost")
def vary_cost(
    *, actor: Actor, initiative: Initiative, cost: Decimal, act: Act | None = None, number: str = "", adopted_on: date | None = None
) -> Initiative:  # fmt: skip
    """Change the cost of an approved initiative by an act: more is committed, or what is no longer needed is released."""
    current = locked(initiative.pk)
    require(policies.may_approve(actor, current))
    if current.state not in states.VARIES:
        refuse(
            "Il costo varia con un atto solo dopo l’approvazione e prima della fine.",
            "The cost varies by an act only after the approval and before the end.",
        )
    chosen = act_of(current, act, number, adopted_on)
    if chosen is None:
        refuse("Indica l’atto che varia il costo.", "Give the act that varies the cost.", field="act")
    before, current.cost = current.cost, cost
    current.save(update_fields=["cost"])
    money.commit_money(current, act=chosen, reason="Variazione di costo")
    note(code=current.code, before=money_text(before) if before is not None else "", after=money_text(cost))
    return current


def act_of(initiative: Initiative, act: Act | None, number: str, adopted_on: date | None) -> Act | None:
    """The act chosen, or the determination with this number and day, recorded once whatever it approves."""
    number = number.replace("\0", "").strip()[:40]
    if act is not None or not (number or adopted_on):
        return act
    if not number or adopted_on is None:
        refuse("Di un atto nuovo servono numero e data.", "A new act needs its number and day.", field="number")
    if adopted_on > today():
        refuse("La data è nel futuro.", "The day is in the future.", field="adopted_on")
    if initiative.budget_line is None:
        refuse("Prima la linea di bilancio.", "First the budget line.", field="number")
    triennium = initiative.budget_line.triennium
    title = Bilingual(f"Iniziative: {initiative.title_it}", f"Initiatives: {initiative.title_en}")
    found: Act = record_act(
        actor=system("initiatives.act"),
        triennium=triennium,
        code=f"iniziative/{triennium.code}/{adopted_on.year}/{code_from_name(number, instead='atto', longest=30)}",
        number=number,
        adopted_on=adopted_on,
        title_it=title.it,
        title_en=title.en,
        demonstration=initiative.demonstration,
    )
    if found.adopted_on != adopted_on:
        refuse(
            f"L’atto n. {found.number} è già registrato con la data {found.adopted_on:%d/%m/%Y}.",
            f"Act no. {found.number} is already recorded with the day {found.adopted_on:%d/%m/%Y}.",
            field="adopted_on",
        )
    return found


def locked(pk: int) -> Initiative:
    """The initiative, held until the end of the transaction."""
    Initiative.objects.select_for_update().only("pk").get(pk=pk)
    related = (
        "lead_office",
        "market",
        "budget_line__triennium",
        "planning_act",
        "act",
        "edition",
        "direction",
        "intervention",
    )
    return Initiative.objects.select_related(*related).get(pk=pk)
