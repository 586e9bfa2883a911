"""What every list of the desk has in common: columns one may hide, views one keeps, the same rows as a file.

A view makes a :class:`Listing` of its columns, gives it to the template as ``listing``, and answers with
``listing.file(rows)`` when a file was asked. The template writes ``{% list_tools listing %}`` above the table and wraps
the header and the cell of a column that may be hidden in ``{% col "name" %}…{% endcol %}``. Filters, order and columns
live in the address; a saved view is an address with a name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import cached_property

from levante.identity.api import SavedView
from levante.kernel.api import Actor
from levante.web.components.exports import KINDS, table_file

#: What of an address is not part of a view.
PASSING = ("after", "page", "export")
#: As many rows as are counted; above, a list says “more than”.
MOST_COUNTED = 10_000


def query_sent(request: HttpRequest) -> QueryDict:
    """The filters of a list, sent as one field of a form; ``BadRequest`` when one holds what the database cannot."""
    query = QueryDict(request.POST.get("query", ""))
    if any("\0" in text for name, values in query.lists() for text in (name, *values)):
        raise BadRequest("a NUL character")
    return query


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, what it says of a row in a file, whether it may be hidden. ``shown=False``: only in files."""

    name: str
    label: str
    value: Callable[[Any], Any]
    fixed: bool = False
    shown: bool = True


@dataclass
class Listing:
    """A list as it is asked for: ``name`` is the name of its URL, which is also what saved views are kept under."""

    request: HttpRequest
    name: str
    title: str
    columns: tuple[Column, ...]
    hidden: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        known = {column.name for column in self.columns if not column.fixed and column.shown}
        self.hidden = frozenset(self.request.GET.getlist("hide")) & known

    def shows(self, name: str) -> bool:
        return name not in self.hidden

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        """The columns that may be hidden, and whether each is shown."""
        return [(column, self.shows(column.name)) for column in self.columns if not column.fixed and column.shown]

    def _query(self, *, without: tuple[str, ...] = PASSING, **more: str) -> str:
        query = self.request.GET.copy()
        for name in without:
            query.pop(name, None)
        for name, value in list(query.lists()):
            if value == [""]:
                query.pop(name)
        for name, value in more.items():
            query[name] = value
        return query.urlencode()

    @property
    def query(self) -> str:
        """What a saved view would keep."""
        return self._query()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of the columns must carry with it."""
        return [
            (name, value)
            for name, values in self.request.GET.lists()
            for value in values
            if name not in (*PASSING, "hide") and value
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form of the filters must carry with it: the columns and the order."""
        return [(name, value) for name in ("hide", "sort") for value in self.request.GET.getlist(name) if value]

    @property
    def files(self) -> list[tuple[str, str]]:
        return [(kind, f"?{self._query(export=kind)}") for kind in KINDS]

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        """The views of this list that the person keeps. One query."""
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        if actor.user_id is None:
            return []
        return [
            {"view": view, "url": f"?{view.query}", "current": view.query == self.query}
            for view in SavedView.objects.filter(user_id=actor.user_id, listing=self.name).order_by("name", "id")
        ]

    @staticmethod
    def counted(rows: "QuerySet[Any]") -> tuple[int, bool]:
        """How many rows the filters choose, counted up to a limit, and whether there are more: the cost has an end too."""
        found = rows.order_by()[: MOST_COUNTED + 1].count()
        return min(found, MOST_COUNTED), found > MOST_COUNTED

    @property
    def is_plain(self) -> bool:
        """Whether the list is as it opens: nothing to save."""
        return not self.query

    @property
    def wants_file(self) -> bool:
        return self.request.GET.get("export") in KINDS

    def file(self, rows: Iterable[Any]) -> HttpResponse:
        """The rows as the file asked for: columns that are not hidden, and those that are only in files."""
        kind = self.request.GET["export"]
        columns = [column for column in self.columns if self.shows(column.name)]
        return table_file(kind, self.title, self._lines(columns, rows))

    @staticmethod
    def _lines(columns: list[Column], rows: Iterable[Any]) -> Iterable[list[Any]]:
        yield [str(column.label) for column in columns]
        for row in rows:
            yield [column.value(row) for column in columns]
