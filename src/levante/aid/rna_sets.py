"""The set-based writes of an import of the RNA: COPY to a temporary table, one upsert, what follows from it."""

# ruff: noqa: S608 - table and column names are constants; every value is a parameter or comes by COPY

from datetime import date
from operator import attrgetter

from django.db import connection

from levante.aid.models import AidRecord, AidRevision, QuarantinedAid
from levante.aid.rna_parser import Line
from levante.parties.api import Enterprise

COLUMNS = (
    "car",
    "regulation_text",
    "regime",
    "measure_title",
    "granting_body",
    "act",
    "tax_code",
    "beneficiary_name",
    "granted_on",
    "gge",
    "nominal",
    "instrument",
    "cup",
)

_AID = AidRecord._meta.db_table
_STAGING = "aid_rna_staging"
_fields = attrgetter("cor", "regulation", *COLUMNS)


def upsert(lines: list[Line], known_on: date, *, at_grant: bool = False) -> tuple[int, int]:
    """Write a batch; ``(created, updated)``. Our own awards are never rewritten by what the RNA says of them.

    A change is known since ``known_on``; a new line too, or since its grant when ``at_grant``.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {_STAGING} (cor text, regulation text, car text,"
            " regulation_text text, regime text, measure_title text, granting_body text, act text, tax_code text,"
            " beneficiary_name text, granted_on date, gge numeric(15,2), nominal numeric(15,2), instrument text,"
            " cup text) ON COMMIT DELETE ROWS"
        )
        cursor.execute(f"TRUNCATE {_STAGING}")
        columns = ", ".join(("cor", "regulation", *COLUMNS))
        with cursor.copy(f"COPY {_STAGING} ({columns}) FROM STDIN") as copy:
            for line in lines:
                copy.write_row(_fields(line))
        if not lines:
            return 0, 0
        # Without figures about it the planner takes the temporary table for tiny and compares everything with everything.
        cursor.execute(f"ANALYZE {_STAGING}")
        cursor.execute(
            f'INSERT INTO {AidRevision._meta.db_table} (aid_id, "on", gge, reference)'
            f" SELECT aid.id, %s, new.gge, 'RNA' FROM {_STAGING} new"
            f" JOIN {_AID} aid ON aid.cor = new.cor AND aid.regulation = new.regulation"
            " WHERE aid.cor <> '' AND aid.source <> 'own' AND aid.gge <> new.gge",
            [known_on],
        )
        listed = ", ".join(COLUMNS)
        mine = ", ".join(f"aid.{name}" for name in COLUMNS)
        theirs = ", ".join(f"EXCLUDED.{name}" for name in COLUMNS)
        changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS)
        cursor.execute(
            f"WITH written AS (INSERT INTO {_AID} AS aid (source, cor, regulation, {listed}, granted_gge,"
            " registered_on, enterprise_id, subject_type, subject_id)"
            f" SELECT 'rna', new.cor, new.regulation, {', '.join(f'new.{name}' for name in COLUMNS)}, new.gge,"
            " CASE WHEN %s THEN LEAST(new.granted_on, %s::date) ELSE %s::date END,"
            f" firm.id, '', '' FROM {_STAGING} new"
            f" LEFT JOIN {Enterprise._meta.db_table} firm ON firm.tax_code = new.tax_code"
            " ON CONFLICT (cor, regulation) WHERE NOT (cor = '') DO UPDATE"
            f" SET source = 'rna', annulled_on = NULL, enterprise_id = EXCLUDED.enterprise_id, {changes}"
            f" WHERE aid.source <> 'own' AND ({mine}, aid.source, aid.annulled_on)"
            f" IS DISTINCT FROM ({theirs}, 'rna', NULL::date)"
            " RETURNING (xmax = 0) AS is_new)"
            " SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written",
            [at_grant, known_on, known_on],
        )
        created, updated = cursor.fetchone()
    return int(created), int(updated)


def annul_lines_gone(known_on: date) -> int:
    """A COR that came with fewer regulations than we knew: the lines no longer there count no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_AID} aid SET annulled_on = %s FROM (SELECT DISTINCT cor FROM {_STAGING}) new"
            " WHERE aid.cor = new.cor AND aid.cor <> '' AND aid.source = 'rna' AND aid.annulled_on IS NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {_STAGING} kept"
            " WHERE kept.cor = aid.cor AND kept.regulation = aid.regulation)",
            [known_on],
        )
        return int(cursor.rowcount)


def resolve_quarantine(known_on: date) -> None:
    """An aid kept aside whose COR came now in good order needs no more looking at."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {QuarantinedAid._meta.db_table} kept SET resolved_on = %s FROM {_STAGING} new"
            " WHERE kept.cor = new.cor AND kept.cor <> '' AND kept.resolved_on IS NULL"
            " AND NOT 'cor_repeated' = ANY(kept.reasons)",
            [known_on],
        )


def link_known_enterprises() -> int:
    """Tie the lines to the enterprises that are among the parties; how many were tied now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_AID} aid SET enterprise_id = firm.id FROM {Enterprise._meta.db_table} firm"
            " WHERE firm.tax_code = aid.tax_code AND aid.enterprise_id IS NULL"
        )
        return int(cursor.rowcount)
