"""The calls of the programme with openings that make sense today: one open, one closed, one coming, one planned."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from levante.calls.api import (
    Call,
    OpeningEntry,
    create_call,
    document_of,
    edit_call,
    edit_parts,
    load_calls,
    load_opening,
    move_call,
    plain,
)
from levante.kernel.api import ROME, system, today
from levante.programme.api import read_document

ACTOR = system("demonstration")


def load(folder: Path) -> None:
    """The shipped calls and those invented for the demonstration (``calls``), then what ``calls.yaml`` adds; an opening
    already there keeps its dates."""
    load_calls(folder.parent / "calls", actor=ACTOR)
    load_calls(folder / "calls", actor=ACTOR)
    data = read_document(folder / "calls.yaml").data
    for row in data["openings"]:
        call = Call.objects.get(code=row["call"])
        if not call.openings.filter(code=row["code"]).exists():
            load_opening(actor=ACTOR, call=call, entry=_entry(row, call), form=call.forms.first())
    for code in data["published"]:
        call = Call.objects.get(code=code)
        if call.state == "approved":
            move_call(actor=ACTOR, call=call, transition="publish")
    for row in data["registers"]:
        call = Call.objects.get(code=row["call"])
        codes = plain({name: row[name] for name in ("rna", "cup")})
        if not call.registers:
            edit_call(actor=ACTOR, call=call, revision=call.revision, part="registers", value=codes)
    for row in data["carried_out"]:
        call = Call.objects.get(code=row["call"])
        terms = {**document_of(call).get("terms", {}), **plain(row["terms"])}
        values = {"terms": terms, **{name: plain(row[name]) for name in ("payment", "results")}}
        told = (row["text"]["it"], row["text"]["en"])
        edit_parts(actor=ACTOR, call=call, revision=call.revision, values=values, act=call.act, text=told)
    for row in data["planned"]:
        if not Call.objects.filter(code=row["code"]).exists():
            _plan(row)


def _plan(row: dict[str, Any]) -> None:
    """A call announced in the calendar: a draft that begins as a copy of another."""
    like = Call.objects.get(code=row["like"])
    title = (row["title"]["it"], row["title"]["en"])
    call = create_call(actor=ACTOR, office=like.office.code, code=row["code"], title=title, like=like)
    opens_on, closes_on = (
        (today() + timedelta(days=row[f"{word}_in_days"])).isoformat() for word in ("opens", "closes")
    )
    announced = {name: plain(row[name]) for name in ("amount", "area", "objective", "note")}
    for part, value in (
        ("summary", dict(row["summary"])),
        ("who", dict(row["who"])),
        ("planned", {"opens_on": opens_on, "closes_on": closes_on, **announced}),
        ("demonstration", True),
    ):
        call = edit_call(actor=ACTOR, call=call, revision=call.revision, part=part, value=value)


def _entry(row: dict[str, Any], call: Call) -> OpeningEntry:
    """An opening with its days counted from today; ``like`` another of the call, where the row says so."""
    kept: dict[str, Any] = {}
    if "like" in row:
        kept = next(one for one in document_of(call)["openings"] if one["code"] == row["like"])
    kept |= {key: plain(row[key]) for key in ("code", "name", "budget", "lines", "line_by") if key in row}
    kept |= {
        "opens_at": _at(row["opens_in_days"], time(10)).isoformat(),
        "closes_at": _at(row["closes_in_days"], time(12)).isoformat(),
        "demonstration": True,
    }
    return OpeningEntry.model_validate_json(json.dumps(kept))


def _at(days: int, hour: time) -> datetime:
    return datetime.combine(today() + timedelta(days=days), hour, ROME)
