"""A load generator for the lane: one process, uvloop, a socket a connection, requests made beforehand.

``python -m bench.load --port N --connections C TOKENS.jsonl [--out ANSWERS]``: every token is sent once; each connection
has one request under way. Prints ``{seconds, rate, p50_ms, p99_ms, statuses}``.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import uvloop


class _Connection(asyncio.Protocol):
    """Sends the next request when the answer of the one before is whole."""

    def __init__(self, load: "Load") -> None:
        self.load = load
        self.buffer = b""
        self.body_ends: int | None = None
        self.transport: Any = None
        self.sent_at = 0.0
        self.place = -1

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.load.ready(self)

    def next(self) -> None:
        self.place = self.load.take()
        if self.place < 0:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(self.load.requests[self.place])

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer + data if self.buffer else data
        if self.body_ends is None:
            split = buffer.find(b"\r\n\r\n")
            if split < 0:
                self.buffer = buffer
                return
            at = buffer.find(b"content-length: ", 0, split)
            self.body_ends = split + 4 + int(buffer[at + 16 : buffer.find(b"\r\n", at)])
        if len(buffer) < self.body_ends:
            self.buffer = buffer
            return
        self.load.done(self.place, int(buffer[9:12]), time.perf_counter() - self.sent_at, buffer)
        self.buffer, self.body_ends = b"", None
        self.next()

    def connection_lost(self, error: Exception | None) -> None:
        self.load.lost(self)


class Load:
    """So many connections, and the requests they share out."""

    def __init__(self, requests: list[bytes], connections: int, *, keep: bool = False) -> None:
        self.requests, self.connections, self.keep = requests, connections, keep
        self.taken = 0
        self.times: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.answers: dict[int, bytes] = {}
        self._waiting: list[_Connection] = []
        self._open = 0
        self._end: asyncio.Future[None] | None = None

    def take(self) -> int:
        if self.taken >= len(self.requests):
            return -1
        self.taken += 1
        return self.taken - 1

    def ready(self, connection: _Connection) -> None:
        self._waiting.append(connection)

    def done(self, place: int, status: int, seconds: float, answer: bytes) -> None:
        self.times.append(seconds)
        self.statuses[status] += 1
        if self.keep:
            self.answers[place] = answer.split(b"\r\n\r\n", 1)[1]

    def lost(self, connection: _Connection) -> None:
        self._open -= 1
        if not self._open and self._end is not None and not self._end.done():
            self._end.set_result(None)

    async def run(self, host: str, port: int) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        self._end = loop.create_future()
        for first in range(0, self.connections, 256):
            some = range(min(256, self.connections - first))
            await asyncio.gather(*(loop.create_connection(lambda: _Connection(self), host, port) for _ in some))
        self._open = len(self._waiting)
        started = time.perf_counter()
        for connection in self._waiting:
            connection.next()
        await self._end
        seconds = time.perf_counter() - started
        times = sorted(self.times)
        return {
            "seconds": seconds,
            "rate": self.statuses[201] / seconds,
            "p50_ms": 1000 * times[len(times) // 2] if times else 0.0,
            "p99_ms": 1000 * times[int(len(times) * 0.99)] if times else 0.0,
            "statuses": dict(self.statuses),
        }


def request_of(ticket: dict[str, str]) -> bytes:
    """The request of one ``{opening, token, seal}``, as it goes on the wire."""
    body = json.dumps({"token": ticket["token"], "seal": ticket["seal"]})
    return (
        f"POST /intake/{ticket['opening']} HTTP/1.1\r\nHost: lane\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def requests_of(path: Path) -> list[bytes]:
    """Those of the lines of a file."""
    with path.open(encoding="ascii") as lines:
        return [request_of(json.loads(line)) for line in lines]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tokens", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--out", type=Path, help="the answers, a line for each")
    chosen = parser.parse_args(argv)
    load = Load(requests_of(chosen.tokens), chosen.connections, keep=chosen.out is not None)
    print(json.dumps(uvloop.run(load.run(chosen.host, chosen.port))))
    if chosen.out:
        chosen.out.write_bytes(b"".join(answer + b"\n" for _, answer in sorted(load.answers.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
