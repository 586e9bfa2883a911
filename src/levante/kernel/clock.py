"""The one clock of the house. Instants are UTC with microseconds; days are those of Europe/Rome."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present instant, in UTC."""
    source = _source.get()
    return source() if source else datetime.now(UTC)


def today() -> date:
    """The present day as the law of the place counts it."""
    return now().astimezone(ROME).date()


def day_of(instant: datetime) -> date:
    """The Italian day on which an instant falls."""
    return instant.astimezone(ROME).date()


@contextmanager
def clock_at(instant: datetime | Callable[[], datetime]) -> Iterator[None]:
    """Work as if it were ``instant`` (or as a source tells): for rehearsals, recomputations and tests."""
    if callable(instant):
        source = instant
    else:
        if instant.tzinfo is None:
            raise ValueError("an instant has a time zone")
        fixed = instant.astimezone(UTC)

        def source() -> datetime:
            return fixed

    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
