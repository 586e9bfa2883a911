"""What is taken in and what is refused, by what it contains; bad disks; nothing half-recorded."""

import io
import resource
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from levante.documents import kinds
from levante.documents.api import StoredFile, path_of, remove_file, store_upload
from levante.kernel.api import Refused, system

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ACTOR = system("test")


def upload(name, content):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def take(name, content, **options):
    return store_upload(actor=ACTOR, upload=upload(name, content), purpose="attachment", **options)


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(b"\x00\xff\xff\xff")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )  # fmt: skip


def office(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def files_on_disk(settings):
    folder = Path(settings.MEDIA_ROOT)
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("preventivo.pdf", PDF, "pdf"),
        ("foto.PNG", png(), "png"),
        ("curriculum.docx", office(word__document="x"), "docx"),
    ],
)
def test_good_files_are_kept_by_hash(name, content, kind):
    file = take(name, content)
    assert file.kind == kind
    assert path_of(file.sha256).read_bytes() == content
    assert file.size == len(content)


HOSTILE = [
    ("vuoto.pdf", b"", "vuoto"),
    ("programma.pdf", b"MZ\x90\x00" + b"\x00" * 200, "programma eseguibile"),
    ("script.pdf", b"#!/bin/sh\nrm -rf /\n", "programma eseguibile"),
    ("pagina.pdf", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "pagina web"),
    ("disegno.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG"),
    ("disegno.pdf", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    ("zeri.pdf", b"\x00" * 5000, "zeri"),
    ("vero.docx", PDF, "non corrisponde"),
    ("troncato.pdf", PDF[:-10], "completo"),
    ("rovinata.png", png()[:40], "rovinato"),
    ("rovinato.docx", office(word__document="x")[:60], "rovinato"),
    ("macro.docx", office(word__vbaProject="x") .replace(b"vbaProject", b"vbaProject"), None),
    ("archivio.zip", office(a="b"), "archivio compresso"),
    ("nul.pdf", b"\x00%PDF-1.4\n%%EOF", "tipo"),
    ("busta.p7m", b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + b"\x00" * 40, "busta firmata"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "reason"), [case for case in HOSTILE if case[2]], ids=lambda v: str(v)[:14]
)
def test_hostile_files_are_refused_with_the_reason(name, content, reason, settings):
    before = files_on_disk(settings)
    with pytest.raises(Refused, match=reason) as refusal:
        take(name, content)
    assert refusal.value.reason.en
    assert not StoredFile.objects.exists()
    assert files_on_disk(settings) == before


def test_macros_are_refused():
    with pytest.raises(Refused, match="macro"):
        take("foglio.xlsx", office(**{"xl__vbaProject.bin": "x"}))


def test_a_plain_archive_is_not_a_document():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("uno.txt", "x")
    with pytest.raises(Refused, match="archivio"):
        take("finto.docx", out.getvalue())


def test_a_bomb_is_not_opened(monkeypatch):
    monkeypatch.setattr(kinds, "ARCHIVE_EXPANDED", 1024 * 1024)
    with pytest.raises(Refused, match="espande"):
        take("bomba.docx", office(word__document=b"\x00" * (4 * 1024 * 1024)))


def test_a_bomb_that_lies_about_its_size(monkeypatch):
    monkeypatch.setattr(kinds, "ARCHIVE_EXPANDED", 1024 * 1024)
    honest = office(word__document=b"\x00" * (4 * 1024 * 1024))
    lying = honest.replace(struct.pack("<I", 4 * 1024 * 1024), struct.pack("<I", 1000))
    with pytest.raises(Refused):
        take("bomba.docx", lying)


class Zeros:
    """Two gigabytes of zeros that nobody has to hold."""

    name, size = "enorme.pdf", None
    given = 0

    def chunks(self):
        for _ in range(2048):
            Zeros.given += 1
            yield b"\x00" * 1024 * 1024


def test_two_gigabytes_are_stopped_at_the_limit(settings):
    before = files_on_disk(settings)
    with pytest.raises(Refused, match="supera 10 MB"):
        store_upload(actor=ACTOR, upload=Zeros(), purpose="attachment")
    assert Zeros.given <= 12
    for name, purpose, tip in (
        ("domanda.pdf.P7M", "attachment", "poi firmalo di nuovo"),
        ("foto.jpg", "attachment", "qualità più bassa.$"),
        ("domanda.pdf", "signed", "solo il documento scaricato da qui"),
    ):
        large = Zeros()
        large.name, large.size = name, 30 * 1024 * 1024
        with pytest.raises(Refused, match=tip):
            store_upload(actor=ACTOR, upload=large, purpose=purpose)
    assert files_on_disk(settings) == before


def test_a_full_disk_leaves_nothing_behind(settings):
    content = PDF[:9] + b"x" * 300_000 + PDF[9:]
    before = files_on_disk(settings)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(Refused, match="non ha spazio"):
            take("grande.pdf", content)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not StoredFile.objects.exists()
    assert files_on_disk(settings) == before
    assert take("grande.pdf", content).size == len(content)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Utenti\\Anna\\bilancio.pdf", "bilancio.pdf"),
        ("fattura\x00\r\n.pdf", "fattura.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("", "file"),
        ("a" * 400 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given, kept):
    assert kinds.harmless_name(given) == kept


def test_the_same_content_is_kept_once_and_goes_with_the_last(django_capture_on_commit_callbacks):
    first, second = take("a.pdf", PDF), take("b.pdf", PDF)
    assert first.sha256 == second.sha256
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(actor=ACTOR, file=first)
    assert path_of(second.sha256).exists()
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(actor=ACTOR, file=second)
    assert not path_of(second.sha256).exists()


def test_a_field_narrows_what_is_accepted():
    with pytest.raises(Refused, match="PNG"):
        take("foto.png", png(), accept=["pdf"])
    with pytest.raises(Refused, match="supera"):
        take("grande.pdf", PDF[:9] + b"x" * 2_000_000 + PDF[9:], limit=1024 * 1024)


def test_what_was_stopped_on_its_way_is_not_taken_for_nothing(rf, monkeypatch):
    """A view that takes a document or none would record none: whoever reads what came is refused with the reason."""
    from levante.documents import uploads

    monkeypatch.setattr(uploads, "LIMIT", 1024 * 1024)
    large = SimpleUploadedFile("prova.pdf", PDF + b"\x00" * 1_200_000)
    request = rf.post("/impresa/altro/", {"file": large, "text": "x"})
    found = request.FILES["file"]
    assert (request.POST["text"], found.name, found.size > 1024 * 1024) == ("x", "prova.pdf", True)
    for take in (lambda: store_upload(actor=ACTOR, upload=found, purpose="attachment"), found.read, found.chunks):
        with pytest.raises(Refused, match="non è stato caricato"):
            take()
    request.close()
