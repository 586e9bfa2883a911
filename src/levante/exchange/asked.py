"""What a system that is asked in steps is given: the request, and what the other side gave on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """One try of a stored request. ``kept`` is the body of the last pending outcome: how a later try finds what was begun."""

    kind: str
    key: str
    body: dict[str, Any]
    kept: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One message and what came back, as they went over the wire, but for secrets."""

    operation: str
    sent: str
    received: str = ""
    status: int | None = None


_listening: ContextVar[list[Said] | None] = ContextVar("exchange_said", default=None)


@contextmanager
def listening() -> Iterator[list[Said]]:
    """Collect what is said to the other side, and by it, while this runs: also by a try that fails."""
    said: list[Said] = []
    token = _listening.set(said)
    try:
        yield said
    finally:
        _listening.reset(token)


def tell(said: Said) -> None:
    """An adapter keeps a message for whoever reads the history of the request."""
    found = _listening.get()
    if found is not None:
        found.append(said)
