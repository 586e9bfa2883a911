"""Going through a register file, from the checkpoint to the end, a block at a time."""

import csv
import io
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from levante.kernel.api import Actor, today
from levante.parties.models import Comune, ImportRun
from levante.parties.reference import load_places
from levante.parties.register_import import source
from levante.parties.register_import.rows import BadRow, Places, RowReader, layout_of
from levante.parties.register_import.source import BadFile
from levante.parties.register_import.stage import forget_seen, remember_seen
from levante.parties.services.imports import (
    fail_import,
    finish_import,
    import_block,
    imports_folder,
    request_import,
    sole_runner,
)

BLOCK = 10_000
#: How long the database may take to notice that a process was killed, in seconds.
PATIENCE = 5.0
REJECTS_HEADER = ["row", "reason", "original"]


class Busy(Exception):
    """Another process is carrying on this import."""


def import_file(path: Path, *, actor: Actor, restart: bool = False) -> ImportRun:
    """Import a file, or go on with it where it was cut off. Raises ``BadFile`` when it is no register.

    The same bytes are the same import: one that is not finished, and that nobody is carrying on, is resumed.
    """
    described = source.describe(path)
    if not restart:
        open_runs = ImportRun.objects.filter(
            sha256=described.sha256, state__in=[ImportRun.WAITING, ImportRun.RUNNING]
        ).order_by("id")
        for run in open_runs:
            try:
                return carry_on(run, actor=actor, path=path, described=described, patience=PATIENCE)
            except Busy:
                continue
    run = request_import(
        actor=actor,
        path=path.resolve(),
        file_name=path.name,
        sha256=described.sha256,
        rows=described.rows or None,
    )
    return carry_on(run, actor=actor, path=path, described=described)


def carry_on(
    run: ImportRun,
    *,
    actor: Actor,
    path: Path | None = None,
    described: source.Described | None = None,
    patience: float = 0,
) -> ImportRun:
    """Carry an import to its end from its checkpoint. Raises ``Busy``, or ``BadFile`` after writing the failure."""
    path = path or Path(run.path)
    with sole_runner(run.pk, patience=patience) as alone:
        if not alone:
            raise Busy
        run.refresh_from_db()
        if run.state in (ImportRun.DONE, ImportRun.FAILED):
            return run
        try:
            described = described or source.describe(path)
            if described.sha256 != run.sha256:
                raise BadFile(
                    "Il file è cambiato da quando l’importazione è cominciata.",
                    "The file has changed since the import began.",
                )
            _go_through(run, path, described, actor)
        except BadFile as error:
            fail_import(actor=actor, run_id=run.pk, reason=error.reason)
            raise
        return finish_import(actor=actor, run_id=run.pk)


def _go_through(run: ImportRun, path: Path, described: source.Described, actor: Actor) -> None:
    with closing(source.rows_of(path, described)) as rows:
        _read_rows(run, rows, actor)


def _read_rows(run: ImportRun, rows: Generator[list[str] | BadFile, None, None], actor: Actor) -> None:
    header = next(rows)
    if isinstance(header, BadFile):
        raise header
    layout = layout_of(header)
    if not Comune.objects.exists():
        load_places()
    reader = RowReader(layout, Places(), today().year)
    rejects = imports_folder() / f"import-{run.pk}-rejects.csv"
    forget_seen()
    # The next block is read while the database writes this one.
    with _Rejects(rejects, run.rejects_bytes) as out, ThreadPoolExecutor(1) as ahead:
        blocks = _blocks(rows, reader, run.rows_read)
        coming = ahead.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = ahead.submit(next, blocks, None)
            if block.known:
                remember_seen(block.known)
            if block.lines or block.bad:
                import_block(
                    actor=actor,
                    run_id=run.pk,
                    lines=block.lines,
                    read=block.read,
                    rejected=len(block.bad),
                    reject=partial(_reject, out, block),
                )


@dataclass(slots=True)
class Block:
    """Rows on their way: the lines to write, those that cannot be, and those an earlier process wrote."""

    read: int = 0
    lines: list[str] = field(default_factory=list)
    bad: list[tuple[int, str, list[str]]] = field(default_factory=list)
    originals: dict[int, list[str]] = field(default_factory=dict)
    known: list[tuple[int, str]] = field(default_factory=list)


def _blocks(rows: Iterator[list[str] | BadFile], reader: RowReader, written: int) -> Iterator[Block]:
    """The file in blocks. Of the first ``written`` rows only the tax codes are given: which came first matters."""
    read, size = 0, 0
    block = Block()
    for position, row in enumerate(rows, start=2):
        if not isinstance(row, BadFile) and not any(cell.strip() for cell in row):
            continue
        read += 1
        size += 1
        try:
            if isinstance(row, BadFile):
                raise BadRow(row.reason.it, row.reason.en)
            code, line = reader.read(row, position)
        except BadRow as error:
            if read > written:
                reason = f"{error.reason.it} / {error.reason.en}"
                block.bad.append((position, reason, [] if isinstance(row, BadFile) else row))
        else:
            if read > written:
                block.lines.append(line)
                block.originals[position] = row
            else:
                block.known.append((position, code))
        if size >= BLOCK:
            block.read = read
            yield block
            block, size = Block(), 0
    block.read = read
    yield block


def _reject(out: "_Rejects", block: Block, repeated: dict[int, int], tombstones: dict[int, str]) -> tuple[str, int]:
    """Write the rejected rows of a block, those the database knew among them; the file and its size afterwards."""
    bad = list(block.bad)
    for position, first in repeated.items():
        reason = f"codice_fiscale: già alla riga {first} / already in row {first}"
        bad.append((position, reason, block.originals[position]))
    for position, code in tombstones.items():
        bad.append((position, f"scheda unita a {code} / file merged into {code}", block.originals[position]))
    return str(out.path), out.add(sorted(bad, key=lambda line: line[0]))


class _Rejects:
    """The file of rejected rows: cut at the checkpoint, then only added to."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self._start = size

    def __enter__(self) -> "_Rejects":
        self._file = self.path.open("ab")
        self._file.truncate(self._start)
        if self._start == 0:
            self._file.write(_csv_line(REJECTS_HEADER))
        return self

    def add(self, lines: list[tuple[int, str, list[str]]]) -> int:
        """Add rows and make sure they are on disk; the size of the file afterwards."""
        for position, reason, original in lines:
            self._file.write(_csv_line([str(position), reason, *original]))
        self._file.flush()
        return self._file.tell()

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _csv_line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerow([cell.replace("\0", "�") for cell in cells])
    return text.getvalue().encode("utf-8", "replace")


def rejected_rows(run: ImportRun) -> Iterator[bytes]:
    """The file of rejects, a piece at a time; nothing when there are none."""
    path = Path(run.rejects_path) if run.rejects_path else None
    if path is not None and path.exists():
        with path.open("rb") as file:
            while block := file.read(64 * 1024):
                yield block
