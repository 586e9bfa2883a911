"""Bringing a file of the RNA's open data into ``AidRecord``: streamed, in batches, resumable, set by set.

Each batch is one transaction: COPY to a temporary table, one upsert, the place reached. Whatever happens after it, the
batch stays; the same file given again starts from there, and a file already taken whole changes nothing.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import F

from levante.aid.models import AidRecord, RnaImport
from levante.aid.one_aid import alone_on_aids, keep_aside, line_as_json, said_already, set_apart
from levante.aid.policies import may_import
from levante.aid.rna_parser import Line, Unusable, elements_in, lines_of
from levante.aid.rna_sets import COLUMNS, annul_lines_gone, link_known_enterprises, resolve_quarantine, upsert
from levante.aid.rna_source import UnreadableFile, fingerprint_of, parts_of
from levante.aid.rna_text import clean_text
from levante.kernel.api import Actor, note, now, require, service, today

BATCH = 20_000

#: Only one import at a time writes: two would deadlock on the same COR.
_LOCK = 0x4C45_5641_4944  # "LEVAID"


#: Lines, aids that cannot be counted, aids whose COR came before in the file (both with their number), how far it got.
Batch = tuple[list[Line], list[tuple[int, Unusable]], list[tuple[int, list[Line]]], dict[str, Any]]


class ImportRunning(Exception):
    """Another import of the RNA is at work."""


def import_rna(
    *,
    actor: Actor,
    path: Path,
    known_on: date | None = None,
    batch: int = BATCH,
    progress: Callable[[RnaImport], None] | None = None,
) -> RnaImport:
    """Import a file and return its run, finished. ``UnreadableFile`` when it stops half-way: what was read stays.

    The file does not say when a line was registered. The RNA registers an aid before it is granted, and every office
    must look there (DM 115/2017 arts. 9 and 14): a new line is known since its grant. ``known_on`` says another day,
    for lines registered late. A changed amount is known since ``known_on``, or today: no date of it is in the file.
    """
    size, sha256 = path.stat().st_size, fingerprint_of(path)
    with _alone():
        run = start_rna_import(actor=actor, file_name=path.name, file_size=size, sha256=sha256)
        try:
            for lines, unusable, repeated, totals in _read_ahead(_batches(path, run.elements_done, batch)):
                run = record_rna_batch(
                    actor=actor,
                    run=run,
                    lines=lines,
                    unusable=unusable,
                    repeated=repeated,
                    known_on=known_on or today(),
                    at_grant=known_on is None,
                    elements_done=totals["elements"],
                    cors=totals["cors"],
                    bytes_read=totals["bytes"],
                )
                if progress is not None:
                    progress(run)
                if totals.get("error"):
                    raise totals["error"]
        except UnreadableFile as error:
            stop_rna_import(actor=actor, run=run, it=error.reason.it, en=error.reason.en)
            raise
        return finish_rna_import(actor=actor, run=run)


def _read_ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches: the next is read while the database writes this one."""
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = ahead.submit(next, batches, None)
            yield batch


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise ImportRunning
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


class _Seen:
    """Which CORs of the file went by: a bit each, since they are small whole numbers; others in a set."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._others: set[str] = set()
        self.count = 0

    def is_new(self, cor: str) -> bool:
        if cor.isascii() and cor.isdigit() and len(cor) <= 9 and not cor.startswith("0"):
            place, bit = divmod(int(cor), 8)
            if place >= len(self._bits):
                self._bits.extend(bytes(place + 64 * 1024 - len(self._bits)))
            if self._bits[place] >> bit & 1:
                return False
            self._bits[place] |= 1 << bit
        else:
            if cor in self._others:
                return False
            self._others.add(cor)
        self.count += 1
        return True


def _batches(path: Path, skip: int, size: int) -> Iterator[Batch]:
    """The file in batches, after the first ``skip`` aids. The last batch carries the error that stopped it, if one did.

    An aid whose COR came before in the same file is given apart: it is the same line again or a contradiction.
    """
    seen = _Seen()
    lines: list[Line] = []
    unusable: list[tuple[int, Unusable]] = []
    repeated: list[tuple[int, list[Line]]] = []
    number, first, position = 0, skip, 0

    def totals(error: UnreadableFile | None = None) -> dict[str, Any]:
        return {"elements": max(number, skip), "cors": seen.count, "bytes": position, "error": error}

    stopped: UnreadableFile | None = None
    try:
        for chunks, where in parts_of(path):
            for element in elements_in(clean_text(chunks)):
                number += 1
                found = lines_of(element)
                if isinstance(found, Unusable):
                    if number > skip:
                        unusable.append((number, found))
                else:
                    new = seen.is_new(found[0].cor)
                    if number > skip:
                        if new:
                            lines += found
                        else:
                            repeated.append((number, found))
                if number - first >= size:
                    position = where()
                    yield lines, unusable, repeated, totals()
                    lines, unusable, repeated, first = [], [], [], number
            position = where()
    except UnreadableFile as error:
        stopped = error
    yield lines, unusable, repeated, totals(stopped)


@service("aid.start_rna_import")
def start_rna_import(*, actor: Actor, file_name: str, file_size: int, sha256: str) -> RnaImport:
    """Begin a run, or take up again the one of the same file that did not end."""
    require(may_import(actor))
    instant = now()
    unfinished = RnaImport.objects.filter(sha256=sha256).exclude(state=RnaImport.FINISHED).order_by("-id").first()
    if unfinished is not None:
        unfinished.state, unfinished.finished_at, unfinished.moved_at = RnaImport.RUNNING, None, instant
        unfinished.error_it = unfinished.error_en = ""
        unfinished.save()
        note(resumed_from=unfinished.elements_done)
        return unfinished
    return RnaImport.objects.create(
        file_name=file_name[:300],
        file_size=file_size,
        sha256=sha256,
        started_at=instant,
        moved_at=instant,
        started_by_id=actor.user_id,
    )


@service("aid.record_rna_batch")
def record_rna_batch(
    *,
    actor: Actor,
    run: RnaImport,
    lines: list[Line],
    unusable: list[tuple[int, Unusable]],
    repeated: list[tuple[int, list[Line]]],
    known_on: date,
    at_grant: bool = False,
    elements_done: int,
    cors: int,
    bytes_read: int,
) -> RnaImport:
    """Record one batch of a run and the place it reached, in one transaction."""
    alone_on_aids()
    apart = set_apart(lines, known_on)
    created, updated = upsert(apart.lines, known_on, at_grant=at_grant)
    unchanged = len(apart.lines) - created - updated + apart.unchanged
    updated += apart.updated
    removed = annul_lines_gone(known_on) if apart.lines else 0
    keep_aside(run, [(elements_done, item) for item in [*apart.unusable, *apart.same]], known_on)
    contradictions = []
    for number, again in repeated:
        if _same_as_recorded(again) or said_already(again):
            unchanged += len(again)
        else:
            content: dict[str, object] = {"lines": [line_as_json(line) for line in again]}
            contradictions.append((number, Unusable(again[0].cor, again[0].tax_code, ("cor_repeated",), content)))
    if apart.lines:
        resolve_quarantine(known_on)
    keep_aside(run, [*unusable, *contradictions], known_on)
    RnaImport.objects.filter(pk=run.pk).update(
        moved_at=now(),
        elements_done=elements_done,
        cors=cors,
        bytes_read=bytes_read,
        created=F("created") + created,
        updated=F("updated") + updated + removed,
        unchanged=F("unchanged") + unchanged,
        quarantined=F("quarantined") + len(unusable) + len(contradictions) + len(apart.unusable),
    )
    run.refresh_from_db()
    note(elements=elements_done, created=created, updated=updated + removed)
    return run


@service("aid.finish_rna_import")
def finish_rna_import(*, actor: Actor, run: RnaImport) -> RnaImport:
    """The file was read to its end."""
    link_known_enterprises()
    run.state, run.finished_at, run.bytes_read = RnaImport.FINISHED, now(), run.file_size
    run.save(update_fields=["state", "finished_at", "bytes_read"])
    note(created=run.created, updated=run.updated, quarantined=run.quarantined)
    return run


@service("aid.stop_rna_import")
def stop_rna_import(*, actor: Actor, run: RnaImport, it: str, en: str) -> RnaImport:
    """The file could not be read further: what was recorded stays, the reason is kept."""
    link_known_enterprises()
    run.state, run.finished_at, run.error_it, run.error_en = RnaImport.STOPPED, now(), it, en
    run.save(update_fields=["state", "finished_at", "error_it", "error_en"])
    note(elements=run.elements_done, error=en)
    return run


def totals_of(run: RnaImport) -> dict[str, int]:
    """What ``levante aid import-rna`` prints."""
    return {
        "read": run.elements_done,
        "cors": run.cors,
        "created": run.created,
        "updated": run.updated,
        "unchanged": run.unchanged,
        "quarantined": run.quarantined,
    }


def _same_as_recorded(lines: list[Line]) -> bool:
    recorded = {row.regulation: row for row in AidRecord.objects.filter(cor=lines[0].cor, annulled_on__isnull=True)}
    return len(recorded) == len(lines) and all(
        (row := recorded.get(line.regulation)) is not None
        and all(getattr(row, name) == getattr(line, name) for name in COLUMNS)
        for line in lines
    )
