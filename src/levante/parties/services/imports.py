"""Importing a business register: asked, carried on block by block from the checkpoint, closed."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from types import TracebackType

from django.conf import settings
from django.db import connection

from levante.kernel.api import Actor, note, note_object, now, require, service, today
from levante.kernel.pure import Bilingual
from levante.parties.jobs import defer_sizes
from levante.parties.models import ImportRun
from levante.parties.policies import may_import_register
from levante.parties.register_import.stage import write_block

#: How long an import may show no sign of life before it is said to be stopped.
SILENCE = timedelta(minutes=2)


@service("parties.request_import")
def request_import(*, actor: Actor, path: Path, file_name: str, sha256: str, rows: int | None) -> ImportRun:
    """Write down that a file is to be imported; the job (or the command) then carries it on."""
    require(may_import_register(actor))
    at = now()
    run = ImportRun.objects.create(
        file_name=file_name[:200],
        path=str(path),
        sha256=sha256,
        rows_total=rows,
        requested_by_id=actor.user_id,
        requested_at=at,
        moved_at=at,
    )
    note(sha256=sha256)
    return run


@service("parties.import_rows")
def import_block(
    *,
    actor: Actor,
    run_id: int,
    lines: list[str],
    read: int,
    rejected: int,
    reject: Callable[[dict[int, int], dict[int, str]], tuple[str, int]],
) -> ImportRun:
    """Write a block of checked rows and the checkpoint, together.

    ``read`` counts the rows read so far, from the beginning of the file; ``rejected`` those of this block that cannot
    be read. ``reject`` writes them down, with those that the database finds (``Written``), and tells where and up to
    which byte: what it writes after the checkpoint is cut off when this transaction is not there at the end.
    """
    require(may_import_register(actor))
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    written = write_block(lines, run_id=run_id, on=today())
    run.state = ImportRun.RUNNING
    run.finished_at = None
    run.rows_read = read
    run.created += written.created
    run.updated += written.updated
    run.unchanged += written.unchanged
    run.rejected += rejected + len(written.repeated) + len(written.tombstones)
    run.rejects_path, run.rejects_bytes = reject(written.repeated, written.tombstones)
    run.moved_at = now()
    run.save()
    note_object(run)
    note(read=read, created=written.created, updated=written.updated)
    return run


@service("parties.finish_import")
def finish_import(*, actor: Actor, run_id: int) -> ImportRun:
    """The file has been read to its end; the sizes that its rows made uncertain are derived in the background."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    run.state, run.finished_at, run.moved_at = ImportRun.DONE, now(), now()
    run.rows_total = run.rows_read
    run.save()
    note(created=run.created, updated=run.updated, unchanged=run.unchanged, rejected=run.rejected)
    defer_sizes()
    return run


@service("parties.fail_import")
def fail_import(*, actor: Actor, run_id: int, reason: Bilingual) -> ImportRun:
    """The file cannot be read further; what was written stays, and its sizes are derived as at the end of a file."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    run.state, run.finished_at, run.moved_at = ImportRun.FAILED, now(), now()
    run.error_it, run.error_en = reason.it, reason.en
    run.save()
    defer_sizes()
    return run


@service("parties.resume_import")
def resume_import(*, actor: Actor, run: ImportRun) -> ImportRun:
    """Ask again for an import that stopped: it goes on from its checkpoint."""
    require(may_import_register(actor))
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state == ImportRun.FAILED:
        run.state, run.finished_at, run.error_it, run.error_en = ImportRun.WAITING, None, "", ""
    run.moved_at = now()
    run.save()
    return run


def is_stopped(run: ImportRun) -> bool:
    """Whether an import that should be running has been silent for too long."""
    return run.state in (ImportRun.WAITING, ImportRun.RUNNING) and now() - run.moved_at > SILENCE


def imports_folder() -> Path:
    """Where files to import and rejects are kept."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class sole_runner(AbstractContextManager[bool]):  # noqa: N801  (used as a function)
    """Whether this process alone carries on an import. The lock goes with the connection: who dies lets go."""

    def __init__(self, run_id: int, *, patience: float = 0) -> None:
        """``patience``: seconds to wait for the lock of a process that has just died to be let go."""
        self.run_id = run_id
        self.patience = patience
        self.held = False

    def __enter__(self) -> bool:
        until = time.monotonic() + self.patience
        while not (held := self._try()) and time.monotonic() < until:
            time.sleep(0.2)
        self.held = held
        return held

    def _try(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('parties.import_run'), %s)", [self.run_id])
            row = cursor.fetchone()
        return bool(row and row[0])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('parties.import_run'), %s)", [self.run_id])
