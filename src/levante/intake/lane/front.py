"""A front process: its connections, read and answered in a loop of their own inside the event loop.

The sockets of all clients hang on one epoll, and the event loop watches that alone: when it is ready, hundreds of requests
are read in one go, with no task, future or transport for each. This is what a processor's time of the lane went into
(ADR 15). One request of a connection is answered before the next is looked at, so that nobody waits twice in the queue.
"""

import asyncio
import logging
import select
import socket
import time
from collections import deque
from contextlib import suppress

from levante.intake.lane import problems, wire
from levante.intake.lane.app import Lane
from levante.intake.lane.wire import Outcome

told = logging.getLogger("levante.intake")

#: How many connections are looked at before the rest of the process has its turn.
TURN = 512
#: How many new ones are welcomed in a turn.
WELCOMED = 64
_READ = 16_384
#: What may have been sent ahead on a connection whose answer is awaited; above, its socket is not read.
_AHEAD = 65_536

_IN, _OUT = select.EPOLLIN, select.EPOLLOUT


class Connection:
    """One client. ``ahead`` was read and not yet looked at, ``left`` is still to be written; ``since`` is when it last got
    anywhere; ``asked`` whether it waits for an answer of ours, ``leaving`` whether it had its last one."""

    __slots__ = ("ahead", "asked", "closes", "continued", "front", "leaving", "left", "listens", "since", "socket")

    def __init__(self, front: "Front", client: socket.socket) -> None:
        self.front, self.socket = front, client
        self.ahead = b""
        self.left = b""
        self.asked = self.closes = self.continued = self.leaving = False
        self.listens = _IN
        self.since = time.monotonic()

    def answer(self, outcome: Outcome) -> None:
        """Write the answer of the request under way; who went away is not looked for."""
        front = self.front
        if self.listens < 0:  # it went away
            return
        self.asked = False
        if type(outcome) is bytes and not self.closes:
            data = front.writer.taken(outcome)
        else:
            self.closes = self.closes or (isinstance(outcome, problems.Problem) and outcome.closes)
            data = front.writer.answer(outcome, keeps=not self.closes)
        front.send(self, data)


class Front:
    """The connections of this process, and what they ask of the lane."""

    def __init__(self, lane: Lane, listener: socket.socket | None = None, most: int = 16_384) -> None:
        self.lane, self.limits, self.most = lane, lane.limits, most
        self.writer = wire.Writer()
        self._listener = listener
        self._welcoming = False
        self._epoll = select.epoll()
        self._connections: dict[int, Connection] = {}
        self._again: deque[Connection] = deque()
        self._sweeping: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._epoll.fileno(), self._turn)
        self._sweep()

    # -- coming and going

    def adopt(self, client: socket.socket) -> Connection:
        """Serve a connected socket."""
        client.setblocking(False)
        connection = Connection(self, client)
        self._connections[client.fileno()] = connection
        self._epoll.register(client.fileno(), _IN)
        return connection

    def _welcome(self) -> None:
        assert self._listener is not None
        for _ in range(WELCOMED):
            if len(self._connections) >= self.most:
                break
            try:
                client, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                # Too many open files, or a client that went away at once: those who wait are welcomed at the next sweep.
                told.warning("a connection was not welcomed: %s", error)
                break
            self.adopt(client)
        else:
            return
        self._listen(False)

    def _listen(self, wanted: bool) -> None:
        if self._listener is not None and wanted != self._welcoming:
            if wanted:
                self._epoll.register(self._listener.fileno(), _IN)
            else:
                self._epoll.unregister(self._listener.fileno())
            self._welcoming = wanted

    def _part(self, connection: Connection) -> None:
        if connection.listens >= 0:
            connection.listens = -1
            del self._connections[connection.socket.fileno()]
            connection.socket.close()

    def _watch(self, connection: Connection, wanted: int) -> None:
        if connection.listens != wanted:
            connection.listens = wanted
            self._epoll.modify(connection.socket.fileno(), wanted)

    def _sweep(self) -> None:
        """Cut who does not get to the end of a request or of an answer, and who has nothing to say for long."""
        self.writer.at(int(time.time()))
        self._listen(len(self._connections) < self.most)
        now, limits = time.monotonic(), self.limits
        for connection in list(self._connections.values()):
            waited = now - connection.since
            if connection.asked or waited < limits.body_seconds:
                continue
            if connection.left or connection.leaving:
                self._part(connection)
            elif connection.ahead:
                connection.closes = True
                connection.answer(problems.TOO_SLOW)
            elif waited >= limits.idle_seconds:
                self._part(connection)
        self._sweeping = self._loop.call_later(min(1.0, limits.body_seconds / 2), self._sweep)

    # -- reading

    def _turn(self) -> None:
        """Whoever has something to be read, in the order in which it came."""
        self.writer.at(int(time.time()))
        connections = self._connections
        for descriptor, event in self._epoll.poll(0, TURN):
            connection = connections.get(descriptor)
            if connection is None:
                self._welcome()
            elif event & _OUT:
                self.send(connection, b"")
            else:
                self._read(connection)

    def _read(self, connection: Connection) -> None:
        try:
            data = connection.socket.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._part(connection)
        elif connection.leaving:
            return
        elif connection.asked or connection.left:
            connection.ahead += data
            if len(connection.ahead) > _AHEAD:
                self._watch(connection, 0)
        else:
            if connection.ahead:
                connection.ahead += data
            else:
                connection.ahead = data
                connection.since = time.monotonic()
            self._look(connection)

    def _look(self, connection: Connection) -> None:
        """Take the first request that a connection has sent whole, if there is one."""
        request = wire.read(connection.ahead, self.limits.body_bytes)
        if request is None:
            return
        if type(request) is wire.Request:
            connection.ahead = connection.ahead[request.size :]
            connection.asked, connection.closes, connection.continued = True, not request.keeps, False
            self.lane.take(request, connection.answer)
        elif isinstance(request, problems.Problem):
            connection.ahead = b""
            connection.answer(request)
        elif not connection.continued:
            connection.continued = True
            with suppress(OSError):
                connection.socket.send(wire.CONTINUE)

    # -- writing

    def send(self, connection: Connection, data: bytes) -> None:
        """Write what can be written now; the rest when the client has read some."""
        if connection.left:
            data = connection.left + data
        try:
            sent = connection.socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._part(connection)
            return
        if sent < len(data):
            if sent or not connection.left:
                connection.since = time.monotonic()
            connection.left = data[sent:]
            self._watch(connection, _OUT)
            return
        connection.left = b""
        connection.since = time.monotonic()
        if connection.listens != _IN:
            self._watch(connection, _IN)
        if connection.closes:
            # Closed when its client has read it: a socket closed on bytes that were not read takes the answer back.
            connection.leaving = True
            with suppress(OSError):
                connection.socket.shutdown(socket.SHUT_WR)
        elif connection.ahead:
            if not self._again:
                self._loop.call_soon(self._look_again)
            self._again.append(connection)

    def _look_again(self) -> None:
        """At what was sent ahead of an answer that has gone."""
        for _ in range(len(self._again)):
            connection = self._again.popleft()
            if connection.listens >= 0 and not connection.asked:
                self._look(connection)
        if self._again:
            self._loop.call_soon(self._look_again)

    # -- the end

    async def stop(self) -> None:
        """Welcome nobody, answer whoever waits, and close."""
        self._listen(False)
        await self.lane.stop()
        if self._sweeping is not None:
            self._sweeping.cancel()
        self._loop.remove_reader(self._epoll.fileno())
        for connection in list(self._connections.values()):
            self._part(connection)
        self._epoll.close()
