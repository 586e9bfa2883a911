"""How an act can be challenged, and until when: the regional administrative court, or the President of the Republic.

The days and the August pause are dated parameters (``data/2010-104.yaml``, ``data/1971-1199.yaml``). A term runs from
the day on which the act is notified or fully known: that day is for the reader to know, so every text says so.
"""

from dataclasses import dataclass
from datetime import date

from levante.kernel.pure import Bilingual, Step, step
from levante.law import parameters
from levante.law.citing import in_italian
from levante.law.terms import end_of_term
from levante.law.wording import day_text

__all__ = ["Remedy", "remedies", "remedies_sentence"]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way to challenge an act: before whom, within how many days, the last of them and why."""

    before: Bilingual
    days: int
    due: date
    reference: str
    steps: tuple[Step, ...]


def remedies(known_on: date) -> tuple[Remedy, ...]:
    """The remedies against an act that became known on a day, each with its last day."""
    return (_court(known_on), _president(known_on))


def remedies_sentence(on: date) -> Bilingual:
    """What an act of that day writes at its foot."""
    court = parameters.value("remedies.court.days", on=on)
    president = parameters.value("remedies.president.days", on=on)
    pause = parameters.value("remedies.court.suspension", on=on)
    first, last = _pause(pause, on.year)
    return Bilingual(
        f"Contro questo atto si può ricorrere al Tribunale amministrativo regionale entro {court.value} giorni "
        f"({in_italian(court.reference)}; i giorni dal {_month_day(first)[0]} al {_month_day(last)[0]} non si contano, "
        f"{in_italian(pause.reference)}) oppure, in alternativa, con ricorso straordinario al Presidente della Repubblica entro "
        f"{president.value} giorni ({in_italian(president.reference)}). I giorni si contano dalla notifica o dalla piena conoscenza.",
        f"This act can be challenged before the regional administrative court within {court.value} days "
        f"({court.reference}; the days from {_month_day(first)[1]} to {_month_day(last)[1]} do not count, "
        f"{pause.reference}) or instead by an extraordinary appeal to the President of the Republic within "
        f"{president.value} days ({president.reference}). The days run from notice or full knowledge of the act.",
    )


def _court(known_on: date) -> Remedy:
    rule = parameters.value("remedies.court.days", on=known_on)
    pause = parameters.value("remedies.court.suspension", on=known_on)
    term = end_of_term(
        known_on,
        int(rule.value),
        kind="calendar",
        suspensions=[_pause(pause, known_on.year), _pause(pause, known_on.year + 1)],
        roll=True,
        suspended_by="remedies.court.suspension",
        rolled_by="remedies.court.roll.weekdays",
    )
    before = Bilingual("Tribunale amministrativo regionale", "regional administrative court")
    return Remedy(before, int(rule.value), term.due, rule.reference, (_lead(before, rule, known_on), *term.steps))


def _president(known_on: date) -> Remedy:
    rule = parameters.value("remedies.president.days", on=known_on)
    term = end_of_term(known_on, int(rule.value), kind="calendar", roll=True)
    before = Bilingual("Presidente della Repubblica", "President of the Republic")
    return Remedy(before, int(rule.value), term.due, rule.reference, (_lead(before, rule, known_on), *term.steps))


def _lead(before: Bilingual, rule: parameters.Parameter, known_on: date) -> Step:
    day = day_text(known_on)
    return step(
        f"{before.it}: {rule.value} giorni, se l'atto è conosciuto dal {day.it}",
        f"{before.en}: {rule.value} days, if the act is known since {day.en}",
        rule.reference,
        rule.value,
    )


def _pause(rule: parameters.Parameter, year: int) -> tuple[date, date]:
    return (date.fromisoformat(f"{year}-{rule.value['first']}"), date.fromisoformat(f"{year}-{rule.value['last']}"))


def _month_day(day: date) -> tuple[str, str]:
    """``1° agosto`` and ``1 August``: a day of every year."""
    months = {8: "agosto", 9: "settembre"}
    return f"{day.day}{'°' if day.day == 1 else ''} {months[day.month]}", day_text(day).en.rsplit(" ", 1)[0]
