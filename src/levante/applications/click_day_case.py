"""The order of a closed click day as anyone recomputes it: the case of ``levante calls allocate``, without names, and its
commitment in the register."""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from typing import Any

from django.db.models import Exists, Min, OuterRef, QuerySet, Value, Window
from django.db.models.fields.json import KT, KeyTextTransform
from django.db.models.functions import Coalesce

from levante.applications.models import Application
from levante.applications.states import SEALED
from levante.calls.api import OpeningLine, Submission, allocation_terms, counted_by
from levante.intake.api import (
    CASE_KIND,
    IntakeLog,
    case_reserve,
    case_submission,
    case_terms,
    last_head,
    may_run_intake,
)
from levante.kernel.api import Actor, note, note_object, refuse, require, service, unchanged
from levante.register.api import Receipt, append_within, entries_about, receipts_of
from levante.register.pure.canonical import canonical_bytes

#: Rows read at a time: a copy of what was sent may be large.
_STEP = 500


def written_case(log: IntakeLog, line: OpeningLine | None = None) -> Iterator[str]:
    """What was received, in order, with the terms of the call, as canonical JSON (RFC 8785), piece by piece: a day of any size
    takes no memory. The log is closed, its opening and call are loaded.

    The terms are those that were committed to, and what was sent never changes: the file is the same bytes whenever it is
    taken, and the SHA-256 of those bytes is the one in the register.
    """
    committed = _committed(log, line)
    return _written(log, line, committed[-1]["terms"] if committed else _terms(log, line))


def _terms(log: IntakeLog, line: OpeningLine | None) -> dict[str, Any]:
    """``{case, reserves, by}``: what the case says beside its submissions, and the answer that is counted apart."""
    opening = log.opening
    assert opening is not None
    terms = allocation_terms(opening, line, members={}, settled=False)
    return {
        "case": case_terms(terms),
        "reserves": [case_reserve(reserve) for reserve in terms.reserves],
        "by": counted_by(opening.call, opening),
    }


def _written(log: IntakeLog, line: OpeningLine | None, terms: dict[str, Any]) -> Iterator[str]:
    received = Application.objects.filter(
        opening=log.opening, line=line, sealed_at__isnull=False, sequence__isnull=False
    )
    lists = {"submissions": _submissions(received, terms["by"])}
    over = received.exclude(over_limit="").order_by("sequence")
    if over.exists():
        lists["over_limit"] = ([_text(number)] for number in over.values_list("number", flat=True).iterator())
    if terms["reserves"]:
        lists["reserves"] = _reserves(received, terms["reserves"])
    between = "{"
    for name in sorted([*terms["case"], *lists]):
        yield f"{between}{_text(name)}:"
        if name in lists:
            yield from _listed(lists[name])
        else:
            yield _text(terms["case"][name])
        between = ","
    yield "}"


def _listed(items: Iterable[Iterable[str]]) -> Iterator[str]:
    """A list, of items that come in pieces."""
    between = "["
    for pieces in items:
        yield between
        yield from pieces
        between = ","
    yield "[]" if between == "[" else "]"


def _submissions(received: "QuerySet[Application]", by: str) -> Iterator[Iterable[str]]:
    """An enterprise is the place of its first submission: the same for all of its own, and nothing outside this case, so that
    repetitions are recognised and nobody is."""
    whose: list[Any] = [KT("frozen__enterprise__tax_code")]
    if by:
        whose.append(Coalesce(KeyTextTransform(by, "answers"), Value("")))
    rows = received.annotate(first=Window(Min("sequence"), partition_by=whose)).order_by("sequence")
    wanted = ("number", "first", "submitted_at", "sequence", "requested_amount")
    for number, first, at, sequence, amount in rows.values_list(*wanted).iterator(chunk_size=_STEP):
        yield [_text(case_submission(Submission(number, f"e{first}", at, sequence, amount)))]


def _reserves(received: "QuerySet[Application]", reserves: list[dict[str, Any]]) -> Iterator[Iterable[str]]:
    for reserve in reserves:
        members = received.filter(frozen__reserves__contains=reserve["id"]).order_by("sequence")
        numbers = members.values_list("number", flat=True).iterator(chunk_size=_STEP)
        # The members come last: their name sorts after the others.
        yield chain([_text(reserve).removesuffix("}"), ',"members":'], _listed([_text(one)] for one in numbers), ["}"])


def _text(value: Any) -> str:
    return canonical_bytes(value).decode()


# -- the commitment


def case_receipts(log: IntakeLog) -> list[Receipt]:
    """The receipts of the cases of a log that were committed to, the oldest first; of each line the last holds."""
    return receipts_of([one for one in entries_about(_subject(log)) if one.kind == CASE_KIND])


def cases_to_commit() -> list[tuple[IntakeLog, OpeningLine | None]]:
    """The cases of closed days whose applications are all received, and whose terms are not those last committed to."""
    waiting = Exists(Application.objects.filter(opening=OuterRef("opening"), state=SEALED))
    logs = IntakeLog.objects.select_related("opening__call").filter(~waiting, rehearsal=False, closed_at__isnull=False)
    return [
        (log, line)
        for log in logs.order_by("pk")
        for line in lines_of(log)
        if not _holds(_committed(log, line), _terms(log, line))
    ]


def lines_of(log: IntakeLog) -> list[OpeningLine | None]:
    """The lines that have a case of their own; ``None`` alone where the opening has no lines."""
    assert log.opening is not None
    return [*log.opening.lines.all()] or [None]


@service("applications.commit_case")
def commit_case(*, actor: Actor, log: IntakeLog, line: OpeningLine | None = None) -> None:
    """Write in the register the hash of the case of a closed log (of a line), once all that was sent was received. Again only
    when an act changed its terms: more money for the same order."""
    current = IntakeLog.objects.select_for_update(of=("self",)).select_related("opening__call__office").get(pk=log.pk)
    opening = current.opening
    require(may_run_intake(actor, opening))
    if current.closed_at is None or opening is None:
        refuse("Il registro della finestra non è chiuso.", "The log of the opening is not closed.")
    if opening.applications.filter(state=SEALED).exists():
        refuse("Ci sono domande ancora da ricevere.", "There are applications still to be received.")
    committed, terms = _committed(current, line), _terms(current, line)
    if _holds(committed, terms):
        return unchanged(None)
    found = sha256()
    for piece in _written(current, line, terms):
        found.update(piece.encode())
    head = last_head(current)
    append_within(
        kind=CASE_KIND,
        subject=_subject(current),
        payload={
            "call": opening.call.code,
            "line": line.code if line is not None else None,
            "log": current.name,
            "opening": opening.code,
            "root": head.root.hex() if head else None,
            "sha256": found.hexdigest(),
            "size": current.size,
            "terms": terms,
        },
        idempotency_key=f"case:{current.name}:{line.code if line is not None else ''}:{len(committed) + 1}",
    )
    note_object(current)
    note(case=current.name, sha256=found.hexdigest())


def _committed(log: IntakeLog, line: OpeningLine | None) -> list[dict[str, Any]]:
    """What the register holds of the case of a log, of a line: the payloads, the oldest first."""
    code = line.code if line is not None else None
    entries = [one for one in entries_about(_subject(log)) if one.kind == CASE_KIND]
    payloads = [json.loads(one.content or "{}")["payload"] for one in entries]
    return [one for one in payloads if one["line"] == code]


def _holds(committed: list[dict[str, Any]], terms: dict[str, Any]) -> bool:
    return bool(committed) and committed[-1]["terms"] == terms


def _subject(log: IntakeLog) -> str:
    return f"case:{log.name}"
