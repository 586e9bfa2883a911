"""From bytes to text an XML parser accepts: the result never depends on where the chunks are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aid.rna_files import aid, document

from levante.aid.rna_parser import elements_in
from levante.aid.rna_source import UnreadableFile
from levante.aid.rna_text import clean_text


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


def read(data: bytes, size: int = 1 << 20) -> list[dict[str, str]]:
    return [element.fields for element in elements_in(clean_text(cut(data, size)))]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 4096])
def test_nothing_depends_on_where_chunks_are_cut(size, monkeypatch):
    monkeypatch.setattr("levante.aid.rna_text._HEAD", 1)
    spoilt = "A\x02\x10\x1aB &#x2;&#16;C &amp; è &#xE8; € \ufffe"
    data = document([aid("1", title=spoilt), aid("2")]).encode()
    first, second = read(data, size)
    assert first["TITOLO_MISURA"] == "AB C & è è €"
    assert second["COR"] == "2"


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_cutting_at_random_changes_nothing(sizes, encoding):
    data = document([aid("77", title="Qualità &#x1A;&#38; \x10prezzo 𝔏")]).encode(encoding)
    chunks, place, turn = [], 0, 0
    while place < len(data):
        step = sizes[turn % len(sizes)]
        chunks.append(data[place : place + step])
        place, turn = place + step, turn + 1
    text = "".join(clean_text(iter(chunks)))
    assert text == "".join(clean_text([data]))
    assert [e.fields["TITOLO_MISURA"] for e in elements_in([text])] == ["Qualità & prezzo 𝔏"]


@given(st.text(max_size=60))
def test_any_text_is_legal_once_clean(text):
    body = text.replace("&", "").replace("<", "").replace("]]>", "")
    data = f"<LISTA_AIUTI><AIUTO><COR>{body}</COR></AIUTO></LISTA_AIUTI>".encode("utf-8", "surrogatepass")
    assert len(list(elements_in(clean_text([data])))) == 1


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("latin-1", "UTF-8"),  # it says UTF-8 and is not
        ("utf-8", "UTF-16"),  # it says UTF-16 and is not
    ],
)
def test_encodings(encoding, declared):
    text = document([aid("1", title="Perché là più")], declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    text = text.replace("’", "'")
    assert read(text.encode(encoding))[0]["TITOLO_MISURA"] == "Perché là più"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 300_000,
        b"not xml at all",
        b'{"json": true}',
        b"PK\x00\x00 half a zip",
        document([]).encode("utf-32"),
        b'<?xml version="1.0" encoding="EBCDIC-CP-IT"?><LISTA_AIUTI/>',
        b"<html><body/></html>",
        b"<LISTA_MISURE/>",
        b"<LISTA_AIUTI>" + b"<a>" * 100,
        b"<LISTA_AIUTI><AIUTO></LISTA_AIUTI>",
        b"<LISTA_AIUTI>R&D</LISTA_AIUTI>",
        b"<LISTA_AIUTI>&nbsp;</LISTA_AIUTI>",
    ],
)
def test_what_is_not_an_rna_file_is_refused_with_a_reason(data):
    with pytest.raises(UnreadableFile) as refusal:
        read(data)
    assert refusal.value.reason.it
    assert refusal.value.reason.en


BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]>
<LISTA_AIUTI><AIUTO><COR>&lol3;</COR></AIUTO></LISTA_AIUTI>"""
EXTERNAL = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]><LISTA_AIUTI><AIUTO><COR>&file;</COR></AIUTO></LISTA_AIUTI>"""


@pytest.mark.parametrize("bomb", [BOMB, EXTERNAL, "<!DOCTYPE LISTA_AIUTI SYSTEM 'x.dtd'><LISTA_AIUTI/>"])
def test_document_types_and_entities_are_refused(bomb):
    with pytest.raises(UnreadableFile, match="DTD"):
        read(bomb.encode())


def test_a_huge_text_is_cut_and_takes_no_memory():
    def chunks():
        yield b"<LISTA_AIUTI><AIUTO><COR>12</COR><TITOLO_MISURA>"
        for _ in range(200):
            yield b"lorem " * 20_000
        yield b"</TITOLO_MISURA></AIUTO></LISTA_AIUTI>"

    (element,) = elements_in(clean_text(chunks()))
    assert len(element.fields["TITOLO_MISURA"]) <= 500


@pytest.mark.parametrize("opening", [b"<LISTA_AIUTI a='", b"<LISTA_AIUTI><!-- ", b"<LISTA_AIUTI><"])
def test_markup_that_never_ends_is_refused_before_memory_is(opening):
    def chunks():
        yield opening
        for _ in range(200):
            yield b"x" * 256 * 1024
        raise AssertionError("the whole of it was read")

    with pytest.raises(UnreadableFile, match="never ends"):
        list(elements_in(clean_text(chunks())))
