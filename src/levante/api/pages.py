"""Cursor pagination: an opaque cursor over one unique column, so that a page costs the same wherever it is."""

import base64
import binascii
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Schema
from ninja.errors import HttpError

T = TypeVar("T")
M = TypeVar("M", bound=Model)

LARGEST = 100


class Page(Schema, Generic[T]):
    """A page of rows; ``next`` is the cursor of the following page, null on the last one."""

    results: list[T]
    next: str | None = Field(None, description="cursor of the next page; null when there is none")


def page_of(rows: "QuerySet[M]", *, cursor: str | None, limit: int, key: str = "pk") -> dict[str, Any]:
    """``limit`` rows after ``cursor`` in the order of ``key`` (unique, not null). A bad cursor is a 422."""
    ordered = rows.order_by(key)
    if cursor:
        ordered = ordered.filter(**{f"{key}__gt": _decode(cursor, key, rows)})
    found = list(ordered[: limit + 1])
    more = len(found) > limit
    return {"results": found[:limit], "next": _encode(getattr(found[limit - 1], key)) if more else None}


def _encode(value: object) -> str:
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def _decode(cursor: str, key: str, rows: "QuerySet[M]") -> Any:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        if "\x00" in text or len(text) > 200:
            raise ValueError("not one of ours")
        if key != "pk":
            return text
        number = int(text)
        if not 0 <= number < 2**63:
            raise ValueError("out of range")
        return number
    except (ValueError, binascii.Error) as error:
        raise HttpError(422, "This cursor is not one of ours.") from error
