"""A block of rows into the tables, by sets: copied into a table of passage, then compared and written at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from levante.parties.register_import.rows import STAGED, Value

_CREATE = """
CREATE TEMPORARY TABLE IF NOT EXISTS parties_stage (
  position integer, tax_code varchar(16), name varchar(300), vat_number varchar(11), legal_form varchar(3),
  rea varchar(12), ateco varchar(8), ateco_edition varchar(4), ateco_on date, artisan boolean, founded_on date,
  status varchar(6), ceased_on date, pec varchar(254), email varchar(254), phone varchar(30), website varchar(200),
  istat varchar(6), province varchar(2), cap varchar(10), address varchar(300), year smallint, headcount numeric(9, 2),
  turnover numeric(15, 2), balance numeric(15, 2), export_turnover numeric(15, 2)
) ON COMMIT DELETE ROWS
"""

#: column -> what it becomes on a row that is there: a blank in the file keeps what is known.
_FACTS = {
    **{
        name: f"COALESCE(s.{name}, e.{name})"
        for name in (
            "name",
            "vat_number",
            "legal_form",
            "rea",
            "ateco",
            "ateco_edition",
            "ateco_on",
            "artisan",
            "founded_on",
            "status",
            "pec",
            "email",
            "phone",
            "website",
        )
    },
    "ceased_on": "CASE s.status WHEN 'ceased' THEN s.ceased_on WHEN 'active' THEN NULL ELSE e.ceased_on END",
}
_UPDATE = f"""
UPDATE parties_enterprise e
   SET ({", ".join(_FACTS)}, updated_at, register_run_id) = ({", ".join(_FACTS.values())}, now(), %(run)s)
  FROM parties_stage s
 WHERE e.tax_code = s.tax_code AND e.status <> 'merged'
   AND ({", ".join(f"e.{name}" for name in _FACTS)}) IS DISTINCT FROM ({", ".join(_FACTS.values())})
RETURNING e.id
"""  # noqa: S608 - constants
_INSERT = """
INSERT INTO parties_enterprise (
  tax_code, name, vat_number, legal_form, rea, ateco, ateco_edition, ateco_on, artisan, founded_on, status, ceased_on,
  pec, email, phone, website, sectors, size, is_demo, register_run_id, created_at, updated_at)
SELECT s.tax_code, s.name, COALESCE(s.vat_number, ''), COALESCE(s.legal_form, ''), COALESCE(s.rea, ''),
  COALESCE(s.ateco, ''), COALESCE(s.ateco_edition, ''), s.ateco_on, COALESCE(s.artisan, false), s.founded_on,
  COALESCE(s.status, 'active'), s.ceased_on, COALESCE(s.pec, ''), COALESCE(s.email, ''), COALESCE(s.phone, ''),
  COALESCE(s.website, ''), '{}', '', false, %(run)s, now(), now()
  FROM parties_stage s
 WHERE NOT EXISTS (SELECT 1 FROM parties_enterprise e WHERE e.tax_code = s.tax_code)
 ORDER BY s.tax_code
    ON CONFLICT (tax_code) DO NOTHING
RETURNING id
"""
_TOMBSTONES = """
SELECT s.position, e.tax_code FROM parties_stage s JOIN parties_enterprise t ON t.tax_code = s.tax_code
  JOIN parties_enterprise e ON e.id = t.merged_into_id WHERE t.status = 'merged'
"""
_SEAT_ADDRESS = """
UPDATE parties_seat seat
   SET address = COALESCE(s.address, seat.address), cap = COALESCE(s.cap, seat.cap)
  FROM parties_stage s JOIN parties_enterprise e ON e.tax_code = s.tax_code AND e.status <> 'merged'
 WHERE seat.enterprise_id = e.id AND seat.kind = 'legal' AND seat.until IS NULL AND seat.comune_id = s.istat
   AND (seat.address, seat.cap) IS DISTINCT FROM (COALESCE(s.address, seat.address), COALESCE(s.cap, seat.cap))
RETURNING e.id
"""
_SEAT_END = """
UPDATE parties_seat seat SET until = GREATEST(%(day)s::date - 1, COALESCE(seat.since, %(day)s::date - 1))
  FROM parties_stage s JOIN parties_enterprise e ON e.tax_code = s.tax_code AND e.status <> 'merged'
 WHERE seat.enterprise_id = e.id AND seat.kind = 'legal' AND seat.until IS NULL AND s.istat IS NOT NULL
   AND seat.comune_id IS DISTINCT FROM s.istat
"""
_SEAT_NEW = """
INSERT INTO parties_seat (enterprise_id, kind, country_id, comune_id, province_id, locality, cap, address, since)
SELECT e.id, 'legal', 'IT', s.istat, s.province, '', COALESCE(s.cap, ''), COALESCE(s.address, ''),
       CASE WHEN EXISTS (SELECT 1 FROM parties_seat past WHERE past.enterprise_id = e.id AND past.kind = 'legal')
            THEN %(day)s::date END
  FROM parties_stage s JOIN parties_enterprise e ON e.tax_code = s.tax_code AND e.status <> 'merged'
 WHERE s.istat IS NOT NULL AND NOT EXISTS (
   SELECT 1 FROM parties_seat seat WHERE seat.enterprise_id = e.id AND seat.kind = 'legal' AND seat.until IS NULL)
RETURNING enterprise_id
"""
_ACCOUNTS = """
INSERT INTO parties_account AS a (
  enterprise_id, year, headcount, turnover, balance, export_turnover, approved, source)
SELECT e.id, s.year, s.headcount, s.turnover, s.balance, s.export_turnover, true, 'register'
  FROM parties_stage s JOIN parties_enterprise e ON e.tax_code = s.tax_code AND e.status <> 'merged'
 WHERE s.year IS NOT NULL
    ON CONFLICT (enterprise_id, year) DO UPDATE
   SET headcount = excluded.headcount, turnover = excluded.turnover, balance = excluded.balance,
       export_turnover = COALESCE(excluded.export_turnover,
         CASE WHEN a.export_turnover <= excluded.turnover THEN a.export_turnover END),
       approved = true, source = 'register'
 WHERE (a.headcount, a.turnover, a.balance, a.export_turnover, a.approved) IS DISTINCT FROM
       (excluded.headcount, excluded.turnover, excluded.balance, COALESCE(excluded.export_turnover,
         CASE WHEN a.export_turnover <= excluded.turnover THEN a.export_turnover END), true)
RETURNING enterprise_id
"""
#: One import writes at a time, block by block: two at once cannot wait for each other in a circle.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('parties.register_import'))"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a block: how many rows made an enterprise, changed one, changed nothing; and those that belong to a
    file merged into another, by position, with the tax code of that other."""

    created: int
    updated: int
    unchanged: int
    tombstones: dict[int, str]


def write_block(rows: Iterable[tuple[Value, ...]], *, run_id: int, on: date) -> Written:
    """Write a block inside the present transaction. No tax code twice in a block."""
    given = {"run": run_id, "day": on}
    with connection.cursor() as cursor:

        def ids(statement: str) -> set[int]:
            cursor.execute(statement, given)
            return {row[0] for row in cursor.fetchall()}

        cursor.execute(_LOCK)
        # A block touches few rows of large tables, by their keys: reading a whole index for it would be slower.
        cursor.execute("SET LOCAL random_page_cost = 1.1")
        cursor.execute(_CREATE)
        count = 0
        with cursor.copy(f"COPY parties_stage ({', '.join(STAGED)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        cursor.execute("ANALYZE parties_stage")
        cursor.execute(_TOMBSTONES)
        tombstones: dict[int, str] = dict(cursor.fetchall())
        new = ids(_INSERT)
        touched = ids(_UPDATE) | ids(_SEAT_ADDRESS)
        cursor.execute(_SEAT_END, given)
        touched |= ids(_SEAT_NEW) | ids(_ACCOUNTS)
        cursor.execute("TRUNCATE parties_stage")
    created, updated = len(new), len(touched - new)
    return Written(created, updated, count - created - updated - len(tombstones), tombstones)
