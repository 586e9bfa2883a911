"""The order to the bank: valid for its schema in both versions, sums exact, streamed, and refused when a bank would refuse it."""

import io
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from levante.payments.pure.pain001 import VERSIONS, Head, Payer, Transfer, Unwritable, write
from levante.payments.pure.schemas import problem_of
from levante.payments.pure.sepa_text import is_identifier, sepa_text

IBAN = "IT60X0542811101000000123456"
PAYER = Payer("Regione Puglia – Sezione", IBAN, "BITAITRRXXX", "ABCDE123")


def head(version: str = VERSIONS[1], count: int = 1, total: str = "10.00") -> Head:
    return Head(
        version, "LEV-2026-1", datetime(2026, 12, 1, 9, tzinfo=UTC), date(2026, 12, 3), PAYER, count, Decimal(total)
    )


def one(number: int = 1, amount: str = "10.00", **changed: str) -> Transfer:
    return replace(
        Transfer(f"P{number}", Decimal(amount), "Società Agrìcola & C.", IBAN, "CUP B31B95000000001 – saldo"), **changed
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_the_file_follows_its_schema_and_says_what_it_holds(version):
    out = io.BytesIO()
    told = write(
        out, head(version, 3, "30.03"), [one(1, "10.01"), one(2, "10.01", bic="BCITITMM"), one(3, "10.01", reason="")]
    )
    out.seek(0)
    assert problem_of(out, version) == ""
    root = etree.fromstring(out.getvalue())
    assert root.xpath("string(//*[local-name()='GrpHdr']/*[local-name()='CtrlSum'])") == "30.03"
    assert len(root.xpath("//*[local-name()='CdtTrfTxInf']")) == 3
    assert root.xpath("string(//*[local-name()='PmtInf']/*[local-name()='BtchBookg'])") == "false"
    assert root.xpath("string(//*[local-name()='Cdtr']/*[local-name()='Nm'])") == "Societa Agricola + C."
    assert [(each.end_to_end_id, each.written) for each in told][:2] == [
        ("P1", "Societa Agricola + C."),
        ("P1", "CUP B31B95000000001 - saldo"),
    ]
    out.seek(0)
    assert "ChrgBr" in problem_of(io.BytesIO(out.getvalue().replace(b"SLEV", b"XXXX")), version)


@pytest.mark.parametrize(
    ("transfers", "count", "total", "what"),
    [
        ([one(1), one(1)], 2, "20.00", "in the file already"),
        ([one(1, end_to_end_id="x" * 36)], 1, "10.00", "too long"),
        ([one(1, end_to_end_id="//a")], 1, "10.00", "missing, too long"),
        ([one(1, iban="IT60X0542811101000000123457")], 1, "10.00", "IBAN"),
        ([one(1, "0.00")], 1, "0.00", "not that of a transfer"),
        ([one(1, "1.005")], 1, "1.00", "euro and cents"),
        ([one(1, name="北京")], 1, "10.00", "cannot be written"),
        ([one(1)], 2, "10.00", "would say 2 payments"),
        ([one(1)], 1, "10.01", "would say 1 payments of 10.01"),
        ([], 0, "0.00", "no payment"),
    ],
)
def test_what_a_bank_would_refuse_is_not_written(transfers, count, total, what):
    with pytest.raises(Unwritable, match=what) as refused:
        write(io.BytesIO(), head(count=count, total=total), transfers)
    assert refused.value.reason.it
    assert refused.value.reason.it != refused.value.reason.en


def test_a_thousand_transfers_take_the_memory_of_one():
    class Nowhere(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return len(data)

    def peak(count: int) -> int:
        tracemalloc.start()
        write(
            Nowhere(), head(count=count, total=f"{count * 10}.00"), (one(n, name="A", reason="B") for n in range(count))
        )
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(1000) < peak(100) + 200_000  # the ids alone are kept


@settings(max_examples=40)
@given(st.text(max_size=100))
def test_any_text_becomes_one_that_every_bank_takes(text):
    found = sepa_text(text, longest=70).text
    assert len(found) <= 70
    assert "//" not in found
    assert all(char.isascii() and (char.isalnum() or char in "/-?:().,'+ ") for char in found)
    assert sepa_text(found, longest=70).text == found
    assert is_identifier(found.replace(" ", "")[:35].strip("/")) or not found
