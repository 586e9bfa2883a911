"""What many tests begin from, made by the services once a run and then put back as the rows that they wrote: ``kept``.

A thing may be put back only where it would be made the same: in a database that holds nothing, or nothing but what was put here
before it and nobody has written upon. Anywhere else, and where a test really commits, it is made as ever.
"""

import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import translation
from tests import demonstration

from levante.documents.storage import path_of
from levante.kernel import clock
from levante.kernel.api import now, today

#: A database without any of these has nothing that a test wrote.
FIRST = ("identity_user", "identity_office", "parties_enterprise", "parties_country", "programme_programme")
#: Statements that write nothing.
READING = ("SELECT", "(SELECT", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Layer:
    """What one thing wrote: rows by table with their columns, keys of the rows that are no more as they were, numbers, files."""

    rows: dict[str, tuple[str, bytes]]
    gone: dict[str, tuple[str, list[tuple[Any, ...]]]]
    numbers: list[tuple[str, int]]
    files: dict[str, bytes]
    made: bytes


_LAYERS: dict[tuple[Any, ...], Layer] = {}
_SEEN: Counter[tuple[Any, ...]] = Counter()


class _Place:
    """The test at work, what was put in its database, and how many statements had written by then."""

    test: Any = None
    layers: tuple[Any, ...] | None = ()
    written: int = 0
    so_far: int = 0


def kept(key: Any, make: Callable[[], Any]) -> Any:
    """What ``make`` gives. ``key`` says all that it depends on, besides what the database holds and the day."""
    below = _below()
    if below is None or (when := _when()) is None:
        return make()
    key = (*below, (when, translation.get_language(), pickle.dumps(key)))
    layer = _LAYERS.get(key)
    if layer is not None:
        made = _put_back(layer)
    else:
        _SEEN[key] += 1
        before = _rows_now() if _SEEN[key] > 1 else None  # once is often all: looking costs as much as a small thing
        made = make()
        if before is not None:
            _LAYERS[key] = _what_is_new(before, made)
    _Place.layers, _Place.written = key, _Place.so_far
    return made


def _when() -> date | datetime | None:
    """The day, whose rows are not another day's; the instant where the clock stands at one, nothing where it is led by a test."""
    source = clock._source.get()
    if source is None:
        return today()
    return now() if source.__qualname__ == "clock_at.<locals>.source" else None


def _below() -> tuple[Any, ...] | None:
    """What was put in this test's database, if nothing else was written."""
    if not connection.in_atomic_block:
        return None
    if _count not in connection.execute_wrappers:
        connection.execute_wrappers.append(_count)
        _Place.test = None
    if _Place.test is not connection.atomic_blocks[0]:
        _Place.test, _Place.written = connection.atomic_blocks[0], _Place.so_far
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + " OR ".join(f'EXISTS (SELECT FROM "{name}")' for name in FIRST))
            _Place.layers = None if cursor.fetchone()[0] else ()
    return _Place.layers if _Place.written == _Place.so_far else None


def _count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
    if not str(sql).startswith(READING) or "procrastinate_" in sql:
        _Place.so_far += 1
    return execute(sql, params, many, context)


def _tables(cursor: Any) -> dict[str, tuple[list[str], list[str]]]:
    """The columns that are written, and those of the key, of each table that has rows."""
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in demonstration.tables(cursor)
        )
    )
    names = [name for (name,) in cursor.fetchall()]
    cursor.execute(
        """
        SELECT c.relname, a.attname, coalesce(a.attnum = ANY (i.indkey), false)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
          AND NOT a.attisdropped AND a.attgenerated = ''
        ORDER BY 1, a.attnum
        """,
        [names],
    )
    found: dict[str, tuple[list[str], list[str]]] = {name: ([], []) for name in names}
    for name, column, is_key in cursor.fetchall():
        found[name][0].append(f'"{column}"')
        if is_key:
            found[name][1].append(f'"{column}"')
    return found


def _rows_now() -> dict[str, tuple[list[str], dict[str, tuple[Any, ...]]]]:
    """By table, where each row lies and its key."""
    with connection.cursor() as cursor:
        found = {}
        for name, (_, key) in _tables(cursor).items():
            cursor.execute(f'SELECT ctid::text, {", ".join(key)} FROM "{name}"')
            found[name] = (key, {place: tuple(values) for place, *values in cursor.fetchall()})
        return found


def _what_is_new(before: dict[str, Any], made: Any) -> Layer:
    rows, gone, numbers = {}, {}, []
    with connection.cursor() as cursor:
        for name, (columns, _) in _tables(cursor).items():
            written = ", ".join(columns)
            there = "{" + ",".join(f'"{place}"' for place in before.get(name, ([], {}))[1]) + "}"
            new = f"SELECT {written} FROM \"{name}\" WHERE ctid <> ALL ('{there}'::tid[])"
            with cursor.copy(f"COPY ({new}) TO STDOUT (FORMAT BINARY)") as copy:
                data = b"".join(bytes(piece) for piece in copy)
            if len(data) > 21:  # more than a head and an end
                rows[name] = (written, data)
        for name, (key, places) in before.items():
            cursor.execute(f'SELECT ctid::text FROM "{name}"')
            left = {place for (place,) in cursor.fetchall()}
            lost = [values for place, values in places.items() if place not in left]
            if lost:
                gone[name] = (", ".join(key), lost)
        cursor.execute(
            "SELECT s.oid::regclass::text, t.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')"
            " JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND t.relname = ANY (%s)",
            [list(rows)],
        )
        for sequence, _ in cursor.fetchall():
            cursor.execute(f"SELECT last_value FROM {sequence}")
            numbers.append((sequence, cursor.fetchone()[0]))
        cursor.execute("SELECT DISTINCT sha256 FROM documents_storedfile")
        contents = {sha: path_of(sha).read_bytes() for (sha,) in cursor.fetchall() if path_of(sha).exists()}
    return Layer(rows, gone, numbers, contents, pickle.dumps(made))


def _put_back(layer: Layer) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name, (key, lost) in layer.gone.items():
            cursor.executemany(f'DELETE FROM "{name}" WHERE ({key}) = ({", ".join(["%s"] * len(lost[0]))})', lost)
        for name, (columns, data) in layer.rows.items():
            with cursor.copy(f'COPY "{name}" ({columns}) FROM STDIN (FORMAT BINARY)') as copy:
                copy.write(data)
        cursor.execute("SET LOCAL session_replication_role = origin")
        # A number given once is not given again; this holds where somebody put the numbers back.
        if layer.numbers:
            cursor.execute(
                "SELECT "
                + ", ".join(
                    f"setval('{name}', greatest({value}, (SELECT last_value FROM {name})))"
                    for name, value in layer.numbers
                )
            )
    for sha, content in layer.files.items():  # a test may have written over them
        path = path_of(sha)
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return pickle.loads(layer.made)
