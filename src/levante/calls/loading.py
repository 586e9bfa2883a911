"""Calls from their files into the database: once or ten times, with the same result."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from levante.calls import services
from levante.calls.definition import CallFile, plain, read_calls
from levante.calls.models import Call, Criterion, FormVersion, Opening, OpeningLine
from levante.calls.schema import CallEntry, OpeningEntry
from levante.identity.api import Office
from levante.kernel.api import Actor, note, now, service, system
from levante.programme.api import (
    Act,
    Action,
    BudgetLine,
    Direction,
    Fund,
    Problem,
    Programme,
    Sector,
    Unreadable,
    main_programme,
)


@dataclass(slots=True)
class Outcome:
    """What loading did, by code of call."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, list[str]]:
        return {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}


_LINKS: dict[str, Any] = {
    "act": Act, "direction": Direction, "fund": Fund, "action": Action, "budget_line": BudgetLine,
}  # fmt: skip


def load_calls(folder: Path, *, programme: Programme | None = None, actor: Actor | None = None) -> Outcome:
    """Load the calls of a folder (``programmes/…/calls``). ``Unreadable`` before anything is written when one is wrong."""
    actor = actor or system("calls.load")
    files = read_calls(folder)
    programme = programme or main_programme()
    if programme is None:
        raise LookupError("load the programme first: a call belongs to one")
    problems = [problem for file in files for problem in _unknown_codes(file, programme)]
    if problems:
        raise Unreadable(problems)
    outcome = Outcome()
    with transaction.atomic():
        for file in files:
            what = _load(file, programme, actor)
            getattr(outcome, what).append(file.entry.code)
    return outcome


def _unknown_codes(file: CallFile, programme: Programme) -> list[Problem]:
    problems = []
    for name, model in _LINKS.items():
        code = getattr(file.entry, name)
        if code is not None and not model.objects.filter(programme=programme, code=code).exists():
            problems.append(file.problem(name, f"“{code}” non è nel programma.", f"“{code}” is not in the programme."))
    for number, code in enumerate(file.entry.sectors):
        if not Sector.objects.filter(programme=programme, code=code).exists():
            text = (f"“{code}” non è un settore.", f"“{code}” is not a sector.")
            problems.append(file.problem(f"sectors.{number}", *text))
    if not Office.objects.filter(code=file.entry.office).exists():
        problems.append(file.problem("office", "non è un ufficio del programma.", "is not an office of the programme."))
    return problems


def _digest(file: CallFile) -> str:
    text = json.dumps(plain(file.document.data), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _load(file: CallFile, programme: Programme, actor: Actor) -> str:
    call = Call.objects.select_for_update().filter(code=file.entry.code).first()
    digest = _digest(file)
    if call is not None and call.source_sha256 == digest:
        return "unchanged"
    load_call(actor=actor, file=file, programme=programme, digest=digest)
    return "created" if call is None else "changed"


@service("calls.load_call")
def load_call(*, actor: Actor, file: CallFile, programme: Programme, digest: str) -> Call:
    """Write a call as its file says. A published form is not touched: a changed one is a new version; openings and
    criteria that applications refer to are changed, never removed."""
    entry = file.entry
    known = Call.objects.filter(code=entry.code).first()
    state = entry.state if known is None or known.state in {"draft", "approved"} else known.state
    links = {
        f"{name}_id": model.objects.get(programme=programme, code=getattr(entry, name)).pk
        for name, model in _LINKS.items()
        if getattr(entry, name) is not None
    }
    published = None
    if state in {"published", "closed_out"}:
        published = known.published_at if known is not None and known.published_at else entry.published_at
    values: dict[str, Any] = {
        **{f"{name}_id": None for name in _LINKS},
        **links,
        **_texts(entry),
        "state": state,
        "programme": programme,
        "office": Office.objects.get(code=entry.office),
        "procedure": entry.procedure,
        "regime": entry.regime,
        "published_at": published,
        "is_demo": entry.demonstration,
        "planned_from": entry.planned.opens_on if entry.planned else None,
        "planned_note_it": entry.planned.note.it if entry.planned and entry.planned.note else "",
        "planned_note_en": entry.planned.note.en if entry.planned and entry.planned.note else "",
        "source_sha256": digest,
        **{
            name: _json(getattr(entry, name))
            for name in (
                "money", "eligibility", "checklist", "terms", "steps", "faq", "legal_basis", "sources", "assumptions",
                "tie_breaks",
            )
        },
    }  # fmt: skip
    call, _ = Call.objects.update_or_create(
        code=entry.code, defaults=values, create_defaults={**values, "created_at": now()}
    )
    call.sectors.set(Sector.objects.filter(programme=programme, code__in=entry.sectors))
    _load_criteria(call, entry)
    form = _load_form(call, plain(entry.form), actor)
    for opening in entry.openings:
        load_opening(actor=actor, call=call, entry=opening, form=form)
    if known is None:
        services.tell(call, "loaded", actor=actor, states=("", call.state), act_id=call.act_id)
    note(call=entry.code, sha256=digest)
    return call


def _texts(entry: CallEntry) -> dict[str, str]:
    found = {}
    for name in ("title", "summary", "who", "what"):
        both = getattr(entry, name)
        found[f"{name}_it"], found[f"{name}_en"] = both.it, both.en
    return found


def _json(value: Any) -> Any:
    """Pydantic's value as JSON keeps it: amounts as texts with their digits, days in ISO form."""
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value.model_dump(mode="json", exclude_none=True) if hasattr(value, "model_dump") else value


def _load_criteria(call: Call, entry: CallEntry) -> None:
    for position, item in enumerate(entry.criteria):
        explanation = item.explanation
        Criterion.objects.update_or_create(
            call=call,
            code=item.code,
            defaults={
                "name_it": item.name.it,
                "name_en": item.name.en,
                "explanation_it": explanation.it if explanation else "",
                "explanation_en": explanation.en if explanation else "",
                "kind": item.kind,
                "max_points": item.max_points,
                "minimum": item.minimum,
                "expression": item.expression or "",
                "is_assumption": item.assumption,
                "position": position,
            },
        )
    call.criteria.exclude(code__in=[item.code for item in entry.criteria]).delete()


def _load_form(call: Call, definition: dict[str, Any], actor: Actor) -> FormVersion:
    form = services.publish_form(actor=actor, call=call, definition=definition)
    if call.state == "published" and form.locked_at is None:
        form = services.lock_form(call)
    return form


@service("calls.load_opening")
def load_opening(*, actor: Actor, call: Call, entry: OpeningEntry, form: FormVersion | None) -> Opening:
    """Write an opening and its lines; one that exists keeps what was decided about it."""
    values: dict[str, Any] = {
        "name_it": entry.name.it if entry.name else "",
        "name_en": entry.name.en if entry.name else "",
        "opens_at": entry.opens_at,
        "closes_at": entry.closes_at,
        "budget": entry.budget,
        "line_by": entry.line_by or "",
        "is_demo": entry.demonstration,
    }
    opening, created = Opening.objects.update_or_create(
        call=call, code=entry.code, defaults=values, create_defaults={**values, "form": form}
    )
    if not created and opening.form_id is None:
        opening.form = form
        opening.save(update_fields=["form"])
    for position, line in enumerate(entry.lines):
        OpeningLine.objects.update_or_create(
            opening=opening,
            code=line.code,
            defaults={"name_it": line.name.it, "name_en": line.name.en, "budget": line.budget, "position": position},
        )
    return opening


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
        programme=like.programme,
        direction=like.direction,
        office=like.office,
        procedure=like.procedure,
        regime=like.regime,
        money=like.money,
        eligibility=like.eligibility,
        checklist=like.checklist,
        terms=like.terms,
        planned_from=opens_on,
        planned_note_it=note_text[0],
        planned_note_en=note_text[1],
        is_demo=is_demo,
        created_at=now(),
    )
