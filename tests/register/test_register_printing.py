"""The receipt on paper: its QR leads back to the entry; the PDF is tagged, with title and language."""

import re
import zlib

import pytest
from django.utils import translation

from levante.documents.api import pdf_available
from levante.kernel.api import system
from levante.register.api import append_entry, receipt_page
from levante.web.site.register.printing import receipt_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt():
    return append_entry(
        actor=system("test"), kind="applications.transmitted", subject="application:7",
        payload={"codice_fiscale": "RSSMRA80A01A662X"}, idempotency_key="k",
    )  # fmt: skip


def test_the_qr_leads_to_the_entry_and_tells_nothing_of_it(client, receipt):
    page = receipt_page(receipt, verify_url="http://testserver/verifica/")
    answer = client.get(page["qr_address"].removeprefix("http://testserver"))
    assert "Il registro contiene questa registrazione" in answer.content.decode()
    assert "RSSMRA" not in str({**page, "receipt": None})
    assert page["qr"].startswith("data:image/svg+xml")


@pytest.mark.slow  # lays out a page
@pytest.mark.parametrize(("language", "title"), [("it", "Ricevuta"), ("en", "Receipt")])
@pytest.mark.paper
def test_the_pdf_is_tagged_with_title_and_language(receipt, language, title):
    available = pdf_available()
    if not available:
        pytest.skip(available.reason.en)
    with translation.override("it"):
        pdf = receipt_pdf(receipt, language=language, what="Voucher Fiere")
    assert pdf.startswith(b"%PDF-1.7")
    whole = pdf + b"".join(
        _inflate(stream) for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    )
    assert b"pdfuaid:part" in whole
    assert b"/MarkInfo" in whole
    assert b"/StructTreeRoot" in whole
    assert re.search(rb"/Lang ?\(" + language.encode(), whole)
    assert title.encode() in whole.replace(b"\x00", b"")
    assert b"RSSMRA" not in whole


def _inflate(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
