"""Terms in days: when one ends, counting calendar or working days, with suspensions and with or without the roll.

The day from which the term runs is not counted (art. 2963(2) c.c.); the last day is. A suspended day never counts, and
a term never ends on one. With ``roll`` a term that would end on a holiday ends on the first day after it that is
neither a holiday nor suspended (art. 2963(3) c.c.).
"""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from levante.kernel.pure import Step, step, steps_as_json
from levante.law import parameters
from levante.law.doors import BadCase, Reader
from levante.law.holidays import Holiday, holiday_on

Kind = Literal["calendar", "working"]
KINDS: tuple[Kind, ...] = ("calendar", "working")

#: Beyond this day no term is computed: it would be a mistake in the days or a suspension that never ends.
LAST_DAY = date(2199, 12, 31)

#: Holidays are explained one by one up to this number, then by their count.
_LISTED = 40

_WEEKDAYS = {
    1: ("lunedì", "Monday"),
    2: ("martedì", "Tuesday"),
    3: ("mercoledì", "Wednesday"),
    4: ("giovedì", "Thursday"),
    5: ("venerdì", "Friday"),
    6: ("sabato", "Saturday"),
    7: ("domenica", "Sunday"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """The last day of a term and the lines that explain it."""

    due: date
    steps: tuple[Step, ...]


class TooLong(ValueError):
    """The term does not end before ``LAST_DAY``: too many days, or a suspension with no end in sight."""


def end_of_term(
    start: date,
    days: int,
    *,
    kind: Kind,
    suspensions: Sequence[tuple[date, date]] = (),
    roll: bool = False,
    local_holidays: Collection[date] = (),
    suspended_by: str = "terms.suspension",
    rolled_by: str = "terms.roll.weekdays",
) -> Term:
    """The last day of a term of ``days`` days from ``start``.

    ``suspensions`` are pairs of days, both included, that may overlap. ``local_holidays`` (a patron saint's day) count
    as holidays only when they are passed: no national act makes them so. ``suspended_by`` and ``rolled_by`` are the
    parameters of the norms that suspend and that roll, where they are not those of a procedure. ``ValueError`` for less than one day or a
    suspension that ends before it begins, ``TooLong``, ``parameters.Missing`` for a year the calendar does not cover.
    """
    if days < 1:
        raise ValueError("a term has at least one day")
    if any(last < first for first, last in suspensions):
        raise ValueError("a suspension ends before it begins")
    first_day = parameters.value("terms.first_day_counted", on=start)
    if start >= LAST_DAY:
        raise TooLong(f"the term begins on {start}, after {LAST_DAY}")
    periods = _merged(suspensions)
    local = frozenset(local_holidays)

    missing = days
    day = start if first_day.value else start + timedelta(days=1)
    suspended = 0
    rest_days = 0
    working = parameters.value("terms.working.weekdays", on=start) if kind == "working" else None
    holidays: list[Holiday | date] = []
    while True:
        if day > LAST_DAY:
            raise TooLong(f"the term does not end by {LAST_DAY}")
        pause = _suspension_on(day, periods)
        if pause is not None:
            pause_end = min(pause[1], LAST_DAY)
            suspended += (pause_end - day).days + 1
            day = pause_end + timedelta(days=1)
            continue
        if working is not None and day.isoweekday() not in working.value:
            rest_days += 1
        elif working is not None and (holiday := _holiday(day, local)) is not None:
            holidays.append(holiday)
        else:
            missing -= 1
            if missing == 0:
                break
        day += timedelta(days=1)

    steps = [
        step(
            f"Il termine decorre dal {start:%d/%m/%Y}; il giorno iniziale non si conta",
            f"The term runs from {start.isoformat()}; the first day is not counted",
            first_day.reference,
            start.isoformat(),
        )
    ]
    if working is None:
        steps.append(
            step(
                "Si contano i giorni del calendario, festivi compresi",
                "Calendar days are counted, holidays included",
                first_day.reference,
                days,
            )
        )
    else:
        steps.append(_working_days_step(days, rest_days, working))
        steps += _holiday_steps(holidays)
    if suspended:
        steps.append(
            step(
                f"Giorni di sospensione che non si contano: {suspended}",
                f"Suspended days that do not count: {suspended}",
                parameters.value(suspended_by, on=start).reference,
                "; ".join(f"{first.isoformat()}/{last.isoformat()}" for first, last in periods if first <= day),
            )
        )
    due = day
    if roll:
        rule, norm = (parameters.value(name, on=start) for name in (rolled_by, suspended_by))
        due, why = _rolled(day, rule, norm.reference, periods, local)
        steps += why
    steps.append(
        step(
            f"Il termine scade {_weekday(due)[0]} {due:%d/%m/%Y}",
            f"The term ends on {_weekday(due)[1]} {due.isoformat()}",
            first_day.reference,
            due.isoformat(),
        )
    )
    return Term(due, tuple(steps))


def is_working_day(day: date, *, local_holidays: Collection[date] = ()) -> bool:
    """Neither a rest day of the week nor a holiday."""
    if day.isoweekday() not in parameters.value("terms.working.weekdays", on=day).value:
        return False
    return _holiday(day, frozenset(local_holidays)) is None


def door(case: Reader) -> dict[str, Any]:
    """``{from, days, kind, suspensions?, roll?, local_holidays?}`` → ``{due, steps}``."""
    start = case.date("from")
    days = case.integer("days", least=1, most=100_000)
    kind = case.choice("kind", KINDS)
    suspensions = []
    for item in case.items("suspensions"):
        first, last = item.date("from"), item.date("to")
        if last < first:
            raise item.bad("to", "la sospensione finisce prima di iniziare", "the suspension ends before it begins")
        suspensions.append((first, last))
    roll = case.optional_boolean("roll") or False
    local = case.dates("local_holidays")
    case.end()
    try:
        term = end_of_term(start, days, kind=kind, suspensions=suspensions, roll=roll, local_holidays=local)
    except TooLong as error:
        raise BadCase(
            "from" if start >= LAST_DAY else "suspensions" if suspensions else "days",
            f"il termine non finisce entro il {LAST_DAY:%d/%m/%Y}",
            f"the term does not end by {LAST_DAY.isoformat()}",
        ) from error
    except parameters.Missing as error:
        if error.name.startswith("holidays."):
            it, en = "il calendario delle festività non copre", "the calendar of holidays does not cover"
        else:
            it, en = (
                "le norme sui termini che sono caricate non coprono",
                "the acts on terms that are loaded do not cover",
            )
        raise BadCase("from", f"{it} il {error.on:%d/%m/%Y}", f"{en} {error.on.isoformat()}") from error
    return {"due": term.due.isoformat(), "steps": steps_as_json(term.steps)}


# -- inside


def _merged(suspensions: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """The suspensions in order, those that overlap or touch made one: a day is suspended once."""
    merged: list[tuple[date, date]] = []
    for first, last in sorted(suspensions):
        if merged and (first - merged[-1][1]).days <= 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _suspension_on(day: date, periods: Sequence[tuple[date, date]]) -> tuple[date, date] | None:
    place = bisect_right(periods, day, key=lambda period: period[0])
    return periods[place - 1] if place and day <= periods[place - 1][1] else None


def _holiday(day: date, local: Collection[date]) -> Holiday | date | None:
    national = holiday_on(day)
    if national is not None:
        return national
    return day if day in local else None


def _rolled(
    day: date,
    rule: parameters.Parameter,
    suspended_by: str,
    periods: Sequence[tuple[date, date]],
    local: Collection[date],
) -> tuple[date, list[Step]]:
    """The day a term rolls to, and the lines that say over what it rolled."""
    steps: list[Step] = []
    while True:
        if day > LAST_DAY:
            raise TooLong(f"the term does not end by {LAST_DAY}")
        holiday = _holiday(day, local)
        if holiday is not None:
            it, en, reference = _named(holiday)
        elif day.isoweekday() in rule.value:
            it, en = _weekday(day)
            reference = rule.reference
        elif _suspension_on(day, periods) is not None:
            it, en = "giorno sospeso", "suspended day"
            reference = suspended_by
        else:
            return day, steps
        steps.append(
            step(
                f"Il {day:%d/%m/%Y} è festivo o sospeso ({it}): il termine passa al giorno seguente",
                f"{day.isoformat()} is a holiday or suspended ({en}): the term moves to the next day",
                f"{rule.reference}; {reference}" if reference != rule.reference else rule.reference,
                day.isoformat(),
            )
        )
        day += timedelta(days=1)


def _working_days_step(days: int, rest_days: int, working: parameters.Parameter) -> Step:
    resting = [names for number, names in _WEEKDAYS.items() if number not in working.value]
    return step(
        f"Si contano i giorni lavorativi ({days}); non lo sono {', '.join(it for it, _ in resting)} "
        f"(giorni saltati: {rest_days})",
        f"Working days are counted ({days}); {', '.join(en for _, en in resting)} are not (days skipped: {rest_days})",
        working.reference,
        days,
    )


def _holiday_steps(holidays: Sequence[Holiday | date]) -> list[Step]:
    if len(holidays) > _LISTED:
        count = len(holidays)
        text = (f"Festività infrasettimanali che non si contano: {count}", f"Holidays that do not count: {count}")
        return [step(*text, "L. 260/1949, art. 2", count)]
    lines = []
    for holiday in holidays:
        it, en, reference = _named(holiday)
        day = holiday.day if isinstance(holiday, Holiday) else holiday
        lines.append(
            step(
                f"Il {day:%d/%m/%Y} non si conta: {it}",
                f"{day.isoformat()} does not count: {en}",
                reference,
                day.isoformat(),
            )
        )
    return lines


def _named(holiday: Holiday | date) -> tuple[str, str, str]:
    if isinstance(holiday, Holiday):
        return holiday.name.it, holiday.name.en, holiday.reference
    return "festa locale", "local holiday", "festa locale indicata da chi calcola il termine"


def _weekday(day: date) -> tuple[str, str]:
    return _WEEKDAYS[day.isoweekday()]
