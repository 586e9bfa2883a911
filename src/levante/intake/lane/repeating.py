"""Who asks again for an answer that no memory holds: it is made again from the database, beside the batches.

One task, on a connection of its own, so that who repeats does not slow down who comes; many at a time, because after a bad
moment everybody repeats at once, and those of one batch share its head and leaves.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from levante.intake.lane import problems, store
from levante.intake.lane.answers import Sealed
from levante.intake.lane.ordering import Counter
from levante.intake.lane.wire import Outcome

told = logging.getLogger("levante.intake")

#: How many are made again at a time.
TOGETHER = 1024


class _Repeat(NamedTuple):
    counter: Counter
    request: bytes
    ticket: Sealed
    reply: Callable[[Outcome], None]


class Repeater:
    """The answers of one opening that are to be made again."""

    def __init__(self, code: str, connect: Callable[[], Awaitable[Any]]) -> None:
        self.code, self._connect = code, connect
        self._waiting: list[_Repeat] = []
        self._working = False
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, counter: Counter, request: bytes, ticket: Sealed, reply: Callable[[Outcome], None]) -> None:
        """Make an answer again and call back with it."""
        self._waiting.append(_Repeat(counter, request, ticket, reply))
        if not self._working:
            self._working = True
            task = asyncio.get_running_loop().create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        connection = None
        try:
            while self._waiting:
                some = sorted(self._waiting[:TOGETHER], key=lambda one: one.ticket.sequence or 0)
                del self._waiting[:TOGETHER]
                try:
                    connection = connection or await self._connect()
                    answers: list[Outcome] = list(
                        await store.answers_again(connection, some[0].counter, [(one[1], one[2]) for one in some])
                    )
                except Exception:
                    told.exception("answers of %s could not be made again", self.code)
                    answers = [problems.NOT_WRITTEN.after(5)] * len(some)
                    if connection is not None:
                        connection.terminate()
                        connection = None
                for one, answer in zip(some, answers, strict=True):
                    one.reply(answer)
        finally:
            self._working = False  # before anything is awaited: who asks from here on starts another
            if connection is not None:
                await connection.close()

    async def stop(self) -> None:
        """Wait for what is being made."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
