"""The sequencer of one opening: a bounded queue in order of arrival, emptied by one task a batch at a time.

A batch is one transaction: places, entries, one signed head. While it becomes durable the next one gathers, so that the
busier the day, the larger the batches. Nobody is answered before the commit. When the server goes away the same batch is
tried again: whoever it had received finds the place it has.
"""

import asyncio
import logging
import math
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from levante.intake.lane import problems, store
from levante.intake.lane.ordering import Asked, Batch, Counter, Found, order
from levante.intake.lane.problems import Problem
from levante.register.pure.keys import KeyProblem, KeyRing, SigningKey

told = logging.getLogger("levante.intake")

Outcome = bytes | Problem
Connect = Callable[[], Awaitable[Any]]


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
    #: How many answers are kept in memory for those who ask again.
    recent: int = 4096


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
class _Waiting:
    asked: Asked
    since: float
    future: "asyncio.Future[Outcome]"


class Sequencer:
    """One opening in one front process."""

    def __init__(
        self,
        code: str,
        connect: Connect,
        keys: Keys,
        limits: Limits,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.code = code
        self._connect, self._keys, self._limits, self._clock = connect, keys, limits, clock
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._connection: Any = None
        self._task: asyncio.Task[None] | None = None
        self._again: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()
        self._recent: OrderedDict[bytes, tuple[bytes, bytes]] = OrderedDict()
        self._rate = 0.0
        self._known: Counter | None = None
        self._looked = -math.inf
        self._last: datetime | None = None  # of this process's clock
        self._floor: datetime | None = None  # of the log, as last seen

    # -- asking

    def ask(self, request: bytes, seal: bytes) -> "asyncio.Future[Outcome] | Outcome":
        """Queue one whose body has just been read to its end; or answer at once: known, surely early, or too many."""
        recent = self._recent.get(request)
        if recent is not None:
            return recent[1] if recent[0] == seal else problems.WRONG_SEAL
        arrived = self._now()
        if self._known is not None and time.monotonic() - self._looked < self._limits.look:
            shut = self._known.window.problem_at(arrived if self._floor is None else max(arrived, self._floor))
            if shut is problems.EARLY:
                return shut.after(self._until_opening(arrived))
        if len(self._queue) >= self._limits.queue:
            return problems.BUSY.after(self._until_room())
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(Asked(request, seal, arrived), time.monotonic(), future))
        self._wake.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
        return future

    def _now(self) -> datetime:
        """The clock, which here does not go back."""
        instant = self._clock()
        if self._last is not None and instant < self._last:
            return self._last
        self._last = instant
        return instant

    def _until_opening(self, instant: datetime) -> int:
        assert self._known is not None
        return max(1, math.ceil((self._known.window.opens_at - instant).total_seconds()))

    def _until_room(self) -> int:
        """The seconds in which the queue empties at the pace of the last batches."""
        return min(60, max(1, math.ceil(len(self._queue) / self._rate))) if self._rate else 5

    # -- working

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                waiting = self._take()
                if waiting:
                    await self._settle(waiting)

    def _take(self) -> list[_Waiting]:
        """The first of the queue, but for who went away or waited too long."""
        taken: list[_Waiting] = []
        limit = time.monotonic() - self._limits.wait
        while self._queue and len(taken) < self._limits.batch:
            one = self._queue.popleft()
            if one.since < limit:
                _answer(one, problems.BUSY.after(self._until_room()))
            elif not one.future.done():
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
                raise
            except Exception as error:
                if not isinstance(error, store.LOST):
                    # Nothing that another attempt would mend by itself; yet people are waiting, and it may be mended for us.
                    told.exception("the batch of %s was not written", self.code)
                else:
                    told.warning("the database of %s went away: %s", self.code, error or type(error).__name__)
            await self._drop_connection()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)
            limit = time.monotonic() - self._limits.wait
            for one in waiting:
                if one.since < limit:
                    _answer(one, problems.NOT_WRITTEN.after(5))
            waiting = [one for one in waiting if not one.future.done()]

    async def _transaction(self, waiting: list[_Waiting]) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        connection = self._connection
        key = self._keys.current()
        asked = [one.asked for one in waiting]
        await connection.execute("BEGIN")
        counter = await store.lock(connection, self.code)
        if counter is None:
            await connection.execute("ROLLBACK")
            for one in waiting:
                _answer(one, problems.UNKNOWN_OPENING)
            return
        found = await store.tickets(connection, counter.log_id, list({one.request for one in asked}))
        batch = order(counter, asked, found, key)
        if batch.fresh:
            await store.write(connection, counter, batch)
            await connection.execute("COMMIT")
        else:
            await connection.execute("ROLLBACK")
        self._looked_at(counter, batch)
        self._tell(waiting, counter, batch)

    def _looked_at(self, counter: Counter, batch: Batch) -> None:
        self._known, self._looked = counter, time.monotonic()
        self._floor = batch.fresh[-1][2] if batch.fresh else counter.last_instant

    def _tell(self, waiting: list[_Waiting], counter: Counter, batch: Batch) -> None:
        for place, one in enumerate(waiting):
            refused = batch.refused.get(place)
            if refused is not None:
                early = refused is problems.EARLY and counter.window.opens_at > one.asked.arrived
                _answer(one, refused.after(self._until_opening(one.asked.arrived)) if early else refused)
                continue
            request = one.asked.request
            answer = batch.answers.get(request)
            if answer is None:
                self._make_again(one, counter, batch.known[request])
            else:
                self._remember(request, one.asked.seal, answer)
                _answer(one, answer)

    def _remember(self, request: bytes, seal: bytes, answer: bytes) -> None:
        self._recent[request] = (seal, answer)
        if len(self._recent) > self._limits.recent:
            self._recent.popitem(last=False)

    def _make_again(self, one: _Waiting, counter: Counter, found: Found) -> None:
        task = asyncio.get_running_loop().create_task(self._answer_again(one, counter, found))
        self._again.add(task)
        task.add_done_callback(self._again.discard)

    async def _answer_again(self, one: _Waiting, counter: Counter, found: Found) -> None:
        """Beside the batches, on a connection of its own, one at a time: who repeats does not slow down who comes."""
        async with self._one_at_a_time:
            connection = None
            try:
                connection = await self._connect()
                answer = await store.answer_again(connection, counter, one.asked.request, found)
                self._remember(one.asked.request, one.asked.seal, answer)
                _answer(one, answer)
            except Exception:
                told.exception("an answer of %s could not be made again", self.code)
                _answer(one, problems.NOT_WRITTEN.after(5))
            finally:
                if connection is not None:
                    await connection.close()

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def stop(self) -> None:
        """End the task; who still waits is told that we cannot say."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, *self._again, return_exceptions=True)
        while self._queue:
            _answer(self._queue.popleft(), problems.NOT_WRITTEN.after(5))
        if self._connection is not None:
            await self._connection.close(timeout=2)


def _answer(one: _Waiting, outcome: Outcome) -> None:
    if not one.future.done():
        one.future.set_result(outcome)
