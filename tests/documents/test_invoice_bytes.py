"""What a small writer writes is read back, in every encoding and envelope; and the door of the command line."""

import base64
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.documents.invoice_files import IBAN, body, document, header, line, summary, tag, xml
from tests.documents.signing import NOW, p7m, world

from levante import cli
from levante.documents.pure.invoice import Invoice, UnreadableInvoice
from levante.documents.pure.invoice_upload import read_uploads
from levante.documents.pure.invoices import read_invoices

CENT = Decimal("0.01")
money = st.integers(-(10**11), 10**11).map(lambda cents: cents * CENT)
rates = st.sampled_from([Decimal(one) for one in ("0.00", "4.00", "5.00", "10.00", "22.00")])
latin = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, blacklist_characters="\x7f"), max_size=40).filter(
    lambda text: not any(0x7F <= ord(character) < 0xA0 for character in text)
)
anything = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff"), max_size=40)


def digits(least: int, most: int) -> st.SearchStrategy[Decimal]:
    """Numbers with so many decimals, as prices and quantities have."""
    return st.tuples(st.integers(0, 10**9), st.integers(least, most)).map(lambda one: Decimal(one[0]).scaleb(-one[1]))


@st.composite
def written(draw: Any, texts: Any = anything) -> tuple[dict[str, Any], str]:
    """Facts of an invoice that adds up, and the body that says them."""
    lines = draw(st.lists(st.tuples(texts, digits(2, 8), digits(2, 8), money, rates), min_size=1, max_size=5))
    taxable = {rate: sum((one[3] for one in lines if one[4] == rate), Decimal("0.00")) for *_, rate in lines}
    vat = {rate: (amount * rate / 100).quantize(CENT) for rate, amount in taxable.items()}
    facts = {
        "number": draw(st.text("ABCabc0123456789/-", min_size=1, max_size=20)),
        "date": draw(st.dates(date(2014, 6, 6), date(2035, 12, 31))),
        "lines": lines,
        "taxable": sum(taxable.values(), Decimal("0.00")),
        "vat": sum(vat.values(), Decimal("0.00")),
        "payments": draw(st.lists(money, max_size=3)),
    }
    inside = "".join(
        line(place, text, quantity=f"{quantity:f}", price=f"{price:f}", total=f"{total:f}", rate=rate)
        for place, (text, quantity, price, total, rate) in enumerate(lines, start=1)
    )
    sums = "".join(summary(rate, amount, vat[rate]) for rate, amount in taxable.items())
    paid = "".join(
        tag("DettaglioPagamento", tag("IBAN", IBAN), tag("ImportoPagamento", one)) for one in facts["payments"]
    )
    total = facts["taxable"] + facts["vat"]
    payments = tag("DatiPagamento", paid or "<A/>")
    return facts, body(inside, sums, payments=payments, number=facts["number"], day=facts["date"], total=total)


def agree(invoice: Invoice, facts: dict[str, Any]) -> None:
    assert (invoice.number, invoice.date) == (facts["number"], facts["date"])
    read = [(one.description, one.quantity, one.unit_price, one.total, one.vat_rate) for one in invoice.lines]
    # Compared as texts too: the digits are those of the file.
    assert [tuple(map(str, one)) for one in read] == [(one[0].strip(), *map(str, one[1:])) for one in facts["lines"]]
    assert (invoice.taxable, invoice.vat_amount) == (facts["taxable"], facts["vat"])
    assert invoice.total == facts["taxable"] + facts["vat"]
    assert sum((one.total for one in invoice.lines), Decimal(0)) == invoice.taxable
    assert [one.amount for one in invoice.payments] == facts["payments"]
    told = {remark.code for remark in invoice.remarks} - {"line_total", "negative", "missing", "cup_in_text"}
    assert not told & {"total", "taxable", "vat_amount", "no_summary", "unreadable", "number_form", "date_form"}, told


@settings(max_examples=60)
@given(
    st.lists(written(), min_size=1, max_size=3),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
def test_what_is_written_is_read_back(several: list[tuple[dict[str, Any], str]], encoding: str) -> None:
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + document(*(one for _, one in several))
    invoices = read_invoices(text.encode(encoding)).invoices
    assert len(invoices) == len(several)
    for invoice, (facts, _) in zip(invoices, several, strict=True):
        agree(invoice, facts)


#: The encoding a file is in, and the one it declares.
ENCODINGS = (
    *(
        ("iso-8859-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("cp1252", "UTF-8"),
        ("cp1252", ""),
        ("cp1252", "martian"),
    ),
    *(("utf-8", "latin1"), ("utf-8", "")),
)


@settings(max_examples=60)
@given(written(latin), st.sampled_from(ENCODINGS))
def test_letters_survive_a_declaration_that_is_right_wrong_or_missing(
    one: tuple[dict[str, Any], str], how: tuple[str, str]
) -> None:
    facts, inside = one
    encoding, declared = how
    said = f' encoding="{declared}"' if declared else ""
    data = f'<?xml version="1.0"{said}?>{document(inside)}'.encode(encoding)
    # The one doubt: letters of Latin-1 that together make a character of UTF-8 (“Ã¨”) are taken for it.
    assume(encoding == "utf-8" or data.decode("utf-8", "ignore").isascii())
    (invoice,) = read_invoices(data).invoices
    agree(invoice, facts)
    wrong = not data.isascii() and (encoding, declared) not in {
        ("iso-8859-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("utf-8", ""),
    }
    assert ("encoding" in {remark.code for remark in invoice.remarks}) == (wrong or declared == "martian")


@pytest.mark.parametrize("byte", [0x80, 0x92, 0x96, 0x81])
def test_the_euro_of_windows_in_a_file_that_says_latin(byte: int) -> None:
    data = f'<?xml version="1.0" encoding="ISO-8859-1"?>{document(body(line(description="a@è")))}'.encode("latin-1")
    (invoice,) = read_invoices(data.replace(b"@", bytes([byte]))).invoices
    assert invoice.lines[0].description == {0x80: "a€è", 0x92: "a’è", 0x96: "a–è", 0x81: "a\x81è"}[byte]
    assert "encoding" in {remark.code for remark in invoice.remarks}


def test_what_is_under_the_envelopes_is_read() -> None:
    plain = read_invoices(xml())
    once = p7m(xml(), world().anna)
    for envelopes, data in (
        (1, once),
        (2, p7m(once, world().bruno)),
        (1, base64.encodebytes(once)),
        (2, base64.b64encode(p7m(base64.b64encode(once)))),
    ):
        found = read_invoices(data)
        assert (found.invoices, found.envelopes) == (plain.invoices, envelopes)  # fmt: skip
    deep = xml()
    for _ in range(6):
        deep = p7m(deep)
    for data, said in (
        (deep, "5 buste"),
        (p7m(xml(), detached=True), "separata"),
        (p7m(b"%PDF-1.4"), "PDF"),
        (p7m(b"abc"), "contenuto della busta"),
        (once[:-9], "guasta"),
        (p7m(b" "), "vuoto"),
    ):
        with pytest.raises(UnreadableInvoice) as caught:  # fmt: skip
            read_invoices(data)
        assert said in caught.value.reason.it


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: Any) -> None:
    """The long run is in the bench; here a few hundred cuts and bytes changed, plain and in an envelope."""
    whole = data.draw(st.sampled_from([xml(), xml().decode().encode("utf-16"), _envelope(), header().encode()]))
    start = data.draw(st.integers(0, len(whole)))
    piece = data.draw(st.sampled_from([b"", b"\0", b"<", b"&", b"]]>", b"\xff", b"<![CDATA[", b"9" * 50, b"\x30\x80"]))
    damaged = whole[:start] + piece + whole[start + data.draw(st.integers(0, 30)) :]
    try:
        for invoice in read_invoices(damaged).invoices:
            json.dumps(invoice.as_json())
    except UnreadableInvoice as error:
        json.dumps(error.as_json())


def _envelope(made: list[bytes] = []) -> bytes:  # noqa: B006 - made once
    if not made:
        made.append(p7m(xml()))
    return made[0]


# -- the door


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("LEVANTE_TRUST_LIST", raising=False)

    def command(data: bytes, *options: str):
        (tmp_path / "file").write_bytes(data)
        code = cli.main(["invoice", "read", str(tmp_path / "file"), "--at", NOW.isoformat(), *options])
        printed = capsys.readouterr()
        assert printed.err == ""
        return code, json.loads(printed.out)

    return command


def test_an_envelope_signed_with_something_else_inside_is_told() -> None:
    """The taxable amount changed after signing, in the outer envelope or in the inner, here and in a process of its own."""
    good = p7m(xml(), world().anna)
    changed = good.replace(b"200.00", b"900.00")
    inside = p7m(changed, world().bruno)
    assert good != changed
    for files, most_here in (([good, changed, inside], 64_000), ([good, changed], 0)):
        told = [
            [remark.code for remark in read.invoices[0].remarks] for read in read_uploads(files, most_here=most_here)
        ]
        assert ["signature_broken" in codes for codes in told] == [False, True, True][: len(files)]
    (one,) = read_uploads([changed])
    assert "non regge: il contenuto" in one.invoices[0].remarks[0].text.it


@pytest.mark.slow  # each file is read in a process of its own
def test_the_door(run, tmp_path) -> None:
    code, answer = run(xml())
    assert (code, list(answer), answer["invoices"][0]["total"]) == (0, ["invoices"], "244.00")
    roots = tmp_path / "roots.pem"
    roots.write_bytes(world().root.pem)
    code, answer = run(p7m(xml()), "--trust", str(roots))
    assert (code, answer["signature"]["trusted"], answer["signature"]["signers"][0]["tax_code"]) == (
        0,
        True,
        "RSSNNA80A41H501W",
    )
    assert answer["invoices"][0]["number"] == "7/2026"
    code, answer = run(p7m(xml()).replace(b"Spazio", b"Stanze"), "--language", "en")
    assert (code, answer["signature"]["intact"], answer["signature"]["reason"][:30]) == (
        0,
        False,
        "the content was changed after ",
    )
    assert answer["invoices"][0]["lines"][0]["description"] == "Stanze in fiera"
    code, answer = run(xml(body(total="molto")))
    assert (code, answer["error"]["line"], answer["error"]["message_en"]) == (2, 32, "“molto” is not a number")
    code, answer = run(p7m(xml()), "--trust", str(tmp_path / "nowhere"))
    assert (code, answer["error"]["field"]) == (2, "trust")
    assert run(b"x" * 10_000_001)[1]["error"]["field"] == "file"


@pytest.mark.parametrize("argv", [[], ["read"], ["write", "x"], ["read", "x", "--at", "yesterday"]])
def test_a_command_that_is_none(argv, capsys) -> None:
    assert cli.main(["invoice", *argv]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "$"
