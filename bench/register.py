"""The register: appends per second up to ten million entries in one log, receipts verified per second, each against a baseline.

How the cost grows is a row of its own: the last part of the log against the first, in this very run.

Works in a schema of its own that is dropped afterwards: the register's tables cannot be emptied, and should not be.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BATCH = 1000
#: Entries of the first and of the last part of the log, timed; a baseline takes as many.
PART = 500_000
SINGLES = 300
VERIFICATIONS = 2000
TABLES = ("register_log", "register_entry", "register_head", "register_subtree", "kernel_auditentry")


def run(size: int = 10_000_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``; ``size`` is the number of entries of the log."""
    from django.conf import settings

    with tempfile.TemporaryDirectory() as folder, _scratch_schema():
        before = getattr(settings, "REGISTER_KEYS", None)
        settings.REGISTER_KEYS = Path(folder) / "keys"
        try:
            return [*_appends(size), _verifications()]
        finally:
            settings.REGISTER_KEYS = before


@contextmanager
def _scratch_schema() -> Iterator[None]:
    from django.db import connection

    name = f"bench_register_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {name}")
        for table in (*TABLES, "register_entry AS plain"):
            source, _, target = table.partition(" AS ")
            cursor.execute(f"CREATE TABLE {name}.{target or source} (LIKE public.{source} INCLUDING ALL)")
        for table in ("register_entry", "register_head", "register_subtree", "plain"):
            cursor.execute(f"ALTER TABLE {name}.{table} ADD FOREIGN KEY (log_id) REFERENCES {name}.register_log (id)")
        cursor.execute(f"SET search_path = {name}, public")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET search_path")
            cursor.execute(f"DROP SCHEMA {name} CASCADE")


def _appends(size: int) -> list[dict[str, Any]]:
    """The register's service against a plain INSERT of the very rows it wrote, on the same indexes and constraints."""
    from django.db import connection

    from levante.kernel.api import system
    from levante.register.api import Draft, append_batch, append_entry

    actor = system("bench")
    part = min(PART, size // 2)
    million = 1_000_000 if size > 2_000_000 else None
    spent = {"first": 0.0, "million": 0.0, "between": 0.0, "last": 0.0}
    for first in range(0, size, BATCH):
        drafts = [_draft(Draft, i) for i in range(first, min(first + BATCH, size))]
        start = time.perf_counter()
        append_batch(actor=actor, drafts=drafts)
        where = "first" if first < part else "last" if first >= size - part else "between"
        if million is not None and million - part <= first < million and where == "between":
            where = "million"
        spent[where] += time.perf_counter() - start
    early, batched = part / spent["first"], part / spent["last"]

    start = time.perf_counter()
    for i in range(size, size + SINGLES):
        draft = _draft(Draft, i)
        append_entry(
            actor=actor, kind=draft.kind, subject=draft.subject, payload=draft.payload,
            idempotency_key=draft.idempotency_key,
        )  # fmt: skip
    single = SINGLES / (time.perf_counter() - start)

    # The rows travel from this process as the register's do: read, then sent back to the plain table.
    columns = (
        "id", "log_id", "sequence", "number", "received_at", "kind", "subject", "request", "entry_hash", "leaf_hash",
        "salt", "content",
    )  # fmt: skip
    types = ("bigint", "bigint", "bigint", "text", "timestamptz", "text", "text", *["bytea"] * 4, "text")
    arrays = ", ".join(f"%b::{kind}[]" for kind in types)
    many = f"INSERT INTO plain ({', '.join(columns)}) SELECT * FROM unnest({arrays})"
    one = f"INSERT INTO plain ({', '.join(columns)}) VALUES ({', '.join(['%b'] * len(columns))})"
    read = f"SELECT {', '.join(columns)} FROM register_entry WHERE id >= %s AND id < %s ORDER BY id LIMIT {BATCH}"
    plain_spent = 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM register_entry")
        (lowest,) = cursor.fetchone()
        for first in range(size - part, size, BATCH):
            cursor.execute(read, [lowest + first, lowest + min(first + BATCH, size)])
            values = [list(column) for column in zip(*cursor.fetchall(), strict=True)]
            start = time.perf_counter()
            cursor.execute(many, values)
            plain_spent += time.perf_counter() - start
        plain_batched = part / plain_spent
        cursor.execute(f"SELECT {', '.join(columns)} FROM register_entry ORDER BY id DESC LIMIT %s", [SINGLES])
        rows = cursor.fetchall()
        start = time.perf_counter()
        for row in reversed(rows):
            cursor.execute(one, row)
        plain_single = SINGLES / (time.perf_counter() - start)
    copied = _copy_rate(columns, read, lowest, size, part)
    at_a_million = [
        _row(f"register appends, batches of {BATCH:,}, the {part:,} up to a million entries", part / spent["million"],
             "entries/s", f"the first {part:,} of the same log", early)
    ] if spent["million"] else []  # fmt: skip
    return [
        *at_a_million,
        _row(f"register appends, batches of {BATCH:,}, the last {part:,} of {size:,} entries", batched, "entries/s",
             "plain INSERT of the same rows into an empty table, without tree", plain_batched),
        _row("the same", batched, "entries/s", f"the first {part:,} of the same log", early),
        _row("the same", batched, "entries/s", "plain COPY of the same rows, without tree", copied),
        _row(f"register appends one at a time, on {size:,} entries", single, "entries/s",
             "plain durable INSERT of one row", plain_single),
    ]  # fmt: skip


def _copy_rate(columns: tuple[str, ...], read: str, lowest: int, size: int, part: int) -> float:
    """The same rows again, by the fastest way PostgreSQL has to take them, into a table with the same indexes."""
    from django.db import connection

    spent = 0.0
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE plain")
        for first in range(size - part, size, BATCH):
            cursor.execute(read, [lowest + first, lowest + min(first + BATCH, size)])
            rows = cursor.fetchall()
            start = time.perf_counter()
            with cursor.copy(f"COPY plain ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            spent += time.perf_counter() - start
    return part / spent


def _draft(kind: Any, i: int) -> Any:
    payload = {"application": i, "call": "voucher", "enterprise": f"Impresa {i} S.r.l.", "amount": "6000.00"}
    return kind("applications.transmitted", f"application:{i}", payload, f"bench {i}")


def _verifications() -> dict[str, Any]:
    """Whole verifications (parsing, commitment, signature, twenty hashes) against the bare check of a signature."""
    from levante.register.api import Entry, key_ring, receipts_of, verify_receipt

    last = Entry.objects.order_by("-id")[:50]
    documents = [receipt.to_bytes() for receipt in receipts_of(list(last))]
    keys = key_ring().public_keys()
    start = time.perf_counter()
    for i in range(VERIFICATIONS):
        if not verify_receipt(documents[i % len(documents)], keys):
            raise AssertionError("a receipt of the register does not verify")
    value = VERIFICATIONS / (time.perf_counter() - start)

    private = Ed25519PrivateKey.generate()
    public, message = private.public_key(), b"x" * 300
    signature = private.sign(message)
    start = time.perf_counter()
    for _ in range(VERIFICATIONS):
        public.verify(signature, message)
    baseline = VERIFICATIONS / (time.perf_counter() - start)
    return _row("receipt verifications", value, "receipts/s", "bare Ed25519 verification", baseline)


def _row(name: str, value: float, unit: str, baseline: str, baseline_value: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "baseline": baseline,
        "baseline_value": round(baseline_value, 1),
        "ratio": round(value / baseline_value, 3),
    }
