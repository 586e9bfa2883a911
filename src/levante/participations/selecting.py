"""The rules of a selection, who is a candidate, in what order, who cannot be admitted and why."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, F, Max, OuterRef, Q

from levante.applications.api import Application, RankingRow
from levante.applications.api import Ranking as PublishedRanking
from levante.competences.api import ReadinessAssessment
from levante.controls.api import Due
from levante.initiatives.api import ExpressionOfInterest, Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import today
from levante.kernel.pure import Bilingual, format_euro
from levante.law.terms import end_of_term
from levante.participations import states
from levante.participations.apart import MEETINGS
from levante.participations.models import Participation, Selection
from levante.participations.pure.order import Candidate, Placed, by_arrival, by_points
from levante.participations.taking_part import AWAY, CAME, taking_part
from levante.parties.api import Enterprise, Seat
from levante.payments.api import Owed, owed_by

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks: by an expression of interest or by an application; ``barred`` says why it cannot be admitted, ``owes`` what it has to pay
    before it is given the place that its turn, which it keeps, brings it."""

    enterprise: Enterprise
    number: str
    interest: ExpressionOfInterest | None = None
    application: Application | None = None
    barred: Bilingual | None = None
    owes: Bilingual | None = None
    rank: int = 0
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A line of the order, as it would be decided now: its place (none: barred) and its points with the words of each criterion."""

    request: Request
    placed: Placed | None
    points: dict[str, Any]


def requests_of(selection: Selection) -> list[Request]:
    """Who asks to take part, once each, with why it cannot be admitted if so; of a list that is decided, who asked since. At most ten
    queries, whatever the number."""
    rows = _by_ranking(selection) if selection.method == states.RANKING else _by_interest(selection)
    firms = [row.enterprise for row in rows]
    if selection.decided_at is not None:
        there = set(asked_since(selection).values_list("pk", flat=True))
        rows = [row for row in rows if row.interest is not None and row.interest.pk in there]
        firms = [row.enterprise for row in rows]
    said = {
        row.enterprise_id: Bilingual(row.reason_it, row.reason_en)
        for row in Participation.objects.filter(selection=selection, state=states.EXCLUDED)
    }
    barred = barred_now(firms)
    found = []
    for row in rows:
        bar, owes = barred.get(row.enterprise.pk), None
        why = said.get(row.enterprise.pk) or row.barred
        if why is None and bar is not None:
            why, owes = (None, bar.reason) if bar.lifts else (bar.reason, None)
        found.append(replace(row, barred=why, owes=owes))
    return _best_of_each(found)


def asked_since(selection: Selection) -> "QuerySet[ExpressionOfInterest]":
    """Who asked for a place once the list was decided, the call being open again for places that were free, and is not in it yet."""
    return late_interests().filter(initiative=selection.initiative_id)


def late_interests() -> "QuerySet[ExpressionOfInterest]":
    """As ``asked_since``, of every initiative."""
    there = Participation.objects.filter(
        Q(interest=OuterRef("pk")) | Q(selection__initiative=OuterRef("initiative"), enterprise=OuterRef("enterprise"))
    )
    rows = ExpressionOfInterest.objects.standing().filter(
        ~Q(number=""), ~Exists(there), registered_at__gt=F("initiative__selection__decided_at")
    )
    apart = Q(way=MEETINGS, initiative__selection__meetings_apart=True)
    return rows.exclude(apart).exclude(initiative__selection__method=states.RANKING)


def _best_of_each(requests: list[Request]) -> list[Request]:
    """An enterprise may have more applications in a ranking: it has the place of its best one that is admitted, and is not admitted only
    if none is."""
    best: dict[int, Request] = {}
    for one in requests:
        known = best.get(one.enterprise.pk)
        if known is None or (one.barred is not None, one.rank) < (known.barred is not None, known.rank):
            best[one.enterprise.pk] = one
    return [one for one in requests if best[one.enterprise.pk] is one]


#: Working days for which a payment made by the last day may still be recorded: a transfer of that day is known later. Ours, no norm.
GRACE = 3


def recorded_by(last_day: date) -> date:
    """The last day on which what was paid in time may still be recorded."""
    return end_of_term(last_day, GRACE, kind="working").due


class Bar(NamedTuple):
    """Why an enterprise cannot be admitted; ``lifts``: it may pay, and then it can."""

    reason: Bilingual
    lifts: bool


def owing_now(firm: Enterprise) -> Bilingual | None:
    """What an enterprise has to pay before it is given a place; none where that does not stand in its way. Two queries."""
    bar = barred_now([firm]).get(firm.pk)
    return bar.reason if bar is not None and bar.lifts else None


def barred_now(firms: list[Enterprise]) -> dict[int, Bar]:
    """Those that cannot be admitted today, and why. Two queries, whatever the number."""
    owing = owed_by({firm.pk for firm in firms})
    overdue = Due.objects.filter(enterprise__in=firms, state="due", due_on__lt=today())
    late = {firm for firm, last in overdue.values_list("enterprise_id", "due_on") if recorded_by(last) < today()}
    return {firm.pk: bar for firm in firms if (bar := _barred(firm, owing, late)) is not None}


def _barred(firm: Enterprise, owing: dict[int, list[Owed]], late: set[int]) -> Bar | None:
    """Why an enterprise cannot be admitted, whatever the order: it has ceased, it is large, it owes the Region."""
    if firm.status != Enterprise.ACTIVE:
        return Bar(Bilingual("L’impresa non è attiva.", "The enterprise is not active."), lifts=False)
    if firm.size == "large":
        large = Bilingual(
            "È una grande impresa: il programma è per le PMI.", "It is a large enterprise: the programme is for SMEs."
        )
        return Bar(large, lifts=False)
    if firm.pk in owing:
        total = sum((one.amount for one in owing[firm.pk]), Decimal("0.00"))
        owes = Bilingual(f"Deve restituire {format_euro(total)}.", f"It owes back {format_euro(total, 'en')}.")
        return Bar(owes, lifts=True)
    if firm.pk in late:
        return Bar(Bilingual("Ha una quota scaduta non pagata.", "It has a quota that is overdue."), lifts=True)
    return None


def _by_interest(selection: Selection) -> list[Request]:
    rows = ExpressionOfInterest.objects.filter(initiative_id=selection.initiative_id).standing().exclude(number="")
    rows = rows.exclude(way=MEETINGS) if selection.meetings_apart else rows
    rows = rows.select_related("enterprise").order_by("registered_at", "number")
    return [
        Request(row.enterprise, row.number, interest=row, barred=_asked_otherwise(selection, row.way)) for row in rows
    ]


def _asked_otherwise(selection: Selection, way: str) -> Bilingual | None:
    """It asked to take part in a way in which these places are not given: it does not take a stand, its aid and its quota instead."""
    if not selection.ways or way in selection.ways:
        return None
    asked, given = initiative_states.WAYS[way], [initiative_states.WAYS[one] for one in selection.ways]
    return Bilingual(
        f"Ha chiesto di partecipare {asked.it}; i posti sono per chi partecipa {', '.join(one.it for one in given)}.",
        f"It asked to take part {asked.en}; places are for who takes part {', '.join(one.en for one in given)}.",
    )


def _by_ranking(selection: Selection) -> list[Request]:
    published = (
        PublishedRanking.objects.filter(opening=selection.opening_id, line=None, state="published")
        .order_by("-version")
        .first()
    )
    if published is None:
        return []
    rows = RankingRow.objects.filter(ranking=published).select_related("application__enterprise").order_by("position")
    out = Bilingual("Nella graduatoria non è ammessa.", "In the ranking it is not admitted.")
    return [
        Request(
            row.application.enterprise, str(row.application.number), application=row.application,
            barred=out if row.outcome in {"below", "void", "renounced"} else None, rank=row.position, score=row.score,
        )
        for row in rows
    ]  # fmt: skip


def order_of(selection: Selection) -> list[Turn]:
    """The order as it would be decided now, barred requests last; of a list that is decided, that of who asked since, after who is in it.
    The same facts give the same order."""
    requests = requests_of(selection)
    last = _last_position(selection)
    free = {one.enterprise.pk: one for one in requests if one.barred is None}
    if selection.method == states.RANKING:
        ranked = sorted(free.values(), key=lambda one: one.rank)
        placed = [
            Placed(one.enterprise.pk, place, {}, one.score or Decimal("0.00")) for place, one in enumerate(ranked, 1)
        ]
    elif selection.method == states.CRITERIA:
        weights = {name: Decimal(points) for name, points in selection.weights.items()}
        placed = by_points(_candidates(selection, list(free.values())), weights, _provinces_there(selection))
    else:
        placed = by_arrival([_bare(one) for one in free.values()])
    placed = [replace(one, position=last + one.position) for one in placed]
    turns = [Turn(free[one.key], one, _in_words(one, selection.weights)) for one in placed]
    return [*turns, *(Turn(one, None, {}) for one in requests if one.barred is not None)]


def _last_position(selection: Selection) -> int:
    if selection.decided_at is None:
        return 0
    found: int | None = selection.participations.aggregate(last=Max("position"))["last"]
    return found or 0


def _provinces_there(selection: Selection) -> Counter[str]:
    """How many of each province have a place already."""
    if selection.decided_at is None:
        return Counter()
    firms = list(selection.participations.seated().values_list("enterprise_id", flat=True))
    return Counter(_provinces(firms).values())


def mark_of_order(turns: Sequence[Turn]) -> str:
    """What an order is, in a word (16 letters of a SHA-256): who asks, its place, total and points, who is not admitted or owes, and why.
    It is on the list as it is taken out, and who decides gives that of the list that the act approves."""
    lines = [
        [
            one.request.enterprise.pk, one.request.number, one.request.barred.it if one.request.barred else "",
            one.request.owes.it if one.request.owes else "",
            [one.placed.position, str(one.placed.total), {name: said["points"] for name, said in one.points.items()}] if one.placed else [],
        ]
        for one in turns
    ]  # fmt: skip
    return sha256(json.dumps(lines, sort_keys=True).encode()).hexdigest()[:16]


def _bare(request: Request) -> Candidate:
    registered = request.interest.registered_at if request.interest is not None else None
    return Candidate(request.enterprise.pk, (registered.isoformat() if registered else "", request.number))


def _candidates(selection: Selection, requests: list[Request]) -> list[Candidate]:
    """The facts that give points. Five queries."""
    firms = [one.enterprise.pk for one in requests]
    initiative = selection.initiative
    wanted = set(initiative.sectors.values_list("code", flat=True))
    taken = ReadinessAssessment.objects.filter(enterprise__in=firms, most__gt=0)
    if initiative.closes_at is not None:  # what gives points is had by the end of the call
        taken = taken.filter(taken_at__lt=initiative.closes_at)
    readiness = {
        firm: Fraction(points, most)
        for firm, points, most in taken.order_by("taken_at", "pk").values_list("enterprise_id", "points", "most")
    }
    since = _years_before(initiative.starts_on, selection.no_show_years)
    past = Initiative.objects.filter(starts_on__gte=since, starts_on__lt=initiative.starts_on).exclude(pk=initiative.pk)
    before = taking_part(initiatives=past.order_by().values("pk"), enterprises=firms)
    counted = Counter((one.enterprise, one.how) for one in before)
    provinces = _provinces(firms)
    return [
        Candidate(
            one.enterprise.pk, _bare(one).arrival, in_sector=not wanted or bool(set(one.enterprise.sectors) & wanted),
            readiness=readiness.get(one.enterprise.pk), took_part=counted[one.enterprise.pk, CAME],
            absences=counted[one.enterprise.pk, AWAY], province=provinces.get(one.enterprise.pk, ""),
        )
        for one in requests
    ]  # fmt: skip


def _provinces(firms: list[int]) -> dict[int, str]:
    """The province of the legal seat of each, by its letters."""
    rows = Seat.objects.filter(enterprise__in=firms, kind=Seat.LEGAL, until__isnull=True, province__isnull=False)
    return dict(rows.order_by("pk").values_list("enterprise_id", "province_id"))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _in_words(placed: Placed, weights: dict[str, Any]) -> dict[str, Any]:
    return {name: {"points": str(points), "most": str(weights.get(name, ""))} for name, points in placed.points.items()}
