"""The bench runs, measures what it says, and leaves nothing behind."""

from pathlib import Path

import pytest
from django.db import connection

from levante.register.api import Entry


@pytest.mark.slow  # appends and verifies a few thousand times
@pytest.mark.django_db
def test_the_bench_of_the_register(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))
    from bench import register

    monkeypatch.setattr(register, "SINGLES", 5)
    monkeypatch.setattr(register, "VERIFICATIONS", 50)
    rows = register.run(1500)
    assert all(set(row) == {"name", "value", "unit", "baseline", "baseline_value", "ratio"} for row in rows)
    assert all(row["value"] > 0 and row["ratio"] > 0 for row in rows)
    assert {row["unit"] for row in rows} == {"entries/s", "receipts/s"}
    assert not Entry.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'bench_register%'")
        assert cursor.fetchone() == (0,)
