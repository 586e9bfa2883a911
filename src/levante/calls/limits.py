"""How many applications a call takes, of whom: the limits it sets, or the one of every call that sets none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from levante.calls.eligibility import NO, UNKNOWN, YES, Requirement
from levante.kernel.pure import Bilingual

#: What holds when neither the call nor the opening sets a limit.
ONE = {
    "code": "one-per-enterprise",
    "it": "Una domanda per impresa in ogni finestra",
    "en": "One application for each enterprise in each opening",
    "of": "enterprise",
    "within": "opening",
    "most": 1,
    "reference": "",
}


def limits_of(call: Any, opening: Any) -> list[Mapping[str, Any]]:
    """The limits in force for an opening: those of its call and its own, else one application for each enterprise."""
    return [*call.limits, *opening.limits] or [ONE]


def most_in_opening(call: Any, opening: Any) -> int | None:
    """How many an enterprise may send to an opening whatever it answers; ``None`` when no limit says so."""
    found = [
        int(limit["most"])
        for limit in limits_of(call, opening)
        if limit["of"] == "enterprise" and limit["within"] == "opening" and not limit.get("by")
    ]
    return min(found, default=None)


def _counting(call: Any, opening: Any) -> Mapping[str, Any] | None:
    """The limit that says which applications of an enterprise count, where more may arrive than count."""
    mine = [limit for limit in limits_of(call, opening) if limit["of"] == "enterprise" and limit["within"] == "opening"]
    return min(mine, key=lambda limit: (bool(limit.get("by")), int(limit["most"])), default=None)


def counted_each(call: Any, opening: Any) -> int:
    """How many applications of one enterprise (for one answer, where the limit says by which field) count."""
    limit = _counting(call, opening)
    return int(limit["most"]) if limit is not None else 100


def counted_as(call: Any, opening: Any, enterprise: str, answers: Mapping[str, Any]) -> str:
    """Whom an application is counted for: the enterprise, and the answer that the limit counts apart."""
    by = counted_by(call, opening)
    return f"{enterprise}|{answers.get(by, '')}" if by else enterprise


def counted_by(call: Any, opening: Any) -> str:
    """The field whose answers are counted apart; empty when an enterprise is counted whatever it answers."""
    limit = _counting(call, opening)
    return str(limit.get("by") or "") if limit is not None else ""


@dataclass(frozen=True, slots=True)
class Counted:
    """An application as limits count it. ``answers`` are those that a limit may count apart (``by``)."""

    enterprise: str
    opening: str
    answers: Mapping[str, Any] = field(default_factory=dict)


def check_limits(
    limits: Iterable[Mapping[str, Any]],
    one: Counted,
    others: Iterable[Counted],
    *,
    undertaking: frozenset[str] | None = None,
) -> list[Requirement]:
    """Judge one more application against the limits of a call. ``others`` are those that stand already in the call, of any
    enterprise; ``undertaking`` the enterprises that are one with the applicant's, itself among them, ``None`` while that is
    not known. A limit by an answer that is not there yet is not known."""
    standing = list(others)
    return [_judged(limit, one, standing, undertaking) for limit in limits]


def _judged(
    limit: Mapping[str, Any], one: Counted, others: list[Counted], undertaking: frozenset[str] | None
) -> Requirement:
    text = Bilingual(limit["it"], limit["en"])
    theirs = undertaking if limit["of"] == "undertaking" else frozenset({one.enterprise})
    by, most = limit.get("by"), int(limit["most"])
    value = one.answers.get(by) if by else None
    near = [other for other in others if limit["within"] == "call" or other.opening == one.opening]
    if by and value is not None:
        near = [other for other in near if other.answers.get(by) == value]
    if theirs is None and any(other.enterprise != one.enterprise for other in near):
        reason = Bilingual("l’impresa unica non è ancora accertata", "the single undertaking is not settled yet")
        return _requirement(limit, UNKNOWN, text, reason)
    count = sum(1 for other in near if other.enterprise in (theirs or {one.enterprise}))
    if count < most:
        words = (
            ("nessuna finora", "none so far")
            if count == 0
            else (f"finora {count}, al massimo {most}", f"{count} so far, {most} at most")
        )
        return _requirement(limit, YES, text, Bilingual(*words))
    if by and value is None:
        reason = Bilingual("dipende da una risposta che manca", "it depends on an answer that is missing")
        return _requirement(limit, UNKNOWN, text, reason)
    whose = (
        ("dell’impresa", "of the enterprise")
        if limit["of"] == "enterprise"
        else ("dell’impresa unica", "of the single undertaking")
    )
    reason = Bilingual(
        f"ce ne sono già {count} {whose[0]}, e il massimo è {most}",
        f"there are {count} {whose[1]} already, and the most is {most}",
    )
    return _requirement(limit, NO, text, reason)


def _requirement(limit: Mapping[str, Any], outcome: str, text: Bilingual, reason: Bilingual) -> Requirement:
    return Requirement(f"limit-{limit['code']}", outcome, text, reason, None, limit.get("reference", ""), "application")
