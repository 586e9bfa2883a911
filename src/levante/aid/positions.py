"""The de minimis position of an enterprise, or of any tax code, on a day: from the database to the rule of law.

The rule is ``levante.law.de_minimis``; here its case is put together: the enterprises and their links (parties), aid of
every source, live reservations counted as aid, mergers and splits, the office's decisions on doubtful links.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from levante.aid.models import AidRecord, AidRevision, Reservation, UndertakingDecision, UndertakingEvent
from levante.kernel.api import ROME
from levante.kernel.pure import euro
from levante.law import de_minimis, doors
from levante.law.aid_events import Event, Merger, Split, SplitShare
from levante.law.de_minimis_case import Aid, Case, Revision, read
from levante.law.de_minimis_rule import Boundary
from levante.law.parameters import add_years
from levante.parties.api import Enterprise, Ties, undertaking_case

#: Of some reservations (ids), those that are not to be told.
Hides = Callable[[list[int]], set[int]]

#: Aid this many years before the day or older never counts, whatever the rule: no window of any act is as long. Older
#: lines are read only where a split gives them to somebody by name.
OLDEST_YEARS = 6


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose aid has to be looked at: the network of the applicant, through links and events."""

    applicant: str
    codes: tuple[str, ...]
    links: tuple[dict[str, Any], ...] = ()
    events: tuple[UndertakingEvent, ...] = ()
    #: tax code of a file that was a duplicate -> the one it was merged into
    aliases: dict[str, str] = field(default_factory=dict)


def position(
    enterprise: Enterprise | str,
    *,
    on: date,
    request: Decimal | None = None,
    as_of: date | None = None,
    boundary: Boundary | None = None,
    without: Reservation | None = None,
    ties: Ties | None = None,
    outside: bool = False,
    hides: Hides | None = None,
) -> dict[str, Any]:
    """What the JSON door ``de-minimis`` prints, from the database.

    ``enterprise`` is one of the parties or a tax code, known or not. ``as_of``: with what was known here on that day.
    ``without``: a reservation not to be counted, since the request is the same money. ``ties``: those of the enterprise, when
    they have been asked already. ``outside``: as it is seen outside the offices, where what is reserved for a decision that
    nobody was told of is not there. ``hides``: of some reservations (ids), those that who reads is not to know of, and that are not
    counted: for what is read, never for what decides. Raises ``parameters.Missing`` for a day before the first act that is loaded.
    """
    return de_minimis.as_json(
        de_minimis.position(
            case_of(
                enterprise,
                on=on,
                request=request,
                as_of=as_of,
                boundary=boundary,
                without=without,
                ties=ties,
                outside=outside,
                hides=hides,
            )
        )
    )


def case_of(
    enterprise: Enterprise | str,
    *,
    on: date,
    request: Decimal | None = None,
    as_of: date | None = None,
    boundary: Boundary | None = None,
    without: Reservation | None = None,
    ties: Ties | None = None,
    outside: bool = False,
    hides: Hides | None = None,
) -> Case:
    """The case the rule answers; see :func:`position`."""
    scope = scope_of(enterprise, on=on, ties=ties)
    known = {"on": on.isoformat(), "applicant": scope.applicant, "enterprises": list(scope.codes)}
    shape = read(doors.Reader(known | {"links": list(scope.links)}))
    rows = _rows(scope, on)
    names = _names_of_takes(rows)
    aids = [*_recorded(scope, rows), *_reserved(scope, on, as_of, without, _hiding(outside, hides))]
    return replace(
        shape,
        aids=tuple(aids),
        events=tuple(_event(event, names) for event in scope.events),
        request=request,
        as_of=as_of,
        boundary=boundary,
        decided=_decided(as_of) if scope.links else {},
    )


def _decided(as_of: date | None) -> dict[str, bool]:
    """The last decision on each doubt; of those that there were, for a question as of a day."""
    rows = UndertakingDecision.objects.order_by("decided_at", "id")
    if as_of is not None:
        rows = rows.filter(decided_at__lt=datetime.combine(as_of + timedelta(days=1), time(0), ROME))
    return dict(rows.values_list("key", "together"))


def scope_of(enterprise: Enterprise | str, *, on: date, ties: Ties | None = None) -> Scope:
    """The tax codes whose aid may matter, with their links and events: from code to code until nothing new appears."""
    if isinstance(enterprise, Enterprise):
        applicant, known = enterprise.tax_code, enterprise
    else:
        applicant = enterprise
        known = Enterprise.objects.filter(tax_code=enterprise).first()
        if known is not None and known.merged_into_id is not None:
            known = known.merged_into
            applicant = known.tax_code
    codes: dict[str, None] = {applicant: None}
    links: dict[str, dict[str, Any]] = {}
    events: dict[int, UndertakingEvent] = {}
    waiting: list[Enterprise] = [known] if known is not None else []
    reached: set[str] = set()
    for _ in range(20):
        for one in waiting:
            if one.tax_code not in reached:
                part = undertaking_case(one, on=on, ties=ties if one == enterprise else None)
                codes.update(dict.fromkeys(part["enterprises"]))
                reached.update(part["enterprises"])
                links.update((repr(sorted(link.items())), link) for link in part["links"])
        found = UndertakingEvent.objects.standing().filter(involved__overlap=list(codes)).exclude(pk__in=list(events))
        new = {event.pk: event for event in found}
        if not new:
            break
        events |= new
        named = [code for event in new.values() for code in event.involved]
        codes.update(dict.fromkeys(named))
        waiting = list(Enterprise.objects.filter(tax_code__in=set(named) - reached, merged_into__isnull=True))
    aliases: dict[str, str] = {}
    if known is not None:
        aliases = dict(
            Enterprise.objects.filter(merged_into__tax_code__in=list(codes)).values_list(
                "tax_code", "merged_into__tax_code"
            )
        )
    return Scope(applicant, tuple(codes), tuple(links.values()), tuple(events.values()), aliases)


class _Row(NamedTuple):
    """A line of aid as it is read here, with the name that a position gives it."""

    pk: int
    source: str
    cor: str
    regulation: str
    tax_code: str
    granted_on: date
    granted_gge: Decimal
    regime: str
    annulled_on: date | None
    registered_on: date
    id: str = ""
    alone: bool = True


def _rows(scope: Scope, on: date) -> list[_Row]:
    taken = any(share.get("takes") for event in scope.events for share in event.shares)
    rows = list(
        AidRecord.objects.of([*scope.codes, *scope.aliases])
        .exclude(granted_on__lt=date.min if taken else add_years(on, -OLDEST_YEARS))
        .order_by("granted_on", "id")
        .values_list(*_Row._fields[:10])
    )
    lines = Counter(row[2] for row in rows if row[2])
    found = []
    for row in map(_Row._make, ((*row, "", True) for row in rows)):
        alone = lines[row.cor] <= 1
        name = aid_id_of(row.source, row.pk, row.cor, row.regulation, alone=alone)
        found.append(row._replace(id=name, alone=alone))
    return found


def _recorded(scope: Scope, rows: Iterable[_Row]) -> Iterable[Aid]:
    revisions: dict[int, list[Revision]] = {}
    for aid_id, day, gge in (
        AidRevision.objects.filter(aid__tax_code__in=[*scope.codes, *scope.aliases])
        .order_by("on", "id")
        .values_list("aid_id", "on", "gge")
    ):
        revisions.setdefault(aid_id, []).append(Revision(day, gge))
    for row in rows:
        yield Aid(
            id=row.id,
            beneficiary=scope.aliases.get(row.tax_code, row.tax_code),
            granted_on=row.granted_on,
            amount=row.granted_gge,
            regime=row.regime,
            revised=_one_a_day(revisions.get(row.pk, [])),
            annulled_on=row.annulled_on,
            registered_on=row.registered_on,
        )


def _key_of(row: _Row) -> str:
    """How an assignment names an aid for ever: the whole of its COR, or one row of ours, of a declaration, of many lines.

    The id that a position writes may change: a second line of the COR comes, an award of ours gets its COR.
    """
    whole = row.cor and row.alone and row.source != AidRecord.OWN
    return f"COR:{row.cor}" if whole else f"AID:{row.pk}"


def keys_of(enterprise: Enterprise | str, *, on: date) -> dict[str, str]:
    """The id that a position gives to each aid on a day → its lasting key."""
    return {row.id: _key_of(row) for row in _rows(scope_of(enterprise, on=on), on)}


def _names_of_takes(rows: Iterable[_Row]) -> dict[str, list[str]]:
    """Lasting key → the ids of now: a COR may have several lines by now."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(f"AID:{row.pk}", []).append(row.id)
        if row.cor:
            found.setdefault(f"COR:{row.cor}", []).append(row.id)
    return found


def _one_a_day(revisions: list[Revision]) -> tuple[Revision, ...]:
    """The last amount of each day: the ones before it were corrected the same day."""
    return tuple({revision.on: revision for revision in revisions}.values())


def aid_id_of(source: str, pk: int, cor: str, regulation: str, *, alone: bool = True) -> str:
    """How a position names an aid: its COR (with the regulation, when the COR has several lines), or our number."""
    if cor:
        return cor if alone else f"{cor}/{regulation}"
    return f"{'LEV' if source == AidRecord.OWN else 'DICH'}-{pk}"


#: What rooms above keep from who is outside the offices: of some reservations, the ids of those not told yet.
_untold: list[Hides] = []


def hides_reservations(which: Hides) -> None:
    """A room above says which reservations stand for decisions that nobody outside was told of."""
    _untold.append(which)


def _hiding(outside: bool, hides: Hides | None) -> list[Hides]:
    return [*(_untold if outside else ()), *([hides] if hides is not None else ())]


def _reserved(
    scope: Scope, on: date, as_of: date | None, without: Reservation | None, hiding: list[Hides]
) -> Iterable[Aid]:
    """Reservations as aid: those that hold, and for a past day those that held then; but for those that are hidden."""
    rows = list(
        Reservation.objects.filter(tax_code__in=[*scope.codes, *scope.aliases])
        .filter(reserved_on__lte=date.max if as_of is None else as_of)
        .order_by("id")
    )
    hidden = {pk for which in hiding for pk in which([row.pk for row in rows])} if rows else set()
    if without is not None:
        hidden.add(without.pk)
    for row in rows:
        if row.pk in hidden:
            continue
        closed_on = row.closed_on
        if row.state == Reservation.CONFIRMED:
            # It is an aid now; only a question as of an earlier day still sees the reservation.
            assert closed_on is not None
            if as_of is None or as_of >= closed_on:
                continue
            closed_on = None
        if row.expires_on is not None:
            lapses = row.expires_on + timedelta(days=1)
            closed_on = lapses if closed_on is None else min(closed_on, lapses)
        yield Aid(
            id=f"RES-{row.pk}",
            beneficiary=scope.aliases.get(row.tax_code, row.tax_code),
            granted_on=row.reserved_on,
            amount=row.amount,
            regime=row.regime,
            annulled_on=closed_on,
            registered_on=row.reserved_on,
        )


def _event(event: UndertakingEvent, names: dict[str, list[str]]) -> Event:
    if event.kind == UndertakingEvent.MERGER:
        return Merger(event.on, tuple(event.parties), event.into)
    # A single line is more precise than its COR: who took it keeps it.
    single = {name for share in event.shares for take in share["takes"] if take.startswith("AID:")
              for name in names.get(take, [])}  # fmt: skip
    shares = []
    for share in event.shares:
        takes = [
            name
            for take in share["takes"]
            for name in names.get(take, [])
            if take.startswith("AID:") or name not in single
        ]
        shares.append(SplitShare(share["enterprise"], euro(share["equity"]), tuple(dict.fromkeys(takes))))
    return Split(event.on, event.parties[0], tuple(shares))
