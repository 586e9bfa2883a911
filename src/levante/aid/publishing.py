"""What of aid is published, and for how long: the threshold under which a natural person is not named, the years (D.Lgs. 33/2013)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.db.models.lookups import LessThanOrEqual

from levante.aid.models import AidRecord
from levante.law import parameters

THRESHOLD, YEARS = "publication.person_threshold", "publication.years"


def is_person(tax_code: str) -> bool:
    """A fiscal code of sixteen characters is a natural person's."""
    return len(tax_code) != 11


def of_persons(firm: str = "enterprise") -> Q:
    """Rows whose firm (``firm``: the path to it) is a natural person, a sole trader too."""
    return ~Q(**{f"{firm}__tax_code__regex": r"^.{11}$"})


def below_threshold(*, firm: str = "enterprise", aid: str = "aid") -> Q:
    """Rows of natural persons whose aid (``aid``: the path to its record) is of a calendar year in which all that they were granted here,
    in money and in kind, does not exceed the threshold of art. 26(2): their name is not published."""
    same = AidRecord.objects.filter(
        source=AidRecord.OWN, tax_code=OuterRef(f"{aid}__tax_code"), granted_on__year=ExtractYear(OuterRef(f"{aid}__granted_on"))
    ).order_by()  # fmt: skip
    total: Any = Subquery(
        same.values("tax_code").annotate(of_year=Sum(Coalesce("nominal", "granted_gge"))).values("of_year")
    )
    return of_persons(firm) & _by_period(
        THRESHOLD, f"{aid}__granted_on", lambda value: Q(LessThanOrEqual(total, value))
    )


def within_years(*, on: date, day: str) -> Q:
    """Rows whose act (``day``: the path to its date) is still to be published on a day: to the last day of the years that art. 8(3) counts
    from 1 January after it."""
    return _by_period(YEARS, day, lambda value: Q(**{f"{day}__year__gte": on.year - int(value)}))


def years_published(*, on: date) -> int:
    """As many years as an act of that day is published, from 1 January after it."""
    return int(parameters.value(YEARS, on=on).value)


def threshold_of_persons(*, on: date) -> Any:
    """Euro in a calendar year up to which a natural person is not named."""
    return parameters.value(THRESHOLD, on=on).value


def _by_period(name: str, day: str, holds: Callable[[Any], Q]) -> Q:
    """``holds`` of the value of a parameter on each row's own day; never where no act gives it one."""
    found = Q(pk__in=[])
    for entry in parameters.history(name):
        period = Q(**{f"{day}__gte": entry.valid_from})
        if entry.valid_to is not None:
            period &= Q(**{f"{day}__lte": entry.valid_to})
        found |= period & holds(entry.value)
    return found
