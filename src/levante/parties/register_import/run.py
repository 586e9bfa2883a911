"""Going through a register file, from the checkpoint to the end, a block at a time."""

import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

from levante.kernel.api import Actor, today
from levante.parties.models import Comune, ImportRun
from levante.parties.reference import load_places
from levante.parties.register_import import source
from levante.parties.register_import.rows import BadRow, Layout, Places, Value, layout_of, staged
from levante.parties.register_import.source import BadFile
from levante.parties.services.imports import (
    fail_import,
    finish_import,
    import_block,
    imports_folder,
    request_import,
    sole_runner,
)

BLOCK = 5000
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
    reader = _Reader(layout, Places())
    rejects = imports_folder() / f"import-{run.pk}-rejects.csv"
    with _Rejects(rejects, run.rejects_bytes) as out:
        read = 0
        good: list[tuple[Value, ...]] = []
        bad: list[tuple[int, str, list[str]]] = []
        originals: dict[int, list[str]] = {}
        for position, row in enumerate(rows, start=2):
            if not isinstance(row, BadFile) and not any(cell.strip() for cell in row):
                continue
            read += 1
            outcome = reader.read(row, position)
            if read <= run.rows_read:
                continue  # written before the cut: read again only to know which tax codes were seen
            if isinstance(outcome, str):
                bad.append((position, outcome, [] if isinstance(row, BadFile) else row))
            else:
                good.append(outcome)
                originals[position] = row  # type: ignore[assignment]
            if len(good) + len(bad) >= BLOCK:
                _write(run, actor, out, good, bad, originals, read)
                good, bad, originals = [], [], {}
        if good or bad:
            _write(run, actor, out, good, bad, originals, read)


def _write(
    run: ImportRun,
    actor: Actor,
    out: "_Rejects",
    good: list[tuple[Value, ...]],
    bad: list[tuple[int, str, list[str]]],
    originals: dict[int, list[str]],
    read: int,
) -> None:
    merged = _merged_codes(good)
    left = [row for row in good if row[1] not in merged]
    bad = bad + [
        (
            int(row[0]),  # type: ignore[arg-type]
            f"scheda unita a {merged[str(row[1])]} / file merged into {merged[str(row[1])]}",
            originals[int(row[0])],  # type: ignore[arg-type]
        )
        for row in good
        if row[1] in merged
    ]
    size = out.add(sorted(bad, key=lambda line: line[0]))
    late = import_block(
        actor=actor,
        run_id=run.pk,
        rows=left,
        read=read,
        rejected=len(bad),
        rejects_path=str(out.path),
        rejects_bytes=size,
    )
    if late:
        # A merge came between the look and the write: these rows were counted as rejected and are told apart here.
        out.add([(i, f"scheda unita a {code} / file merged into {code}", originals[i]) for i, code in late.items()])


def _merged_codes(rows: list[tuple[Value, ...]]) -> dict[str, str]:
    from levante.parties.models import Enterprise

    codes = [row[1] for row in rows]
    return dict(
        Enterprise.objects.filter(tax_code__in=codes, status=Enterprise.MERGED)
        .order_by("id")
        .values_list("tax_code", "merged_into__tax_code")
    )


class _Reader:
    """Rows into values, remembering the tax codes seen: the first row of a tax code is the one that counts."""

    def __init__(self, layout: Layout, places: Places) -> None:
        self.layout = layout
        self.places = places
        self.seen: dict[str, int] = {}
        self.this_year = today().year

    def read(self, row: list[str] | BadFile, position: int) -> tuple[Value, ...] | str:
        """The values, or the reason in both languages why there are none."""
        if isinstance(row, BadFile):
            return f"{row.reason.it} / {row.reason.en}"
        try:
            values = staged(row, self.layout, self.places, position, self.this_year)
        except BadRow as error:
            return f"{error.reason.it} / {error.reason.en}"
        first = self.seen.setdefault(str(values[1]), position)
        if first != position:
            return f"codice_fiscale: già alla riga {first} / already in row {first}"
        return values


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
