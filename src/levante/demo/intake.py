"""Click days of a call of the demonstration: one that ended, with its frozen order, and one to try in some minutes."""

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

from levante.applications import api as applications
from levante.calls.api import Call, Opening, OpeningEntry, load_calls, load_opening
from levante.demo.applications import enterprise_actor
from levante.demo.telling import read
from levante.intake.api import close_log, log_of, replay_day
from levante.kernel.api import ROME, clock_at, now, system
from levante.parties.api import Enterprise

ACTOR = system("demonstration")
Row = dict[str, Any]


def load(folder: Path) -> None:
    """Everything in ``intake.yaml``; an opening and an application already there are left alone."""
    load_calls(folder / "calls", actor=ACTOR)
    data: Row = read(folder, "intake")
    parties: Row = read(folder, "parties")
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    enterprises = {key: Enterprise.objects.get(tax_code=codes[key]) for key in _named(data)}
    for day in data["days"]:
        opening, is_new = _opening(day)
        past = day["opens"].get("days", 0) < 0
        if past and not is_new:
            continue
        with clock_at(opening.opens_at - timedelta(days=2)) if past else nullcontext():
            for row in day["applications"]:
                _application(opening, enterprises[row["enterprise"]], {**data["answers"], **row["answers"]}, row)
        if past:
            _tell_the_day(
                opening, [(enterprises[row["enterprise"]], row.get("sent_after")) for row in day["applications"]]
            )


def _named(data: Row) -> set[str]:
    return {row["enterprise"] for day in data["days"] for row in day["applications"]}


def _opening(row: Row) -> tuple[Opening, bool]:
    """The opening of a day, its instants counted from now; and whether it was made just now."""
    call = Call.objects.get(code=row["call"])
    known = call.openings.filter(code=row["code"]).exists()
    if not known:
        whole_minute = now().astimezone(ROME).replace(second=0, microsecond=0)
        opens_at = whole_minute + timedelta(**row["opens"])
        entry = OpeningEntry.model_validate(
            {
                "code": row["code"],
                "name": row["name"],
                "budget": row["budget"],
                "opens_at": opens_at.isoformat(),
                "closes_at": (opens_at + timedelta(**row["lasts"])).isoformat(),
                "demonstration": True,
            }
        )
        load_opening(actor=ACTOR, call=call, entry=entry, form=call.forms.first())
    return Opening.objects.select_related("call__office", "form").get(call=call, code=row["code"]), not known


def _application(opening: Opening, enterprise: Enterprise, answers: Row, row: Row) -> None:
    if applications.Application.objects.filter(opening=opening, enterprise=enterprise).exists():
        return
    actor = enterprise_actor(enterprise)
    draft = applications.start_draft(actor=actor, opening=opening)
    applications.save_answers(actor=actor, application=draft, answers=answers, base_revision=draft.revision)
    if row["then"] == "sealed":
        applications.seal_application(actor=actor, application=draft)


def _tell_the_day(opening: Opening, sent: list[tuple[Enterprise, float | None]]) -> None:
    """What was received on a day that ended, ``sent_after`` so many seconds from its opening, and what followed."""
    log = log_of(opening)
    assert log is not None
    mine = {row.enterprise_id: row.pk for row in applications.Application.objects.filter(opening=opening)}
    story = sorted((seconds, mine[enterprise.pk]) for enterprise, seconds in sent if seconds is not None)
    replay_day(
        actor=ACTOR,
        log=log,
        sent=[(f"application:{pk}", opening.opens_at + timedelta(seconds=seconds)) for seconds, pk in story],
    )
    assert opening.closes_at is not None
    with clock_at(opening.closes_at + timedelta(minutes=3)):
        applications.finish_click_day(actor=ACTOR, log=close_log(actor=ACTOR, log=log))
