"""The de minimis rule of a day: ceiling, window, which aid counts. Every number comes from the dated parameters."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from levante.law import parameters
from levante.law.parameters import Parameter, add_years

Boundary = Literal["inclusive", "strict"]
BOUNDARIES: tuple[Boundary, ...] = ("inclusive", "strict")
OTHER = "other"

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

        Names are compared without case and punctuation, the first match of the table wins; an unknown name is
        ``other``, whose aid does not count.
        """
        words = _words(name)
        for entry in self.regimes.value:
            if any(_words(known) in words for known in entry["names"]):
                return entry["regime"], entry["counts"]
        return OTHER, False


def change_days() -> set[date]:
    """The days on which a rule that can change the answer begins."""
    names = [f"de_minimis.{name}" for name in _PARAMETERS]
    names += ["undertaking.connecting_holders", "undertaking.votes_majority"]
    return {entry.valid_from for name in names for entry in parameters.history(name)}


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", text.casefold()).strip()
