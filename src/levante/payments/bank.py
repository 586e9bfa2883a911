"""The bank of the treasury, as this house speaks to it: a file of transfers goes in, what it makes of it comes out.

``POST {address}/orders/{message id}`` with the ``pain.001`` file: ``202`` while it is looked at, ``200`` with a ``pain.002`` about it.
``POST {address}/orders/{message id}/results`` with nothing: ``202`` while there is no news, ``200`` with a ``camt.054`` of what moved,
``404`` where the bank has no such order.
The same id always is the same order: sending again is how one asks how it went. What a bank really offers (CBI, its remote banking,
SIOPE+) is of its contract: this is the seam, and a file can be loaded by hand as well. Documented in ``docs/how-to/pay.md``.
"""

import hashlib
import io
from typing import Any
from urllib.parse import quote

from levante.documents.api import path_of
from levante.exchange.api import PENDING, NoUsableAnswer, address_of, post
from levante.exchange.api import Outcome as Answered
from levante.kernel.pure import money_text
from levante.payments.pure.outcomes import Outcome, Unreadable, read_outcomes

#: The largest answer: the outcomes of the largest order.
LARGEST = 50 * 1024 * 1024
#: Seconds for a whole file to go and its answer to come.
WHOLE = 60.0
ANSWERED = "answered"


def ask(key: str, body: dict[str, Any]) -> Answered:
    """Send an order, or ask for its results. ``NoUsableAnswer`` when there is no answer, or one that cannot be trusted."""
    where = address_of("BANK_URL", [])
    if not where:
        raise NoUsableAnswer("no bank is configured (LEVANTE_BANK_URL)")
    message = str(body["message_id"])
    path = f"{where}/orders/{quote(message, safe='')}"
    results = bool(body.get("results"))
    content = b"" if results else _file(body)
    reply = post(
        f"{path}/results" if results else path,
        content,
        {"Content-Type": "application/xml"},
        whole=WHOLE,
        largest=LARGEST,
    )
    if reply.status == 202:
        return Answered(ANSWERED, "no news", {"outcomes": []}) if body.get("last") else Answered(PENDING, "", {})
    if reply.status == 404 and body.get("recalled"):  # called back in time: the bank never had it
        return Answered(ANSWERED, "not there", {"outcomes": []})
    if reply.status != 200:
        raise NoUsableAnswer(f"status {reply.status}", reply.status)
    return understand(message, reply.data, reply.status, results=results)


def _file(body: dict[str, Any]) -> bytes:
    """The file as it was stored: one that changed since is not sent."""
    content = path_of(str(body["sha256"])).read_bytes()
    if hashlib.sha256(content).hexdigest() != body["sha256"]:
        raise NoUsableAnswer("the file of the order is not the one that was stored")
    return content


def understand(message: str, data: bytes, status: int, *, results: bool) -> Answered:
    """Read an answer whole before any of it counts; one about another order is no answer."""
    try:
        found = list(read_outcomes(io.BytesIO(data)))
    except Unreadable as error:
        raise NoUsableAnswer(str(error)[:400], status) from error
    if not found:
        raise NoUsableAnswer("the answer says nothing of any payment", status)
    if not results and any(one.message_id != message for one in found):
        raise NoUsableAnswer("the answer is about another order", status)
    told = [outcome_as_json(one) for one in found]
    return Answered(ANSWERED, hashlib.sha256(data).hexdigest(), {"outcomes": told})


def outcome_as_json(one: Outcome) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "message_id": one.message_id,
        "end_to_end_id": one.end_to_end_id,
        "status": one.status,
        "code": one.code,
        "reason": one.reason.as_json(),
        "amount": money_text(one.amount) if one.amount is not None else None,
        "on": one.on.isoformat() if one.on is not None else None,
    }
