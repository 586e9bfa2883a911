"""What was declared to hold until a day (``not_past``): what of it holds no longer, and which ground of the law asked for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from levante.calls import exclusions
from levante.calls.forms.model import Field, Form
from levante.kernel.pure import Bilingual


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A declared day that is past. ``ground`` is the exclusion that the question comes from, if it comes from one."""

    label: Bilingual
    day: date
    ground: Bilingual | None = None
    reference: str = ""

    def as_json(self) -> dict[str, Any]:
        ground = self.ground.as_json() if self.ground is not None else None
        return {
            "label": self.label.as_json(), "day": self.day.isoformat(), "ground": ground, "reference": self.reference,
        }  # fmt: skip


def lapsed(form: Form, answers: Mapping[str, Any], *, on: date) -> list[Lapsed]:
    """Of answers that are shown (those of ``Reading``), the days that had not to be past at the transmission and are past ``on``."""
    found = []
    for section, item in form.fields():
        ground = _ground_of(item, on) if section.id == exclusions.SECTION else None
        words = Bilingual(ground["it"], ground["en"]) if ground else None
        reference = item.reference or (ground["reference"] if ground else "")
        for one, value in _days(item, answers.get(item.id)):
            day = _day(value)
            if day is not None and day < on:
                found.append(Lapsed(one.label, day, words, reference))
    return found


def _days(item: Field, value: Any) -> Iterator[tuple[Field, Any]]:
    if item.not_past:
        yield item, value
    for row in value if item.kind == "group" and isinstance(value, list) else ():
        for inner in item.fields:
            if inner.not_past:
                yield inner, row.get(inner.id)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _ground_of(item: Field, on: date) -> Mapping[str, Any] | None:
    grounds = exclusions.known(on).values()
    return next((one for one in grounds if any(field["id"] == item.id for field in one["fields"])), None)
