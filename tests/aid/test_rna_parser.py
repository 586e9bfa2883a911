from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aid.rna_files import AGRICULTURE, DE_MINIMIS, GBER, OLD_DE_MINIMIS, aid, component, document, instrument

from levante.aid.regimes import regime_of, rules
from levante.aid.rna_parser import Unusable, elements_in, lines_of


def lines(*aids):
    return [lines_of(element) for element in elements_in([document(aids)])]


def test_a_cor_is_one_line_per_regulation_with_its_components_added_up():
    (found,) = lines(
        aid(
            "1623443",
            component(DE_MINIMIS, instrument("10000.00"), instrument("5000.00", "50000.00", "Prestito")),
            component(GBER, instrument("700.10")),
            component(DE_MINIMIS, instrument("0.33", "1.00")),
        )
    )
    general, gber = found
    assert (general.cor, general.regulation, general.regime) == ("1623443", "CE2831/2023", "general_de_minimis")
    assert (general.gge, general.nominal) == (Decimal("15000.33"), Decimal("60001.00"))
    assert general.instrument == "Sovvenzione/Contributo in conto interessi · Prestito"
    assert general.granted_on == date(2025, 2, 3)
    assert general.cup == "B31B25000010002"
    assert (gber.regime, gber.gge) == ("gber", Decimal("700.10"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cor": None}, "cor_missing"),
        ({"cor": "x" * 60}, "cor_malformed"),
        ({"cor": "1", "tax_code": None}, "tax_code_missing"),
        ({"cor": "1", "tax_code": "***"}, "tax_code_malformed"),
        ({"cor": "1", "granted_on": None}, "date_missing"),
        ({"cor": "1", "granted_on": ""}, "date_missing"),
        ({"cor": "1", "granted_on": "2025-02-30"}, "date_malformed"),
        ({"cor": "1", "granted_on": "0025-02-03"}, "date_malformed"),
        ({"cor": "1", "granted_on": "yesterday"}, "date_malformed"),
    ],
)
def test_what_cannot_be_counted_is_kept_aside_with_the_reason(changes, reason):
    (found,) = lines(aid(**changes))
    assert isinstance(found, Unusable)
    assert found.reasons == (reason,)
    assert found.content["DENOMINAZIONE_BENEFICIARIO"]


@pytest.mark.parametrize(
    ("amount", "reason"),
    [(None, "amount_missing"), ("", "amount_missing"), ("-5", "amount_malformed"), ("NaN", "amount_malformed"),
     ("1e999", "amount_malformed"), ("9" * 30, "amount_malformed"), ("1_000", "amount_malformed"),
     ("dieci", "amount_malformed")],
)  # fmt: skip
def test_one_unreadable_amount_keeps_the_whole_aid_aside(amount, reason):
    good = instrument("100.00")
    (found,) = lines(aid("1", component(DE_MINIMIS, good, instrument(amount, "10.00"))))
    assert isinstance(found, Unusable)
    assert found.reasons == (reason,)


def test_an_aid_without_components_is_kept_aside():
    (found,) = lines("<AIUTO><COR>9</COR></AIUTO>")
    assert isinstance(found, Unusable)
    assert "components_missing" in found.reasons


@pytest.mark.parametrize(
    ("written", "read"),
    [("8498.44", "8498.44"), ("8498,44", "8498.44"), ("1.234.567,5", "1234567.50"), ("1.0E7", "10000000.00"),
     ("0", "0.00"), (" 12.5 ", "12.50"), ("3.14159", "3.14")],
)  # fmt: skip
def test_amounts_as_they_are_written(written, read):
    ((line,),) = lines(aid("1", component(DE_MINIMIS, instrument(written, "1"))))
    assert line.gge == Decimal(read)


@pytest.mark.parametrize(
    "written", ["2025-02-03", "2025-02-03+01:00", "2025-02-03Z", "2025-02-03T00:00:00", "3/2/2025"]
)
def test_days_as_they_are_written(written):
    ((line,),) = lines(aid("1", granted_on=written))
    assert line.granted_on == date(2025, 2, 3)


def test_an_aid_with_thousands_of_instruments_does_not_grow_without_end():
    (found,) = lines(aid("1", component(DE_MINIMIS, *[instrument("1")] * 6000)))
    assert isinstance(found, Unusable)
    assert found.reasons == ("components_too_many",)


def test_prefixes_and_unknown_elements_do_not_matter():
    text = document([aid("5")]).replace("<", "<rna:").replace("<rna:/", "</rna:").replace("<rna:?", "<?")
    text = text.replace("xmlns=", "xmlns:rna=").replace("<rna:CUP>", "<rna:NUOVO>x</rna:NUOVO><rna:CUP>")
    ((line,),) = [lines_of(element) for element in elements_in([text])]
    assert (line.cor, line.cup) == ("5", "B31B25000010002")


@pytest.mark.parametrize(
    ("regulation", "day", "regime"),
    [
        (DE_MINIMIS, date(2025, 1, 1), "general_de_minimis"),
        (OLD_DE_MINIMIS, date(2020, 1, 1), "general_de_minimis"),
        (OLD_DE_MINIMIS, date(2025, 1, 1), "general_de_minimis"),
        (AGRICULTURE, date(2025, 1, 1), "agriculture"),
        (GBER, date(2025, 1, 1), "gber"),
        (("CE717/2014", "pesca", "1"), date(2020, 1, 1), "fishery"),
        (("", "Regolamento (UE) 2023/2832 de minimis SIEG", "1"), date(2024, 5, 1), "sgei"),
        (("CE1998/2006", "", "1"), date(2012, 1, 1), "general_de_minimis"),
        (("", "TF COVID-19 - Sezione 3.1", "2"), date(2021, 1, 1), "other"),
        (("", "", "1"), date(2021, 1, 1), "general_de_minimis"),
        (("", "", ""), date(2021, 1, 1), "other"),
    ],
)
def test_regimes_come_from_the_dated_table(regulation, day, regime):
    code, text, procedure = regulation
    assert regime_of(code, text, procedure, day) == regime


def test_every_rule_has_a_ground():
    assert all(rule.reference and rule.confidence in {"source", "to_confirm"} for rule in rules())


amounts = st.decimals(min_value=0, max_value=10**9, places=2)


@given(st.lists(st.lists(amounts, min_size=1, max_size=4), min_size=1, max_size=5))
def test_no_cent_is_lost_over_components_and_instruments(parts):
    components = [component(DE_MINIMIS, *(instrument(str(a)) for a in part), number=i) for i, part in enumerate(parts)]
    ((line,),) = lines(aid("1", *components))
    assert line.gge == sum(a for part in parts for a in part)
