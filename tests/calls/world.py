"""The programme that the shipped calls name and the calls themselves, as rows made once a run.

Not in a ``conftest.py``, which is read once for pytest and again for whoever imports it.
"""

import functools
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from tests import demonstration

CALLS = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025" / "calls"


@functools.cache
def documents() -> list[dict[str, Any]]:
    """The shipped files, read once: hundreds of tests ask what they name."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [yaml.load(path.read_text(), Loader=loader) for path in sorted(CALLS.glob("*.yaml"))]


def named(key: str) -> list[str]:
    """What the shipped files name under a key, each once."""
    found: list[Any] = []
    for document in documents():
        value = document.get(key)
        if value:
            found += [value] if isinstance(value, str) else value
    return sorted({item["line"] if isinstance(item, dict) else item for item in found})


def made():
    """The programme, by hand."""
    from levante.identity.api import Office
    from levante.programme.api import Act, Action, BudgetLine, Direction, Fund, Programme, Triennium

    programme = Programme.objects.create(
        code="puglia", name_it="Programma", name_en="Programme", region_it="Puglia", region_en="Puglia"
    )
    for code in named("office"):
        kind = "section" if code == "sezione" else "agency"
        Office.objects.get_or_create(
            code=code, defaults={"kind": kind, "name_it": code.title(), "name_en": code.title()}
        )
    common = {"programme": programme, "confidence": "to_confirm"}
    for number, code in enumerate(named("act"), 1):
        Act.objects.create(
            code=code, kind="determination", number=str(number), adopted_on=date(2016, 1, 1), title_it=code,
            title_en=code, **common,
        )  # fmt: skip
    direction = Direction.objects.create(
        code="A", name_it="Voucher", name_en="Vouchers", text_it="A", text_en="A", **common
    )
    funds = [
        Fund.objects.create(
            code=code, kind="erdf" if "fesr" in code else "regional", name_it=code, name_en=code, **common
        )
        for code in named("fund")
    ]
    action = Action.objects.create(code="3.5.b", fund=funds[-1], name_it="3.5.b", name_en="3.5.b", **common)
    triennium = Triennium.objects.create(
        code="2023-2025", name_it="T", name_en="T", first_year=2023, last_year=2025, **common
    )
    for code in named("budget_lines"):
        BudgetLine.objects.create(
            code=code, triennium=triennium, direction=direction, action=action, name_it="V", name_en="V", **common
        )
    return programme


@functools.cache
def rows() -> tuple[demonstration.Rows, demonstration.Rows]:
    """The rows of the programme and those of its calls, made once by their services: hundreds of tests begin from them."""
    from levante.calls.api import load_calls

    with transaction.atomic():
        left = demonstration.take().tables  # by tests that really commit: jobs, which nobody empties
        with demonstration.high_numbers():
            programme = made()
            first = demonstration.take(but=left)
            load_calls(CALLS, programme=programme)
            second = demonstration.take(but={*left, *first.tables})
        transaction.set_rollback(True)
    return first, second
