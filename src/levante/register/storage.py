"""The register's rows, in plain SQL: one statement locks a log, two write a batch, a few read what proofs need."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from levante.register.models import PLACES, Entry, Head
from levante.register.pure import commitment, heads, tree
from levante.register.pure.receipts import Receipt

_LOCK = "SELECT id, size, last_instant, frontier FROM register_log WHERE name = %s FOR UPDATE"

_OPEN = "INSERT INTO register_log (name, size, frontier) VALUES (%s, 0, '') ON CONFLICT (name) DO NOTHING"

# Rows travel by COPY, which neither the driver nor the server has to parse as SQL; what follows is one statement more.
_COPY = (
    "COPY register_entry (id, log_id, sequence, number, received_at, kind, subject, request, entry_hash, leaf_hash, salt,"
    " content) FROM STDIN"
)

_CLOSE = """
WITH subtrees AS (
    INSERT INTO register_subtree (log_id, level, index, root)
    SELECT %(log)s, level, index, root
      FROM unnest(%(levels)s::smallint[], %(indexes)s::bigint[], %(roots)s::bytea[]) AS new (level, index, root)
), heads AS (
    INSERT INTO register_head (id, log_id, size, previous, root, instant, key_id, signature)
    VALUES (%(log)s * 1099511627776 + %(size)s, %(log)s, %(size)s, %(previous)s, %(root)s, %(instant)s, %(key_id)s,
            %(signature)s)
)
UPDATE register_log SET size = %(size)s, last_instant = %(instant)s, frontier = %(frontier)s WHERE id = %(log)s
"""

# What a text may hold that means something to COPY.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Counter:
    """A log as it stands, locked until the transaction ends."""

    log_id: int
    name: str
    size: int
    last_instant: datetime | None
    frontier: tree.Frontier


def lock_log(name: str) -> Counter:
    """Lock a log's counter row (opening the log when it is new): from here to the end of the transaction no one else
    appends to it, so numbers have no gaps and instants follow the sequence."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [name])
        row = cursor.fetchone()
        if row is None:
            cursor.execute(_OPEN, [name])
            cursor.execute(_LOCK, [name])
            row = cursor.fetchone()
    return Counter(row[0], name, row[1], row[2], tree.unpack(bytes(row[3])))


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry ready to be written."""

    leaf: commitment.Leaf
    leaf_hash: bytes
    subject: str
    salt: bytes
    content: str


def write_batch(
    counter: Counter, entries: Sequence[NewEntry], growth: tree.Growth, head: heads.Head, instant: datetime
) -> None:
    """Entries, completed subtrees, the head and the counter."""
    subtrees = [
        (level // tree.STORED_EVERY, index, root)
        for level in range(tree.STORED_EVERY, growth.size.bit_length(), tree.STORED_EVERY)
        for index, root in growth.completed(level)
    ]
    base = counter.log_id * PLACES
    lines = "".join(
        f"{base + sequence}\t{counter.log_id}\t{sequence}\t{entry.leaf.number}\t{entry.leaf.received_at}"
        f"\t{entry.leaf.kind}\t{entry.subject.translate(_ESCAPES)}\t\\\\x{entry.leaf.request.hex()}"
        f"\t\\\\x{entry.leaf.entry_hash.hex()}\t\\\\x{entry.leaf_hash.hex()}\t\\\\x{entry.salt.hex()}"
        f"\t{entry.content.translate(_ESCAPES)}\n"
        for sequence, entry in enumerate(entries, counter.size + 1)
    )
    with connection.cursor() as cursor:
        with connection.wrap_database_errors, cursor.copy(_COPY) as copy:
            copy.write(lines)
        cursor.execute(
            _CLOSE,
            {
                "log": counter.log_id,
                "instant": instant,
                "levels": [level for level, _, _ in subtrees],
                "indexes": [index for _, index, _ in subtrees],
                "roots": [root for _, _, root in subtrees],
                "size": growth.size,
                "previous": head.previous,
                "root": growth.root,
                "key_id": head.key_id,
                "signature": head.signature,
                "frontier": tree.pack(growth.frontier),
            },
        )


def stored_nodes(log_id: int) -> tree.StoredNodes:
    """The nodes of a log, read as proofs ask for them."""

    def read(level: int, first: int, beyond: int) -> list[bytes]:
        base = log_id * PLACES
        with connection.cursor() as cursor:
            if level == 0:
                cursor.execute(
                    "SELECT leaf_hash FROM register_entry WHERE id > %s AND id <= %s ORDER BY id",
                    [base + first, base + beyond],
                )
            else:
                cursor.execute(
                    "SELECT root FROM register_subtree WHERE log_id = %s AND level = %s AND index >= %s AND index < %s"
                    " ORDER BY index",
                    [log_id, level, first, beyond],
                )
            return [bytes(row[0]) for row in cursor.fetchall()]

    return tree.StoredNodes(read)


def head_of(row: Head, log_name: str) -> heads.Head:
    """A stored head as it was signed."""
    return heads.Head(
        log=log_name,
        size=row.size,
        previous=row.previous,
        root=bytes(row.root),
        instant=commitment.instant_text(row.instant),
        key_id=row.key_id,
        signature=bytes(row.signature),
    )


def receipt_from(entry: Entry, log_name: str, head: heads.Head, path: Sequence[bytes]) -> Receipt:
    """The receipt of a stored entry under the head it was committed with."""
    if entry.content is None or entry.salt is None:
        raise ValueError("the content of this entry was erased")
    content: dict[str, Any] = json.loads(entry.content)
    return Receipt(
        log=log_name,
        number=entry.number,
        received_at=commitment.instant_text(entry.received_at),
        kind=content["kind"],
        subject=content["subject"],
        payload=content["payload"],
        salt=bytes(entry.salt),
        request=bytes(entry.request),
        leaf_index=entry.sequence - 1,
        inclusion_proof=tuple(path),
        head=head,
    )
