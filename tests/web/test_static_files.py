"""What browsers keep has its content in its name; pages travel compressed, files as they are."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from levante.web import static_files
from levante.web.middleware import CompressedPages


@pytest.fixture
def few(tmp_path, monkeypatch, settings):
    """A folder of two files, collected in another."""
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "a.css").write_text('body { background: url("mark.svg"); } ' + "p { color: red; } " * 100)
    (sources / "mark.svg").write_text("<svg></svg>")
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATIC_ROOT.mkdir()
    monkeypatch.setattr(static_files, "_sources", lambda: {name: sources / name for name in ("a.css", "mark.svg")})
    return sources


def test_a_new_content_is_a_new_name(few, settings):
    assert static_files.collect() == 2
    first = static_files.PageFiles().url("a.css")
    assert first.startswith("/static/a.")
    assert first != "/static/a.css"
    hashed = settings.STATIC_ROOT / first.removeprefix("/static/")
    assert "mark." in hashed.read_text()
    assert '"mark.svg"' not in hashed.read_text()
    assert gzip.decompress(hashed.with_name(hashed.name + ".gz").read_bytes()) == hashed.read_bytes()
    (few / "a.css").write_text("p { color: blue; }")
    static_files.collect()
    assert static_files.PageFiles().url("a.css") != first


def test_what_was_not_collected_keeps_its_name(few):
    static_files.collect()
    assert static_files.PageFiles().url("admin/css/base.css") == "/static/admin/css/base.css"


def test_nothing_is_done_when_nothing_changed(few, monkeypatch):
    static_files.collect()
    monkeypatch.setattr(static_files, "PageFiles", None)
    assert static_files.collect() == 2


def test_the_files_named_are_there():
    assert set(static_files.PAGE_FILES) <= set(static_files._sources())


def test_pages_travel_compressed_and_files_do_not():
    def answer(response, accept="gzip"):
        request = RequestFactory().get("/", headers={"accept-encoding": accept})
        return CompressedPages(lambda request: response)(request)

    text = "parole " * 200
    page = answer(HttpResponse(text))
    assert page["Content-Encoding"] == "gzip"
    assert gzip.decompress(page.content).decode() == text
    assert "Content-Encoding" not in answer(HttpResponse(text), accept="identity")
    assert "Content-Encoding" not in answer(HttpResponse(text.encode(), content_type="application/pdf"))
    assert "Content-Encoding" not in answer(StreamingHttpResponse([text], content_type="application/json"))
