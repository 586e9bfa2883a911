"""A receipt on paper: what the printed page says, and the QR that leads from it back to the register."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import segno
from django.utils.translation import get_language

from levante.register.pure.commitment import parse_instant
from levante.register.pure.receipts import Receipt
from levante.register.words import kind_in_words, log_in_words

#: The template of the printed page; it fetches nothing and needs no other.
RECEIPT_TEMPLATE = "register/pdf_receipt.html"


def receipt_page(
    receipt: Receipt, *, verify_url: str, number: str = "", what: str = "", facts: Sequence[tuple[str, Any]] = ()
) -> dict[str, Any]:
    """The context of ``RECEIPT_TEMPLATE``. ``verify_url`` is the public page's absolute address; ``number`` is how
    people call it, when its room has its own way (a click day); ``what`` says in words
    what was received (the title of a call), when the caller knows it; ``facts`` are pairs of words to print with it (who,
    how much, by when): they are the caller's, and the register vouches only for its own entry.

    The QR carries number, log and hash: enough to find the entry, nothing of what it holds.
    """
    query = {"number": receipt.number, "log": receipt.log, "hash": receipt.entry_hash.hex()}
    address = f"{verify_url}?{urlencode(query)}"
    received: datetime = parse_instant(receipt.received_at)
    return {
        "receipt": receipt,
        "number": number or receipt.public_number,
        "log": log_in_words(receipt.log, get_language()),
        "kind": kind_in_words(receipt.kind, get_language()),
        "what": what,
        "facts": facts,
        "received_at": received,
        "entry_hash": _grouped(receipt.entry_hash),
        "root": _grouped(receipt.head.root),
        "key_id": _grouped(bytes.fromhex(receipt.head.key_id)),
        "size": receipt.head.size,
        "verify_url": verify_url,
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2, dark="#0A2540"),
        "qr_address": address,
    }


def _grouped(data: bytes) -> str:
    """A hash in groups of eight digits, so that eyes can compare it."""
    text = data.hex()
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8))
