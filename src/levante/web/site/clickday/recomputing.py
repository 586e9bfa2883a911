"""A closed click day run again under one's eyes, from the files that are published and as the commands do it."""

import json
from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levante.applications.api import lines_of, written_case
from levante.calls.api import OpeningLine, allocate_case
from levante.intake.api import IntakeLog, recompute_order
from levante.kernel.pure import ZERO
from levante.kernel.pure.pieces import large_object
from levante.register.api import key_ring
from levante.web.access import public
from levante.web.site.clickday.views import closed_or_404, line_or_404, written_order

#: As many applications as the page runs again while one waits; a longer day is run again with the commands.
MOST_HERE = 50_000


@public
def recompute(request: HttpRequest, code: str, opening: str) -> HttpResponse:
    """The order checked and the money given again, when asked; and what becomes of one number."""
    log = closed_or_404(request, code, opening)
    assert log.opening is not None
    line = line_or_404(request, log)
    number = request.GET.get("numero", "").strip()[:40].upper()
    asked = ("calcola" in request.GET or number) and log.size <= MOST_HERE
    return render(
        request,
        "site/clickday/recompute.html",
        {
            "call": log.opening.call,
            "opening": log.opening,
            "log": log,
            "line": line,
            "lines": log.opening.lines.all(),
            "most": MOST_HERE,
            "number": number,
            **(run_again(log, line, number) if asked else {"outcome": None}),
        },
    )


def run_again(log: IntakeLog, line: OpeningLine | None, number: str = "") -> dict[str, Any]:
    """What the two commands say of the published files, and of one application."""
    with TemporaryDirectory() as folder:
        order = _kept(Path(folder, "ordine.json"), written_order(log))
        cases = {
            one.pk if one is not None else None: _kept(Path(folder, f"caso-{place}.json"), written_case(log, one))
            for place, one in enumerate(lines_of(log))
        }
        read = [large_object(partial(path.open, "rb"), "submissions") for path in cases.values()]
        outcome = recompute_order(large_object(partial(order.open, "rb"), "entries"), key_ring().public_keys(), read)
        code, told = allocate_case(cases[line.pk if line is not None else None].read_bytes())
    money = json.loads(told)
    if code:  # a case that cannot be read is not of this day
        outcome |= {"ok": False, "problem_count": outcome["problem_count"] + 1}
        outcome["problems"].append(money["error"]["message_en"])
        outcome["problems_it"].append(money["error"]["message"])
        return {"outcome": outcome, "money": None}
    spent = sum((Decimal(one["amount"]) for one in money["funded"]), ZERO)
    return {
        "outcome": outcome,
        "money": money,
        "counts": {name: len(money[name]) for name in ("order", "funded", "queue", "not_funded", "void")},
        "spent": spent,
        "left": Decimal(money["left"]),
        "steps": money["steps"],
        "mine": found_in(money, number) if number else None,
    }


def _kept(path: Path, pieces: Iterable[str]) -> Path:
    """A file that is published, on disk: it is walked, never held."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces)
    return path


def found_in(money: dict[str, Any], number: str) -> dict[str, Any] | None:
    """Where an application is: its place among those that count, and what it gets; ``None`` when it is not of this day."""
    if any(one["id"] == number for one in money["void"]):
        return {"outcome": "void", "position": None, "amount": ZERO}
    if number not in money["order"]:
        return None
    given = next((Decimal(one["amount"]) for one in money["funded"] if one["id"] == number), ZERO)
    outcome = "funded" if given else "queue" if number in money["queue"] else "not_funded"
    return {"outcome": outcome, "position": money["order"].index(number) + 1, "amount": given}
