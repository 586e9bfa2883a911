"""The letters of a published ranking, at its size and at a tenth of it: what their run costs to prepare, and each letter to write.

The rows are copies of one application, ranked by the ordinary code; the run is prepared and its first letters are written as the
worker does, to the day of their PDF. Times are of processor, of Python and of PostgreSQL's process together: what a letter costs
must not follow how many they are, and neither must the memory. The baseline is the same in a tenth of the ranking.
"""

import os
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

#: Letters that are written, and of these printed.
LETTERS, PRINTED = 200, 10
_DECLARED = """
INSERT INTO applications_conflictdeclaration (application_id, officer_id, has_conflict, text, declared_at)
SELECT one.id, %(officer)s, false, '', now() FROM applications_application AS one
 WHERE one.opening_id = %(opening)s
   AND NOT EXISTS (SELECT 1 FROM applications_conflictdeclaration WHERE application_id = one.id AND officer_id = %(officer)s)
"""


def run(size: int = 200_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``."""
    from bench.applications import _prepare
    from bench.parties import _officer
    from bench.scale import _fill

    _officer()
    _prepare(2)
    small = max(size // 10, LETTERS)
    _fill(1, size)
    return against_a_part(_of, size, small, f"{size:,} places", f"in {small:,}")


def against_a_part(
    of: Callable[[int], dict[str, tuple[float, str]]], size: int, small: int, what: str, part: str
) -> list[dict[str, Any]]:
    """The rows of a measure (``of`` a size: name -> value and unit) at its size, each beside the same at a part of it."""
    few, many = of(small), of(size)
    return [
        {
            "name": f"{name}: {what}", "value": round(value, 3), "unit": unit, "baseline": part,
            "baseline_value": round(few[name][0], 3), "ratio": round(value / max(few[name][0], 0.001), 2),
        }
        for name, (value, unit) in many.items()
    ]  # fmt: skip


def director() -> tuple[Any, Any]:
    """Who signs in these measures: the user, and as who they act."""
    from levante.identity.api import Office, RoleGrant, User, powers_of
    from levante.kernel.api import Actor, today

    user = User.objects.get(email="bench.parties@example.org")
    RoleGrant.objects.get_or_create(
        user=user, office=Office.objects.get(code="sezione"), role="director", since=date(2024, 1, 1)
    )
    return user, Actor(user_id=user.pk, label="Bench", **powers_of(user.pk, today()))


def _of(size: int) -> dict[str, tuple[float, str]]:
    from django.db import connection

    from levante.applications.api import publish_ranking
    from levante.applications.letters_ranking import prepare_letters
    from levante.kernel.api import system
    from levante.letters.api import Letter, LetterRun, progress_of, start_run
    from levante.letters.runs import write_next
    from levante.letters.sending import advance

    ranking, person, act = _draft(size)
    _, publishing = _seconds(lambda: publish_ranking(actor=person, ranking=ranking, act=act, why="Bench"))
    made = LetterRun.objects.get(key=f"ranking:{ranking.pk}")
    # The run alone, once more as if it were another: what it takes to prepare.
    LetterRun.objects.filter(pk=made.pk).update(key=f"once:{ranking.pk}")
    tracemalloc.start()
    made = prepare_letters(actor=person, ranking=ranking)
    peak = tracemalloc.get_traced_memory()[1] / 1_048_576
    tracemalloc.stop()
    assert made is not None
    with connection.cursor() as cursor:  # as the server does by itself in a minute
        cursor.execute("ANALYZE applications_rankingrow, letters_letterrunitem")
    start_run(actor=person, run=made)
    worker = system("bench")
    write_next(actor=worker, run_id=made.pk)  # the first reads the terms of the ranking
    _, writing = _seconds(lambda: [write_next(actor=worker, run_id=made.pk) for _ in range(LETTERS)])
    written = list(Letter.objects.filter(run_item__run=made).order_by("pk").values_list("pk", flat=True))
    if len(written) != LETTERS + 1:
        raise RuntimeError(f"{len(written)} letters written, of {LETTERS + 1}")
    advance(actor=worker, letter_id=written.pop())  # fonts are read once
    _, printing = _seconds(lambda: [advance(actor=worker, letter_id=pk) for pk in written[:PRINTED]])
    _, counting = _seconds(lambda: progress_of(made))
    return {
        "a ranking published with its letters prepared, each": (1000 * publishing / size, "ms"),
        "the most memory that the preparation of its letters takes": (peak, "MB"),
        "a letter of the run written, with its notice": (1000 * writing / LETTERS, "ms"),
        "a letter numbered, printed and sent": (1000 * printing / PRINTED, "ms"),
        "how far the run is": (1000 * counting, "ms"),
    }


def _draft(size: int) -> tuple[Any, Any, Any]:
    """The draft of a ranking of the first applications, the director who declared about each, the act that approves it."""
    from django.db import connection
    from django.db.models import Max

    from bench.ranking import made_up
    from levante.applications.api import Application, Ranking
    from levante.applications.scrolling import keep_rows
    from levante.calls.api import rank_snapshot
    from levante.calls.recompute import digest
    from levante.kernel.api import now, today
    from levante.programme.api import Act

    user, person = director()
    opening = Application.objects.order_by("pk")[0].opening
    with connection.cursor() as cursor:
        cursor.execute(_DECLARED, {"officer": user.pk, "opening": opening.pk})
    act, _ = Act.objects.get_or_create(
        programme=opening.call.programme, code=f"bench-{size}",
        defaults={"kind": "determination", "number": str(size), "adopted_on": today(), "title_it": "B", "title_en": "B",
                  "confidence": "to_confirm"},
    )  # fmt: skip
    snapshot = made_up(size)
    for place, entry in enumerate(snapshot["entries"], 1):
        entry["id"] = f"B/{place:09d}"
    snapshot["reserves"][0]["members"] = [entry["id"] for entry in snapshot["entries"][::7]]
    snapshot |= {"criteria": [], "call": "bench", "opening": "bench", "line": None}
    outcome = rank_snapshot(snapshot)
    rows = Ranking.objects.filter(opening=opening)
    made = Ranking.objects.create(
        opening=opening, version=1 + (rows.aggregate(last=Max("version"))["last"] or 0), snapshot=snapshot,
        sha256=digest(snapshot), computed_at=now() - timedelta(minutes=1), computed_by=user,
    )  # fmt: skip
    keep_rows(made, outcome)
    found = Ranking.objects.defer("snapshot").select_related("opening__call__office", "line").get(pk=made.pk)
    return found, person, act


def _seconds(act: Callable[[], Any]) -> tuple[Any, float]:
    """What comes of it, and the seconds of processor it took here and in the database."""
    before, started = _database_seconds(), time.process_time()
    found = act()
    return found, time.process_time() - started + _database_seconds() - before


def _database_seconds() -> float:
    """Processor time of the server's process that answers this connection (Linux, same machine; zero elsewhere)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
