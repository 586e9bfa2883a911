"""Cursor pagination over the primary key, so that a page costs the same wherever it is."""

from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Query, Schema

T = TypeVar("T")
M = TypeVar("M", bound=Model)

LARGEST = 100

#: A cursor is the key of the last row seen, in sixteen hexadecimal digits: whatever has this form is one, so the
#: description of the API says exactly what is accepted. Empty is the first page.
CURSOR = r"^([0-7][0-9a-f]{15})?$"

Cursor = Query("", pattern=CURSOR, description="`next` of the page before; empty for the first")
Limit = Query(50, ge=1, le=LARGEST)


class Page(Schema, Generic[T]):
    """A page of rows; ``next`` is the cursor of the following page, null on the last one."""

    results: list[T]
    next: str | None = Field(None, description="cursor of the next page; null when there is none")


def page_of(rows: "QuerySet[M]", *, cursor: str, limit: int) -> dict[str, Any]:
    """``limit`` rows after ``cursor``, in the order of their key."""
    ordered = rows.order_by("pk")
    if cursor:
        ordered = ordered.filter(pk__gt=int(cursor, 16))
    found = list(ordered[: limit + 1])
    more = len(found) > limit
    return {"results": found[:limit], "next": f"{found[limit - 1].pk:016x}" if more else None}
