"""Files of the bank: an order of ``size`` transfers written and read back, beside writing as much XML with plain lxml.

The rate, the memory while it is written (it must not grow with the number of payments) and the outcomes of as many payments read.
"""

import io
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from lxml import etree

from levante.payments.pure.outcomes import read_outcomes
from levante.payments.pure.pain001 import NEWER, Head, Payer, Transfer, write
from levante.payments.pure.schemas import problem_of

IBAN = "IT60X0542811101000000123456"
DAY = datetime(2026, 12, 1, tzinfo=UTC)


class _Counted(io.RawIOBase):
    """A file that keeps nothing but how much came."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.size += len(data)
        return len(data)


def _transfers(count: int) -> Iterator[Transfer]:
    for number in range(count):
        yield Transfer(
            f"LEV-{number}",
            Decimal("5760.00"),
            f"Impresa d’Esempio {number} S.r.l.",
            IBAN,
            f"CUP B31B25000010009 {number}",
        )


def _order(out: BinaryIO, count: int) -> None:
    head = Head(NEWER, "LEV1", DAY, date(2026, 12, 3), Payer("Regione Puglia", IBAN), count, Decimal("5760.00") * count)
    write(out, head, _transfers(count))


def _plain(out: BinaryIO, count: int) -> None:
    """The same elements with nothing checked: no IBAN, no characters, no sums."""
    with etree.xmlfile(out, encoding="UTF-8") as file, file.element("Document"):
        for one in _transfers(count):
            root = etree.Element("CdtTrfTxInf")
            ids = etree.SubElement(root, "PmtId")
            etree.SubElement(ids, "InstrId").text = etree.SubElement(ids, "EndToEndId").text = one.end_to_end_id
            etree.SubElement(etree.SubElement(root, "Amt"), "InstdAmt", Ccy="EUR").text = str(one.amount)
            etree.SubElement(etree.SubElement(root, "Cdtr"), "Nm").text = one.name
            etree.SubElement(etree.SubElement(etree.SubElement(root, "CdtrAcct"), "Id"), "IBAN").text = one.iban
            etree.SubElement(etree.SubElement(root, "RmtInf"), "Ustrd").text = one.reason
            file.write(root)


def _answer(count: int) -> bytes:
    rows = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>LEV-{number}</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts>"
        for number in range(count)
    )
    head = "<OrgnlGrpInfAndSts><OrgnlMsgId>LEV1</OrgnlMsgId></OrgnlGrpInfAndSts>"
    part = f"<OrgnlPmtInfAndSts>{rows}</OrgnlPmtInfAndSts>"
    return f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><A>{head}{part}</A></Document>'.encode()


def _seconds(work: Any, count: int) -> float:
    best = float("inf")
    for _ in range(3):
        out = io.BytesIO()
        start = time.process_time()
        work(out, count)
        best = min(best, time.process_time() - start)
    return best


def _peak(count: int) -> int:
    tracemalloc.start()
    _order(_Counted(), count)  # type: ignore[arg-type]
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def run(size: int) -> list[dict[str, Any]]:
    ours, plain = _seconds(_order, size), _seconds(_plain, size)
    out = io.BytesIO()
    _order(out, size)
    out.seek(0)
    start = time.process_time()
    assert problem_of(out, NEWER) == ""
    checked = time.process_time() - start
    data = _answer(size)
    start = time.process_time()
    assert sum(1 for _ in read_outcomes(io.BytesIO(data))) == size
    read = time.process_time() - start
    tenth = max(size // 10, 1)
    few, many = _peak(tenth), _peak(size)
    return [
        _row("payments written a second", size / ours, "1/s", "plain lxml, nothing checked", size / plain),
        _row("payments compared with the schema a second", size / checked, "1/s", "written", size / ours),
        _row("outcomes read a second", size / read, "1/s", "written", size / ours),
        _row("bytes of memory for each payment more", (many - few) / (size - tenth), "B", "of the file", len(out.getvalue()) / size),
    ]  # fmt: skip


def _row(name: str, value: float, unit: str, baseline: str, other: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "baseline": baseline,
        "baseline_value": round(other, 2),
        "ratio": round(value / other, 3),
    }
