"""An initiative by sector and by province: who took part, its meetings and how they were, its wins."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from levante.initiatives.api import Initiative
from levante.kernel.pure import ZERO, Bilingual
from levante.meetings.api import Agenda, Feedback, Meeting
from levante.meetings.api import states as meeting_states
from levante.parties.api import Enterprise, Seat
from levante.programme.api import Direction, Sector
from levante.wins.figures import Confirmed
from levante.wins.models import Win
from levante.wins.pure.sharing import with_help

NOT_TOLD = Bilingual("non indicato", "not told")


@dataclass(frozen=True, slots=True)
class Row:
    """A sector or a province: how many enterprises of it took part, their meetings held and how these were (1–5, by both sides; none where
    nobody said), how many wins were confirmed there, what they are expected to be worth, the initiative's part, and how much of it would
    not have come without help."""

    name: Bilingual
    enterprises: int
    held: int
    quality: Decimal | None
    wins: int
    confirmed: Confirmed
    helped: Confirmed


@dataclass(frozen=True, slots=True)
class _Met:
    """Of an enterprise: its meetings held, how many opinions were said of its meetings and their sum."""

    held: int = 0
    said: int = 0
    points: int = 0


def spread_of(
    initiative: Initiative, agenda: Agenda | None, firms: set[int], counted: list[Win], parts: Mapping[int, Decimal]
) -> tuple[list[Row], list[Row]]:
    """Sectors, then provinces, those worth most first. ``firms``: who took part; ``counted``: the wins confirmed, ``parts`` euro of each
    that are the initiative's. An enterprise of several sectors is in each of them, a win in the sector that was told of it. Five
    queries."""
    met = _met(agenda)
    everybody = firms | {one.enterprise_id for one in counted}
    provinces, sectors = _provinces(everybody), _sectors(initiative, everybody)
    none = [NOT_TOLD]
    of_sectors = _rows(
        {firm: sectors.get(firm, none) for firm in firms}, met, parts, {win: _sector(win) for win in counted}
    )
    of_provinces = _rows(
        {firm: provinces.get(firm, none) for firm in firms}, met, parts,
        {win: provinces.get(win.enterprise_id, none)[0] for win in counted},
    )  # fmt: skip
    return of_sectors, of_provinces


def _met(agenda: Agenda | None) -> dict[int, _Met]:
    """By the ids of the enterprises. Two queries."""
    if agenda is None:
        return {}
    rows = Meeting.objects.filter(agenda=agenda, state=meeting_states.HELD).order_by().values_list("a__enterprise")
    held: Counter[int] = Counter(dict(rows.annotate(times=Count("pk"))))
    said = Feedback.objects.filter(meeting__agenda=agenda).order_by().values_list("meeting__a__enterprise")
    told = {firm: (times, points) for firm, times, points in said.annotate(times=Count("pk"), points=Sum("quality"))}
    return {firm: _Met(held[firm], *told.get(firm, (0, 0))) for firm in held.keys() | told.keys()}


def _rows(
    firms: Mapping[int, list[Bilingual]], met: Mapping[int, _Met], parts: Mapping[int, Decimal], wins: Mapping[Win, Bilingual]
) -> list[Row]:  # fmt: skip
    names = {name for names in firms.values() for name in names} | set(wins.values())
    found = []
    for name in names:
        there = [firm for firm, of in firms.items() if name in of]
        meetings = [met.get(firm, _Met()) for firm in there]
        said, won = sum(one.said for one in meetings), [win for win, of in wins.items() if of == name]
        points = Decimal(sum(one.points for one in meetings))
        found.append(
            Row(
                name=name,
                enterprises=len(there),
                held=sum(one.held for one in meetings),
                quality=(points / said).quantize(Decimal("0.01")) if said else None,
                wins=len(won),
                confirmed=Confirmed(sum((parts[win.pk] for win in won), ZERO)),
                helped=Confirmed(sum((with_help(parts[win.pk], win.without_help) for win in won), ZERO)),
            )
        )
    return sorted(found, key=lambda row: (-row.confirmed.amount, -row.enterprises, row.name.it))


def _sector(win: Win) -> Bilingual:
    return Bilingual(win.sector.name_it, win.sector.name_en) if win.sector is not None else NOT_TOLD


def _sectors(initiative: Initiative, enterprises: set[int]) -> dict[int, list[Bilingual]]:
    """Of each enterprise, those of the programme that it has. Two queries."""
    programme = Direction.objects.filter(pk=initiative.direction_id).values("programme")
    named = Sector.objects.filter(programme__in=programme).order_by("position", "pk")
    names = {code: Bilingual(it, en) for code, it, en in named.values_list("code", "name_it", "name_en")}
    rows = Enterprise.objects.filter(pk__in=enterprises).order_by("pk").values_list("pk", "sectors")
    found = {firm: [names[code] for code in codes if code in names] for firm, codes in rows}
    return {firm: of for firm, of in found.items() if of}


def _provinces(enterprises: set[int]) -> dict[int, list[Bilingual]]:
    """The province of the legal seat in force; the last one wins. One query."""
    seats = Seat.objects.filter(enterprise__in=enterprises, kind=Seat.LEGAL, until__isnull=True, province__isnull=False)
    rows = seats.order_by("pk").values_list("enterprise_id", "province__name")
    return {firm: [Bilingual(name, name)] for firm, name in rows}
