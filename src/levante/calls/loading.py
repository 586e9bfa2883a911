"""Calls from their files into the database: once or ten times, with the same result."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from levante.calls import services, writing
from levante.calls.checker import errors_of
from levante.calls.definition import CallFile, read_calls
from levante.calls.document import digest, document_of, normal, read_entry
from levante.calls.editing import keep_revision
from levante.calls.models import Call, FormVersion, Opening
from levante.calls.schema import OpeningEntry
from levante.kernel.api import Actor, note, service, system, today
from levante.programme.api import Fund, Problem, Programme, Unreadable, main_programme, read_programme


@dataclass(slots=True)
class Outcome:
    """What loading did, by code of call."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, list[str]]:
        return {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}


def load_calls(
    folder: Path, *, programme: Programme | None = None, actor: Actor | None = None, over_edits: bool = False
) -> Outcome:
    """Load the calls of a folder (``programmes/…/calls``). ``Unreadable`` before anything is written when one is wrong.

    Contradictions are wrong too, unless the call is a draft. A call that was edited in the portal after its file was loaded
    is not overwritten by a changed file, unless ``over_edits``.
    """
    actor = actor or system("calls.load")
    files = read_calls(folder)
    programme = programme or main_programme()
    if programme is None:
        raise LookupError("load the programme first: a call belongs to one")
    problems = [
        file.problem(path, it, en) for file in files for path, it, en in writing.unknown_codes(file.entry, programme)
    ]
    problems += [problem for file in files if file.entry.state != "draft" for problem in wrong_in(file, programme)]
    if problems:
        raise Unreadable(problems)
    outcome = Outcome()
    with transaction.atomic():
        for file in files:
            what = _load(file, programme, actor, over_edits)
            getattr(outcome, what).append(file.entry.code)
    return outcome


def wrong_in(file: CallFile, programme: Programme | None) -> list[Problem]:
    """The contradictions of a call's file: only a draft may have any. Its openings may come after it."""
    found = errors_of(file.findings(on=today(), fund_kind=fund_kind(file, programme)))
    return [file.problem(one.path, one.text.it, one.text.en) for one in found if one.path != "openings"]


def fund_kind(file: CallFile, programme: Programme | None) -> str:
    """The kind of the fund that the file names, where the programme is there to say."""
    if file.entry.fund is None or programme is None:
        return ""
    kind = Fund.objects.filter(programme=programme, code=file.entry.fund).values_list("kind", flat=True).first()
    return str(kind or "")


def lines_beside(folder: Path) -> Collection[str] | None:
    """The codes of the budget lines of the programme whose folder holds this one; ``None`` where there is none to be read."""
    for around in folder.resolve().parents[:2]:
        try:
            return read_programme(around).rows["lines"].keys()
        except Unreadable:
            continue
    return None


def unknown_in(file: CallFile, lines: Collection[str] | None, programme: Programme | None) -> list[Problem]:
    """What the file names and the programme has not: the lines by the programme's own files, where they are at hand, else
    everything by what was loaded. Neither: nothing can be said."""
    if lines is None:
        found = [] if programme is None else writing.unknown_codes(file.entry, programme)
    else:
        named = [(number, item.line) for number, item in enumerate(file.entry.budget_lines)]
        found = [writing.no_such_line(number, code) for number, code in named if code not in lines]
    return [file.problem(path, it, en) for path, it, en in found]


def _load(file: CallFile, programme: Programme, actor: Actor, over_edits: bool) -> str:
    call = Call.objects.select_for_update(of=("self",)).filter(code=file.entry.code).first()
    found = digest(file.entry)
    if call is not None:
        if (
            found == call.source_sha256
            or document_of(call) == normal(file.entry)
            or _as_loaded(call) == normal(file.entry)
        ):
            return "unchanged"
        if call.source_sha256 and call.revision != call.source_revision and not over_edits:
            raise Unreadable([_edited(file)])
    load_call(actor=actor, file=file, programme=programme, digest=found)
    return "created" if call is None else "changed"


def _as_loaded(call: Call) -> dict[str, Any] | None:
    """What the file said when it was last loaded, in the form of today: a release that adds a field to the format changes what every file
    comes to, and no file."""
    kept = call.revisions.filter(part="loaded").order_by("-number").first()
    if kept is None:
        return None
    try:
        return normal(read_entry(kept.document))
    except ValidationError:  # written in a form that is read no more
        return None


def _edited(file: CallFile) -> Problem:
    return file.problem(
        "code",
        "il bando è stato modificato nel portale dopo l’ultimo caricamento: esportalo e riporta lì le modifiche, o carica con "
        "--over-edits.",
        "the call was edited in the portal after it was last loaded: export it and bring the changes there, or load with "
        "--over-edits.",
    )


@service("calls.load_call")
def load_call(*, actor: Actor, file: CallFile, programme: Programme, digest: str) -> Call:
    """Write a call as its file says; a published form is not touched: a changed one is a new version. Openings and criteria
    that applications refer to are changed, never removed."""
    known = Call.objects.select_for_update(of=("self",)).filter(code=file.entry.code).first()
    call = writing.write_call(actor=actor, call=known, entry=file.entry, programme=programme)
    call.source_sha256, call.source_revision = digest, call.revision
    call.save(update_fields=["source_sha256", "source_revision"])
    keep_revision(call, "loaded", actor)
    if known is None:
        services.tell(call, "loaded", actor=actor, states=("", call.state), act_id=call.act_id)
    note(call=call.code, sha256=digest)
    return call


@service("calls.load_opening")
def load_opening(*, actor: Actor, call: Call, entry: OpeningEntry, form: FormVersion | None) -> Opening:
    """Write an opening and its lines; one that exists keeps what was decided about it."""
    return writing.write_opening(call=call, entry=entry, form=form)
