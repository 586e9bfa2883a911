"""The demonstration, loaded once a session through its services; then put back, as rows, into a test's own transaction."""

from collections.abc import Collection
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

#: What migrations and Django itself write: each test database has its own.
NOT_OURS = ("django_migrations", "django_content_type", "auth_permission")


#: No test makes so many rows of a kind.
HIGH = 1_000_000


@dataclass(frozen=True)
class Rows:
    """Every table with rows, in PostgreSQL's own binary form, and where each sequence is."""

    tables: dict[str, bytes]
    sequences: list[tuple[str, int]]


def tables(cursor: Any) -> list[str]:
    """The tables of the database, without those that every database fills by itself."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [name for (name,) in cursor.fetchall() if name not in NOT_OURS]


def fingerprint(cursor: Any = None) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a digest of everything in them: equal when nothing at all has changed."""
    if cursor is None:
        with connection.cursor() as own:
            return fingerprint(own)
    found = {}
    for name in tables(cursor):
        cursor.execute(
            f"SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM \"{name}\" t"
        )
        found[name] = cursor.fetchone()
    return found


def load() -> Rows:
    """Load it as ``levante demo load`` does, take its rows, and leave the database as it was. Its many letters are not printed:
    they go as where Pango is missing."""
    from levante.demo.load import load_demonstration

    with transaction.atomic(), _letters_without_paper():
        for _ in load_demonstration():
            pass
        rows = take()
        transaction.set_rollback(True)
    return rows


@contextmanager
def _letters_without_paper() -> Any:
    from levante.documents import services
    from levante.documents.api import PdfUnavailable

    printed = services.render_pdf

    def without(*, template: str, **more: Any) -> bytes:
        if template == "letters/pdf_letter.html":
            raise PdfUnavailable
        return printed(template=template, **more)

    services.render_pdf = without
    try:
        yield
    finally:
        services.render_pdf = printed


def empty() -> None:
    """Take away every row of every table."""
    with transaction.atomic(), _without_triggers(), connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables(cursor))
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{name}"')


def put_back(rows: Rows) -> None:
    """Make the database hold the demonstration and nothing else, in the transaction at work."""
    empty()
    with _without_triggers(), connection.cursor() as cursor:
        for name, data in rows.tables.items():
            with cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT BINARY)') as copy:
                copy.write(data)
        for name, value in rows.sequences:
            cursor.execute("SELECT setval(%s::regclass, %s)", [name, value])
        # Nobody else sees these rows: the server, which looks by itself at what a test before left, would plan for empty tables, and
        # take minutes for one question. Looked at here, a table is left alone until this transaction ends.
        cursor.execute("ANALYZE " + ", ".join(f'"{name}"' for name in rows.tables))


def add(rows: Rows) -> None:
    """Add rows made with ``high_numbers`` to what the database holds, in the transaction at work; what is made next has higher ids."""
    with _without_triggers(), connection.cursor() as cursor:
        for name, data in rows.tables.items():
            with cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT BINARY)') as copy:
                copy.write(data)
        moved = [(name, value) for name, value in rows.sequences if value > HIGH]
        if moved:
            cursor.execute(
                "SELECT "
                + ", ".join(
                    f"setval('{name}'::regclass, greatest({value}, (SELECT last_value FROM {name})))"
                    for name, value in moved
                )
            )


@contextmanager
def high_numbers() -> Any:
    """What is made meanwhile has ids that no test reaches, so that it can be added to what a test has made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"
        )
        places = []
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT last_value, is_called FROM {name}")
            places.append((name, *cursor.fetchone()))
            cursor.execute("SELECT setval(%s::regclass, %s)", [name, HIGH])
    yield
    with connection.cursor() as cursor:
        for name, value, called in places:  # a sequence does not go back with its transaction
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [name, value, called])


def take(*, only: Collection[str] = (), but: Collection[str] = ()) -> Rows:
    """The rows of every table that has any; of some alone, or but of some."""
    found = {}
    with connection.cursor() as cursor:
        for name in tables(cursor):
            if name in but or (only and name not in only):
                continue
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{name}")')
            if cursor.fetchone()[0]:
                with cursor.copy(f'COPY "{name}" TO STDOUT (FORMAT BINARY)') as copy:
                    found[name] = b"".join(bytes(piece) for piece in copy)
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value FROM pg_sequences"
            " WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )
        return Rows(found, cursor.fetchall())


@contextmanager
def _without_triggers() -> Any:
    """Rows go back as they were: append-only triggers and foreign keys looked at them when they were made."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
