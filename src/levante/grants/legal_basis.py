"""What an award act stands on, on its own date: the norms of the call still in force, and the regulation of its regime then."""

import re
from datetime import date
from typing import Any

from levante.law import parameters
from levante.law.parameters import Parameter

#: The parameter whose dated entries say which regulation rules a regime.
RULED_BY = {"general_de_minimis": "de_minimis.ceiling"}


def basis_of(norms: list[dict[str, Any]], *, regime: str, on: date) -> tuple[list[str], list[str]]:
    """The legal basis of an act of ``on`` and, as history, the norms the call stood on that no longer hold (Italian).

    ``norms`` are the call's (``{it, reference?, until?}``); ``regime`` is the register's. Aid is granted under the regulation in
    force when it is granted (Reg. (EU) 2023/2831, arts. 3(3), 7 and 8), whatever the call, made
    before, cites.
    """
    rulers = parameters.history(RULED_BY[regime]) if regime in RULED_BY else ()
    ruling = next((each for each in rulers if each.holds_on(on)), None)
    past = [each for each in rulers if each is not ruling]
    held, history = [], []
    for norm in norms:
        text = _words(norm)
        last = _last_day(norm, text, past)
        if last is not None and last < on:
            history.append(f"{text}, su cui si fondava l’avviso, in vigore fino al {last:%d/%m/%Y}")
        else:
            held.append(text)
    if ruling is not None and not any(_cites(text, ruling) for text in held):
        held.insert(0, ruling.act.title)
    return held, history


def _last_day(norm: dict[str, Any], text: str, past: list[Parameter]) -> date | None:
    """The last day a norm holds: what the call says, or what the law's own dates say of a regulation it cites."""
    if norm.get("until"):
        return date.fromisoformat(norm["until"])
    return next((each.valid_to for each in past if _cites(text, each)), None)


def _cites(text: str, ruler: Parameter) -> bool:
    """Do the words cite this regulation? What they say it became (“oggi …”) is not what they cite."""
    year, number = ruler.act.id.split("-")
    cited = re.split(r"\b(?:oggi|ora)\b", text)[0]
    return re.search(rf"(?<!\d)(?:{year}/{number}|{number}/{year})(?!\d)", cited) is not None


def _words(norm: dict[str, Any]) -> str:
    """A norm with its reference where the words do not say it."""
    reference = norm.get("reference", "")
    return f"{norm['it']} ({reference})" if reference and reference not in norm["it"] else str(norm["it"])
