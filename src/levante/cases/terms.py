"""By when a case must have its answer: dated service levels, counted with the rules of law on terms."""

import functools
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Literal

import yaml
from django.conf import settings

from levante.kernel.api import ROME, day_of
from levante.kernel.pure import steps_as_json
from levante.law.terms import end_of_term

GENERAL = Path(__file__).parent / "data" / "general-term.yaml"


@dataclass(frozen=True, slots=True)
class Level:
    """Days within which a request has its answer, with the act or choice that says so."""

    days: int
    kind: Literal["calendar", "working"]
    reference: str
    confidence: str
    reference_en: str = ""


class BadLevels(ValueError):
    """A file of service levels that cannot be used; the message names the file and the kind."""


def level_for(kind: str, *, on: date) -> Level:
    """The service level in force on a day: the programme's own, else the general term of L. 241/1990."""
    for path in sorted(Path(settings.PROGRAMMES).glob("*/service/levels.yaml"), reverse=True):
        found = _in_force(_read(path, path.stat().st_mtime_ns).get("levels", {}).get(kind, []), on, path, kind)
        if found is not None:
            return found
    general = _in_force(_read(GENERAL, 0)["general"], on, GENERAL, "general")
    if general is None:
        raise BadLevels(f"{GENERAL.name}: no term in force on {on}")
    return general


def due_of(kind: str, *, opened_at: datetime) -> tuple[datetime, dict[str, Any]]:
    """The last instant of the term of a case opened then (the end of a day in Italy), and how it was reckoned."""
    day = day_of(opened_at)
    level = level_for(kind, on=day)
    term = end_of_term(day, level.days, kind=level.kind, roll=True)
    due_at = datetime.combine(term.due, time.max, tzinfo=ROME)
    return due_at, {
        "days": level.days,
        "kind": level.kind,
        "reference": level.reference,
        "reference_en": level.reference_en or level.reference,
        "confidence": level.confidence,
        "steps": steps_as_json(term.steps),
    }


def _in_force(rows: list[dict[str, Any]], on: date, path: Path, kind: str) -> Level | None:
    for row in rows:
        try:
            holds = row["from"] <= on and (row.get("to") is None or on <= row["to"])
            level = Level(
                int(row["days"]),
                row["kind"],
                str(row["reference"]),
                str(row["confidence"]),
                row.get("reference_en", ""),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadLevels(f"{path.name}: {kind}: {error}") from error
        if level.kind not in {"calendar", "working"} or level.days < 1:
            raise BadLevels(f"{path.name}: {kind}: days and kind of days")
        if holds:
            return level
    return None


@functools.lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))
