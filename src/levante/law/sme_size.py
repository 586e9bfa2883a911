"""The size of an enterprise: micro, small, medium or large (annex to Rec. 2003/361/EC, DM 18 April 2005).

Headcount is in annual work units and may have a fraction; amounts are euro. ``sme_group`` says whose data count; here
they are added, measured against the ceilings, and the two-year rule of art. 4(2) is applied: a class is lost or gained
when the ceilings are crossed in two consecutive accounting periods, at once when the change comes from a change of
ownership or from public control.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from levante.kernel.pure import ZERO, Step, format_euro, round_euro, step
from levante.law import parameters
from levante.law.sme_data import (
    SIZES,
    Accounts,
    Enterprise,
    Line,
    MissingAccounts,
    PreviousStatus,
    Size,
    SizeResult,
    Totals,
)
from levante.law.sme_group import Group, Member, group_of
from levante.law.sme_holdings import FULL, INVESTORS, Holding, Kind, number_text

_ITALIAN: dict[PreviousStatus, str] = {
    "micro": "micro",
    "small": "piccola",
    "medium": "media",
    "large": "grande",
    "sme": "PMI",
}


def class_of(totals: Totals, *, on: date) -> Size:
    """The class of given data: fewer than so many persons, and turnover or balance sheet total not over the ceiling."""
    for size in SIZES[:-1]:
        headcount = parameters.value(f"sme.{size}.headcount", on=on).value
        turnover = parameters.value(f"sme.{size}.turnover", on=on).value
        balance = parameters.value(f"sme.{size}.balance", on=on).value
        if totals.headcount < headcount and (totals.turnover <= turnover or totals.balance <= balance):
            return size
    return "large"


def sme_size(
    enterprise: str,
    enterprises: Mapping[str, Enterprise],
    holdings: Iterable[Holding],
    *,
    on: date,
    previous_status: PreviousStatus | None = None,
) -> SizeResult:
    """The size of ``enterprise`` on a day.

    Holders that are natural persons need not be among ``enterprises``; every other holder must be. Raises
    ``MissingAccounts`` (which says of whom) and ``parameters.Missing`` for a day the definition does not cover.
    """
    return _Case(enterprise, enterprises, tuple(holdings), on, previous_status).result()


def after_two_periods(status: Size, earlier: Size | None, later: Size) -> Size:
    """Art. 4(2): the class after two consecutive periods; ``earlier`` is ``None`` when that period is not known.

    Each ceiling counts by itself: it is crossed when both periods are beyond it. So the class becomes the one of the two
    that is nearer to the old one when both are on the same side of it, and stays otherwise: the middle of the three.
    """
    if earlier is None:
        return status
    return sorted((status, earlier, later), key=SIZES.index)[1]


class _Case:
    def __init__(
        self,
        enterprise: str,
        enterprises: Mapping[str, Enterprise],
        holdings: Sequence[Holding],
        on: date,
        previous_status: PreviousStatus | None,
    ) -> None:
        self.own = enterprises[enterprise]
        self.enterprises = enterprises
        self.holdings = holdings
        self.on = on
        self.previous = previous_status
        self.kinds: dict[str, Kind] = {id: one.kind for id, one in enterprises.items()}

    def result(self) -> SizeResult:
        group = self._group(self.holdings)
        year, estimated = self._reference_year(self.own)
        lines = self._lines(group, None)
        totals = _sum(lines)
        latest = class_of(totals, on=self.on)
        steps = [self._accounts_step(year, estimated), *group.steps, *self._totals_steps(lines, totals, latest)]
        public = group.public_share >= parameters.value("sme.public.share", on=self.on).value
        itself = self.own.kind in ("public_body", "local_authority")
        if public or itself:
            size: Size = "large"
            steps += [] if public else [self._public_itself_step()]
        else:
            size, why = self._after_the_two_year_rule(latest, year, estimated)
            steps += why
        changed = None
        if self.previous is not None:
            changed = size != self.previous if self.previous != "sme" else size == "large"
        steps.append(self._size_step(size))
        return SizeResult(size, totals, tuple(lines), changed, tuple(steps))

    # -- the data

    def _group(self, holdings: Iterable[Holding]) -> Group:
        return group_of(self.own.id, self.kinds, holdings, on=self.on)

    def _closed(self, one: Enterprise) -> list[Accounts]:
        """The accounts closed by the day, latest first: an accounting year is taken to end on 31 December."""
        return sorted((a for a in one.accounts if a.year < self.on.year), key=lambda a: -a.year)

    def _latest(self, one: Enterprise) -> Accounts | None:
        """The latest closed accounts, or for a new enterprise the estimate made in the course of the year."""
        closed = self._closed(one)
        if closed:
            return closed[0]
        return next((a for a in one.accounts if a.year == self.on.year), None)

    def _reference_year(self, one: Enterprise) -> tuple[int, bool]:
        accounts = self._latest(one)
        if accounts is None:
            raise MissingAccounts(one.id)
        return accounts.year, accounts.year >= self.on.year

    def _accounts_of(self, one: Enterprise, year: int | None) -> Accounts | None:
        """The latest accounts, or those of an earlier period: the year itself, or else the nearest one before it.

        ``None`` for a body that has none to give (a university), or for an enterprise that did not exist yet.
        """
        latest = self._latest(one)
        if latest is None:
            if one.kind in INVESTORS and one.kind in ("university", "local_authority"):
                return None
            raise MissingAccounts(one.id)
        if year is None:
            return latest
        closed = self._closed(one)
        before = next((a for a in closed if a.year <= year), None)
        if before is not None:
            return before
        if one.founded_on is not None and one.founded_on.year > year:
            return None
        return closed[-1] if closed else latest

    def _lines(self, group: Group, year: int | None) -> list[Line]:
        lines = []
        for member in group.members:
            accounts = self._accounts_of(self.enterprises[member.id], year)
            if accounts is not None:
                lines.append(_line(member, accounts))
        return lines

    # -- the class in time

    def _class_in(self, year: int) -> Size | None:
        """The class at the close of an earlier period, by its data and by who held whom then (art. 4(2): "at the date of
        closure of the accounts"); ``None`` when the enterprise has no accounts of that year."""
        if not self._has_accounts(year):
            return None
        held = [h for h in self.holdings if h.since is None or h.since <= date(year, 12, 31)]
        return class_of(_sum(self._lines(self._group(held), year)), on=self.on)

    def _has_accounts(self, year: int) -> bool:
        return any(a.year == year for a in self._closed(self.own))

    def _after_the_two_year_rule(self, latest: Size, year: int, estimated: bool) -> tuple[Size, list[Step]]:
        rule = parameters.value("sme.status.periods", on=self.on)
        if estimated:
            return latest, []
        change = self._change_of_ownership(latest, year)
        if change is not None:
            return latest, [change]
        earlier = self._class_in(year - 1)
        status = self._status_before(year, earlier)
        if status is None:
            if earlier is not None and earlier != latest:
                size = max(earlier, latest, key=SIZES.index)
                choice = parameters.value("sme.status.unknown", on=self.on)
                return size, [_unknown_status_step(earlier, latest, size, choice)]
            return latest, []
        if status == "sme":
            size = latest
            if latest == "large" and earlier != "large":
                size = earlier or "medium"
        else:
            size = after_two_periods(status, earlier, latest)
        return size, [_two_year_step(status, earlier, latest, size, year, rule)]

    def _status_before(self, year: int, earlier: Size | None) -> PreviousStatus | None:
        """The class before the latest accounts: the one given, or the one that the older accounts lead to."""
        if self.previous is not None:
            return self.previous
        if earlier is None:
            return None
        first = year - 1
        status = earlier
        history = []
        while (older := self._class_in(first - 1)) is not None:
            history.append(older)
            first -= 1
        # The first accounts ever give the first class; with two periods only, and older ones unknown, nothing does.
        born = self.own.founded_on
        if not history and not (born is not None and born.year >= first - 1):
            return None
        if history:
            classes = [*reversed(history), earlier]
            status = classes[0]
            for before, after in pairwise(classes):
                status = after_two_periods(status, before, after)
        return status

    def _change_of_ownership(self, latest: Size, year: int) -> Step | None:
        """Whether the class of today comes from control born after the accounts before the latest were closed.

        When those accounts are not told, from control born on any day that is. A new partner is not a change of
        ownership: it waits for the second period.
        """
        rule = parameters.value("sme.status.ownership_change_at_once", on=self.on)
        closed = date(year, 1, 1) if self._has_accounts(year - 1) else date.min
        recent = [h for h in self.holdings if h.since is not None and closed <= h.since <= self.on]
        before = [h for h in self.holdings if h not in recent]
        if not rule.value or not recent:
            return None
        linked = self._linked(self.holdings)
        born = [h for h in recent if h.held in linked and (h.natural_person or h.holder in linked)]
        if not born or linked == self._linked(before):
            return None
        without, bought = (
            class_of(_sum(self._lines(self._group(held), None)), on=self.on) for held in (before, [*before, *born])
        )
        if without == bought:
            return None
        since = max(h.since for h in born if h.since is not None)
        return step(
            f"La classe cambia per un cambio di proprietà (dal {since:%d/%m/%Y}): ha effetto subito, senza attendere due "
            "esercizi",
            f"The class changes because of a change of ownership (from {since.isoformat()}): it takes effect at once, "
            "without waiting for two periods",
            rule.reference,
            latest,
        )

    def _linked(self, holdings: Iterable[Holding]) -> set[str]:
        return {member.id for member in self._group(holdings).members if member.relation != "partner"}

    # -- the lines

    def _accounts_step(self, year: int, estimated: bool) -> Step:
        if estimated:
            rule = parameters.value("sme.new_enterprise", on=self.on)
            return step(
                f"{self.own.id} non ha ancora bilanci chiusi: valgono i dati stimati del {year}",
                f"{self.own.id} has no closed accounts yet: the estimate for {year} is used",
                rule.reference,
                year,
            )
        rule = parameters.value("sme.accounts", on=self.on)
        return step(
            f"L'ultimo esercizio chiuso di {self.own.id} al {self.on:%d/%m/%Y} è il {year}",
            f"The latest closed accounts of {self.own.id} on {self.on.isoformat()} are those of {year}",
            rule.reference,
            year,
        )

    def _totals_steps(self, lines: Sequence[Line], totals: Totals, latest: Size) -> list[Step]:
        rule = parameters.value("sme.data", on=self.on)
        figures = [
            step(
                f"{line.id}, {number_text(line.share, 'it')} %: {number_text(line.headcount, 'it')} ULA, fatturato "
                f"{format_euro(line.turnover)}, bilancio {format_euro(line.balance)}",
                f"{line.id}, {number_text(line.share)} %: {number_text(line.headcount)} AWU, turnover "
                f"{format_euro(line.turnover, 'en')}, balance sheet {format_euro(line.balance, 'en')}",
                rule.reference,
                number_text(line.headcount),
            )
            for line in lines
        ]
        ceilings = parameters.value(f"sme.{latest if latest != 'large' else 'medium'}.headcount", on=self.on)
        figures.append(
            step(
                f"In tutto {number_text(totals.headcount, 'it')} ULA, fatturato {format_euro(totals.turnover)}, bilancio "
                f"{format_euro(totals.balance)}: i dati sono di {_ITALIAN[latest]} impresa",
                f"In all {number_text(totals.headcount)} AWU, turnover {format_euro(totals.turnover, 'en')}, balance "
                f"sheet {format_euro(totals.balance, 'en')}: the data are those of a {latest} enterprise",
                ceilings.reference,
                latest,
            )
        )
        return figures

    def _public_itself_step(self) -> Step:
        return step(
            f"{self.own.id} è un ente pubblico: non è una PMI",
            f"{self.own.id} is a public body: it is not an SME",
            parameters.value("sme.public.share", on=self.on).reference,
            "large",
        )

    def _size_step(self, size: Size) -> Step:
        reference = parameters.value("sme.medium.headcount", on=self.on).reference
        return step(f"Dimensione: {_ITALIAN[size]} impresa", f"Size: {size} enterprise", reference, size)


# -- inside


def _line(member: Member, accounts: Accounts) -> Line:
    part = member.share / FULL
    return Line(
        member.id,
        member.share,
        accounts.headcount * part,
        round_euro(accounts.turnover * part),
        round_euro(accounts.balance * part),
    )


def _sum(lines: Iterable[Line]) -> Totals:
    found = list(lines)
    return Totals(
        sum((line.headcount for line in found), Decimal(0)),
        sum((line.turnover for line in found), ZERO),
        sum((line.balance for line in found), ZERO),
    )


def _unknown_status_step(earlier: Size, latest: Size, size: Size, rule: parameters.Parameter) -> Step:
    return step(
        f"I due ultimi esercizi danno classi diverse ({_ITALIAN[earlier]}, {_ITALIAN[latest]}) e la classe precedente non "
        "è nota: vale la più grande, perché una classe più piccola si acquista solo con due esercizi consecutivi; da "
        "confermare",
        f"The last two periods give different classes ({earlier}, {latest}) and the previous class is not known: the "
        "larger is used, because a smaller class is acquired only with two consecutive periods; to be confirmed",
        rule.reference,
        size,
    )


def _two_year_step(
    status: PreviousStatus, earlier: Size | None, latest: Size, size: Size, year: int, rule: parameters.Parameter
) -> Step:
    before_it = _ITALIAN[earlier] if earlier else "non noto"
    before_en = earlier or "not known"
    kept = size == status or (status == "sme" and size != "large")
    outcome_it = (
        "la classe non cambia" if kept else "le soglie sono superate in due esercizi consecutivi: la classe cambia"
    )
    outcome_en = "the class stays" if kept else "the ceilings are crossed in two consecutive periods: the class changes"
    return step(
        f"Classe precedente {_ITALIAN[status]}; dati del {year - 1}: {before_it}; dati del {year}: {_ITALIAN[latest]}; "
        f"{outcome_it}",
        f"Previous class {status}; data of {year - 1}: {before_en}; data of {year}: {latest}; {outcome_en}",
        rule.reference,
        size,
    )
