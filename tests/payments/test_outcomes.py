"""What banks answer, read as it comes: their statuses and entries, with a reason in words, and an error that says where."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.payments.pure import outcomes
from levante.payments.pure.outcomes import Unreadable, read_outcomes

PAIN = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId></GrpHdr>'
    "{}</CstmrPmtStsRpt></Document>"
)
GROUP = "<OrgnlGrpInfAndSts><OrgnlMsgId>LEV-1</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId>{}</OrgnlGrpInfAndSts>"
PART = "<OrgnlPmtInfAndSts><OrgnlPmtInfId>LEV-1</OrgnlPmtInfId>{}</OrgnlPmtInfAndSts>"
CAMT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><Ntfctn>'
    "{}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
)

ENTRY = (
    '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-03</Dt></BookgDt>'
    "<NtryDtls>{details}</NtryDtls></Ntry>"
)
DETAIL = "<TxDtls><Refs><EndToEndId>{}</EndToEndId></Refs>{}</TxDtls>"


def read(text: str) -> list:
    return list(read_outcomes(io.BytesIO(text.encode())))


def entry(amount: str = "1", side: str = "DBIT", times: int = 1) -> str:
    return CAMT.format(ENTRY.format(amount=amount, side=side, details=DETAIL.format("P1", "") * times))


def status(ours: str, said: str, more: str = "") -> str:
    return f"<TxInfAndSts><OrgnlEndToEndId>{ours}</OrgnlEndToEndId><TxSts>{said}</TxSts>{more}</TxInfAndSts>"


def test_an_order_accepted_but_for_one():
    why = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>chiuso nel 2025</AddtlInf></StsRsnInf>"
    found = read(
        PAIN.format(
            GROUP.format("<GrpSts>PART</GrpSts>") + PART.format(status("P1", "ACSP") + status("P2", "RJCT", why))
        )
    )
    assert [(one.kind, one.end_to_end_id, one.message_id, one.code) for one in found] == [
        ("accepted", "P1", "LEV-1", ""),
        ("rejected", "P2", "LEV-1", "AC04"),
    ]
    assert found[1].reason.it == "il conto è chiuso («chiuso nel 2025»)"
    assert found[1].reason.en.startswith("the account is closed")


def test_a_whole_order_refused_names_no_payment():
    why = "<StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>"
    (found,) = read(PAIN.format(GROUP.format(f"<GrpSts>RJCT</GrpSts>{why}")))
    assert (found.kind, found.end_to_end_id, found.message_id, found.code) == ("rejected", "", "LEV-1", "FF01")


def test_entries_of_the_account_executed_and_returned():
    back = '<Amt Ccy="EUR">5.00</Amt><RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf>'
    found = read(
        CAMT.format(
            ENTRY.format(amount="10.00", side="DBIT", details=DETAIL.format("P1", ""))
            + ENTRY.format(
                amount="3.00",
                side="DBIT",
                details=DETAIL.format("P2", "<Amt>1.00</Amt>") + DETAIL.format("P3", "<Amt>2.00</Amt>"),
            )
            + ENTRY.format(amount="5.00", side="CRDT", details=DETAIL.format("P2", back))
            + ENTRY.format(amount="7.00", side="DBIT", details=DETAIL.format("NOTPROVIDED", ""))
            + ENTRY.format(amount="8.00", side="DBIT", details=DETAIL.format("P9", "")).replace("BOOK", "PDNG")
        )
    )
    assert [(one.kind, one.end_to_end_id, str(one.amount), str(one.on)) for one in found] == [
        ("executed", "P1", "10.00", "2026-12-03"),
        ("executed", "P2", "1.00", "2026-12-03"),
        ("executed", "P3", "2.00", "2026-12-03"),
        ("returned", "P2", "5.00", "2026-12-03"),
    ]
    assert found[3].reason.it == "l’IBAN non è corretto"


def test_a_file_booked_in_one_entry_names_the_file_and_its_sum():
    """Where the bank says no payment of it; where it says each, the file is not told again."""
    batch = "<Btch><PmtInfId>LEV-1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>"
    whole = ENTRY.format(amount="12.00", side="DBIT", details=batch + DETAIL.format("NOTPROVIDED", ""))
    each = ENTRY.format(amount="10.00", side="DBIT", details=batch + DETAIL.format("P1", ""))
    other = ENTRY.format(amount="9.00", side="DBIT", details="<Btch><NbOfTxs>2</NbOfTxs></Btch>")
    found = read(CAMT.format(whole + each + other + whole.replace("DBIT", "CRDT") + whole.replace("BOOK", "PDNG")))
    assert [(one.kind, one.message_id, one.end_to_end_id, str(one.amount), str(one.on)) for one in found] == [
        ("executed", "LEV-1", "", "12.00", "2026-12-03"),
        ("executed", "", "P1", "10.00", "2026-12-03"),
        ("returned", "LEV-1", "", "12.00", "2026-12-03"),
    ]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "", "empty|well-formed"),
        ("<a/>", "line 1", "not a pain.002"),
        (PAIN.format("")[:80], "line 1", "well-formed"),
        ('<!DOCTYPE a [<!ENTITY x "y">]>' + PAIN.format(""), "line 1", "document type"),
        (PAIN.format(PART.format(status("", "RJCT"))), "OrgnlEndToEndId (line 1)", "which payment"),
        (PAIN.format(PART.format(status("P1", "ZZZZ"))), "P1/TxSts (line 1)", "not known"),
        (PAIN.format(PART.format(status("P1", ""))), "P1/TxSts (line 1)", "missing"),
        (entry("x"), "P1/Amt (line 1)", "not an amount"),
        (entry(side="ZZZZ"), "P1/CdtDbtInd", "debit or credit"),
        (entry(times=2), "P1/Amt", "missing"),
        (entry().replace("EUR", "USD"), "P1/Amt", "not in euro"),
        (entry().replace("2026-12-03", "ieri"), "P1", "not a day"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(text, where, what):
    with pytest.raises(Unreadable, match=what) as refused:
        read(text)
    assert refused.value.where.startswith(where)
    assert refused.value.as_json()["error"]["message"] != refused.value.as_json()["error"]["message_en"]


def test_a_file_beyond_any_bank_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(outcomes, "LARGEST", 5)

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return b"<a>" if size else b""

    with pytest.raises(Unreadable, match="too large"):
        list(read_outcomes(Endless()))


GOOD = PAIN.format(GROUP.format("<GrpSts>PART</GrpSts>") + PART.format(status("P1", "ACSP"))) + " "


@settings(max_examples=60)
@given(st.integers(0, len(GOOD) - 2), st.integers(0, 40), st.binary(max_size=12), st.booleans())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(place, length, put, of_account):
    """Bytes taken out and put in anywhere: the reader answers with outcomes, or says what cannot be read."""
    text = entry() if of_account else GOOD
    data = text.encode()[:place] + put + text.encode()[place + length :]
    try:
        found = list(read_outcomes(io.BytesIO(data)))
    except Unreadable:
        found = []
    assert all(one.kind in outcomes.KINDS for one in found)
