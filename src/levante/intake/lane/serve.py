"""Serving the lane: as many front processes as asked, on sockets that share a port; one that dies is started again."""

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from levante.intake.lane import store
from levante.intake.lane.app import Lane
from levante.intake.lane.front import Front
from levante.intake.lane.sequencer import Limits
from levante.register.pure.keys import KeyRing

told = logging.getLogger("levante.intake")

#: Connections a front holds at once, if the system lets it; those above wait in the system's own queue.
MOST_CONNECTIONS = 16_384
#: How long a front has to end by itself, in seconds, and the pause before one that died is started again.
PATIENCE = 15.0
RESPAWN = 0.5


def serve(*, host: str, port: int, fronts: int, limits: Limits, keys: Path, address: str) -> None:
    """Serve until stopped (SIGTERM, SIGINT). ``OSError`` when the address cannot be listened on."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s intake %(process)d %(levelname)s %(message)s")
    listeners, most = _listen(host, port, fronts), _most_connections()

    def front(place: int) -> None:
        ring = KeyRing(keys, os.environ.get("LEVANTE_REGISTER_PASSPHRASE"))
        asyncio.run(_serve_front(Lane(lambda: store.connect(address), ring, limits), listeners[place], most))

    try:
        _keep(front, fronts)
    finally:
        for listener in listeners:
            listener.close()


def _listen(host: str, port: int, fronts: int) -> list[socket.socket]:
    """A socket for each front on the same port: the system deals new connections out among them.

    They are held here, so that those who wait on the socket of a front that died are taken by the one that follows.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family):
        pass  # nobody else is there: sockets that share a port would let another lane in without a word
    listeners = [
        socket.create_server((host, port), family=family, backlog=MOST_CONNECTIONS, reuse_port=True)
        for _ in range(fronts)
    ]
    for listener in listeners:
        listener.setblocking(False)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # those accepted inherit it
    return listeners


def _most_connections() -> int:
    """As many files as the system lets us open, less those we need ourselves."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + 64 if hard == resource.RLIM_INFINITY else min(hard, MOST_CONNECTIONS + 64)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(16, min(soft - 64, MOST_CONNECTIONS))


async def _serve_front(lane: Lane, listener: socket.socket, most: int) -> None:
    """One front, until it is told to stop or whoever started it is gone."""
    loop, ended, parent = asyncio.get_running_loop(), asyncio.Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    front = Front(lane, listener, most)
    # What is there now stays: the collector looks at the rest, and seldom.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    while not ended.is_set() and os.getppid() == parent:
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), 1.0)
    await front.stop()


def _keep(front: Callable[[int], None], count: int) -> None:
    """Start the fronts, start again those that die, and end them all when told."""
    ended: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        ended.append(number)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    running = {_start(front, place): place for place in range(count)}
    while not ended:
        gone, _ = os.waitpid(-1, os.WNOHANG)
        if gone in running:
            place = running.pop(gone)
            told.warning("front %d died and is started again", gone)
            time.sleep(RESPAWN)
            if not ended:
                running[_start(front, place)] = place
        elif not gone:
            time.sleep(0.1)
    for child in running:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while running:
        gone, _ = os.waitpid(-1, os.WNOHANG)
        running.pop(gone, None)
        if not gone and time.monotonic() > until:
            for child in running:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        if not gone:
            time.sleep(0.05)


def _start(front: Callable[[int], None], place: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        front(place)
        os._exit(0)
    except BaseException:
        told.exception("a front could not go on")
        sys.stderr.flush()
        os._exit(1)
