"""The lane: ``POST /intake/OPENING`` with ``{"token", "seal"}``, ``GET`` of the same for its live counter, and
``GET /healthz``; without Django, and without a server.

``take`` is given a request whose body was read to its end, which is the instant that is judged, and answers by calling
back: at once, or when the batch it falls into is durable.
"""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from levante.intake.lane import problems, store
from levante.intake.lane.answers import token_digest
from levante.intake.lane.problems import Problem
from levante.intake.lane.sequencer import Connect, Keys, Limits, Reply, Sequencer
from levante.intake.lane.wire import Request, Shown
from levante.register.pure.commitment import is_name
from levante.register.pure.keys import KeyRing

told = logging.getLogger("levante.intake")

_PATH = b"/intake/"
_SEAL = re.compile(r"[0-9a-f]{64}\Z")
#: The body as nearly everybody writes it; what it does not match is read as JSON.
_PLAIN = re.compile(rb'\{"token": ?"([0-9A-Za-z_-]{16,200})", ?"seal": ?"([0-9a-f]{64})"\}')

_ALIVE = Shown(b'{"status":"ok"}')

#: Names that are no opening's are remembered for a while, so that a wrong address does not cost a query each time.
MOST_UNKNOWN = 1024

Work = Callable[[Sequencer], None]


class Lane:
    """The sequencers of the openings that were asked for."""

    def __init__(
        self,
        connect: Connect,
        ring: KeyRing,
        limits: Limits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.limits = limits or Limits()
        self._connect, self._keys, self._clock = connect, Keys(ring), clock
        self._sequencers: dict[bytes, Sequencer] = {}
        self._unknown: dict[str, float] = {}
        self._finding: dict[bytes, list[tuple[Work, Reply]]] = {}
        self._looking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, request: Request, reply: Reply) -> None:
        """Answer a request, now or when what it asks is durable."""
        path = request.path
        if not path.startswith(_PATH):
            reply(_ALIVE if path == b"/healthz" else problems.NOT_FOUND)
            return
        name = path[len(_PATH) :]
        sequencer = self._sequencers.get(name)
        if request.method == b"POST":
            arrived = self._clock()
            if sequencer is not None:
                _ask(sequencer, request.body, arrived, reply)
                return
            work: Work = partial(_ask, body=request.body, arrived=arrived, reply=reply)
        elif request.method == b"GET":
            work = partial(Sequencer.show, reply=reply)
        else:
            reply(problems.NOT_ALLOWED)
            return
        if sequencer is not None:
            work(sequencer)
        elif name in self._finding:
            self._finding[name].append((work, reply))
        elif len(self._finding) >= MOST_UNKNOWN:
            reply(problems.BUSY.after(5))
        else:
            self._finding[name] = [(work, reply)]
            task = asyncio.get_running_loop().create_task(self._work_new(name))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work_new(self, name: bytes) -> None:
        """On behalf of all those who named an opening while it was looked for, in their order."""
        found = await self._find(name)
        if isinstance(found, Sequencer):
            self._sequencers[name] = found
        for work, reply in self._finding.pop(name):
            if isinstance(found, Problem):
                reply(found)
            else:
                work(found)

    async def _find(self, name: bytes) -> Sequencer | Problem:
        """The sequencer of an opening asked for the first time, if the database knows it. One looks at a time."""
        code, now = name.decode("latin-1"), asyncio.get_running_loop().time()
        if not is_name(code) or self._unknown.get(code, 0.0) > now:
            return problems.UNKNOWN_OPENING
        async with self._looking:
            try:
                connection = await self._connect()
                try:
                    counter = await store.look(connection, code)
                finally:
                    await connection.close()
            except Exception as error:
                told.warning(
                    "the database cannot say whether %s is an opening: %s", code, error or type(error).__name__
                )
                return problems.BUSY.after(5)
            if counter is None:
                if len(self._unknown) >= MOST_UNKNOWN:
                    self._unknown.clear()
                self._unknown[code] = now + self.limits.look
                return problems.UNKNOWN_OPENING
            return Sequencer(code, self._connect, self._keys, self.limits)

    async def stop(self) -> None:
        """Answer whoever waits: with a place if it can be had soon, otherwise that it cannot."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*[sequencer.stop() for sequencer in self._sequencers.values()])


def _ask(sequencer: Sequencer, body: bytes, arrived: datetime, reply: Reply) -> None:
    read = read_body(body)
    if read is None:
        reply(problems.MALFORMED)
    else:
        sequencer.ask(token_digest(read[0]), read[1], arrived, reply)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name is written twice: two readers could take two different seals from it."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is written twice")
    return found


def read_body(body: bytes) -> tuple[str, bytes] | None:
    """Token and seal, or ``None`` when the body is anything else."""
    plain = _PLAIN.fullmatch(body)
    if plain is not None:
        return plain[1].decode(), bytes.fromhex(plain[2].decode())
    try:
        value = json.loads(body, object_pairs_hook=_once)
        token, seal = value["token"], value["seal"]
        if len(value) != 2 or not isinstance(token, str) or not 16 <= len(token) <= 200 or not token.isascii():
            return None
        return (token, bytes.fromhex(seal)) if _SEAL.match(seal) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
