"""The partner of pagoPA, as this house speaks to it: debts are put there to be paid by notice, receipts of what was paid come back.

``PUT {address}/positions/{notice number}`` with the debt: ``202`` while it is looked at, ``200 {"nav", "state": "open"}`` once
it can be paid,
``200 {"nav", "state": "refused", "reason"}``; with ``{"cancel": true}`` it can be paid
no more: ``200 {"nav", "state": "cancelled"}``, or
``"paid"`` when somebody was faster. ``PUT {address}/receipts/{key}`` with ``{"after": cursor}``: the receipts (RT) that came
after, ``200
{"receipts": [{"iur", "nav", "creditor", "amount", "paid_on"}], "cursor"}``. The same key is always the same question.

**To be confirmed.** Number, QR and check digits are written from memory of AgID's guidelines and of the notice's technical
specification, and are kept here alone: aux digit 3, two digits of the segregation code, thirteen of ours, two of check (the
rest of the division by 93); ``PAGOPA|002|notice|creditor|cents``. What a partner really offers (GPD, SOAP of a *nodo*) is of its
contract: this is the seam.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from levante.exchange.acts import PENDING, Outcome
from levante.exchange.asked import Asked
from levante.exchange.client import Answer, NoUsableAnswer, address_of, put_json
from levante.kernel.pure import euro, money_text

SYSTEM = "pagopa"
OPEN, REFUSED, CANCELLED, PAID, TOLD = "open", "refused", "cancelled", "paid", "told"
AUX = "3"
_MOST_RECEIPTS = 5000
_IUR = re.compile(r"[0-9A-Za-z._-]{1,60}")


def notice_number(serial: int, *, segregation: str) -> str:
    """The 18 digits of a notice: aux digit, segregation code, our serial, check digits. ``ValueError`` for what does not fit."""
    if not re.fullmatch(r"[0-9]{2}", segregation) or not 0 < serial < 10**13:
        raise ValueError("a notice has a segregation code of two digits and a serial of thirteen")
    head = f"{AUX}{segregation}{serial:013d}"
    return f"{head}{int(head) % 93:02d}"


def is_notice_number(text: str) -> bool:
    """Eighteen digits whose last two check the others."""
    return bool(re.fullmatch(r"[0-9]{18}", text)) and int(text[:16]) % 93 == int(text[16:])


def iuv_of(number: str) -> str:
    """The IUV is the number without its aux digit."""
    return number[1:]


def qr_of(number: str, *, creditor: str, amount: Decimal) -> str:
    """What the QR of a notice says."""
    return f"PAGOPA|002|{number}|{creditor}|{int(amount * 100):02d}"


def is_reachable() -> bool:
    try:
        return bool(address_of("PAGOPA_URL", []))
    except NoUsableAnswer:
        return False


def ask(asked: Asked) -> Outcome:
    """Put a debt there, take it away, or ask for receipts. ``NoUsableAnswer`` when there is no answer, or one that cannot be trusted."""
    where = address_of("PAGOPA_URL", [])
    if not where:
        raise NoUsableAnswer("no pagoPA partner is configured (LEVANTE_PAGOPA_URL)")
    if asked.kind == "receipts":
        return _receipts(put_json(f"{where}/receipts/{quote(asked.key, safe='')}", dict(asked.body)))
    number = str(asked.body["nav"])
    return _position(number, asked.kind, put_json(f"{where}/positions/{number}", dict(asked.body)))


def _position(number: str, kind: str, answer: Answer) -> Outcome:
    found = answer.body
    if answer.status == 202 and found.get("nav") == number:
        return Outcome(PENDING, "", {})
    if answer.status != 200 or found.get("nav") != number:
        raise NoUsableAnswer("the answer is about another notice, or none", answer.status)
    state = found.get("state")
    if state not in ((OPEN, REFUSED) if kind == "position" else (CANCELLED, PAID)):
        raise NoUsableAnswer(f"state {str(state)[:40]!r}", answer.status)
    reason = str(found.get("reason", "")).strip()
    if state == REFUSED and not reason:
        raise NoUsableAnswer("the refusal has no reason", answer.status)
    return Outcome(state, number, {"reason": reason[:500]})


def _receipts(answer: Answer) -> Outcome:
    rows, cursor = answer.body.get("receipts"), answer.body.get("cursor")
    if answer.status != 200 or not isinstance(rows, list) or len(rows) > _MOST_RECEIPTS or not isinstance(cursor, str):
        raise NoUsableAnswer("the receipts cannot be read", answer.status)
    return Outcome(TOLD, "", {"receipts": [_receipt(row, answer.status) for row in rows], "cursor": cursor[:60]})


def _receipt(row: Any, status: int) -> dict[str, str]:
    """One receipt, checked in its form; whether it is of a notice of ours is seen by who asked."""
    try:
        if not isinstance(row, Mapping) or not _IUR.fullmatch(str(row["iur"])):
            raise ValueError("iur")
        return {
            "iur": str(row["iur"]),
            "nav": str(row["nav"])[:18],
            "creditor": str(row["creditor"])[:16],
            "amount": money_text(euro(row["amount"])),
            "paid_on": date.fromisoformat(row["paid_on"]).isoformat(),
        }
    except (KeyError, TypeError, ValueError) as error:
        raise NoUsableAnswer(f"a receipt cannot be read: {error}"[:200], status) from error
