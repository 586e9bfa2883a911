"""A *visura* as XML: its VERCOR, whom it is about, and what it tells. The document that counts is the PDF beside it.

No schema of it was at hand when this was written: element names are those of the register's other files, and what is not found is
said not to be known (``None``), never zero.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from levante.exchange.client import NoUsableAnswer
from levante.exchange.soap import NotXml, elements, read_xml, text_of


@dataclass(frozen=True, slots=True)
class Told:
    """What a visura says: how many aids, their sum where each has an amount, whether the Deggendorf list has the enterprise."""

    vercor: str
    on: date | None
    aids: int | None
    total: Decimal | None
    listed: bool | None

    def as_json(self) -> dict[str, Any]:
        return {
            "vercor": self.vercor,
            "on": self.on.isoformat() if self.on else "",
            "aids": self.aids,
            "total": f"{self.total:.2f}" if self.total is not None else None,
            "listed": self.listed,
        }


def read_report(file: bytes, tax_code: str) -> Told:
    """``NoUsableAnswer`` when it is not XML, has no VERCOR, or is about somebody else."""
    try:
        root = read_xml(file)
    except NotXml as error:
        raise NoUsableAnswer("the visura is not XML") from error
    about = text_of(root, "CODICE_FISCALE")
    if about.upper() != tax_code.upper():
        raise NoUsableAnswer("the visura is about somebody else")
    vercor = text_of(root, "VERCOR")
    if not vercor or len(vercor) > 40:
        raise NoUsableAnswer("the visura has no VERCOR")
    day = text_of(root, "DATA_VISURA")[:10]
    listed = text_of(root, "PRESENZA_DEGGENDORF").upper()
    lists = list(elements(root, "AIUTI"))
    rows = [row for one in lists for row in elements(one, "AIUTO")]
    return Told(
        vercor,
        date.fromisoformat(day) if day and _is_day(day) else None,
        len(rows) if lists else None,
        _sum(rows) if lists else None,
        {"SI": True, "NO": False}.get(listed),
    )


def _sum(rows: list[Any]) -> Decimal | None:
    try:
        amounts = [Decimal(text_of(row, "IMPORTO_AGEVOLAZIONE")) for row in rows]
    except InvalidOperation:
        return None
    return sum(amounts, Decimal("0.00")) if all(one.is_finite() for one in amounts) else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
