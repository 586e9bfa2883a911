"""The de minimis rule of a day: ceiling, window, which aid counts. Every number comes from the dated parameters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from levante.law import parameters
from levante.law.parameters import Parameter, add_years

Boundary = Literal["inclusive", "strict"]
BOUNDARIES: tuple[Boundary, ...] = ("inclusive", "strict")
UNKNOWN = "unknown"

_PARAMETERS = ("ceiling", "window", "boundary", "expiry", "regimes", "articles")
_NOT_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds on one day. ``boundary`` is the case's choice, or the setting in force on the day.

    ``inclusive``: aid granted exactly as long ago as the window is long still counts; ``strict``: it no longer does.
    """

    ceiling: Parameter
    window: Parameter
    boundary: Boundary
    expiry: Parameter
    regimes: Parameter
    articles: Parameter

    @classmethod
    def on(cls, day: date, boundary: Boundary | None) -> "Rule":
        """Raises ``parameters.Missing`` for a day before the first act that is loaded."""
        ceiling, window, setting, expiry, regimes, articles = (
            parameters.value(f"de_minimis.{name}", on=day) for name in _PARAMETERS
        )
        return cls(ceiling, window, boundary or setting.value, expiry, regimes, articles)

    @property
    def limit(self) -> Decimal:
        return Decimal(self.ceiling.value)

    @property
    def rolling(self) -> bool:
        return bool(self.window.value["kind"] == "rolling_years")

    def article(self, name: Literal["excess", "merger", "split", "knowledge"]) -> str:
        """The paragraph on aid over the ceiling, on mergers, on splits, on what must be known before a grant."""
        return str(self.articles.value[name])

    def first_day(self, day: date) -> date:
        """The first day whose aid counts for a grant made on ``day`` (the last is ``day`` itself)."""
        years: int = self.window.value["years"]
        if not self.rolling:
            return date(day.year - years + 1, 1, 1)
        start = add_years(day, -years)
        return start if self.boundary == "inclusive" else start + timedelta(days=1)

    def leaves_on(self, granted_on: date) -> date | None:
        """The first day on which aid granted on that day no longer counts; ``None`` beyond the calendar."""
        years: int = self.window.value["years"]
        try:
            if not self.rolling:
                return date(granted_on.year + years, 1, 1)
            # The anniversary, or up to two days later: the boundary day, and 29 February.
            anniversary = add_years(granted_on, years)
            for days in range(3):
                candidate = anniversary + timedelta(days=days)
                if self.first_day(candidate) > granted_on:
                    return candidate
        except (OverflowError, ValueError):
            return None
        raise AssertionError("a window longer than its years")  # pragma: no cover

    def regime(self, name: str) -> tuple[str, bool]:
        """The regime a name stands for, and whether its aid counts within the general ceiling.

        Names are compared by whole words, without case and punctuation; numbers of acts come before words, and the
        first match wins. A name that nothing recognises is ``unknown``, and counts: what is left out of the sum by
        mistake breaks the ceiling, what is counted by mistake is seen and put right.
        """
        words = _words(name)
        for entry in (*self.regimes.value["acts"], *self.regimes.value["words"]):
            if _says(words, entry["names"]) and not _says(words, entry.get("unless", ())):
                return entry["regime"], entry["counts"]
        return UNKNOWN, True


def change_days() -> set[date]:
    """The days on which a rule that can change the answer begins."""
    names = [f"de_minimis.{name}" for name in _PARAMETERS]
    names += ["undertaking.connecting_holders", "undertaking.votes_majority"]
    return {entry.valid_from for name in names for entry in parameters.history(name)}


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", text.casefold()).strip()


def _says(words: str, names: Iterable[str]) -> bool:
    """Whether one of the names is there as whole words; with a star at its end, as the beginning of a word."""
    return any(
        f" {_words(name)}" in f" {words}" if name.endswith("*") else f" {_words(name)} " in f" {words} "
        for name in names
    )
