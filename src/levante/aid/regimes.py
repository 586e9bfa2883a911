"""Which regime a line of the RNA belongs to: dated data (``data/regulations.yaml``), not code."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data" / "regulations.yaml"

GENERAL, AGRICULTURE, FISHERY, SGEI, GBER, OTHER = (
    "general_de_minimis",
    "agriculture",
    "fishery",
    "sgei",
    "gber",
    "other",
)
REGIMES = (GENERAL, AGRICULTURE, FISHERY, SGEI, GBER, OTHER)

_ACT = re.compile(r"(\d{1,4})\s*/\s*(\d{2,4})")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: on which days, what it recognises, which regime it is, and on what ground."""

    since: date
    until: date | None
    regime: str
    acts: frozenset[str]
    words: tuple[str, ...]
    procedures: frozenset[str]
    reference: str
    confidence: str

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@lru_cache(maxsize=20_000)
def regime_of(code: str, text: str, procedure: str, on: date) -> str:
    """The regime of a line granted on a day, from the RNA's codes and words; ``other`` when no rule knows it."""
    acts = acts_in(f"{code} {text}")
    words = " ".join(text.lower().split())
    for rule in rules():
        if rule.holds_on(on) and (
            rule.acts & acts or procedure in rule.procedures or any(word in words for word in rule.words)
        ):
            return rule.regime
    return OTHER


def acts_in(text: str) -> frozenset[str]:
    """The acts a text cites, each as ``number@year``: "CE1407/13", "1407/2013" and "2013/1407" are the same one.

    The older numbering is number/year and the newer year/number; a pair that could be both is read the older way
    (1998/2006 is the regulation of 2006), since the numbers of the newer acts go beyond any year.
    """
    return frozenset(act for first, second in _ACT.findall(text) if (act := _act(first, second)))


def _act(first: str, second: str) -> str:
    if len(second) == 2:
        return f"{int(first)}@{2000 + int(second) if int(second) < 80 else 1900 + int(second)}"
    if _is_year(second):
        return f"{int(first)}@{int(second)}"
    if _is_year(first):
        return f"{int(second)}@{int(first)}"
    return ""


def _is_year(text: str) -> bool:
    return 1980 <= int(text) <= 2099


@cache
def rules() -> tuple[Rule, ...]:
    """The table, read once. ``ValueError`` names a rule that cannot be trusted."""
    document = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    found = []
    for number, row in enumerate(document["rules"], start=1):
        if row["regime"] not in REGIMES or not row.get("reference") or not isinstance(row["from"], date):
            raise ValueError(f"{DATA.name}: rule {number} names no known regime, no reference or no day")
        acts = [act for text in row.get("acts", []) for act in acts_in(text)]
        if len(acts) != len(row.get("acts", [])):
            raise ValueError(f"{DATA.name}: rule {number} cites an act that cannot be read")
        found.append(
            Rule(
                since=row["from"],
                until=row.get("to"),
                regime=row["regime"],
                acts=frozenset(acts),
                words=tuple(row.get("words", [])),
                procedures=frozenset(row.get("procedures", [])),
                reference=row["reference"],
                confidence=row["confidence"],
            )
        )
    return tuple(found)
