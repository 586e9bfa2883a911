"""The sequencer of one opening: a bounded queue in order of arrival, emptied by one task a batch at a time.

A batch is one transaction: places, entries, one signed head. While it becomes durable the next one gathers, so that the
busier the day, the larger the batches. Nobody is answered before the commit. When the server goes away the same batch is
tried again: whoever it had received finds the place it has.
"""

import asyncio
import json
import logging
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from levante.intake.lane import problems, store
from levante.intake.lane.answers import text_of
from levante.intake.lane.ordering import Asked, Batch, Counter, order
from levante.intake.lane.repeating import Repeater
from levante.intake.lane.wire import Outcome, Shown
from levante.register.pure.keys import KeyProblem, KeyRing, SigningKey

told = logging.getLogger("levante.intake")

Connect = Callable[[], Awaitable[Any]]
Reply = Callable[[Outcome], None]

#: How many answers are written before the event loop has its turn.
TOLD = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a front process."""

    #: How many may wait in an opening's queue: above, the honest answer is 503.
    queue: int = 8192
    #: How many a transaction takes at most.
    batch: int = 1024
    #: How long one may wait, in seconds, before being told that we cannot say: the closing of a log waits longer.
    wait: float = 30.0
    #: How long a body may take to arrive, in seconds, and its largest size.
    body_seconds: float = 10.0
    body_bytes: int = 4096
    #: How long the window read from the database is believed, in seconds, for refusing at once what is early.
    look: float = 1.0
    #: How many answers are kept in memory for those who ask again: twice as many at most.
    recent: int = 4096
    #: How long a connection may have nothing to say, in seconds: more than the proxy in front keeps one it does not use.
    idle_seconds: float = 120.0
    #: How long a front that is being stopped goes on with those who wait, in seconds.
    drain: float = 5.0


class Keys:
    """The key that signs now; the ring is read again when its file changes, so that a rotation is seen at once."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring, self._path = ring, Path(ring.folder) / "ring.json"
        self._stamp: tuple[int, int] | None = None
        self._key: SigningKey | None = None

    def current(self) -> SigningKey:
        try:
            state = self._path.stat()
        except OSError as error:
            raise KeyProblem(f"there is no signing key in {self._ring.folder}") from error
        stamp = (state.st_mtime_ns, state.st_ino)
        if self._key is None or stamp != self._stamp:
            self._key, self._stamp = self._ring.current(), stamp
        return self._key


@dataclass(slots=True)
class _Waiting(Asked):
    since: float
    reply: Reply


class Sequencer:
    """One opening in one front process."""

    def __init__(self, code: str, connect: Connect, keys: Keys, limits: Limits) -> None:
        self.code = code
        self._connect, self._keys, self._limits = connect, keys, limits
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._connection: Any = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._untold: deque[tuple[Reply, Outcome]] = deque()
        self._recent: dict[bytes, tuple[bytes, bytes]] = {}
        self._before: dict[bytes, tuple[bytes, bytes]] = {}
        self._repeater = Repeater(code, connect)
        self._watchers: list[Reply] = []
        self._watching: asyncio.Task[None] | None = None
        self._rate = 0.0
        self._known: Counter | None = None
        self._size = 0
        self._looked = -math.inf
        self._last: datetime | None = None  # of this process's clock
        self._floor: datetime | None = None  # of the log, as last seen

    # -- asking

    def ask(self, request: bytes, seal: bytes, arrived: datetime, reply: Reply) -> None:
        """Queue one whose body has just been read to its end; or answer at once: known, surely early, or too many."""
        recent = self._recent.get(request) or self._before.get(request)
        if recent is not None:
            reply(recent[1] if recent[0] == seal else problems.WRONG_SEAL)
            return
        # The clock, which here does not go back.
        if self._last is not None and arrived < self._last:
            arrived = self._last
        self._last = arrived
        now = time.monotonic()
        if self._known is not None and now - self._looked < self._limits.look:
            shut = self._known.window.problem_at(arrived if self._floor is None else max(arrived, self._floor))
            if shut is problems.EARLY:
                reply(shut.after(self._until_opening(self._known, arrived)))
                return
        if self._stopping or len(self._queue) >= self._limits.queue:
            reply(problems.BUSY.after(self._until_room()))
            return
        self._queue.append(_Waiting(request, seal, arrived, now, reply))
        self._wake.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def show(self, reply: Reply) -> None:
        """The live counter, for anybody: from memory while it is fresh, else one question to the database for all who ask."""
        if self._known is not None and time.monotonic() - self._looked < self._limits.look:
            reply(_shown(self._known, self._size))
            return
        self._watchers.append(reply)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        """Where the log stands, beside the batches."""
        outcome: Outcome = problems.BUSY_COUNTER.after(5)
        try:
            connection = await self._connect()
            try:
                counter = await store.look(connection, self.code)
            finally:
                await connection.close()
            if counter is None:
                outcome = problems.UNKNOWN_OPENING
            else:
                self._saw(counter, counter.size, counter.last_instant)
                outcome = _shown(counter, self._size)
        except Exception as error:
            told.warning("the counter of %s cannot be read: %s", self.code, error or type(error).__name__)
        watchers, self._watchers, self._watching = self._watchers, [], None
        for reply in watchers:
            reply(outcome)

    def _saw(self, counter: Counter, size: int, last: datetime | None) -> None:
        self._known, self._size, self._floor, self._looked = counter, max(size, self._size), last, time.monotonic()

    @staticmethod
    def _until_opening(counter: Counter, instant: datetime) -> int:
        return max(1, math.ceil((counter.window.opens_at - instant).total_seconds()))

    def _until_room(self) -> int:
        """The seconds in which the queue empties at the pace of the last batches."""
        return min(60, max(1, math.ceil(len(self._queue) / self._rate))) if self._rate else 5

    # -- working

    async def _run(self) -> None:
        while self._queue or not self._stopping:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                waiting = self._take()
                if waiting:
                    await self._settle(waiting)

    def _take(self) -> list[_Waiting]:
        """The first of the queue, but for who waited too long."""
        taken: list[_Waiting] = []
        limit = time.monotonic() - self._limits.wait
        while self._queue and len(taken) < self._limits.batch:
            one = self._queue.popleft()
            if one.since < limit:
                one.reply(problems.BUSY.after(self._until_room()))
            else:
                taken.append(one)
        return taken

    async def _settle(self, waiting: list[_Waiting]) -> None:
        """One batch until it is durable, or until those in it have waited too long."""
        pause = 0.1
        while waiting:
            started = time.monotonic()
            try:
                await self._transaction(waiting)
                spent = max(time.monotonic() - started, 1e-6)
                self._rate = 0.8 * self._rate + 0.2 * len(waiting) / spent if self._rate else len(waiting) / spent
                return
            except asyncio.CancelledError:
                for one in waiting:
                    one.reply(problems.NOT_WRITTEN.after(5))
                raise
            except Exception as error:
                if not isinstance(error, store.LOST):
                    # Nothing that another attempt would mend by itself; yet people are waiting, and it may be mended for us.
                    told.exception("the batch of %s was not written", self.code)
                else:
                    told.warning("the database of %s went away: %s", self.code, error or type(error).__name__)
            self._drop_connection()
            limit = time.monotonic() - self._limits.wait
            left = []
            for one in waiting:
                if one.since < limit:
                    one.reply(problems.NOT_WRITTEN.after(5))
                else:
                    left.append(one)
            waiting = left
            if waiting:
                await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _transaction(self, waiting: list[_Waiting]) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        connection = self._connection
        key = self._keys.current()
        await connection.execute("BEGIN")
        counter = await store.lock(connection, self.code)
        if counter is None:
            await connection.execute("ROLLBACK")
            for one in waiting:
                one.reply(problems.UNKNOWN_OPENING)
            return
        found = await store.tickets(connection, counter.log_id, [one.request for one in waiting])
        batch = order(counter, waiting, found, key)
        if batch.fresh:
            await store.write(connection, counter, batch)
            await connection.execute("COMMIT")
        else:
            await connection.execute("ROLLBACK")
        written = batch.fresh[-1] if batch.fresh else None
        self._saw(
            counter,
            written.sequence if written else counter.size,
            written.instant if written else counter.last_instant,
        )
        self._answer(waiting, counter, batch)

    # -- answering

    def _answer(self, waiting: list[_Waiting], counter: Counter, batch: Batch) -> None:
        """What each is told, now that it is durable. It is written while the database works at the next batch."""
        answers = batch.answers()
        if not self._untold:
            asyncio.get_running_loop().call_soon(self._tell)
        for place, one in enumerate(waiting):
            answer = answers.get(one.request)
            if answer is not None:
                self._untold.append((one.reply, answer))
                self._remember(one.request, one.seal, answer)
                continue
            refused = batch.refused.get(place)
            if refused is None:
                self._repeater.ask(counter, one.request, batch.known[one.request], partial(self._repeated, one))
            elif refused is problems.EARLY and counter.window.opens_at > one.arrived:
                self._untold.append((one.reply, refused.after(self._until_opening(counter, one.arrived))))
            else:
                self._untold.append((one.reply, refused))

    def _tell(self) -> None:
        """Some of the answers that are ready; then the event loop has its turn."""
        for _ in range(min(TOLD, len(self._untold))):
            reply, outcome = self._untold.popleft()
            reply(outcome)
        if self._untold:
            asyncio.get_running_loop().call_soon(self._tell)

    def _repeated(self, one: _Waiting, outcome: Outcome) -> None:
        if isinstance(outcome, bytes):
            self._remember(one.request, one.seal, outcome)
        one.reply(outcome)

    def _remember(self, request: bytes, seal: bytes, answer: bytes) -> None:
        if len(self._recent) >= self._limits.recent:
            self._before, self._recent = self._recent, {}
        self._recent[request] = (seal, answer)

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def stop(self) -> None:
        """Take nobody any more; go on for a little with those who wait; the others are told that we cannot say."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            _, pending = await asyncio.wait([self._task], timeout=self._limits.drain)
            for task in pending:
                task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._repeater.stop()
        if self._watching is not None:
            await asyncio.gather(self._watching, return_exceptions=True)
        while self._queue:
            self._queue.popleft().reply(problems.BUSY.after(5))
        while self._untold:
            self._tell()
        if self._connection is not None:
            await self._connection.close(timeout=2)


def _shown(counter: Counter, received: int) -> Outcome:
    """What everybody may know of the day: the clock that judges, the window, how many were received."""
    window = counter.window
    if not window.published:
        return problems.UNKNOWN_OPENING
    instant = datetime.now(UTC)
    told = {
        "closes_at": text_of(window.closes_at) if window.closes_at else None,
        "now": text_of(instant),
        "opens_at": text_of(window.opens_at),
        "received": received,
        "state": window.word_at(instant),
    }
    return Shown(json.dumps(told, separators=(",", ":")).encode())
