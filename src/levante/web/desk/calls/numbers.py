"""Numbers of the designer: typed and shown as the page's language writes them, kept as the document does (``1234.5``)."""

import re
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language

from levante.kernel.pure import typed_number

#: A number as the document keeps it.
KEPT = re.compile(r"-?\d{1,25}(\.\d{1,25})?")


def typed(text: str) -> Decimal | None:
    """What was typed, when it is a number as this page's language writes them; ``1,50`` is none on an English page."""
    try:
        return typed_number(text, get_language() or "it")
    except ValueError:
        return None


def kept(text: str) -> str:
    """What was typed, as the document keeps a number; what is none stays as it is, and the contract refuses it."""
    number = typed(text)
    return text if number is None else format(number.normalize(), "f")


def shown(text: str, *, grouped: bool = False) -> str:
    """A number of the document as this page writes it (``grouped``: with the signs of thousands); other texts as they are."""
    if not KEPT.fullmatch(text):
        return text
    decimals = len(text.partition(".")[2])
    return str(number_format(Decimal(text), decimals, use_l10n=True, force_grouping=grouped))
