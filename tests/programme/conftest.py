"""A small invented programme, two triennia that share a year, and people who may move its money."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from levante.kernel.api import clock_at, system


@pytest.fixture
def on_30_june() -> Any:
    with clock_at(datetime(2025, 6, 30, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def programme(db: None) -> SimpleNamespace:
    return make_programme()


def make_programme() -> SimpleNamespace:
    """Rows of an invented programme: ``.first`` and ``.second`` triennia with an act and two lines each."""
    from levante.identity.api import Office
    from levante.programme.api import Act, BudgetLine, Direction, Intervention, Programme, Sector, Triennium

    office, _ = Office.objects.get_or_create(
        code="sezione", defaults={"kind": "section", "name_it": "Sezione", "name_en": "Section"}
    )
    root = Programme.objects.create(code="prova", name_it="Prova", name_en="Trial", region_it="R", region_en="R")
    made = SimpleNamespace(root=root, office=office, system=system("tests"))
    made.sectors = [
        Sector.objects.create(
            programme=root, code=code, kind="strategic", name_it=code, name_en=code, short_it=code, short_en=code
        )
        for code in ("ict", "nautica")
    ]
    made.direction = Direction.objects.create(
        programme=root, code="A", name_it="Voucher", name_en="Vouchers", text_it="t", text_en="t"
    )
    for name, code, first, number in (("first", "2021-2023", 2021, "1"), ("second", "2023-2025", 2023, "2")):
        triennium = Triennium.objects.create(
            programme=root, code=code, name_it=code, name_en=code, first_year=first, last_year=first + 2
        )
        act = Act.objects.create(
            programme=root, code=f"dgr-{number}", kind="dgr", role="approval", triennium=triennium, number=number,
            adopted_on=date(first, 1, 15), title_it="t", title_en="t",
        )  # fmt: skip
        intervention = Intervention.objects.create(
            programme=root, code=f"i-{code}", triennium=triennium, direction=made.direction, title_it="t", title_en="t",
            lead_office=office, tourism_tie="none",
        )  # fmt: skip
        intervention.sectors.set(made.sectors)
        lines = [
            BudgetLine.objects.create(
                programme=root,
                code=f"{code}/{letter}",
                triennium=triennium,
                direction=made.direction,
                year=first + 2,
                intervention=intervention,
                office=office,
                name_it=f"Linea {letter}",
                name_en=f"Line {letter}",
            )
            for letter in "ab"
        ]
        setattr(made, name, SimpleNamespace(triennium=triennium, act=act, lines=lines, intervention=intervention))
    return made


@pytest.fixture
def funded(programme: SimpleNamespace) -> Callable[..., Any]:
    """The first line of the second triennium, with an allocation: ``funded("1000.00")``."""
    from levante.programme.api import allocate

    def make(amount: str = "1000.00", on: date = date(2023, 2, 1)) -> Any:
        line = programme.second.lines[0]
        allocate(
            actor=programme.system, line=line, amount=Decimal(amount), act=programme.second.act, exercise=2023, on=on
        )
        line.refresh_from_db()
        return line

    return make
