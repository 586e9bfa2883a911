"""The legal basis of an act is that of its date; what the call stood on before is told as history."""

from datetime import date

import pytest

from levante.grants.legal_basis import basis_of

OLD = {"it": "Regolamento (UE) 1407/2013 «de minimis» (oggi Reg. (UE) 2023/2831)", "reference": ""}
OTHER = {"it": "Norma vigente", "reference": "L. 1/2000", "until": "2999-01-01"}
NOW = "Regolamento (UE) 2023/2831 della Commissione del 13 dicembre 2023 sugli aiuti de minimis"


@pytest.mark.parametrize(
    ("norms", "on", "held", "past"),
    [
        ([OLD, OTHER], date(2026, 3, 1), [NOW, "Norma vigente (L. 1/2000)"], ["1407/2013"]),
        ([OLD], date(2019, 3, 1), [OLD["it"]], []),
        ([OLD], date(2023, 12, 31), [OLD["it"]], []),
        ([OLD], date(2024, 1, 1), [NOW], ["fino al 31/12/2023"]),
        ([{"it": "De minimis", "reference": "Reg. (UE) 2023/2831"}], date(2026, 3, 1), ["De minimis (Reg. (UE) 2023/2831)"], []),
        ([], date(2026, 3, 1), [NOW], []),
        ([{"it": "Abrogata", "until": "2001-01-01"}], date(2026, 3, 1), [NOW], ["Abrogata, su cui si fondava l’avviso"]),
    ],
)  # fmt: skip
def test_an_act_stands_on_what_is_in_force_on_its_date(norms, on, held, past):
    found, history = basis_of(norms, regime="general_de_minimis", on=on)
    assert found == held
    assert len(history) == len(past)
    assert all(word in text for word, text in zip(past, history, strict=True))


def test_an_act_of_another_regime_names_no_de_minimis_regulation():
    assert basis_of([OTHER], regime="gber", on=date(2026, 3, 1)) == (["Norma vigente (L. 1/2000)"], [])
