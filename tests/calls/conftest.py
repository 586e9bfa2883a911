"""A programme with the codes that the shipped calls name, and the calls themselves."""

from pathlib import Path

import pytest

CALLS = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025" / "calls"


@pytest.fixture
def programme(db):
    from levante.identity.api import Office
    from levante.programme.api import Act, Action, BudgetLine, Direction, Fund, Programme, Triennium

    programme = Programme.objects.create(
        code="puglia", name_it="Programma", name_en="Programme", region_it="Puglia", region_en="Puglia"
    )
    Office.objects.get_or_create(
        code="sezione", defaults={"kind": "section", "name_it": "Sezione", "name_en": "Section"}
    )
    common = {"programme": programme, "confidence": "to_confirm"}
    for code in ("voucher-fiere-2016-avviso", "voucher-fiere-2018-avviso"):
        Act.objects.create(code=code, kind="determination", title_it=code, title_en=code, **common)
    direction = Direction.objects.create(
        code="A", name_it="Voucher", name_en="Vouchers", text_it="A", text_en="A", **common
    )
    fund = Fund.objects.create(code="por-fesr-2014-2020", kind="erdf", name_it="POR", name_en="ROP", **common)
    action = Action.objects.create(code="3.5.b", fund=fund, name_it="3.5.b", name_en="3.5.b", **common)
    triennium = Triennium.objects.create(
        code="2023-2025", name_it="T", name_en="T", first_year=2023, last_year=2025, **common
    )
    BudgetLine.objects.create(
        code="2023-2025/A/3.5.b/2025", triennium=triennium, direction=direction, action=action, name_it="V", name_en="V",
        **common,
    )  # fmt: skip
    return programme


@pytest.fixture
def shipped(programme):
    """The two shipped calls, loaded; ``shipped["voucher-fiere-2018"]``."""
    from levante.calls.api import Call, load_calls

    load_calls(CALLS, programme=programme)
    return {call.code: call for call in Call.objects.all()}
