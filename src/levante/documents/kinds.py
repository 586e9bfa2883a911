"""What a file may be: recognised by what it contains, its name only confirming it. Pure but for the two parsers."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from levante.kernel.pure import Bilingual, Decision

MEGABYTE = 1024 * 1024

#: Limits of an archive's inside (an office document is one): what expands beyond them is a bomb, not a document.
ARCHIVE_EXPANDED = 200 * MEGABYTE
ARCHIVE_ENTRIES = 5_000
#: Pixels of an image: about 120 megapixels, more than any scanner an office has.
IMAGE_PIXELS = 120_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of content: how it is told, by which names it goes, how it is served."""

    code: str
    label: Bilingual
    content_type: str
    extensions: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    inspect: Callable[[BinaryIO], Decision]


def _fine(_: BinaryIO) -> Decision:
    return Decision.yes()


def _pdf(content: BinaryIO) -> Decision:
    content.seek(0, io.SEEK_END)
    content.seek(max(0, content.tell() - 2048))
    if b"%%EOF" not in content.read():
        return Decision.no(
            "Il PDF non è completo: manca la fine. Salvalo di nuovo e riprova.",
            "The PDF is not complete: its end is missing. Save it again and retry.",
        )
    return Decision.yes()


def _image(content: BinaryIO) -> Decision:
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(content)
        width, height = image.size
        if width * height > IMAGE_PIXELS:
            return Decision.no("L’immagine è troppo grande (oltre 120 megapixel).", "The image is over 120 megapixels.")
        image.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return Decision.no(
            "L’immagine non si apre: il file è rovinato.", "The image does not open: the file is damaged."
        )
    return Decision.yes()


def _office(content: BinaryIO) -> Decision:
    """An Office or OpenDocument file: a sane archive, without macros."""
    bomb = Decision.no(
        "Il file compresso si espande oltre ogni misura ragionevole: non lo apriamo.",
        "The compressed file expands beyond any reasonable size: it is not opened.",
    )
    damaged = Decision.no(
        "Il documento non si apre: il file è rovinato.", "The document does not open: the file is damaged."
    )
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            if len(entries) > ARCHIVE_ENTRIES or sum(entry.file_size for entry in entries) > ARCHIVE_EXPANDED:
                return bomb
            names = {entry.filename for entry in entries}
            if not names & {"[Content_Types].xml", "mimetype"}:
                return Decision.no(
                    "È un archivio compresso, non un documento: carica i file uno per uno.",
                    "It is a compressed archive, not a document: upload the files one by one.",
                )
            if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
                return Decision.no(
                    "Il documento contiene macro (programmi): salvalo senza macro e riprova.",
                    "The document contains macros (programs): save it without them and retry.",
                )
            expanded = 0
            for entry in entries:
                if entry.flag_bits & 0x1:
                    return Decision.no("Il documento è protetto da password.", "The document is password-protected.")
                with archive.open(entry) as part:  # headers can lie: what counts is what comes out
                    while chunk := part.read(MEGABYTE):
                        expanded += len(chunk)
                        if expanded > ARCHIVE_EXPANDED:
                            return bomb
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError, ValueError):
        return damaged
    except Exception as error:  # zlib.error has no common ancestor with the others
        if type(error).__name__ == "error":
            return damaged
        raise
    return Decision.yes()


def _signed(content: BinaryIO) -> Decision:
    """A CAdES envelope (.p7m): DER or base64, holding signed data."""
    from asn1crypto import cms, pem

    raw = content.read()
    wrong = Decision.no(
        "Il file .p7m non contiene una busta firmata leggibile.", "The .p7m file holds no readable signed envelope."
    )
    try:
        if pem.detect(raw):
            _, _, raw = pem.unarmor(raw)
        elif not raw.startswith(b"\x30"):
            import base64

            raw = base64.b64decode(raw, validate=False)
        envelope = cms.ContentInfo.load(raw, strict=False)
        if envelope["content_type"].native != "signed_data":
            return wrong
    except (ValueError, TypeError, KeyError):
        return wrong
    return Decision.yes()


def _xml(content: BinaryIO) -> Decision:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    try:
        for _, element in iterparse(content, forbid_dtd=True):
            element.clear()
    except DefusedXmlException:
        return Decision.no(
            "Il file XML contiene definizioni o entità, che non accettiamo.",
            "The XML file holds definitions or entities, which are not accepted.",
        )
    except (ParseError, ValueError, LookupError):
        return Decision.no("Il file XML non è ben formato.", "The XML file is not well formed.")
    return Decision.yes()


def _looks_signed(head: bytes) -> bool:
    if head[:1] == b"\x30":
        return b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" in head[:64]
    return head.startswith((b"-----BEGIN PKCS7", b"-----BEGIN CMS")) or bool(
        re.match(rb"MI[A-Za-z0-9+/\r\n]{60}", head)
    )


def _looks_xml(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    # A message of a bank (ISO 20022) is one by its root too, where its declaration was left out.
    if not re.match(rb"<\?xml|<(\w+:)?Document[\s>]", text):
        return False
    return not re.search(rb"<(!doctype\s+html|html|svg|script)\b", text, re.IGNORECASE)


def _looks_mail(head: bytes) -> bool:
    """Lines of headers, one of which only mails have."""
    top = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    lines = re.split(rb"\r?\n(?![ \t])", top)
    known = re.compile(rb"(message-id|x-ricevuta|received|from):", re.IGNORECASE)
    whole = all(re.match(rb"[!-9;-~]+:", line) for line in lines[:-1] or lines)
    return whole and any(known.match(line) for line in lines)


_ZIP = (b"PK\x03\x04",)

KINDS = {
    kind.code: kind
    for kind in (
        Kind("pdf", Bilingual("PDF", "PDF"), "application/pdf", ("pdf",), lambda head: head.startswith(b"%PDF-"), _pdf),
        Kind(
            "p7m",
            Bilingual("documento firmato (.p7m)", "signed document (.p7m)"),
            "application/pkcs7-mime",
            ("p7m",),
            _looks_signed,
            _signed,
        ),
        Kind("png", Bilingual("immagine PNG", "PNG image"), "image/png", ("png",),
             lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), _image),
        Kind("jpeg", Bilingual("immagine JPEG", "JPEG image"), "image/jpeg", ("jpg", "jpeg"),
             lambda head: head.startswith(b"\xff\xd8\xff"), _image),
        Kind("docx", Bilingual("documento Word", "Word document"),
             "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",),
             lambda head: head.startswith(_ZIP), _office),
        Kind("xlsx", Bilingual("foglio Excel", "Excel sheet"),
             "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",),
             lambda head: head.startswith(_ZIP), _office),
        Kind("odt", Bilingual("documento OpenDocument", "OpenDocument text"),
             "application/vnd.oasis.opendocument.text", ("odt",), lambda head: head.startswith(_ZIP), _office),
        Kind("ods", Bilingual("foglio OpenDocument", "OpenDocument sheet"),
             "application/vnd.oasis.opendocument.spreadsheet", ("ods",), lambda head: head.startswith(_ZIP), _office),
        Kind("xml", Bilingual("file XML", "XML file"), "application/xml", ("xml",), _looks_xml, _xml),
        Kind("eml", Bilingual("messaggio di posta", "mail message"), "message/rfc822", ("eml",), _looks_mail, _fine),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a file is taken in: which kinds, up to how many bytes."""

    kinds: tuple[str, ...]
    limit: int


PURPOSES = {
    "attachment": Purpose(("pdf", "p7m", "png", "jpeg", "docx", "xlsx", "odt", "ods"), 10 * MEGABYTE),
    "signed": Purpose(("pdf", "p7m"), 20 * MEGABYTE),
    "signed-paper": Purpose(("pdf", "p7m", "png", "jpeg"), 20 * MEGABYTE),
    "invoice": Purpose(("xml", "p7m", "pdf"), 10 * MEGABYTE),
    "image": Purpose(("png", "jpeg"), 10 * MEGABYTE),
    "generated": Purpose(("pdf",), 100 * MEGABYTE),
    "mail": Purpose(("eml",), 100 * MEGABYTE),
    "payment-order": Purpose(("xml",), 100 * MEGABYTE),
    "bank-answer": Purpose(("xml",), 100 * MEGABYTE),
    "proof": Purpose(("pdf", "p7m", "png", "jpeg", "eml"), 20 * MEGABYTE),
}


def to_lighten(name: str) -> Bilingual:
    """What to do with a file that is too large: what is signed no longer changes."""
    if extension_of(name) == "p7m":
        return Bilingual(
            "Un file firmato non si può ridurre: riduci il documento, poi firmalo di nuovo.",
            "A signed file cannot be made smaller: make the document smaller, then sign it again.",
        )
    if extension_of(name) == "pdf":
        return Bilingual(
            "Prova a salvarlo con una qualità più bassa; se è firmato, riducilo e poi firmalo di nuovo.",
            "Try to save it with a lower quality; if it is signed, make it smaller and then sign it again.",
        )
    return Bilingual(
        "Prova a salvarlo con una qualità più bassa.",
        "Try to save it with a lower quality.",
    )


def extension_of(name: str) -> str:
    return Path(name).suffix.lower().lstrip(".")


def harmless_name(name: str) -> str:
    """The sender's name without folders, control and bidirectional characters, at most 200 characters; never empty."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '"<>:|?*;')
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(name) > 200:
        name = stem[: 199 - len(suffix)] + dot + suffix[:20]
    return name[:200] or "file"


def recognise(head: bytes, name: str) -> Kind | None:
    """The kind whose content begins like this; among those that begin alike (archives) the one with that name, or none."""
    alike = [kind for kind in KINDS.values() if kind.recognises(head)]
    named = [kind for kind in alike if extension_of(name) in kind.extensions]
    return named[0] if named else alike[0] if len(alike) == 1 else None


def what_it_is(head: bytes) -> Bilingual:
    """In plain words, what a refused content looks like; libmagic says more where it is installed."""
    text = head.lstrip().lower()
    if head[:2] == b"MZ" or head[:4] == b"\x7fELF" or head[:2] == b"#!":
        return Bilingual("un programma eseguibile", "an executable program")
    if re.search(rb"<svg\b", text):
        return Bilingual("un disegno SVG, che può contenere programmi", "an SVG drawing, which may hold programs")
    if re.search(rb"<(!doctype\s+html|html|script|body)\b", text):
        return Bilingual("una pagina web", "a web page")
    if head.startswith(_ZIP):
        return Bilingual("un archivio compresso", "a compressed archive")
    if head and not head.strip(b"\x00"):
        return Bilingual("un file di soli zeri", "a file of zeros")
    try:
        import magic

        found = magic.from_buffer(head, mime=True)
    except (ImportError, OSError):
        found = ""
    if found in {"", "application/octet-stream"}:
        return Bilingual("di un tipo che non riconosciamo", "of a kind we do not recognise")
    if found == "text/plain":
        return Bilingual("un testo semplice", "a plain text")
    return Bilingual(f"di tipo {found}", f"of type {found}")
