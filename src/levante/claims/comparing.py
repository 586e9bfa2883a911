"""A variation side by side: what was, what is asked, what was approved, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from levante.claims import carrying_states as states
from levante.claims.models_carrying import Variation
from levante.claims.plan import items_of_plan
from levante.kernel.pure import Bilingual

_DAYS = {
    "starts_on": Bilingual("Primo giorno del progetto", "First day of the project"),
    "ends_on": Bilingual("Ultimo giorno del progetto", "Last day of the project"),
}
Value = Decimal | date | str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One line. ``shape`` says how its values are read: ``euro``, ``units``, ``day``, ``text``; ``decided`` is none until it is."""

    code: str
    label: Bilingual
    shape: str
    before: Value
    asked: Value
    decided: Value
    note: str = ""
    decided_note: str = ""

    @property
    def changed(self) -> bool:
        return self.asked is not None and self.before != self.asked


def compared(variation: Variation) -> list[Compared]:
    """The lines of a variation, in the order of the call."""
    if variation.kind == states.COSTS:
        return _plan(variation)
    if variation.kind == states.DATES:
        told = [variation.before, variation.asked, variation.decided or {}]
        return [
            Compared(code, label, "day", _day(told[0].get(code)), _day(told[1].get(code)), _day(told[2].get(code)))
            for code, label in _DAYS.items()
        ]
    text = (variation.decided or {}).get("text")
    label = Bilingual("Che cosa cambia", "What changes")
    return [Compared("text", label, "text", None, variation.asked.get("text", ""), text)]


def _plan(variation: Variation) -> list[Compared]:
    money = variation.award.application.opening.call.money
    before, asked, decided = (_by_item(one) for one in (variation.before, variation.asked, variation.decided or {}))
    found = []
    for item in items_of_plan(money):
        code = item["code"]
        rows = [one.get(code, {}) for one in (before, asked, decided)]
        found.append(
            Compared(
                code,
                item["label"],
                "units" if item["units"] else "euro",
                _amount(rows[0]),
                _amount(rows[1]),
                _amount(rows[2]),
                note=rows[1].get("note", ""),
                decided_note=rows[2].get("note", ""),
            )
        )
    return found


def _by_item(told: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {row["item"]: row for row in told.get("rows") or ()}


def _amount(row: Mapping[str, str]) -> Decimal | None:
    told = row.get("amount") or row.get("quantity")
    return Decimal(told) if told else None


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
