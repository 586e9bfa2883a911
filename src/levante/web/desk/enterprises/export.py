"""The list of enterprises as a file, row by row: nothing is ever held whole in memory."""

import csv
import io
from collections.abc import Iterator
from tempfile import NamedTemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext

from levante.parties.api import EnterpriseQuerySet, with_place

#: What a sheet can hold and a person can look at.
MOST_IN_SHEET = 100_000
COLUMNS = ("tax_code", "vat_number", "name", "legal_form", "ateco", "comune_name", "province", "size", "status", "pec")


def header() -> list[str]:
    return [
        gettext("Tax code"),
        gettext("VAT number"),
        gettext("Name"),
        gettext("Legal form"),
        "ATECO",
        gettext("Comune"),
        gettext("Province"),
        gettext("Size"),
        gettext("Status"),
        "PEC",
        gettext("Sectors"),
        gettext("Demonstration"),
    ]


def rows(found: EnterpriseQuerySet, most: int | None = None) -> Iterator[list[str]]:
    values = with_place(found).order_by("search_name", "id").values_list(*COLUMNS, "sectors", "is_demo")[:most]
    for *texts, sectors, is_demo in values.iterator(chunk_size=2000):
        yield [
            *[_safe(text or "") for text in texts],
            ", ".join(sectors),
            gettext("demonstration data") if is_demo else "",
        ]


def csv_lines(found: EnterpriseQuerySet) -> Iterator[bytes]:
    """A CSV in UTF-8 with its mark, semicolons as Italian sheets expect."""
    yield b"\xef\xbb\xbf" + _line(header())
    for row in rows(found):
        yield _line(row)


def xlsx_file(found: EnterpriseQuerySet) -> IO[bytes]:
    """An XLSX of at most ``MOST_IN_SHEET`` rows, in a temporary file that goes when it is closed."""
    file = NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(
        file.name, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for i, row in enumerate([header()]):
        sheet.write_row(i, 0, row, book.add_format({"bold": True}))
    for i, row in enumerate(rows(found, MOST_IN_SHEET), start=1):
        sheet.write_row(i, 0, row)
    book.close()
    return file


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


def _safe(text: Any) -> str:
    """A text that a sheet will not take for a formula."""
    written = str(text)
    return f"'{written}" if written[:1] in ("=", "+", "-", "@", "\t", "\r") else written
