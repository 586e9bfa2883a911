"""Rules of the house that hold for every test, wherever it is: see ``tests/conftest.py``."""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.template.base import FilterExpression, Node

SOURCE = Path(__file__).resolve().parents[1] / "src" / "levante"

#: What a test without the mark ``slow`` may cost, in seconds of processor: above it, it is named at the end of the run. It does
#: not fail: what a second is worth depends on the machine and on its neighbours, and the first pages of a run pay for templates
#: and catalogues that the others find ready.
MOST = 1.0
#: What ``_spin`` costs on the machine that those seconds are of, when it has nothing else to do.
SPIN = 0.045


def cpu() -> float:
    """Seconds of processor so far, of this process and of those it has waited for: a busy machine does not make them more."""
    found = os.times()
    return found.user + found.system + found.children_user + found.children_system


def reap() -> None:
    """Take leave of processes that an earlier test left ended and unasked: their cost is not of the test that finds them."""
    subprocess._cleanup()  # type: ignore[attr-defined]  # of what was let go without waiting
    multiprocessing.active_children()


def cost(seconds: float) -> float:
    """Seconds of processor of this machine as it is now, in those of the one that the rule was made for.

    A virtual machine whose host is busy counts as worked what it waited: the same loop tells how much.
    """
    return seconds if seconds <= MOST else seconds / max(1.0, _spin() / SPIN)


def _spin() -> float:
    started = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return time.process_time() - started


_OTHERS = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"


def other_sessions(*, patience: float = 0, but: Collection[int] = ()) -> list[Any]:
    """The sessions in the test database besides ours and those of ``but``, once those that are ending had ``patience``
    seconds to."""
    from django.db import connection

    until = time.monotonic() + patience
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"SELECT pid, state, left(query, 200) FROM pg_stat_activity WHERE {_OTHERS}")
            left = [row for row in cursor.fetchall() if row[0] not in but]
            if not left or time.monotonic() >= until:
                return left
            time.sleep(0.05)


def end_other_sessions() -> None:
    """End them, so that the database can be dropped."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {_OTHERS}")


class UndefinedVariable(AssertionError):
    """A template of ours asked for a variable that is not there."""


class Undefined(str):
    """What Django puts in the place of an undefined variable: nothing in the templates of others (allauth's, Django's), an
    error in ours. ``{{ name|default:"…" }}`` says that the variable may be missing."""

    def __bool__(self) -> bool:
        expression, origin = _asked_by()
        if expression is None or not origin.startswith(f"{SOURCE}/"):
            return False
        if expression.filters and expression.filters[0][0].__name__ == "default":
            return False
        raise UndefinedVariable(f"{origin.removeprefix(f'{SOURCE}/')}: {{{{ {expression.token} }}}} is not defined")


def _asked_by() -> tuple[FilterExpression | None, str]:
    """The expression at work and the file of the template that holds it, from the frames of the call."""
    frame: Any = sys._getframe(2)
    expression = frame.f_locals.get("self")
    if not isinstance(expression, FilterExpression):
        return None, ""
    while frame is not None:
        holder = frame.f_locals.get("self")
        if isinstance(holder, Node) and getattr(holder, "origin", None) is not None:
            return expression, str(holder.origin.name)
        frame = frame.f_back
    return expression, ""
