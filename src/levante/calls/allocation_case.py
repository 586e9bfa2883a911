"""The JSON door of the allocation: ``levante calls allocate < case.json`` (docs/algorithms/allocation.md)."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from levante.calls.allocation import allocate
from levante.calls.allocation_terms import (
    REPEATS,
    SHORTAGES,
    Reserve,
    Submission,
    Terms,
    TooMuchAwarded,
)
from levante.calls.procedures import PROCEDURES
from levante.kernel.pure.pieces import Unreadable, walk
from levante.law.doors import (
    WHOLE_CASE,
    BadCase,
    Reader,
    as_text,
    check_shape,
    exact_decoder,
    read_object,
    too_large,
)

__all__ = ["LARGEST_CASE", "door", "run", "run_large"]

#: The largest case: that of a day of a million and a half applications.
LARGEST_CASE = 256 * 1024 * 1024
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,6})?)?(Z|[+-]\d\d:?\d\d)")


def run(stdin: bytes) -> tuple[int, str]:
    """Answer a case: ``(0, allocation)``, or ``(2, {"error": …})`` naming the field of a case that cannot be read."""
    try:
        return 0, as_text(door(Reader(read_object(stdin, largest=LARGEST_CASE))))
    except BadCase as error:
        return 2, as_text(error.as_json())


def run_large(stream: BinaryIO) -> Iterator[str]:
    """The same for a case of any day: read submission by submission, of which what they say is kept and not their text, and
    answered in pieces. ``BadCase`` before the first piece; where the text is not JSON it says the character, not the line."""
    fields: dict[str, Any] = {}
    submissions: list[Submission] | None = None
    try:
        for name, kind, value in walk(stream, "submissions", decoder=exact_decoder(), largest=LARGEST_CASE):
            check_shape(value)
            if kind == "whole":
                fields[name] = value
            elif submissions is None:
                submissions = []
            else:
                row = Reader(_object(value, len(submissions)), f"submissions[{len(submissions)}]")
                submissions.append(_submission(row, scored=False))
                row.end()
    except Unreadable as error:
        if error.too_large:
            raise too_large(LARGEST_CASE) from error
        place = error.place + 1
        raise BadCase(
            WHOLE_CASE, f"non è un oggetto JSON leggibile: carattere {place}", f"not a JSON object: {error}"
        ) from error
    answer = door(Reader(fields), submissions)
    submissions = None
    return json.JSONEncoder(ensure_ascii=False, indent=2, allow_nan=False).iterencode(answer)


def _object(value: Any, number: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadCase(f"submissions[{number}]", "deve essere un oggetto JSON", "must be a JSON object")
    return value


def door(case: Reader, submissions: list[Submission] | None = None) -> dict[str, Any]:
    """Read the case (its ``submissions`` may have been read already), allocate, tell. ``BadCase`` names the field."""
    procedure = case.choice("procedure", tuple(PROCEDURES))
    rule = PROCEDURES[procedure]
    if submissions is None:
        submissions = [_submission(row, rule.uses_scores) for row in case.items("submissions", required=True)]
    elif rule.uses_scores:
        for number, one in enumerate(submissions):
            if one.score is None:
                Reader({}, f"submissions[{number}]").exact("score")  # the error of a field that is missing
    reserves = _reserves(case)
    terms = Terms(
        procedure=procedure,  # type: ignore[arg-type]
        budget=case.money("budget"),
        opens_at=_instant(case, "opens_at"),
        closes_at=_instant(case, "closes_at") if case.has("closes_at") else None,
        repeat=case.choice("repeat", REPEATS),
        when_short=case.choice("when_short", SHORTAGES),
        reserves=tuple(reserves),
        threshold=case.exact("threshold") if rule.uses_threshold or case.has("threshold") else None,
        seed=_seed(case) if rule.uses_seed or case.has("seed") else "",
        each=case.integer("each", least=1) if case.has("each") else 1,
    )
    awarded = case.texts("awarded") if case.has("awarded") else None
    renounced, over_limit = case.texts("renounced"), case.texts("over_limit")
    case.end()
    _make_sense(case, terms, submissions, awarded or [], renounced)
    if over_limit:
        _all_known("over_limit", over_limit, {one.id for one in submissions})
    try:
        return allocate(terms, submissions, awarded=awarded, renounced=renounced, over_limit=over_limit).as_json()
    except TooMuchAwarded as error:
        raise case.bad(
            "awarded",
            f"“{error}” non può risultare concessa: non è in graduatoria, o la dotazione non basta",
            f"“{error}” cannot have been awarded: it is not in the running, or the budget is not enough",
        ) from error


def _submission(row: Reader, scored: bool) -> Submission:
    amount = row.money("amount")
    if amount == 0:
        raise row.bad("amount", "deve essere maggiore di zero", "must be above zero")
    return Submission(
        id=row.text("id"),
        enterprise=row.text("enterprise"),
        received_at=_instant(row, "received_at"),
        seq=row.integer("seq", least=0),
        amount=amount,
        score=row.exact("score") if scored or row.has("score") else None,
        tie_breaks=tuple(row.exacts("tie_breaks")),
    )


def _seed(case: Reader) -> str:
    """The published seed; the number of a lottery may be written as one, and is its digits."""
    return str(case.integer("seed", least=0)) if case.is_integer("seed") else case.text("seed")


def _reserves(case: Reader) -> list[Reserve]:
    return [
        Reserve(row.text("id"), row.money("amount"), frozenset(row.texts("members")), row.boolean("flows_back"))
        for row in case.items("reserves")
    ]


def _make_sense(
    case: Reader, terms: Terms, submissions: list[Submission], awarded: list[str], renounced: list[str]
) -> None:
    """What cannot be true together, said with its field."""
    known: set[str] = set()
    places: set[int] = set()
    chains: dict[Decimal | None, int] = {}
    for number, one in enumerate(submissions):
        here = f"submissions[{number}]"
        if one.id in known:
            raise BadCase(f"{here}.id", "c’è già un’altra domanda con questo id", "another submission has this id")
        if one.seq in places:
            raise BadCase(
                f"{here}.seq", "c’è già un’altra domanda in questo posto", "another submission has this place"
            )
        if terms.rule.uses_scores and chains.setdefault(one.score, len(one.tie_breaks)) != len(one.tie_breaks):
            raise BadCase(
                f"{here}.tie_breaks",
                "le domande a pari punteggio hanno la stessa catena di criteri di precedenza",
                "submissions with the same score have the same chain of tie-breaks",
            )
        known.add(one.id)
        places.add(one.seq)
    if terms.closes_at is not None and terms.closes_at <= terms.opens_at:
        raise case.bad("closes_at", "viene prima dell’apertura", "comes before the opening")
    names: set[str] = set()
    for number, reserve in enumerate(terms.reserves):
        if reserve.id in names:
            raise BadCase(
                f"reserves[{number}].id", "c’è già un’altra riserva con questo id", "another reserve has this id"
            )
        names.add(reserve.id)
        _all_known(f"reserves[{number}].members", reserve.members, known)
    if sum((reserve.amount for reserve in terms.reserves), Decimal(0)) > terms.budget:
        raise case.bad("reserves", "superano la dotazione", "are above the budget")
    _all_known("awarded", awarded, known)
    _all_known("renounced", renounced, known)


def _all_known(field: str, ids: Any, known: set[str]) -> None:
    for id_ in sorted(ids):
        if id_ not in known:
            raise BadCase(field, f"nessuna domanda ha l’id “{id_}”", f"no submission has the id “{id_}”")


def _instant(case: Reader, name: str) -> datetime:
    """An ISO 8601 instant with its offset: an hour without an offset is two different hours every autumn."""
    text = case.text(name)
    if not _INSTANT.fullmatch(text):
        raise case.bad(
            name,
            "deve essere un istante con il suo fuso, come 2026-03-02T10:00:00.000000+01:00",
            "must be an instant with its offset, such as 2026-03-02T10:00:00.000000+01:00",
        )
    try:
        return datetime.fromisoformat(text.replace(",", "."))
    except ValueError as error:
        raise case.bad(name, "non è un istante del calendario", "is not an instant of the calendar") from error
