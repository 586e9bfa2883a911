"""Reading a register file of any size, a row at a time, whatever it holds: nothing is ever read whole into memory."""

import codecs
import csv
import hashlib
import io
import zipfile
from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from levante.kernel.pure import Bilingual

BLOCK = 1024 * 1024
#: A line longer than this is no row of a register.
LONGEST_LINE = 256 * 1024
#: An XLSX file larger than this when opened, or this many times its size, is a trap and not a register.
LARGEST_OPENED = 2 * 1024**3
LARGEST_RATIO = 200
SMALL_ENOUGH = 20 * 1024 * 1024
MOST_PARTS = 2000
#: The most the texts shared by the cells may take: the reader keeps them in memory.
LARGEST_SHARED_TEXTS = 300 * 1024 * 1024
MOST_COLUMNS = 500
#: The parser of the standard library refuses a field longer than this: a longer line is left to it.
MOST_SPLIT = 128 * 1024

OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")


class BadFile(ValueError):
    """A file that is not a register: why, in both languages."""

    def __init__(self, it: str, en: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(it, en)


@dataclass(frozen=True, slots=True)
class Described:
    """What one pass over the bytes tells: the fingerprint, how the text is written, about how many rows there are."""

    sha256: str
    kind: str  # csv or xlsx
    encoding: str
    rows: int


def describe(path: Path) -> Described:
    """Look at a file from end to end without keeping it. Raises ``BadFile``."""
    try:
        with path.open("rb") as file:
            return _describe(path, file)
    except IsADirectoryError as error:
        raise BadFile("È una cartella, non un file.", "It is a folder, not a file.") from error
    except FileNotFoundError as error:
        raise BadFile("Il file non esiste.", "The file does not exist.") from error
    except PermissionError as error:
        raise BadFile("Il file non si può leggere.", "The file cannot be read.") from error


def _describe(path: Path, file: io.BufferedReader) -> Described:
    head = file.read(BLOCK)
    if not head.strip():
        raise BadFile("Il file è vuoto.", "The file is empty.")
    if head.startswith(OLD_EXCEL):
        raise BadFile(
            "È un file di Excel del vecchio tipo (.xls): salvalo come .xlsx o CSV.",
            "It is an old Excel file (.xls): save it as .xlsx or CSV.",
        )
    if head.startswith(b"PK\x03\x04"):
        rows = _inspect_archive(path)
        return Described(_fingerprint(file, head), "xlsx", "", rows)
    encoding = _sniff(head)
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8 = encoding == "utf-8-sig"
    newlines, last = 0, b""
    block = head
    while block:
        digest.update(block)
        newlines += block.count(b"\n")
        last = block
        if utf8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                utf8 = False
        block = file.read(BLOCK)
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    if encoding == "utf-8-sig" and not utf8:
        # What is not UTF-8 comes from Windows; the five bytes it does not define are read as Latin-1 does.
        encoding = "windows-1252"
    rows = newlines + (0 if last.endswith(b"\n") else 1) - 1
    return Described(digest.hexdigest(), "csv", encoding, max(rows, 0))


def _sniff(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first_line = head.split(b"\n", 1)[0]
    if b"\0" in first_line or len(first_line) > LONGEST_LINE:
        raise BadFile("Non è un testo CSV né un file XLSX.", "It is neither CSV text nor an XLSX file.")
    return "utf-8-sig"


def _fingerprint(file: io.BufferedReader, head: bytes) -> str:
    digest = hashlib.sha256(head)
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _inspect_archive(path: Path) -> int:
    """Refuse a bomb by what its directory declares: reading a part never gives more than what is declared."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BadFile("Il file XLSX è danneggiato.", "The XLSX file is damaged.") from error
    opened = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    shared = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    too_dense = opened > SMALL_ENOUGH and opened / packed > LARGEST_RATIO
    if len(parts) > MOST_PARTS or opened > LARGEST_OPENED or too_dense or shared > LARGEST_SHARED_TEXTS:
        raise BadFile(
            "Il file XLSX, una volta aperto, è troppo grande: dividilo o usa un CSV.",
            "The XLSX file, once opened, is too large: split it or use CSV.",
        )
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise BadFile("È un archivio, non un foglio XLSX.", "It is an archive, not an XLSX sheet.")
    return 0


def rows_of(path: Path, described: Described) -> Generator[list[str] | BadFile, None, None]:
    """The rows as texts, the header first. A row that cannot be read comes as a ``BadFile`` in its place."""
    if described.kind == "xlsx":
        return _sheet_rows(path)
    return _text_rows(path, described.encoding)


def _text_rows(path: Path, encoding: str) -> Generator[list[str] | BadFile, None, None]:
    lines = _lines(path, encoding)
    first = next(lines, None)
    if first is None or isinstance(first, BadFile):
        raise first or BadFile("Il file è vuoto.", "The file is empty.")
    delimiter = max(";,\t|", key=first.count)
    header = next(_parse(first, delimiter), None)
    yield [] if header is None else header
    yield from _records(lines, delimiter)


def _records(lines: Generator[str | BadFile, None, None], delimiter: str) -> Generator[list[str] | BadFile, None, None]:
    """Rows out of lines. A quote that is never closed spoils its own row and not those after it."""
    for line in lines:
        if isinstance(line, BadFile):
            yield line
            continue
        if '"' not in line and len(line) < MOST_SPLIT:
            text = line.rstrip("\r\n")
            if "\r" not in text:
                yield text.split(delimiter)  # what the parser below would give, many times faster
                continue
        if line.count('"') % 2:
            # A quoted field may go on over a few lines; a stray quote is a quote.
            joined, extra = line, 0
            held = []
            while joined.count('"') % 2 and extra < 20:
                following = next(lines, None)
                if following is None or isinstance(following, BadFile):
                    break
                held.append(following)
                joined += following
                extra += 1
            if joined.count('"') % 2 == 0:
                yield from _parse(joined, delimiter)
                continue
            yield from _parse(line, delimiter, quoting=csv.QUOTE_NONE)
            for other in held:
                yield from _parse(
                    other, delimiter, quoting=csv.QUOTE_NONE if other.count('"') % 2 else csv.QUOTE_MINIMAL
                )
            continue
        yield from _parse(line, delimiter)


def _parse(text: str, delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> Generator[list[str] | BadFile, None, None]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
    except csv.Error:
        yield BadFile("La riga non si può leggere.", "The row cannot be read.")


def _lines(path: Path, encoding: str) -> Generator[str | BadFile, None, None]:
    if encoding == "utf-16":
        with path.open(encoding="utf-16", errors="replace", newline="") as text:
            while line := text.readline(LONGEST_LINE):
                yield line
        return
    with path.open("rb") as raw:
        if encoding == "utf-8-sig" and raw.read(3) != codecs.BOM_UTF8:
            raw.seek(0)
        codec = "utf-8" if encoding == "utf-8-sig" else "cp1252"
        while data := raw.readline(LONGEST_LINE):
            if len(data) == LONGEST_LINE and not data.endswith(b"\n"):
                while (rest := raw.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                yield BadFile("La riga è troppo lunga.", "The row is too long.")
                continue
            try:
                yield data.decode(codec)
            except UnicodeDecodeError:
                yield data.decode("latin-1")


def _sheet_rows(path: Path) -> Generator[list[str] | BadFile, None, None]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        header = next(rows, None)
    except MemoryError:
        raise
    except Exception as error:  # a damaged workbook fails in the library in as many ways as it has parts
        raise _damaged(error) from error
    if header is None:
        raise BadFile("Il foglio è vuoto.", "The sheet is empty.")
    if len(header) > MOST_COLUMNS:
        raise BadFile("Il foglio ha troppe colonne.", "The sheet has too many columns.")
    yield [_cell(value) for value in header]
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except MemoryError:
            raise
        except Exception as error:
            raise _damaged(error) from error
        yield [_cell(value) for value in row]
    book.close()


def _damaged(error: Exception) -> BadFile:
    kind = type(error).__name__
    return BadFile(f"Il foglio XLSX non si può leggere ({kind}).", f"The XLSX sheet cannot be read ({kind}).")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "S" if value else "N"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    return str(value)
