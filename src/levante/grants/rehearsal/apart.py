"""Where a rehearsal happens: a transaction that is always undone, a folder that goes away, logs of other names."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from levante.documents.api import contents_apart
from levante.kernel.api import refuse
from levante.register.api import logs_apart

#: One rehearsal at a time: two would make the same invented enterprises, and wait for each other.
_KEY = 0x52454845
#: Held by the worker that does a rehearsal asked from a page, with the rehearsal's key, as long as it is at it.
_AT_WORK = 0x52454846
#: What waits longer than this for a row of somebody else gives up.
_PATIENCE = "5s"


class _Undo(Exception):
    pass


@contextmanager
def at_work(run_id: int) -> Iterator[None]:
    """While a worker does this rehearsal. The server itself lets go of what a worker that was killed held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_AT_WORK, run_id])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_AT_WORK, run_id])


def is_at_work(run_id: int) -> bool:
    """Does some worker do this rehearsal now?"""
    return _is_held(_AT_WORK, run_id)


def is_busy() -> bool:
    """Is any rehearsal at work now?"""
    return _is_held(0, _KEY, single=True)


def _is_held(first: int, second: int, *, single: bool = False) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s"
            " AND objsubid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [first, second, 1 if single else 2],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def without_trace() -> Iterator[None]:
    """Whatever is written inside, through the real services, is not there afterwards: rows, files, entries of the register,
    mail, jobs. What raises goes through, having left nothing either. ``Refused`` while another rehearsal is at work."""
    try:
        with contents_apart(), logs_apart(), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_KEY])
                alone = cursor.fetchone()[0]
                cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
            if not alone:
                refuse(
                    "È in corso un’altra prova: riprova tra poco.", "Another rehearsal is at work: try again shortly."
                )
            yield
            raise _Undo
    except _Undo:
        pass
