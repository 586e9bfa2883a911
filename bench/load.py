"""A load generator for the lane: one process, one loop over epoll, a socket a connection, requests made beforehand.

``python -m bench.load --port N --connections C TOKENS.jsonl [--out ANSWERS]``: every token is sent once; each connection
has one request under way. Prints ``{seconds, cpu_seconds, rate, p50_ms, p99_ms, statuses}``. It is as lean as Python
gets, because it runs on the processors of what it measures.
"""

import argparse
import gc
import json
import select
import socket
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any


class Load:
    """So many connections, and the requests they share out."""

    def __init__(self, requests: list[bytes], connections: int, *, keep: bool = False) -> None:
        self.requests, self.connections, self.keep = requests, connections, keep
        self.statuses: Counter[int] = Counter()
        self.times: list[float] = []
        #: Whole answers, by the place of their request.
        self.answers: dict[int, bytes] = {}

    def run(self, host: str, port: int) -> dict[str, Any]:
        epoll = select.epoll()
        sockets: dict[int, socket.socket] = {}
        for _ in range(self.connections):
            one = socket.create_connection((host, port))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.setblocking(False)
            sockets[one.fileno()] = one
            epoll.register(one.fileno(), select.EPOLLIN)
        gc.collect()
        gc.disable()
        cpu, started = time.process_time(), time.perf_counter()
        self._work(epoll, sockets)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        gc.enable()
        epoll.close()
        times = sorted(self.times)
        return {
            "seconds": seconds,
            "cpu_seconds": cpu,
            "rate": self.statuses[201] / seconds,
            "p50_ms": 1000 * times[len(times) // 2] if times else 0.0,
            "p99_ms": 1000 * times[int(len(times) * 0.99)] if times else 0.0,
            "statuses": dict(self.statuses),
        }

    def _work(self, epoll: select.epoll, sockets: dict[int, socket.socket]) -> None:
        requests, count, taken = self.requests, len(self.requests), 0
        clock, times, statuses = time.perf_counter, self.times, self.statuses
        #: Under way, by descriptor: place, instant of sending, and what came of the answer so far.
        places: dict[int, int] = {}
        sent: dict[int, float] = {}
        parts: dict[int, bytes] = {}
        for descriptor, one in list(sockets.items()):
            if taken == count:
                sockets.pop(descriptor).close()
                continue
            places[descriptor], sent[descriptor] = taken, clock()
            one.send(requests[taken])
            taken += 1
        while sockets:
            for descriptor, _ in epoll.poll():
                one = sockets[descriptor]
                data = one.recv(65_536)
                if not data:
                    raise ConnectionError("the lane closed a connection that waited for an answer")
                if descriptor in parts:
                    data = parts.pop(descriptor) + data
                if len(data) < _whole(data):
                    parts[descriptor] = data
                    continue
                now = clock()
                times.append(now - sent[descriptor])
                statuses[int(data[9:12])] += 1
                if self.keep:
                    self.answers[places[descriptor]] = data
                if taken == count:
                    sockets.pop(descriptor).close()
                    continue
                places[descriptor], sent[descriptor] = taken, now
                one.send(requests[taken])  # a request fits an empty socket's buffer
                taken += 1


def _whole(data: bytes) -> int:
    """How long an answer is: more than what there is while its head is not whole."""
    split = data.find(b"\r\n\r\n")
    if split < 0:
        return len(data) + 1
    at = data.find(b"content-length: ", 0, split) + 16
    return split + 4 + int(data[at : data.find(b"\r", at)])


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
    print(json.dumps(load.run(chosen.host, chosen.port)))
    if chosen.out:
        bodies = [answer.split(b"\r\n\r\n", 1)[1] for _, answer in sorted(load.answers.items())]
        chosen.out.write_bytes(b"".join(body + b"\n" for body in bodies))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
