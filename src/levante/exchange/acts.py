"""The Region's system of acts, as this house speaks to it: a draft goes in, number, visa and publication come out.

``PUT {address}/acts/{key}`` with the draft. ``202 {"key", "state": "pending"}`` while it is being signed and numbered;
``200 {"key", "id", "state": "adopted", "number", "year", "date", "accounting_visa": {"number", "date"}, "publication":
{"number", "date", "where"}, "amount"}`` once it exists; ``200 {"key", "id", "state": "refused", "reason"}`` when it will not.
The same key always gives the same act: sending again is how one asks how it went. Documented in ``docs/how-to/award.md``.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from levante.exchange.client import Answer, NoUsableAnswer, address_of, offices_in, put_json
from levante.kernel.pure import Bilingual, euro

SYSTEM = "acts"
ADOPTED, REFUSED, PENDING = "adopted", "refused", "pending"

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z/._-]{0,39}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the act system said, checked: ``state`` is adopted, refused or pending."""

    state: str
    their_id: str
    body: dict[str, Any]


def ask(key: str, body: dict[str, Any]) -> Outcome:
    """Send the draft under its key. ``NoUsableAnswer`` when there is no answer, or one that cannot be trusted."""
    where = address_of("ACTS_URL", offices_in(body))
    if not where:
        raise NoUsableAnswer("no act system is configured (LEVANTE_ACTS_URL)")
    return understand(key, body, put_json(f"{where}/acts/{quote(key, safe='')}", body))


def understand(key: str, body: dict[str, Any], answer: Answer) -> Outcome:
    """Check an answer against what was asked: an answer about another act, for another amount or of a day to come is no answer."""
    found = answer.body
    state = found.get("state")
    if answer.status not in {200, 202} or state not in {ADOPTED, REFUSED, PENDING}:
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
    return Outcome(ADOPTED, their_id, _adopted(body, found, answer.status))


def _adopted(body: dict[str, Any], found: dict[str, Any], status: int) -> dict[str, Any]:
    try:
        if euro(found["amount"]) != euro(body["amount"]):
            raise NoUsableAnswer("the act is for another amount", status)
        visa, publication = found["accounting_visa"], found["publication"]
        kept = {
            "number": _number(found["number"]),
            "year": int(found["year"]),
            "date": date.fromisoformat(found["date"]).isoformat(),
            "accounting_visa": {
                "number": _number(visa["number"]),
                "date": date.fromisoformat(visa["date"]).isoformat(),
            },
            "publication": {
                "number": _number(publication["number"]),
                "date": date.fromisoformat(publication["date"]).isoformat(),
                "where": str(publication["where"])[:60],
            },
        }
    except (KeyError, TypeError, ValueError) as error:
        raise NoUsableAnswer(f"the act is not complete: {error}"[:200], status) from error
    day = date.fromisoformat(kept["date"])
    if kept["year"] != day.year:
        raise NoUsableAnswer("the year is not that of the act's date", status)
    from levante.kernel.api import today  # not above: the simulators read this module without Django

    if day > today():
        # It is the day of the grant, from which the three years of de minimis run: an act of a day to come is no act.
        raise NoUsableAnswer("the act's date is still to come", status)
    return kept


def doubt(outcome: Outcome, sent_on: date) -> Bilingual | None:
    """Why an act that came back is not believed yet: its day is before the one on which it was sent to be signed, ``sent_on``. It is the
    day of the grant, from which three years of de minimis run: nothing follows until a person confirms it."""
    if outcome.state != ADOPTED or (day := date.fromisoformat(outcome.body["date"])) >= sent_on:
        return None
    number = outcome.body["number"]
    return Bilingual(
        f"L’atto n. {number} ha la data del {day:%d/%m/%Y}, prima di essere inviato alla firma ({sent_on:%d/%m/%Y}): non ha effetto finché "
        "una persona della Sezione non lo conferma, con un motivo, nelle Richieste ferme.",
        f"Act no. {number} is dated {day:%d/%m/%Y}, before it was sent to be signed ({sent_on:%d/%m/%Y}): it has no effect until a person "
        "of the Section confirms it, with a reason, among the stuck requests.",
    )


def _number(value: object) -> str:
    text = str(value)
    if isinstance(value, bool) or not isinstance(value, str | int) or not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number of an act: {text[:40]!r}")
    return text
