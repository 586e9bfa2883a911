"""/healthz and /readyz tell the truth all along: while the database is killed and comes back, when it only reads, when the
key that signs is gone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from tests.own_server import kill_with_children, postmaster, start_postgres

from levante.kernel.api import system
from levante.register.api import append_entry, key_ring

SOURCE = Path(__file__).resolve().parents[2] / "src"

#: A server of ours, asked as often as told: one line in, one line out.
SERVER = """
import json, sys
from levante.cli import prepare_django
prepare_django()
from django.test import Client
client = Client(raise_request_exception=False)
for line in sys.stdin:
    found = {path: client.get(path) for path in ("/healthz", "/readyz")}
    print(json.dumps({path: [answer.status_code, answer.json()] for path, answer in found.items()}), flush=True)
"""


@pytest.mark.slow(reason="a database server of its own, killed, started again, told to be read-only")
@pytest.mark.django_db(transaction=True)
def test_the_health_pages_while_the_server_is_killed_and_comes_back(own_server, tmp_path):
    address = own_server.copy_of_the_test_database("health")
    environment = {
        **os.environ, "PYTHONPATH": str(SOURCE), "LEVANTE_VAR": str(tmp_path / "var"), "DATABASE_URL": address,
        "LEVANTE_REGISTER_KEYS": str(tmp_path / "keys"),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    )

    def asked() -> tuple[int, list[str]]:
        """What /readyz says; /healthz says that the process answers, whatever happens."""
        process.stdin.write("\n")
        process.stdin.flush()
        told = json.loads(process.stdout.readline())
        assert told["/healthz"] == [200, {"status": "ok"}]
        status, answer = told["/readyz"]
        assert (status == 200) == (answer["problems"] == [])
        return status, answer["problems"]

    try:
        assert asked() == (200, [])
        kill_with_children(postmaster(own_server.folder))
        for _ in range(2):  # the connection that was open, then none at all
            status, problems = asked()
            assert status == 503
            assert problems[0].startswith("database: ")
        assert start_postgres(own_server.folder) == own_server.address
        assert asked() == (200, [])
        with psycopg.connect(own_server.address, autocommit=True) as session:
            session.execute("ALTER DATABASE health SET default_transaction_read_only = on")
            session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'health'")
        assert asked()[0] == 503  # the connection was ended
        assert asked() == (503, ["database: read-only"])
        with psycopg.connect(own_server.address, autocommit=True) as session:
            session.execute("ALTER DATABASE health RESET default_transaction_read_only")
            session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'health'")
        asked()
        assert asked() == (200, [])
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
        if not (own_server.folder / "postmaster.pid").exists():
            start_postgres(own_server.folder)


@pytest.mark.django_db
def test_a_standby_is_not_ready(client, monkeypatch):
    """What a standby answers is asked of a function of the server: one of that name, met first, answers as it would."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA standby")
        cursor.execute("CREATE FUNCTION standby.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'")
        cursor.execute("SET LOCAL search_path = standby, pg_catalog, public")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["database: a standby, it takes no writes"]


@pytest.mark.django_db
def test_without_the_key_that_signs_the_portal_is_not_ready(client, settings, tmp_path):
    settings.REGISTER_KEYS = tmp_path / "keys"
    assert client.get("/readyz").status_code == 200, "a register that never signed makes its key at the first entry"
    assert not (tmp_path / "keys").exists(), "a question writes nothing"
    append_entry(actor=system("test"), kind="test.entry", subject="x:1", payload={}, idempotency_key="k")
    assert client.get("/readyz").status_code == 200
    private = tmp_path / "keys" / f"{key_ring().current_id()}.private.pem"
    private.rename(tmp_path / "elsewhere")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["signing key: it is there and does not open"]
    (tmp_path / "elsewhere").rename(private)
    private.write_text("not a key")
    assert client.get("/readyz").status_code == 503
    settings.REGISTER_KEYS = tmp_path / "nowhere"
    assert client.get("/readyz").json()["problems"] == [
        "signing key: missing, and the register is signed: restore its backup"
    ]
