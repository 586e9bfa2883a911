"""What the rooms above add to the control trail of a file: what became of its awards. Each under its own access rules."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from levante.applications.api import Application
from levante.documents.api import StoredFile
from levante.exchange.api import named
from levante.kernel.api import Actor

#: A name in the archive, the file, and why it is not there (then the file is left out).
TrailFile = tuple[str, StoredFile | None, str]


@dataclass(frozen=True, slots=True)
class TrailPart:
    """What one room holds of an application: ``record`` goes to ``{name}.json``; ``files`` beside it, read one at a time; ``about`` are the
    rows whose audit entries are of the file."""

    name: str
    record: Callable[[], dict[str, Any]]
    files: Iterable[TrailFile]
    about: Sequence["models.QuerySet[Any]"]


_told_by: list[str] = []


def trail_told_by(function: str) -> None:
    """Say which function knows more of a file: ``"package.module:function"``, called as ``f(application, reader)`` and answering a
    :class:`TrailPart` of what ``reader`` may see."""
    if function not in _told_by:
        _told_by.append(function)


def trail_parts(application: Application, reader: Actor) -> list[TrailPart]:
    return [named(function)(application, reader) for function in _told_by]


def row_of(row: models.Model) -> dict[str, Any]:
    """A row by the names of its columns; many-to-many is left out."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def rows_of(rows: Any) -> list[dict[str, Any]]:
    return [row_of(row) for row in rows.order_by("pk")]
