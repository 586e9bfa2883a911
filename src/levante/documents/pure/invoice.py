"""What is read in a file of e-invoices: invoices, their lines, payments and codes, and the remarks on each.

Amounts are ``Decimal``: those of the document have two digits, prices, quantities and totals of lines the digits of the file.
What a file does not say is ``None``, and where the format wants it a remark says so.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from levante.kernel.pure import Bilingual, money_text

CodeKind = Literal["cup", "cig"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What one should know of an invoice that was read all the same; ``path`` and ``line`` say where in the file."""

    code: str
    text: Bilingual
    path: str = "file"
    line: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "field": self.path,
            "line": self.line,
            "message": self.text.it,
            "message_en": self.text.en,
        }


class UnreadableInvoice(Exception):
    """The file holds no invoice that can be read: what (``path``, an element or ``file``), where (``line``) and why."""

    def __init__(self, reason: Bilingual, path: str = "file", line: int | None = None) -> None:
        super().__init__(f"{path}: {reason.en}")
        self.reason = reason
        self.path = path
        self.line = line

    def as_json(self) -> dict[str, Any]:
        where = {} if self.line is None else {"line": self.line}
        words = {"message": self.reason.it, "message_en": self.reason.en}
        return {"error": {"field": self.path, **where, **words}}


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or who buys. ``vat`` is without IT when Italian and with the country otherwise; ``country`` is that of the
    seat, or of the VAT number where no seat is told."""

    name: str | None
    vat: str | None = None
    tax_code: str | None = None
    country: str | None = None
    #: A foreign firm with a permanent establishment in Italy (*stabile organizzazione*) is established there.
    established_in_italy: bool = False

    def as_json(self) -> dict[str, Any]:
        optional = {"vat": self.vat, "tax_code": self.tax_code}
        given = {key: value for key, value in optional.items() if value is not None}
        return {"name": self.name, **given, "country": self.country, "established_in_italy": self.established_in_italy}


@dataclass(frozen=True, slots=True)
class Line:
    """A line: ``total`` is without VAT; of a simplified invoice, which has neither, there are no quantity and price."""

    number: int | None
    description: str
    quantity: Decimal | None
    unit_price: Decimal | None
    total: Decimal | None
    vat_rate: Decimal | None

    def as_json(self) -> dict[str, Any]:
        quantity = {} if self.quantity is None else {"quantity": text_of(self.quantity)}
        return {
            "number": self.number,
            "description": self.description,
            **quantity,
            "unit_price": text_of(self.unit_price),
            "total": text_of(self.total),
            "vat_rate": text_of(self.vat_rate),
        }


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that the invoice asks for."""

    amount: Decimal | None
    iban: str | None = None
    due: date | None = None

    def as_json(self) -> dict[str, Any]:
        iban = {} if self.iban is None else {"iban": self.iban}
        due = {} if self.due is None else {"due": self.due.isoformat()}
        return {**iban, "amount": text_of(self.amount), **due}


@dataclass(frozen=True, slots=True)
class CodeFound:
    """A CUP or a CIG and where it is written. Without ``lines`` it is of the whole invoice; ``own_field`` is whether it stands
    in the field of the format made for it, or was found in a text by its form."""

    kind: CodeKind
    code: str
    path: str
    line: int | None
    lines: tuple[int, ...] = ()
    own_field: bool = True

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "code": self.code,
            "field": self.path,
            "line": self.line,
            "lines": list(self.lines),
            "own_field": self.own_field,
        }


@dataclass(frozen=True, slots=True)
class Linked:
    """An invoice that the document says to be linked to (*DatiFattureCollegate*): its number, and its day where it is told."""

    number: str
    date: date | None


@dataclass(frozen=True, slots=True)
class Invoice:
    """One body of the file. ``kind`` is the code of the format (TD01 …); the amounts of a credit note are positive in it."""

    kind: str | None
    kind_name: Bilingual | None
    number: str | None
    date: date | None
    currency: str | None
    supplier: Party
    customer: Party
    taxable: Decimal | None
    vat_amount: Decimal | None
    total: Decimal | None
    lines: tuple[Line, ...] = ()
    codes: tuple[CodeFound, ...] = ()
    payments: tuple[Payment, ...] = ()
    #: The texts people write freely (*causali*, descriptions, other data): where an identifier of the administration may be.
    texts: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    linked: tuple[Linked, ...] = ()

    @property
    def cups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.code for one in self.codes if one.kind == "cup"))

    @property
    def cigs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.code for one in self.codes if one.kind == "cig"))

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "kind_name": self.kind_name.as_json() if self.kind_name else None,
            "number": self.number,
            "date": self.date.isoformat() if self.date else None,
            "currency": self.currency,
            "supplier": self.supplier.as_json(),
            "customer": self.customer.as_json(),
            "taxable": _money(self.taxable),
            "vat_amount": _money(self.vat_amount),
            "total": _money(self.total),
            "lines": [line.as_json() for line in self.lines],
            "cups": list(self.cups),
            "cigs": list(self.cigs),
            "codes": [code.as_json() for code in self.codes],
            "payments": [payment.as_json() for payment in self.payments],
            "warnings": [remark.as_json() for remark in self.remarks],
        }


@dataclass(frozen=True, slots=True)
class ReadInvoices:
    """The invoices of a file, in its order, and in how many signed envelopes (.p7m) they were."""

    invoices: tuple[Invoice, ...]
    envelopes: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"invoices": [invoice.as_json() for invoice in self.invoices]}


def text_of(number: Decimal | None) -> str | None:
    """A number with the digits it has, never with an exponent."""
    return None if number is None else f"{number:f}"


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else money_text(amount)
