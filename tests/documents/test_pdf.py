"""Documents made from data: tagged PDFs, or a clear sentence where they cannot be made."""

import zlib
from pathlib import Path

import pytest

from levante.documents import pdf
from levante.documents.api import PdfUnavailable, generate_document, pdf_available, render_pdf
from levante.documents.models import GeneratedDocument
from levante.kernel.api import system


def inflated(content):
    """The PDF with its compressed streams opened."""
    found = [content]
    for part in content.split(b"stream\n")[1:]:
        try:
            found.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            continue
    return b"".join(found)


@pytest.fixture
def template(settings, tmp_path):
    (tmp_path / "prova.html").write_text(
        '{% extends "documents/base.html" %}{% block content %}<h1>{{ title }}</h1><p>{{ text }}</p>'
        '{% if image %}<img src="{{ image }}" alt="x">{% endif %}{% endblock %}'
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return "prova.html"


@pytest.mark.slow  # WeasyPrint reads the fonts of the machine the first time
@pytest.mark.paper
def test_a_pdf_is_tagged_with_title_and_language(template):
    if not pdf_available():
        pytest.skip("Pango is not on this machine")
    content = render_pdf(template=template, context={"text": "Ciao"}, title="Prova", language="it")
    assert pdf._mine.fonts is pdf._fonts(), "the fonts are read once: what they take is never given back"
    assert content.startswith(b"%PDF-")
    inside = inflated(content)
    assert b"/MarkInfo" in inside
    assert b"/StructTreeRoot" in inside
    assert b"/Lang (it)" in inside
    assert b"Prova" in inside


def test_every_paper_has_title_and_language_and_one_printer_tags_it():
    """The printer asks WeasyPrint for PDF/UA or PDF/A-2a, which are tagged; what it is given says title and language."""
    source = Path(pdf.__file__).parents[1]
    papers = sorted(source.rglob("templates/**/pdf_*.html"))
    assert len(papers) >= 5
    for paper in papers:
        text = paper.read_text(encoding="utf-8")
        own = "<html lang=" in text and "<title>{{ title }}</title>" in text
        assert own or '{% extends "documents/base.html" %}' in text, paper.name
    printers = [path.name for path in source.rglob("*.py") if "import weasyprint" in path.read_text(encoding="utf-8")]
    assert printers == ["pdf.py"]
    assert {pdf.TO_READ, pdf.TO_KEEP, pdf.WITH_FILES} == {"pdf/ua-1", "pdf/a-2a", "pdf/a-3a"}


@pytest.mark.django_db
def test_without_pango_the_data_stay_with_the_reason(template, monkeypatch):
    def missing():
        raise PdfUnavailable

    monkeypatch.setattr(pdf, "_weasyprint", missing)
    assert not pdf_available()
    subject = GeneratedDocument(pk=1)
    made = generate_document(
        actor=system("test"), kind="test", template=template, title="Prova", data={"text": "Ciao"}, subject=subject
    )
    assert made.file is None
    assert "Pango" in made.problem
    assert made.data == {"text": "Ciao"}
