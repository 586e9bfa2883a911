"""Choices for forms and filters: read whole, so that what is typed in an address is compared here and never in SQL."""

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language, gettext

from levante.identity.api import Office
from levante.kernel.pure import Bilingual
from levante.parties.api import Country
from levante.programme.api import Direction, Sector, main_programme

Choices = list[tuple[str, str]]


def labelled(
    table: Mapping[str, Bilingual], codes: Iterable[str] | None = None, *, empty: str | None = None
) -> Choices:
    """A table of codes and labels as choices, in the language at work; ``empty`` is the label of “no choice”."""
    language = get_language()
    rows = [(code, table[code].in_language(language)) for code in (codes or table)]
    return [("", empty), *rows] if empty is not None else rows


def sectors(*, empty: str | None = None) -> Choices:
    """The sectors of the programme. Two queries."""
    programme = main_programme()
    rows = Sector.objects.of(programme).order_by("position", "code") if programme else Sector.objects.none()
    found = [(row.code, _name(row.name_it, row.name_en)) for row in rows]
    return [("", empty), *found] if empty is not None else found


def directions(*, empty: str | None = None) -> Choices:
    """The directions of the programme, in its order. One query and the programme's."""
    programme = main_programme()
    rows = Direction.objects.of(programme) if programme else Direction.objects.none()
    found = [(row.code, f"{row.code} · {_name(row.name_it, row.name_en)}") for row in rows]
    return found if empty is None else [("", empty), *found]


def countries(*, empty: str | None = None) -> Choices:
    """Every country by its name in the language at work. One query."""
    rows = Country.objects.values_list("code", "name_it", "name_en")
    found = sorted(((code, _name(it, en)) for code, it, en in rows), key=lambda row: row[1])
    return [("", empty if empty is not None else gettext("Choose")), *found]


def offices(rows: Iterable[Office], *, empty: str | None = None) -> Choices:
    found = [(row.code, _name(row.name_it, row.name_en)) for row in rows]
    return [("", empty), *found] if empty is not None else found


def _name(it: str, en: str) -> str:
    return Bilingual(it, en).in_language(get_language())
