"""What a change would do, told before it is done: the change is made, what matters is measured, and all is undone."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

T = TypeVar("T")


def rehearse(change: Callable[[], Any], measure: Callable[[], T]) -> tuple[T, T]:
    """What ``measure`` says before and after the change, which leaves nothing. What the change refuses is raised."""
    before = measure()
    with transaction.atomic():
        change()
        after = measure()
        transaction.set_rollback(True)
    return before, after
