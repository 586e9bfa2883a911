"""The body's *protocollo informatico* (AOO, DPR 445/2000 art. 53), as this house speaks to it: an entry goes in, its
protocol number comes out. It is not the register's number: the body's own system gives it, when it can. Each body has a
protocol of its own (DPR 445/2000 art. 50(4)): every request names the office that writes or receives, and its body.

``PUT {address}/protocols/{key}`` with ``{"office", "body", "register", "number", "received_at", "entry_hash", "direction": "in"|"out",
"subject", "counterpart"}``. ``202 {"key", "state": "pending"}`` while it waits its turn; ``200 {"key", "id", "state":
"registered", "aoo", "number", "year", "date", "entry_hash"}`` once it has a number; ``200 {"key", "id", "state": "refused",
"reason"}`` when it will not. The same key always gives the same number. Documented in ``docs/how-to/protocol.md``.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from levante.exchange.acts import PENDING, REFUSED, Outcome
from levante.exchange.client import Answer, NoUsableAnswer, address_of, offices_in, put_json

SYSTEM = "protocol"
REGISTERED = "registered"

#: Seven digits and the year, as art. 57 of DPR 445/2000 wants them.
_NUMBER = re.compile(r"[0-9]{7}", re.ASCII)
_AOO = re.compile(r"[0-9A-Za-z_-]{1,60}", re.ASCII)


def address_for(offices: Sequence[str]) -> str:
    """Where the protocol of these offices answers: ``PROTOCOL_URL`` or ``LEVANTE_PROTOCOL_URL`` (``client.address_of``)."""
    return address_of("PROTOCOL_URL", offices)


def is_reachable(offices: Sequence[str]) -> bool:
    """Is there a protocol system to ask for these offices? One configured badly is there: the request says what is wrong."""
    try:
        return bool(address_for(offices))
    except NoUsableAnswer:
        return True


def ask(key: str, body: dict[str, Any]) -> Outcome:
    """Ask the protocol number under our key. ``NoUsableAnswer`` when there is no answer, or one that cannot be trusted."""
    where = address_for(offices_in(body))
    if not where:
        raise NoUsableAnswer("no protocol system is configured (LEVANTE_PROTOCOL_URL)")
    return understand(key, body, put_json(f"{where}/protocols/{quote(key, safe='')}", body))


def understand(key: str, body: dict[str, Any], answer: Answer) -> Outcome:
    """Check an answer against what was asked: a number given to another entry is no answer.

    ``Outcome.body`` is ``{aoo, number, year, date, text}``; ``text`` is how the number is written on screens.
    """
    found = answer.body
    state = found.get("state")
    if answer.status not in {200, 202} or state not in {REGISTERED, REFUSED, PENDING}:
        raise NoUsableAnswer(f"status {answer.status}, state {str(state)[:40]!r}", answer.status)
    if found.get("key") != key:
        raise NoUsableAnswer("the answer is about another request", answer.status)
    if state == PENDING:
        return Outcome(PENDING, "", {})
    their_id = found.get("id")
    if not isinstance(their_id, str) or not 0 < len(their_id) <= 120:
        raise NoUsableAnswer("the answer has no id", answer.status)
    if state == REFUSED:
        reason = found.get("reason")
        if not isinstance(reason, str) or not reason.strip():
            raise NoUsableAnswer("the refusal has no reason", answer.status)
        return Outcome(REFUSED, their_id, {"reason": reason.strip()[:2000]})
    if found.get("entry_hash") != body["entry_hash"]:
        raise NoUsableAnswer("the protocol number was given to another entry", answer.status)
    return Outcome(REGISTERED, their_id, _registered(found, answer.status))


def _registered(found: dict[str, Any], status: int) -> dict[str, Any]:
    aoo, number, year = found.get("aoo"), found.get("number"), found.get("year")
    try:
        day = date.fromisoformat(str(found.get("date")))
    except ValueError as error:
        raise NoUsableAnswer("the answer has no date", status) from error
    if not isinstance(aoo, str) or not _AOO.fullmatch(aoo):
        raise NoUsableAnswer("the answer names no AOO", status)
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        raise NoUsableAnswer("the protocol number is not seven digits", status)
    if isinstance(year, bool) or year != day.year:
        raise NoUsableAnswer("the year is not that of the date", status)
    text = f"{aoo}/{year}/{number}"
    return {"aoo": aoo, "number": number, "year": year, "date": day.isoformat(), "text": text}
