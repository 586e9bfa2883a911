"""The dated facts of the format of e-invoices: kinds of document, namespaces, what the exchange system lets pass."""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.kernel.pure import Bilingual
from levante.law import parameters


def rule(name: str, on: date | None) -> Any:
    """A parameter of the format on the day of an invoice; one that says no day, or one before the format, is judged by the
    value nearest to it."""
    history = parameters.history(name)
    if on is None:
        return history[-1].value
    return history[0].value if on < history[0].valid_from else parameters.value(name, on=on).value


def name_of_kind(kind: str, on: date | None) -> Bilingual | None:
    """What a kind of document (TD01 …) is, in words; ``None`` when the format has no such kind on that day."""
    words = rule("einvoice.kinds", on).get(kind)
    if words is None or (on is not None and on < words.get("since", on)):
        return None
    return Bilingual(words["it"], words["en"])


def is_credit(kind: str | None, on: date | None) -> bool:
    """Whether the amounts of the document are to be taken away although the format writes them positive."""
    return kind in rule("einvoice.credits", on)


def is_self_made(kind: str | None, on: date | None) -> bool:
    """Whether who buys makes the document, of another's sale or of no sale: no cost stands on it alone."""
    return kind in rule("einvoice.self_made", on)


def tolerance(name: str, on: date | None) -> Decimal:
    """How far from its reckoning an amount may be, in euro: of a ``line``, of a ``vat``, of a ``taxable``."""
    return Decimal(rule("einvoice.tolerances", on)[name])
