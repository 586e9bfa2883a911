"""E-invoices: how fast they are read beside plain lxml, how cost grows with their number, and damaged files for minutes.

``size`` is how many seconds damaged files are fed (XML in every encoding, .p7m in DER, base64 and one in another). A reader may answer
with invoices and warnings, or that the file cannot be read. What it may not do: trip, exhaust the memory or the time of its process, or
answer what is no JSON. ``python -m bench.invoices NUMBER`` makes an input again.
"""

import base64
import json
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lxml import etree
from tests.documents.invoice_files import CIG, CUP, IBAN, body, line, simplified, summary, tag, xml
from tests.documents.signing import p7m, world

from bench.damage import Damage, feed
from levante.documents.pure.invoice import UnreadableInvoice
from levante.documents.pure.invoices import read_invoices

_NASTY = (
    b"<", b">", b"&", b"&#0;", b"&#x10ffff;", b"&lt;" * 50, b"&a;", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?a ?>", b"\0",
    b"<?xml version='1.1'?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80",
    b"<a>" * 400, b"</a>", b" xmlns='x'", b"9" * 60, b"-", b".", b",", b"1e999999", b"-0.00", b"99999999999999.99", b"0000-00-00",
    b"<Importo>99</Importo>", b"<NumeroLinea>1</NumeroLinea>", b"<FatturaElettronicaBody/>",
    b"\x30\x84\xff\xff\xff\xff", b"\x30\x80", b"\xa0\x80" * 40, b"\x24\x80\x04\x01",
)  # fmt: skip


def _rich(lines: int, place: int = 0) -> str:
    """An invoice with discounts, codes, payments and an attachment, of so many lines."""
    off = tag("ScontoMaggiorazione", tag("Tipo", "SC"), tag("Percentuale", "10.00"))
    inside = "".join(
        line(one, f"Riga {one}: più d’un servizio", total="180.00", extra=off) for one in range(1, lines + 1)
    )
    order = tag("DatiOrdineAcquisto", tag("RiferimentoNumeroLinea", 1), tag("CodiceCUP", CUP), tag("CodiceCIG", CIG))
    paid = tag("DatiPagamento", tag("DettaglioPagamento", tag("ImportoPagamento", "10.00"), tag("IBAN", IBAN)))
    sums = summary(taxable=f"{180 * lines}.00", vat=f"{180 * lines * 22 / 100:.2f}")
    total = f"{180 * lines * 122 / 100:.2f}"
    attached = tag("Allegati", tag("NomeAttachment", "a"), tag("Attachment", "QUJD" * 50))
    return body(
        inside,
        sums,
        number=f"{place}/26",
        total=total,
        references=order,
        payments=paid,
        attached=attached,
        causes=[f"Saldo {CUP}"],
    )


@cache
def corpus() -> tuple[bytes, ...]:
    rich, text = xml(_rich(3)), xml(_rich(2), _rich(1, 1)).decode()
    simple = simplified(
        tag(
            "DatiBeniServizi",
            tag("Descrizione", "Taxi"),
            tag("Importo", "12.20"),
            tag("DatiIVA", tag("Imposta", "2.20")),
        )
    )
    signed = p7m(rich, world().anna)
    return (
        rich, xml(), simple, text.encode("utf-16"), text.replace("UTF-8", "ISO-8859-1").replace("’", "'").encode("latin-1"),
        signed, base64.encodebytes(signed), p7m(base64.b64encode(signed), world().bruno),
    )  # fmt: skip


DAMAGE = Damage(corpus, _NASTY)


def damaged(number: int) -> bytes:
    return DAMAGE.made(number)


def judge(data: bytes) -> str:
    """What the reader says of an input."""
    try:
        found = read_invoices(data).as_json()
    except UnreadableInvoice as error:
        json.dumps(error.as_json()).encode()
        return "cannot be read" if error.line is None else "cannot be read, and the line is told"
    json.dumps(found, ensure_ascii=False).encode()
    return "read with warnings" if any(one["warnings"] for one in found["invoices"]) else "read"


def _seconds(work: Callable[[], Any], least: float = 0.5) -> float:
    """Seconds of processor that a piece of work takes, the best of what fits in some time."""
    best, until = float("inf"), time.process_time() + least
    while time.process_time() < until:
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def _figures() -> list[dict[str, Any]]:
    rows = []
    for name, count, lines in (
        ("one invoice of three lines", 1, 3),
        ("a file of 500 invoices", 500, 3),
        ("one invoice of 2,000 lines", 1, 2000),
    ):
        data = xml(*(_rich(lines, place) for place in range(count)))
        plain = _seconds(lambda data=data: etree.fromstring(data))
        read = _seconds(lambda data=data: read_invoices(data).as_json())
        rows.append({
            "name": f"{name}, {len(data) / 1000:,.0f} kB", "value": count / read, "unit": "invoices a second",
            "baseline": "lxml parsing the same bytes", "baseline_value": count / plain, "ratio": plain / read,
        })  # fmt: skip
    grown = [(_rich_seconds(count), count) for count in (100, 200, 400, 800)]
    each = [1e6 * cost / count for cost, count in grown]
    rows += [
        {"name": f"each of {count} invoices in a file", "value": one, "unit": "µs of processor"}
        for one, (_, count) in zip(each, grown, strict=True)
    ]
    return rows


def _rich_seconds(count: int) -> float:
    data = xml(*(_rich(3, place) for place in range(count)))
    return _seconds(lambda: read_invoices(data).as_json())


def run(size: int = 180) -> list[dict[str, Any]]:
    """Figures of reading, then rows of what was fed and what was said. ``size`` in seconds."""
    for data in corpus():
        assert judge(data).startswith("read"), "what is whole is read"
    return [*_figures(), *feed(damaged, judge, size, "e-invoices", "trip the reader")]


if __name__ == "__main__":
    print(judge(damaged(int(sys.argv[1]))))
