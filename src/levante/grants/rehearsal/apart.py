"""Where a rehearsal happens: a transaction that is always undone, a folder that goes away, logs of other names."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from levante.documents.api import contents_apart
from levante.kernel.api import refuse
from levante.register.api import logs_apart

#: One rehearsal at a time: two would make the same invented enterprises, and wait for each other.
_KEY = 0x52454845
#: What waits longer than this for a row of somebody else gives up.
_PATIENCE = "5s"


class _Undo(Exception):
    pass


@contextmanager
def without_trace() -> Iterator[None]:
    """Whatever is written inside, through the real services, is not there afterwards: rows, files, entries of the register,
    mail, jobs. What raises goes through, having left nothing either. ``Refused`` while another rehearsal is at work."""
    try:
        with contents_apart(), logs_apart("prova"), transaction.atomic():
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
