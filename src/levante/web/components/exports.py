"""Lists as files: CSV as spreadsheets in Italy open it, XLSX with true numbers and days."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from types import SimpleNamespace
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from levante.kernel.api import ROME, today
from levante.kernel.pure import money_text

KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


#: The lines of a CSV that are sent together.
PIECE = 200
#: The rows that a sheet holds: those beyond go on in another sheet, under the same headings.
SHEET_ROWS = 1_048_576


def table_file(kind: str, name: str, rows: Iterable[list[Any]]) -> HttpResponse:
    """The rows (the first is the headings) as a download named ``name-YYYY-MM-DD.kind``; ``kind`` is a key of ``KINDS``.

    A CSV is sent while the rows are read, with the page's transaction over: they are read by a cursor that outlives it.
    """
    if kind == "csv":
        return streamed_csv(name, rows)  # type: ignore[return-value]
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    _write_xlsx(out, rows)
    out.seek(0)
    return FileResponse(  # type: ignore[return-value]
        out, content_type=KINDS[kind], as_attachment=True, filename=f"{name}-{today():%Y-%m-%d}.{kind}"
    )


def streamed_csv(name: str, rows: Iterable[list[Any]]) -> StreamingHttpResponse:
    """The rows (the first is the headings) as a CSV sent while it is read: nothing is kept, whatever their number. Semicolons
    and a byte-order mark; no text is taken for a formula."""
    echo: Any = SimpleNamespace(write=lambda text: text)
    writer = csv.writer(echo, delimiter=";")
    return StreamingHttpResponse(
        chain(("\ufeff",), _pieces(writer, rows)),
        content_type=KINDS["csv"],
        headers={
            "Content-Disposition": str(content_disposition_header(True, f"{name}-{today():%Y-%m-%d}.csv")),
        },
    )


def _pieces(writer: Any, rows: Iterable[list[Any]]) -> Iterator[str]:
    """The lines, some hundreds at a time: each piece that is sent costs the server as much as a line does. The first goes at once."""
    lines: list[str] = []
    most = 1
    for row in rows:
        lines.append(writer.writerow([_cell(value) for value in row]))
        if len(lines) == most:
            yield "".join(lines)
            lines, most = [], PIECE
    if lines:
        yield "".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(ROME).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return money_text(value)
    text = str(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _write_xlsx(out: Any, rows: Iterable[list[Any]]) -> None:
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}
    book = xlsxwriter.Workbook(out, options)
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    instant = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    found = iter(rows)
    headings = next(found, [])
    sheet, place = None, SHEET_ROWS
    for row in chain(([],), found):  # one sheet with its headings, though no row follows
        if place == SHEET_ROWS:
            sheet, place = book.add_worksheet(), 1
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(headings):
                sheet.write_string(0, column, str(heading), bold)
        if not row:
            continue
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(place, column, value.astimezone(ROME).replace(tzinfo=None), instant)
            elif isinstance(value, date):
                sheet.write_datetime(place, column, datetime(value.year, value.month, value.day))  # noqa: DTZ001 - a day
            elif isinstance(value, Decimal):
                sheet.write_number(place, column, float(value), money)
            elif isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(place, column, value)
            elif value is not None:
                sheet.write_string(place, column, str(value))
        place += 1
    book.close()
