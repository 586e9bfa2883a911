"""A block of rows into the tables, by sets: copied into a table of passage, compared once, and only what differs written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from levante.parties.derive import NEAR
from levante.parties.register_import.rows import STAGED

#: ``parties_seen`` says which tax codes of the file went by, on the disk of the database and not in memory;
#: ``parties_plan`` holds the rows that change something, with the enterprise they are of.
_CREATE = """
CREATE TEMPORARY TABLE IF NOT EXISTS parties_stage (
  position integer, tax_code varchar(16), name varchar(300), vat_number varchar(11), legal_form varchar(3),
  rea varchar(12), ateco varchar(8), ateco_edition varchar(4), ateco_on date, artisan boolean, founded_on date,
  status varchar(6), ceased_on date, pec varchar(254), email varchar(254), phone varchar(30), website varchar(200),
  istat varchar(6), province varchar(2), cap varchar(10), address varchar(300), year smallint, headcount numeric(9, 2),
  turnover numeric(15, 2), balance numeric(15, 2), export_turnover numeric(15, 2)
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS parties_plan (
  LIKE parties_stage, enterprise_id bigint PRIMARY KEY, is_new boolean, survivor varchar(16), facts boolean,
  seat varchar(7), account boolean, kept boolean, sized boolean, seat_id bigint
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS parties_tied (id bigint PRIMARY KEY) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS parties_seen (tax_code varchar(16) PRIMARY KEY, position integer);
TRUNCATE parties_stage, parties_plan, parties_tied;
"""
#: Few rows of large tables, by their keys. The planner is told so, here and with ``OFFSET 0`` below, because at the
#: beginning of a first import it has no figures about the tables and would compare everything with everything.
_BY_KEYS = (
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
    " SET LOCAL enable_material = off; SET LOCAL enable_memoize = off; SET LOCAL jit = off; SET LOCAL random_page_cost = 1.1"
)
_SEEN = """
INSERT INTO parties_seen (tax_code, position) SELECT tax_code, position FROM parties_stage ORDER BY position
    ON CONFLICT DO NOTHING
"""
_REPEATED = """
DELETE FROM parties_stage s USING parties_seen first
 WHERE first.tax_code = s.tax_code AND first.position <> s.position RETURNING s.position, first.position
"""
#: The facts of the file that an office may have verified.
_OURS = (
    "name",
    "vat_number",
    "legal_form",
    "rea",
    "ateco",
    "ateco_edition",
    "ateco_on",
    "artisan",
    "founded_on",
    "pec",
    "email",
    "phone",
    "website",
)
#: column -> what it becomes on a row that is there: a blank in the file keeps what is known, and what an office has
#: verified stays as it is (``_DIFFERENCES`` writes down that the register says otherwise).
_FACTS = {
    **{
        name: f"CASE WHEN '{name}' = ANY (e.verified_facts) THEN e.{name} ELSE COALESCE(s.{name}, e.{name}) END"
        for name in _OURS
    },
    "status": "COALESCE(s.status, e.status)",
    "ceased_on": "CASE s.status WHEN 'ceased' THEN s.ceased_on WHEN 'active' THEN NULL ELSE e.ceased_on END",
}
_FIGURES = ("headcount", "turnover", "balance", "export_turnover")
_PLAN = f"""
INSERT INTO parties_plan
SELECT s.*, COALESCE(e.id, nextval(pg_get_serial_sequence('parties_enterprise', 'id'))), e.id IS NULL,
       CASE WHEN e.status = 'merged' THEN (SELECT m.tax_code FROM parties_enterprise m WHERE m.id = e.merged_into_id) END,
       does.facts, does.seat, does.account, does.kept,
       e.id IS NOT NULL AND (does.account OR does.founded), seat.id
  FROM parties_stage s
  LEFT JOIN parties_enterprise e ON e.tax_code = s.tax_code
  LEFT JOIN LATERAL (SELECT id, comune_id, address, cap FROM parties_seat
    WHERE enterprise_id = e.id AND kind = 'legal' AND until IS NULL OFFSET 0) seat ON true
  LEFT JOIN LATERAL (SELECT id, headcount, turnover, balance, export_turnover, approved, source
    FROM parties_account WHERE enterprise_id = e.id AND year = s.year OFFSET 0) a ON true
 CROSS JOIN LATERAL (SELECT
       e.id IS NOT NULL AND ({", ".join(f"e.{name}" for name in _FACTS)}) IS DISTINCT FROM ({", ".join(_FACTS.values())})
       AS facts,
       CASE WHEN s.istat IS NULL THEN NULL WHEN seat.id IS NULL THEN 'new'
            WHEN seat.comune_id IS DISTINCT FROM s.istat THEN 'moved'
            WHEN (seat.address, seat.cap) IS DISTINCT FROM (COALESCE(s.address, seat.address), COALESCE(s.cap, seat.cap))
            THEN 'address' END AS seat,
       s.year IS NOT NULL AND a.source IS DISTINCT FROM 'verified' AND (a.id IS NULL
         OR (a.headcount, a.turnover, a.balance, a.export_turnover, a.approved)
         IS DISTINCT FROM (s.headcount, s.turnover, s.balance, COALESCE(s.export_turnover,
           CASE WHEN a.export_turnover <= s.turnover THEN a.export_turnover END), true)) AS account,
       e.founded_on IS DISTINCT FROM {_FACTS["founded_on"]} AS founded,
       COALESCE(e.verified_facts <> '{{}}' OR a.source = 'verified', false) AS kept) does
 WHERE e.id IS NULL OR e.status = 'merged' OR does.facts OR does.seat IS NOT NULL OR does.account OR does.kept
"""  # noqa: S608 - constants
_MERGED = "DELETE FROM parties_plan WHERE survivor IS NOT NULL RETURNING position, survivor"
_COUNTS = """
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
       count(*) FILTER (WHERE NOT is_new AND (facts OR seat IS NOT NULL OR account)), count(*) FILTER (WHERE facts),
       count(*) FILTER (WHERE seat = 'address'), count(*) FILTER (WHERE seat = 'moved'),
       count(*) FILTER (WHERE seat IN ('moved', 'new')), count(*) FILTER (WHERE account),
       count(*) FILTER (WHERE kept), count(*) FILTER (WHERE sized)
  FROM parties_plan
"""
_INSERT = """
INSERT INTO parties_enterprise (
  id, tax_code, name, vat_number, legal_form, rea, ateco, ateco_edition, ateco_on, artisan, founded_on, status,
  ceased_on, pec, email, phone, website, sectors, verified_facts, size, is_demo, register_run_id, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT enterprise_id, tax_code, name, COALESCE(vat_number, ''), COALESCE(legal_form, ''), COALESCE(rea, ''),
  COALESCE(ateco, ''), COALESCE(ateco_edition, ''), ateco_on, COALESCE(artisan, false), founded_on,
  COALESCE(status, 'active'), ceased_on, COALESCE(pec, ''), COALESCE(email, ''), COALESCE(phone, ''),
  COALESCE(website, ''), '{}', '{}', '', false, %(run)s, now(), now()
  FROM parties_plan WHERE is_new
    ON CONFLICT DO NOTHING
"""
#: Those whose size may not be what it was: the files that change and, with them, every one they are tied to.
_TIED = f"""
INSERT INTO parties_tied
WITH RECURSIVE reached(id) AS (
  SELECT enterprise_id FROM parties_plan WHERE sized
  UNION {NEAR}
)
SELECT id FROM reached
"""  # noqa: S608 - constants
#: Held in the order of their ids, as whoever holds several does; the answer is how many are still files of their own.
_HOLD = """
SELECT count(*) FROM (
  SELECT e.id, e.status FROM parties_enterprise e
   WHERE e.id IN (SELECT enterprise_id FROM parties_plan WHERE NOT is_new UNION SELECT id FROM parties_tied)
   ORDER BY e.id FOR NO KEY UPDATE OF e) held
  JOIN parties_plan p ON p.enterprise_id = held.id
 WHERE held.status <> 'merged'
"""
#: Empty is what the job ``parties.refresh_sizes`` derives anew.
_SIZES = """
UPDATE parties_enterprise SET size = '', size_on = NULL WHERE id IN (SELECT id FROM parties_tied) AND size <> ''
"""
_UPDATE = f"""
UPDATE parties_enterprise e
   SET ({", ".join(_FACTS)}, updated_at, register_run_id) = ({", ".join(_FACTS.values())}, now(), %(run)s)
  FROM parties_plan s WHERE e.id = s.enterprise_id AND s.facts
"""  # noqa: S608 - constants
_SEAT_ADDRESS = """
UPDATE parties_seat seat SET address = COALESCE(s.address, seat.address), cap = COALESCE(s.cap, seat.cap)
  FROM parties_plan s
 WHERE seat.id = s.seat_id AND s.seat = 'address'
"""
_SEAT_END = """
UPDATE parties_seat seat SET until = GREATEST(%(day)s::date - 1, COALESCE(seat.since, %(day)s::date - 1))
  FROM parties_plan s
 WHERE seat.id = s.seat_id AND s.seat = 'moved'
"""
_SEAT_NEW = """
INSERT INTO parties_seat (enterprise_id, kind, country_id, comune_id, province_id, locality, cap, address, since)
SELECT s.enterprise_id, 'legal', 'IT', s.istat, s.province, '', COALESCE(s.cap, ''), COALESCE(s.address, ''),
       CASE WHEN NOT s.is_new AND EXISTS (
         SELECT 1 FROM parties_seat past WHERE past.enterprise_id = s.enterprise_id AND past.kind = 'legal')
       THEN %(day)s::date END
  FROM parties_plan s WHERE s.seat IN ('moved', 'new')
"""
_ACCOUNTS = """
INSERT INTO parties_account AS a (
  enterprise_id, year, headcount, turnover, balance, export_turnover, approved, source)
SELECT enterprise_id, year, headcount, turnover, balance, export_turnover, true, 'register'
  FROM parties_plan WHERE account
    ON CONFLICT (enterprise_id, year) DO UPDATE
   SET headcount = excluded.headcount, turnover = excluded.turnover, balance = excluded.balance,
       export_turnover = COALESCE(excluded.export_turnover,
         CASE WHEN a.export_turnover <= excluded.turnover THEN a.export_turnover END),
       approved = true, source = 'register'
 WHERE a.source <> 'verified'
"""
#: What an office verified and the register says otherwise: one open line for each, and none for what it decided already.
_DIFFERENCES = f"""
INSERT INTO parties_registerdifference AS d (enterprise_id, run_id, year, field, ours, theirs, found_at)
SELECT found.enterprise_id, %(run)s, found.year, found.field, COALESCE(found.ours, ''), found.theirs, now()
  FROM (
    SELECT e.id AS enterprise_id, NULL::smallint AS year, said.*
      FROM parties_plan s JOIN parties_enterprise e ON e.id = s.enterprise_id
     CROSS JOIN LATERAL (VALUES {", ".join(f"('{name}', e.{name}::text, s.{name}::text)" for name in _OURS)})
           said(field, ours, theirs)
     WHERE s.kept AND said.field = ANY (e.verified_facts)
    UNION ALL
    SELECT a.enterprise_id, s.year, said.*
      FROM parties_plan s JOIN parties_account a ON a.enterprise_id = s.enterprise_id AND a.year = s.year
     CROSS JOIN LATERAL (VALUES {", ".join(f"('{name}', a.{name}::text, s.{name}::text)" for name in _FIGURES)})
           said(field, ours, theirs)
     WHERE s.kept AND a.source = 'verified') found
 WHERE found.theirs IS DISTINCT FROM found.ours AND found.theirs IS NOT NULL
   AND NOT EXISTS (
     SELECT FROM parties_registerdifference past
      WHERE past.enterprise_id = found.enterprise_id AND past.year IS NOT DISTINCT FROM found.year
        AND past.field = found.field AND past.theirs = found.theirs AND past.taken = false)
    ON CONFLICT (enterprise_id, year, field) WHERE decided_at IS NULL DO UPDATE
   SET run_id = excluded.run_id, ours = excluded.ours, theirs = excluded.theirs, found_at = excluded.found_at
 WHERE (d.ours, d.theirs) IS DISTINCT FROM (excluded.ours, excluded.theirs)
"""  # noqa: S608 - constants
#: One import writes at a time, block by block: two at once cannot wait for each other in a circle.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('parties.register_import'))"
#: How often a block is compared again because a file was opened or merged by somebody between the look and the write.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a block: how many rows made an enterprise, changed one, changed nothing; and by position the rows
    left out: those whose tax code came before in the file, with the first of them, and those that belong to a file
    merged into another, with the tax code of that other."""

    created: int
    updated: int
    unchanged: int
    repeated: dict[int, int]
    tombstones: dict[int, str]


class _Overtaken(Exception):
    """Somebody opened or merged a file that this block is about to write."""


def forget_seen() -> None:
    """A file begins: no tax code went by yet."""
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        cursor.execute("TRUNCATE parties_seen")


def remember_seen(rows: Sequence[tuple[int, str]]) -> None:
    """Rows (position, tax code) that an earlier process wrote: only their tax codes matter now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CREATE)
        with cursor.copy("COPY parties_stage (position, tax_code) FROM STDIN") as copy:
            copy.write("".join(f"{position}\t{code}\n" for position, code in rows))
        cursor.execute(_SEEN)


def write_block(lines: Sequence[str], *, run_id: int, on: date) -> Written:
    """Write a block of lines (``STAGED`` as ``COPY`` reads them) inside the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_CREATE)
        cursor.execute(_BY_KEYS)
        with cursor.copy(f"COPY parties_stage ({', '.join(STAGED)}) FROM STDIN") as copy:
            copy.write("".join(f"{line}\n" for line in lines))
        cursor.execute(_SEEN)
        repeated: dict[int, int] = {}
        if cursor.rowcount < len(lines):
            cursor.execute(_REPEATED)
            repeated = dict(cursor.fetchall())
        for _ in range(_TRIES):
            try:
                with transaction.atomic():
                    created, updated, tombstones = _write(cursor, {"run": run_id, "day": on})
                break
            except _Overtaken:
                continue
        else:
            raise RuntimeError("the files of this block keep changing under the import")
    left = len(lines) - len(repeated) - len(tombstones) - created - updated
    return Written(created, updated, left, repeated, tombstones)


def _write(cursor: Any, given: dict[str, object]) -> tuple[int, int, dict[int, str]]:
    cursor.execute("TRUNCATE parties_plan, parties_tied")
    cursor.execute(_PLAN)
    tombstones: dict[int, str] = {}
    if cursor.rowcount:
        cursor.execute(_MERGED)
        tombstones = dict(cursor.fetchall())
    cursor.execute(_COUNTS)
    new, known, changed, facts, addresses, moved, seats, accounts, kept, resized = cursor.fetchone()
    if resized:
        cursor.execute(_TIED)
    if known:
        cursor.execute(_HOLD)
        if cursor.fetchone()[0] < known:
            raise _Overtaken
    if new:
        cursor.execute(_INSERT, given)
        if cursor.rowcount < new:
            raise _Overtaken
    for needed, statement in (
        (facts, _UPDATE),
        (addresses, _SEAT_ADDRESS),
        (moved, _SEAT_END),
        (seats, _SEAT_NEW),
        (accounts, _ACCOUNTS),
        (kept, _DIFFERENCES),
        (resized, _SIZES),
    ):
        if needed:
            cursor.execute(statement, given)
    return new, changed, tombstones
