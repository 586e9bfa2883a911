"""Opening a file of the RNA's open data: plain, gzip or zip, as one stream of bytes of known limits."""

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from levante.kernel.pure import Bilingual

CHUNK = 256 * 1024

#: A compressed file may grow this many times; the RNA's own grow twenty to thirty. A smaller excess is let pass, so that
#: a tiny file of repetitive trials is not taken for a bomb.
LARGEST_RATIO = 200
RATIO_FREE = 64 * 1024 * 1024
LARGEST_XML = 200 * 1024**3


class UnreadableFile(Exception):
    """The file cannot be read (further): why, in both languages. What was recorded before stays."""

    def __init__(self, it: str, en: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(it, en)


def fingerprint_of(path: Path) -> str:
    """SHA-256 of the file as it is: the same file is recognised whatever its name."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(1024 * 1024):
            digest.update(block)
    return digest.hexdigest()


def parts_of(path: Path) -> Iterator[tuple[Iterator[bytes], Callable[[], int]]]:
    """The XML documents in the file, one after the other: chunks, and how many bytes of the file were read so far.

    A plain or gzip file is one document; a zip has one for each member whose name ends in ``.xml``.
    """
    with path.open("rb") as raw:
        head = raw.read(4)
        raw.seek(0)
        if head[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield _limited(unpacked, raw.tell), raw.tell
        elif head == b"PK\x03\x04" or head == b"PK\x05\x06":
            yield from _zip_parts(raw)
        else:
            yield _limited(raw, raw.tell, compressed=False), raw.tell


def _zip_parts(raw: IO[bytes]) -> Iterator[tuple[Iterator[bytes], Callable[[], int]]]:
    try:
        archive = zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise UnreadableFile("Il file zip è rovinato.", f"The zip file is damaged: {error}.") from error
    with archive:
        members = [item for item in archive.infolist() if item.filename.lower().endswith(".xml") and not item.is_dir()]
        if not members:
            raise UnreadableFile("Lo zip non contiene file .xml.", "The zip holds no .xml file.")
        before = 0
        for member in members:
            if member.flag_bits & 0x1:
                raise UnreadableFile("Lo zip è protetto da password.", "The zip is protected by a password.")
            at = before
            with _opened(archive, member) as unpacked:
                # A zip member does not say how far it got in the archive: what it has given, scaled, is near enough.
                counted = _Counted(unpacked)
                scale = member.compress_size / max(1, member.file_size)

                def position(counted: _Counted = counted, scale: float = scale, at: int = at) -> int:
                    return at + int(counted.given * scale)

                compressed = member.compress_size
                yield _limited(counted, lambda compressed=compressed: compressed), position
            before += member.compress_size


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableFile("Lo zip non si può leggere.", f"The zip cannot be read: {error}.") from error


class _Counted(io.RawIOBase):
    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.given += len(block)
        return block


def _limited(source: IO[bytes] | _Counted, packed: Callable[[], int], *, compressed: bool = True) -> Iterator[bytes]:
    """Chunks of the document, until it ends or grows beyond what a true file would."""
    total = 0
    while True:
        try:
            block = source.read(CHUNK)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, OSError) as error:
            raise UnreadableFile(
                "Il file compresso è rovinato o incompleto.", f"The compressed file is damaged or cut short: {error}."
            ) from error
        if not block:
            return
        total += len(block)
        if compressed and total > RATIO_FREE and total > LARGEST_RATIO * max(1, packed()):
            raise UnreadableFile(
                f"Il file si espande più di {LARGEST_RATIO} volte: non è un file dell’RNA.",
                f"The file grows more than {LARGEST_RATIO} times: it is not a file of the RNA.",
            )
        if total > LARGEST_XML:
            raise UnreadableFile("Il file è troppo grande.", "The file is too large.")
        yield block
