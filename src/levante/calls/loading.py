"""Calls from their files into the database: once or ten times, with the same result."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction

from levante.calls import services, writing
from levante.calls.definition import CallFile, read_calls
from levante.calls.document import digest, document_of, normal
from levante.calls.models import Call, FormVersion, Opening
from levante.calls.schema import OpeningEntry
from levante.kernel.api import Actor, note, now, service, system
from levante.programme.api import Problem, Programme, Unreadable, main_programme


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

    A call that was edited in the portal after its file was loaded is not overwritten by a changed file, unless
    ``over_edits``.
    """
    actor = actor or system("calls.load")
    files = read_calls(folder)
    programme = programme or main_programme()
    if programme is None:
        raise LookupError("load the programme first: a call belongs to one")
    problems = [
        file.problem(path, it, en) for file in files for path, it, en in writing.unknown_codes(file.entry, programme)
    ]
    if problems:
        raise Unreadable(problems)
    outcome = Outcome()
    with transaction.atomic():
        for file in files:
            what = _load(file, programme, actor, over_edits)
            getattr(outcome, what).append(file.entry.code)
    return outcome


def _load(file: CallFile, programme: Programme, actor: Actor, over_edits: bool) -> str:
    call = Call.objects.select_for_update(of=("self",)).filter(code=file.entry.code).first()
    found = digest(file.entry)
    if call is not None:
        if found == call.source_sha256 or document_of(call) == normal(file.entry):
            return "unchanged"
        if call.source_sha256 and call.revision != call.source_revision and not over_edits:
            raise Unreadable([_edited(file)])
    load_call(actor=actor, file=file, programme=programme, digest=found)
    return "created" if call is None else "changed"


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
    if known is None:
        services.tell(call, "loaded", actor=actor, states=("", call.state), act_id=call.act_id)
    note(call=call.code, sha256=digest)
    return call


@service("calls.load_opening")
def load_opening(*, actor: Actor, call: Call, entry: OpeningEntry, form: FormVersion | None) -> Opening:
    """Write an opening and its lines; one that exists keeps what was decided about it."""
    return writing.write_opening(call=call, entry=entry, form=form)


@service("calls.plan_call")
def plan_call(
    *,
    actor: Actor,
    like: Call,
    code: str,
    title: tuple[str, str],
    summary: tuple[str, str],
    note_text: tuple[str, str],
    opens_on: date,
    is_demo: bool = False,
) -> Call:
    """Announce a call in the calendar of planned ones: a draft that starts as a copy of another; texts are (it, en)."""
    return Call.objects.create(
        code=code,
        title_it=title[0],
        title_en=title[1],
        summary_it=summary[0],
        summary_en=summary[1],
        **{
            name: getattr(like, name)
            for name in (
                "programme", "direction", "office", "procedure", "repeat", "when_short", "regime", "applicants", "limits",
                "eligibility", "exclusions", "money", "payment", "judgement", "tie_breaks", "checklists", "terms",
                "templates", "delivery", "results",
            )
        },
        planned_from=opens_on,
        planned={"note": {"it": note_text[0], "en": note_text[1]}},
        is_demo=is_demo,
        created_at=now(),
    )  # fmt: skip
