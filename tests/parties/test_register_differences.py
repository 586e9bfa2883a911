"""What an import of the register does to sizes already derived, and to what an office has verified."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.conftest import vat_number
from tests.parties.test_register_import import SYSTEM, counts, row, write

from levante.kernel.api import Refused, clock_at
from levante.parties import cli, jobs
from levante.parties.api import (
    Enterprise,
    OwnershipLink,
    RegisterDifference,
    accept_correction,
    decide_difference,
    propose_correction,
    record_account,
    update_enterprise,
)
from levante.parties.register_import.run import import_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
Maker = Callable[..., Any]


def size(one: Enterprise) -> str:
    one.refresh_from_db()
    return one.size


def firm(n: int) -> Enterprise:
    return Enterprise.objects.get(tax_code=vat_number(n))


def waiting() -> int:
    return ProcrastinateJob.objects.filter(task_name="parties.refresh_sizes", status="todo").count()


def test_an_import_that_changes_accounts_empties_the_sizes_of_the_whole_network(tmp_path: Path) -> None:
    import_file(write(tmp_path / "a.csv", [row(1), row(2), row(3)]), actor=SYSTEM)
    held, holder, stranger = firm(1), firm(2), firm(3)
    OwnershipLink.objects.create(owned=held, holder_enterprise=holder, kind="participation", capital=100)
    jobs.refresh_sizes()
    assert [size(one) for one in (held, holder, stranger)] == ["small"] * 3
    ProcrastinateJob.objects.filter(task_name="parties.refresh_sizes").delete()
    import_file(write(tmp_path / "same.csv", [row(2, PEC="new@pec.example.it")]), actor=SYSTEM)
    assert size(held) == "small", "nothing a size depends on has changed"
    path = write(tmp_path / "b.csv", [row(2, Addetti="900", Fatturato="90.000.000", Attivo="80000000")])
    assert cli.main(["import", str(path)]) == 0
    assert [size(one) for one in (held, holder, stranger)] == ["", "", "small"]
    assert waiting() == 1, "the command too has the sizes derived, and once is enough"
    jobs.refresh_sizes()
    assert [size(one) for one in (held, holder, stranger)] == ["large", "large", "small"]


def test_an_import_cut_short_by_its_file_has_its_sizes_derived_too(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("colonna;altra\n1;2\n")
    assert cli.main(["import", str(path)]) == 2
    assert waiting() == 1


def test_a_size_changes_when_the_year_turns_and_when_a_hold_ends(enterprise: Maker) -> None:
    small, large = enterprise("Piccola", vat_number(7)), enterprise("Grande", vat_number(8))
    with clock_at(datetime(2026, 6, 1, 9, tzinfo=UTC)):
        for one, staff in ((small, 12), (large, 900)):
            for year in (2023, 2024, 2025):
                money = Decimal(staff * 100_000)
                record_account(actor=SYSTEM, enterprise=one, year=year, headcount=staff, turnover=money, balance=money)
        OwnershipLink.objects.create(
            owned=small, holder_enterprise=large, kind="participation", capital=100, until="2026-06-30"
        )
        record_account(actor=SYSTEM, enterprise=small, year=2022, headcount=12, turnover=1_200_000, balance=1)
        assert size(small) == "large"
    with clock_at(datetime(2026, 7, 1, 0, 40, tzinfo=UTC)):
        jobs.turn_sizes(0)
        assert size(small) == "small"
        assert small.size_on is not None
        assert small.size_on.isoformat() == "2026-07-01"
        # The accounts of the year under way count only from the next one.
        for year in (2025, 2026):
            record_account(
                actor=SYSTEM, enterprise=small, year=year, headcount=700, turnover=90_000_000, balance=90_000_000
            )
        assert size(small) == "small"
    with clock_at(datetime(2027, 1, 1, 0, 40, tzinfo=UTC)):
        jobs.turn_sizes(0)
        assert size(small) == "large", "two years over the thresholds (annex, art. 4(2))"


def test_a_verified_figure_stays_and_an_officer_decides(tmp_path: Path, officer: Maker, signed_in: Maker) -> None:
    import_file(write(tmp_path / "a.csv", [row(1)]), actor=SYSTEM)
    one = firm(1)
    record_account(actor=SYSTEM, enterprise=one, year=2024, headcount=Decimal(14), turnover=Decimal(1_300_000),
                   balance=Decimal("900000.50"), source="verified")  # fmt: skip
    path = tmp_path / "a.csv"
    assert counts(import_file(path, actor=SYSTEM)) == (1, 0, 0, 1, 0)
    account = one.accounts.get()
    assert (account.headcount, account.turnover, account.source) == (14, 1_300_000, "verified")
    rows = RegisterDifference.objects.order_by("field")
    assert [(line.field, line.ours, line.theirs) for line in rows] == [
        ("headcount", "14.00", "12.50"),
        ("turnover", "1300000.00", "1250000.00"),
    ]
    import_file(path, actor=SYSTEM)
    assert rows.count() == 2, "told once"
    desk = signed_in(officer("front_desk"))
    page = desk.get(f"/ufficio/imprese/{one.pk}/").content.decode()
    assert "1.250.000" in page or "1250000.00" in page
    first = rows[0]
    assert desk.post(f"/ufficio/imprese/differenze/{first.pk}/", {"decision": "keep"}).status_code == 302
    assert not rows.filter(decided_at=None).exists(), "the figures of a year go together"
    import_file(path, actor=SYSTEM)
    assert not rows.filter(decided_at=None).exists(), "and what was decided is not asked again"
    with pytest.raises(Refused):
        decide_difference(actor=SYSTEM, difference=first, take=True)
    import_file(write(tmp_path / "b.csv", [row(1, Addetti="16")]), actor=SYSTEM)
    another = rows.get(decided_at=None)
    desk.post(f"/ufficio/imprese/differenze/{another.pk}/", {"decision": "take"})
    account.refresh_from_db()
    assert (account.headcount, account.turnover, account.source) == (16, 1_300_000, "register")


def test_an_accepted_correction_and_a_fact_of_an_officer_stay(
    tmp_path: Path, actor_for: Maker, representative: Maker, officer: Maker
) -> None:
    path = write(tmp_path / "a.csv", [row(1)])
    import_file(path, actor=SYSTEM)
    one = firm(1)
    owner = actor_for(representative(one), enterprise=one)
    clerk = actor_for(officer("case_officer", given="Ugo"))
    facts = propose_correction(actor=owner, enterprise=one, subject="facts", values={"pec": "vera@pec.example.it"})
    figures = {"headcount": "11", "turnover": "1000", "balance": "900", "export_turnover": ""}
    accounts = propose_correction(actor=owner, enterprise=one, subject="account", year=2024, values=figures)
    for correction in (facts, accounts):
        accept_correction(actor=clerk, correction=correction)
    update_enterprise(actor=clerk, enterprise=one, changes={"ateco": "25.12.10", "ateco_edition": "2025"})
    import_file(write(tmp_path / "b.csv", [row(1, Denominazione="Nome nuovo")]), actor=SYSTEM)
    one.refresh_from_db()
    assert (one.pec, one.ateco, one.name) == ("vera@pec.example.it", "25.12.10", "Nome nuovo")
    assert one.accounts.get().headcount == 11
    open_ones = RegisterDifference.objects.filter(decided_at=None)
    assert set(open_ones.values_list("field", flat=True)) == {"pec", "ateco", "headcount", "turnover", "balance"}
    decide_difference(actor=clerk, difference=open_ones.get(field="ateco"), take=True)
    one.refresh_from_db()
    assert (one.ateco, one.ateco_edition) == ("25.11.00", "2025")
    import_file(write(tmp_path / "c.csv", [row(1, ATECO="25.12.10")]), actor=SYSTEM)
    one.refresh_from_db()
    assert one.ateco == "25.12.10", "what was left to the register follows it again"
