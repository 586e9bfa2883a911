"""What changed in the enterprise's file since the application was sent: the decision stands on the copy, the checks on today."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext

from levante.applications.api import Application
from levante.kernel.api import today
from levante.kernel.pure import format_euro
from levante.parties.api import freeze_enterprise


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    before: str
    now: str


def differences_of(shown: Application) -> list[Difference]:
    """Field by field, the copy of the day it was sent beside the file of today; nothing for what did not change."""
    before = (shown.frozen or {}).get("enterprise")
    if not before:
        return []
    present = freeze_enterprise(shown.enterprise, on=today())
    pairs = [
        (label, _text(before.get(name)), _text(present.get(name)))
        for name, label in (
            ("name", gettext("Name")),
            ("vat_number", gettext("VAT number")),
            ("legal_form", gettext("Legal form")),
            ("status", gettext("State")),
            ("ateco", gettext("Activity (ATECO)")),
            ("size", gettext("Size")),
            ("pec", gettext("PEC")),
        )
        if name in before and name in present
    ]
    pairs.append((gettext("Seats"), _seats(before), _seats(present)))
    old, new = _accounts(before), _accounts(present)
    pairs += [
        (gettext("Turnover %(year)s") % {"year": year}, old.get(year, ""), new.get(year, ""))
        for year in sorted({*old, *new}, reverse=True)
    ]
    return [Difference(label, was or "–", is_ or "–") for label, was, is_ in pairs if was != is_]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _seats(copy: dict[str, Any]) -> str:
    rows = {
        " ".join(str(part) for part in (seat.get("address"), seat.get("comune"), seat.get("province")) if part)
        for seat in copy.get("seats", [])
    }
    return "; ".join(sorted(rows))


def _accounts(copy: dict[str, Any]) -> dict[str, str]:
    language = get_language() or "it"
    return {
        str(row["year"]): format_euro(Decimal(row["turnover"]), language)
        for row in copy.get("accounts", [])
        if row.get("turnover") is not None
    }
