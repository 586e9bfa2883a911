"""What moved in the orders of arrival, written down by the database itself so that nobody looks through every application."""

from typing import Any

import pgtrigger
from django.db import models

from levante.calls.api import LISTED


class OrderMove(models.Model):
    """Something that an order of arrival is made of was written: the order of which opening, of which line. Who makes the
    order again takes it away; a line for each write, so that two who write never wait for each other."""

    opening = models.ForeignKey(
        "calls.Opening", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    line = models.ForeignKey(
        "calls.OpeningLine", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_constraint=False,
        db_index=False,
    )  # fmt: skip

    opening_id: int
    line_id: int | None
    objects: Any

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.opening_id}/{self.line_id or '-'}"


def marks_order(of: str, *columns: str, condition: str | None = None) -> pgtrigger.Trigger:
    """A trigger that writes an ``OrderMove`` for the application ``of`` (its id, in SQL) when one of the columns of a row
    changes, or the row is new. Where a list is made nothing follows arrival, and nothing is written."""
    listed = ", ".join(f"'{code}'" for code in LISTED)
    before, after = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name="marks_order",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.After,
        condition=pgtrigger.Condition(condition) if condition is not None else None,
        func=f"""
            IF TG_OP = 'INSERT' OR ROW({before}) IS DISTINCT FROM ROW({after}) THEN
                INSERT INTO applications_ordermove (opening_id, line_id)
                SELECT one.opening_id, one.line_id
                  FROM applications_application AS one
                  JOIN calls_opening AS opening ON opening.id = one.opening_id
                  JOIN calls_call AS call ON call.id = opening.call_id
                 WHERE one.id = {of} AND call.procedure NOT IN ({listed});
            END IF;
            RETURN NULL;
        """,  # noqa: S608 - names of ours
    )
