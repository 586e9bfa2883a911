"""The demonstration's movements: recorded once, all marked, and the accounts hold."""

from datetime import date

import pytest
from django.conf import settings

from levante.demo import programme as demo
from levante.kernel.api import system
from levante.programme.api import load_folder, main_programme
from levante.programme.models import BudgetLine, Movement
from levante.programme.queries import reconcile
from levante.programme.reports import budget_report, by_comune, by_sector, late_lines

PUGLIA = settings.ROOT / "programmes" / "puglia-2023-2025"

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    load_folder(PUGLIA, actor=system("tests"))
    demo.load(PUGLIA / "demo")
    return main_programme()


@pytest.mark.slow
def test_the_demonstration_is_recorded_once_and_the_accounts_hold(loaded):
    """Some two hundred movements, each through its service."""
    count = Movement.objects.count()
    assert Movement.objects.filter(demonstration=True).count() == count - 2
    demo.load(PUGLIA / "demo")
    assert Movement.objects.count() == count
    assert reconcile(loaded) == []
    assert load_folder(PUGLIA, actor=system("tests"))["created"] == 0
    years = Movement.objects.filter(on__year=2023).values_list("act__triennium__code", flat=True)
    assert set(years) == {"2021-2023", "2023-2025"}


@pytest.mark.slow
def test_every_way_of_looking_gives_the_same_total(loaded, django_assert_num_queries):
    """The same two hundred movements."""
    lines = BudgetLine.objects.of(loaded)
    on = date(2025, 6, 30)
    with django_assert_num_queries(2):
        report = budget_report(lines, on)
    whole = report.total().balances
    assert whole.allocated > whole.committed > whole.paid > 0
    for key in (
        lambda piece: piece.line.triennium_id,
        lambda piece: piece.line.direction_id,
        lambda piece: (piece.line.direction_id, piece.line.action_id),
        lambda piece: piece.line.year,
        lambda piece: piece.exercise,
    ):
        assert sum((total.balances.committed for total in report.by(key).values()), 0) == whole.committed
    assert report.month_by_month()[-1][1] == whole
    with django_assert_num_queries(3):
        sectors, subjects = by_sector(lines, on)
    assert sum(share.balances.committed for share in sectors.values()) > whole.committed
    assert sum(share.subjects for share in sectors.values()) > subjects > 50
    with django_assert_num_queries(1):
        comuni = by_comune(lines, on)
    assert sum(total.balances.paid for total in comuni.values()) == whole.paid
    assert late_lines(report)
    assert budget_report(lines, date(2020, 1, 1)).total().balances.allocated == 0
