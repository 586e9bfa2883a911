"""The lane as an ASGI application: ``POST /intake/OPENING`` with ``{"token", "seal"}``, and ``GET /healthz``.

The instant judged is the one at which the body was read to its end. One request of a connection is answered before the
next is read (HTTP/1.1 alone is served), so that nobody waits twice in the queue.
"""

import asyncio
import gc
import json
import logging
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

from levante.intake.lane import problems, store
from levante.intake.lane.answers import token_digest
from levante.intake.lane.problems import Problem
from levante.intake.lane.sequencer import Connect, Keys, Limits, Sequencer
from levante.register.pure.commitment import is_name
from levante.register.pure.keys import KeyRing

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

told = logging.getLogger("levante.intake")

_PATH = "/intake/"
_SEAL = re.compile(r"[0-9a-f]{64}\Z")
_TAKEN = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]

_ALIVE = b'{"status":"ok"}'

#: Names that are no opening's are remembered for a while, so that a wrong address does not cost a query each time.
MOST_UNKNOWN = 1024


class Lane:
    """A front: the sequencers of the openings it was asked for."""

    def __init__(
        self,
        connect: Connect,
        ring: KeyRing,
        limits: Limits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.limits = limits or Limits()
        self._connect, self._keys, self._clock = connect, Keys(ring), clock
        self._sequencers: dict[str, Sequencer] = {}
        self._unknown: dict[str, float] = {}
        self._looking = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            outcome = await self._outcome(scope, receive) if scope["path"] != "/healthz" else _ALIVE
            if isinstance(outcome, bytes):
                status, body, headers = 200 if outcome is _ALIVE else 201, outcome, _TAKEN
            else:
                status, body, headers = outcome.status, outcome.body(), outcome.headers()
            headers = [*headers, (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    async def _outcome(self, scope: Scope, receive: Receive) -> bytes | Problem:
        path = scope["path"]
        if not path.startswith(_PATH):
            return problems.NOT_FOUND
        if scope["method"] != "POST":
            return problems.NOT_ALLOWED
        sequencer = self._sequencers.get(path[len(_PATH) :])
        if sequencer is None:
            found = await self._find(path[len(_PATH) :])
            if isinstance(found, Problem):
                return found
            sequencer = found
        for name, value in scope["headers"]:
            if name == b"content-length" and not (value.isdigit() and int(value) <= self.limits.body_bytes):
                return problems.TOO_LARGE
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                body = await self._body(receive)
        except TimeoutError:
            return problems.TOO_SLOW
        if isinstance(body, Problem):
            return body
        read = _read(body)
        if read is None:
            return problems.MALFORMED
        outcome = sequencer.ask(token_digest(read[0]), read[1])
        return await outcome if isinstance(outcome, asyncio.Future) else outcome

    async def _body(self, receive: Receive) -> bytes | Problem:
        message = await receive()
        body = message.get("body", b"")
        while message.get("more_body"):
            if len(body) > self.limits.body_bytes:
                break
            message = await receive()
            if message["type"] == "http.disconnect":
                return problems.MALFORMED
            body += message.get("body", b"")
        return problems.TOO_LARGE if len(body) > self.limits.body_bytes else bytes(body)

    async def _find(self, code: str) -> Sequencer | Problem:
        """The sequencer of an opening asked for the first time, if the database knows it."""
        now = asyncio.get_running_loop().time()
        if not is_name(code) or self._unknown.get(code, 0.0) > now:
            return problems.UNKNOWN_OPENING
        async with self._looking:
            if code in self._sequencers:
                return self._sequencers[code]
            try:
                connection = await self._connect()
                try:
                    known = await store.look(connection, code)
                finally:
                    await connection.close()
            except Exception as error:
                told.warning(
                    "the database cannot say whether %s is an opening: %s", code, error or type(error).__name__
                )
                return problems.BUSY.after(5)
            if known is None:
                if len(self._unknown) >= MOST_UNKNOWN:
                    self._unknown.clear()
                self._unknown[code] = now + self.limits.look
                return problems.UNKNOWN_OPENING
            return self._sequencers.setdefault(
                code, Sequencer(code, self._connect, self._keys, self.limits, self._clock)
            )

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                # What is there now stays: the collector looks at the rest, and seldom.
                gc.collect()
                gc.freeze()
                gc.set_threshold(50_000, 20, 50)
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def stop(self) -> None:
        for sequencer in self._sequencers.values():
            await sequencer.stop()


def _read(body: bytes) -> tuple[str, bytes] | None:
    """Token and seal, or ``None`` when the body is anything else."""
    try:
        value = json.loads(body)
        token, seal = value["token"], value["seal"]
        if len(value) != 2 or not isinstance(token, str) or not 16 <= len(token) <= 200 or not token.isascii():
            return None
        return (token, bytes.fromhex(seal)) if _SEAL.match(seal) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def create() -> Lane:
    """The application of a front process, from the environment that ``levante intake serve`` prepares."""
    told = json.loads(os.environ["LEVANTE_INTAKE"])
    ring = KeyRing(told["keys"], os.environ.get("LEVANTE_REGISTER_PASSPHRASE"))
    address = os.environ["DATABASE_URL"]
    return Lane(lambda: store.connect(address), ring, Limits(**told["limits"]))
