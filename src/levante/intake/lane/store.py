"""The lane's own SQL: one statement locks the log, one reads where it stands, one the tickets, one writes the batch.

The tables belong to this room (``models``); window and state of an opening are read where ``calls`` keeps them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from levante.intake.lane.answers import Sealed, log_name, number_of, text_of
from levante.intake.lane.ordering import Batch, Counter, Window, pen_of
from levante.register.pure import tree
from levante.register.pure.commitment import instant_text
from levante.register.pure.heads import Head

PLACES = 1 << 40

#: What a connection of the lane is: durable whatever the server's own default; never left inside a transaction by a front
#: that stopped; and looking rows up by their index even when the statistics of a table that fills in a minute are old.
SETTINGS = {
    "application_name": "levante intake",
    "synchronous_commit": "on",
    "idle_in_transaction_session_timeout": "5000",
    "lock_timeout": "5000",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}
#: How long a statement may take, in seconds, before the connection is thought lost.
PATIENCE = 8.0

#: What means that the server went away or is busy with something else, and that trying again makes sense.
LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)

_LOG = """
SELECT l.id, l.size, l.last_instant, l.frontier, l.closed_at,
       COALESCE(l.opens_at, o.opens_at) AS opens_at, COALESCE(l.closes_at, o.closes_at) AS closes_at,
       COALESCE(o.state, 'scheduled') AS state, COALESCE(c.state, 'published') AS call_state, moved.since, moved.states
  FROM intake_log l
  LEFT JOIN calls_opening o ON o.id = l.opening_id AND NOT l.rehearsal
  LEFT JOIN calls_call c ON c.id = o.call_id
  LEFT JOIN LATERAL (
      SELECT array_agg(e.at ORDER BY e.at, e.id) AS since, array_agg(e.to_state ORDER BY e.at, e.id) AS states
        FROM calls_callevent e
       WHERE e.call_id = o.call_id
         AND ((e.opening_id = o.id AND e.to_state <> '') OR (e.opening_id IS NULL AND e.to_state = 'closed_out'))
  ) moved ON true
 WHERE l.code = $1"""

# Not FOR UPDATE: who seals in the meantime refers to this row with a foreign key, and neither waits for the other. Apart from
# the reading: a statement that waited for the lock would still see the window as it was before it waited.
_LOCK = "SELECT id FROM intake_log WHERE code = $1 FOR NO KEY UPDATE"

# Void tickets are left out below, not here: a condition on them would let the planner, while its statistics are old, take the
# index of the live tickets and read all those of the opening for each batch.
_TICKETS = """
SELECT t.token_digest, t.id, t.subject, t.seal, t.salt, t.entry_hash, e.sequence, t.voided_at
  FROM intake_ticket t LEFT JOIN intake_entry e ON e.ticket_id = t.id
 WHERE t.log_id = $1 AND t.token_digest = ANY($2::bytea[])"""

_WRITE = f"""
WITH entries AS (
    INSERT INTO intake_entry (id, log_id, sequence, ticket_id, received_at, leaf_hash)
    SELECT $1 * {PLACES} + sequence, $1, sequence, ticket, instant, leaf
      FROM unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::bytea[]) AS new (sequence, ticket, instant, leaf)
), head AS (
    INSERT INTO intake_head (id, log_id, size, previous, root, frontier, instant, key_id, signature)
    VALUES ($1 * {PLACES} + $6, $1, $6, $7, $8, $9, $10, $11, $12)
)
UPDATE intake_log SET size = $6, last_instant = $10, frontier = $13 WHERE id = $1"""  # noqa: S608 - a constant

_ENTRIES = "SELECT id, received_at FROM intake_entry WHERE id = ANY($1::bigint[])"
_HEAD = "SELECT * FROM intake_head WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 1"
_LEAVES = "SELECT leaf_hash FROM intake_entry WHERE id > $1 AND id <= $2 ORDER BY id"


async def connect(address: str) -> Any:
    return await asyncpg.connect(address, server_settings=SETTINGS, command_timeout=PATIENCE, timeout=PATIENCE)


async def look(connection: Any, code: str) -> Counter | None:
    """The log of an opening as it stands now; ``None`` when there is none."""
    row = await connection.fetchrow(_LOG, code)
    return None if row is None else _counter(code, row)


async def lock(connection: Any, code: str) -> Counter | None:
    """The log, locked: from here to the end of the transaction nobody else gives a place in it."""
    if await connection.fetchrow(_LOCK, code) is None:
        return None
    return await look(connection, code)


def _counter(code: str, row: Mapping[str, Any]) -> Counter:
    over = row["call_state"] == "closed_out"
    moves = tuple(
        (since, "closed" if state == "closed_out" else state)
        for since, state in zip(row["since"] or (), row["states"] or (), strict=True)
    )
    window = Window(
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        state="closed" if over else row["state"],
        published=row["call_state"] not in {"draft", "approved"},
        closed=row["closed_at"] is not None,
        moves=moves,
    )
    return Counter(row["id"], code, row["size"], row["last_instant"], tree.unpack(row["frontier"]), window)


async def tickets(connection: Any, log_id: int, requests: Sequence[bytes]) -> dict[bytes, Sealed]:
    """The tickets with these digests, each with its place if it has one already."""
    rows = await connection.fetch(_TICKETS, log_id, requests)
    return {row[0]: Sealed(*row[1:7]) for row in rows if row[7] is None}


async def write(connection: Any, counter: Counter, batch: Batch) -> None:
    """Entries, head and counter, in one statement of the transaction that holds the lock."""
    growth, head = batch.growth, batch.head
    assert growth is not None
    assert head is not None
    await connection.execute(
        _WRITE,
        counter.log_id,
        [entry.sequence for entry in batch.fresh],
        [entry.ticket.id for entry in batch.fresh],
        [entry.instant for entry in batch.fresh],
        [entry.leaf for entry in batch.fresh],
        growth.size,
        head.previous,
        head.root,
        tree.pack(counter.frontier),
        batch.fresh[-1].instant,
        head.key_id,
        head.signature,
        tree.pack(growth.frontier),
    )


async def answers_again(connection: Any, counter: Counter, known: Sequence[tuple[bytes, Sealed]]) -> list[bytes]:
    """The answers of tickets received before, made again from what is stored, in order of place.

    ``known`` is request and ticket, sorted by place. The leaves of a batch are read once for all who ask of it.
    """
    base, answers, pen, beyond = counter.log_id * PLACES, list[bytes](), None, 0
    places = [base + (ticket.sequence or 0) for _, ticket in known]
    instants = dict(await connection.fetch(_ENTRIES, places))
    for place, (request, ticket) in zip(places, known, strict=True):
        if pen is None or place > beyond:
            row = await connection.fetchrow(_HEAD, place, base + PLACES)
            beyond = base + row["size"]
            leaves = [leaf for (leaf,) in await connection.fetch(_LEAVES, base + row["previous"], beyond)]
            pen = pen_of(counter.code, _head(counter.code, row), tree.unpack(row["frontier"]), leaves)
        sequence, instant = place - base, instants[place]
        answers.append(pen.answer(sequence, ticket, request, number_of(instant, sequence), text_of(instant)))
    return answers


def _head(code: str, row: Mapping[str, Any]) -> Head:
    return Head(
        log=log_name(code),
        size=row["size"],
        previous=row["previous"],
        root=row["root"],
        instant=instant_text(row["instant"]),
        key_id=row["key_id"],
        signature=row["signature"],
    )
