"""An invoice as JSON and back, whole: for what is read in one process and used in another."""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.documents.pure.invoice import CodeFound, Invoice, Line, Linked, Party, Payment, ReadInvoices, Remark
from levante.kernel.pure import Bilingual


def whole_json(found: ReadInvoices) -> dict[str, Any]:
    """What the door tells of each invoice, and the free texts and linked invoices that it does not."""
    each = [
        {
            **one.as_json(),
            "texts": list(one.texts),
            "linked": [{"number": to.number, "date": to.date.isoformat() if to.date else None} for to in one.linked],
        }
        for one in found.invoices
    ]
    return {"invoices": each, "envelopes": found.envelopes}


def invoices_from(told: dict[str, Any]) -> ReadInvoices:
    """The invoices of ``whole_json``."""
    return ReadInvoices(tuple(_invoice(one) for one in told["invoices"]), told["envelopes"])


def _invoice(told: dict[str, Any]) -> Invoice:
    named = told["kind_name"]
    return Invoice(
        kind=told["kind"],
        kind_name=Bilingual(named["it"], named["en"]) if named else None,
        number=told["number"],
        date=_day(told["date"]),
        currency=told["currency"],
        supplier=_party(told["supplier"]),
        customer=_party(told["customer"]),
        taxable=_amount(told["taxable"]),
        vat_amount=_amount(told["vat_amount"]),
        total=_amount(told["total"]),
        lines=tuple(
            Line(
                one["number"],
                one["description"],
                _amount(one.get("quantity")),
                _amount(one["unit_price"]),
                _amount(one["total"]),
                _amount(one["vat_rate"]),
            )
            for one in told["lines"]
        ),
        codes=tuple(
            CodeFound(one["kind"], one["code"], one["field"], one["line"], tuple(one["lines"]), one["own_field"])
            for one in told["codes"]
        ),
        payments=tuple(
            Payment(_amount(one["amount"]), one.get("iban"), _day(one.get("due"))) for one in told["payments"]
        ),
        texts=tuple(told["texts"]),
        remarks=tuple(
            Remark(one["code"], Bilingual(one["message"], one["message_en"]), one["field"], one["line"])
            for one in told["warnings"]
        ),
        linked=tuple(Linked(one["number"], _day(one["date"])) for one in told["linked"]),
    )


def _party(told: dict[str, Any]) -> Party:
    return Party(
        told["name"], told.get("vat"), told.get("tax_code"), told["country"], told["established_in_italy"]
    )  # fmt: skip


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
