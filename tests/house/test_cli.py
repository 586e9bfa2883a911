"""The ``levante`` command: what it says when the database was never prepared."""

import json
from types import SimpleNamespace

import psycopg
import pytest
from django.db.utils import ProgrammingError

from levante import cli


def failing(sqlstate_error: type[Exception]):
    def run(argv: list[str]) -> int:
        raise ProgrammingError("relation does not exist") from sqlstate_error("relation does not exist")

    return SimpleNamespace(main=run)


def test_a_database_without_tables_is_told_and_not_a_traceback(monkeypatch, capsys):
    monkeypatch.setattr(cli.importlib, "import_module", lambda name: failing(psycopg.errors.UndefinedTable))
    assert cli.main(["law"]) == 2
    assert "migrate" in json.loads(capsys.readouterr().out)["error"]["message"]
    with pytest.raises(ProgrammingError):  # Django's own commands speak for themselves
        cli.main(["manage"])


def test_any_other_fault_is_not_hidden(monkeypatch):
    monkeypatch.setattr(cli.importlib, "import_module", lambda name: failing(psycopg.errors.DivisionByZero))
    with pytest.raises(ProgrammingError):
        cli.main(["law"])
