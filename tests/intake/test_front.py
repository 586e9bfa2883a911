"""The connections of a front: who sends slowly, ahead, too much, or goes away. The lane behind is the test's."""

import asyncio
import socket

import pytest
from tests.intake.conftest import answer_on

from levante.intake.lane import problems
from levante.intake.lane.front import Front
from levante.intake.lane.sequencer import Limits
from levante.intake.lane.wire import Shown


class Desk:
    """A lane that keeps what it is asked, to be answered when the test says so."""

    def __init__(self, **limits):
        self.limits = Limits(**limits)
        self.asked = []
        self.came = asyncio.Event()

    def take(self, request, reply):
        self.asked.append((request, reply))
        self.came.set()

    async def next(self):
        while not self.asked:
            self.came.clear()
            await self.came.wait()
        return self.asked.pop(0)

    async def stop(self):
        pass


def served(work, *, listener=None, most=100, **limits):
    """Run ``work(desk, front, dial)``."""

    async def whole():
        desk = Desk(**limits)
        front = Front(desk, listener, most)

        writers = []

        async def dial():
            if listener is None:
                ours, theirs = socket.socketpair()
                theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
                front.adopt(theirs)
                pair = await asyncio.open_connection(sock=ours, limit=1 << 22)
            else:
                pair = await asyncio.open_connection(*listener.getsockname())
            writers.append(pair[1])
            return pair

        try:
            return await asyncio.wait_for(work(desk, front, dial), 20)
        finally:
            await front.stop()
            for writer in writers:
                writer.close()
            await asyncio.gather(*[writer.wait_closed() for writer in writers], return_exceptions=True)

    return asyncio.run(whole())


def request(path="/a", body=b"", *lines):
    head = "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *lines, "", ""])
    return head.encode() + body


def test_what_is_sent_ahead_waits_for_the_answer_before():
    async def work(desk, front, dial):
        reader, writer = await dial()
        writer.write(request("/1") + request("/2") + request("/3"))
        order = []
        for _ in range(3):
            one, reply = await desk.next()
            assert not desk.asked, "one request of a connection at a time"
            order.append(one.path)
            reply(one.path)
            assert (await answer_on(reader))[2] == one.path
        return order

    assert served(work) == [b"/1", b"/2", b"/3"]


def test_a_request_may_come_in_pieces():
    async def work(desk, front, dial):
        _, writer = await dial()
        for byte in request("/a", b"body"):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        return (await desk.next())[0].body

    assert served(work) == b"body"


def test_who_reads_slowly_has_the_whole_answer_and_stops_nobody():
    async def work(desk, front, dial):
        slow, writer = await dial()
        writer.write(request("/slow"))
        _, reply = await desk.next()
        reply(b"x" * 3_000_000)
        quick, other = await dial()
        other.write(request("/quick"))
        (await desk.next())[1](b"ok")
        assert (await answer_on(quick))[2] == b"ok"
        assert len((await answer_on(slow))[2]) == 3_000_000
        writer.write(request("/again"))
        (await desk.next())[1](b"still served")
        return (await answer_on(slow))[2]

    assert served(work) == b"still served"


def test_who_sends_without_end_ahead_is_not_read_until_answered():
    async def work(desk, front, dial):
        reader, writer = await dial()
        writer.write(request("/first"))
        _, reply = await desk.next()
        many = 2000
        writer.write(request("/more", b"x" * 100) * many)
        other, asks = await dial()
        for _ in range(50):  # turns of the loop in which all that could be read is read
            await asyncio.sleep(0)
        held = max(len(one.ahead) for one in front._connections.values())
        asks.write(request("/other"))
        (await desk.next())[1](b"served meanwhile")
        assert (await answer_on(other))[2] == b"served meanwhile"
        reply(b"1")
        await answer_on(reader)
        for _ in range(many):
            (await desk.next())[1](b"n")
            await answer_on(reader)
        return held

    assert served(work) < 100_000


def test_who_goes_away_while_waiting_was_asked_for_all_the_same():
    async def work(desk, front, dial):
        _, writer = await dial()
        writer.write(request("/a"))
        _, reply = await desk.next()
        writer.close()
        while front._connections:
            await asyncio.sleep(0)
        reply(b"nobody hears")

    served(work)


def test_a_connection_that_is_to_close_is_closed_after_its_answer():
    async def work(desk, front, dial):
        reader, writer = await dial()
        writer.write(request("/a", b"", "Connection: close"))
        (await desk.next())[1](b"last")
        assert (await answer_on(reader))[2] == b"last"
        assert await reader.read() == b""
        writer.write(request("/b"))  # is not listened to
        writer.close()
        while front._connections:
            await asyncio.sleep(0)
        return desk.asked

    assert served(work) == []


def test_what_cannot_be_read_is_refused_and_ends_the_connection():
    async def work(desk, front, dial):
        reader, writer = await dial()
        writer.write(b"nonsense\r\n\r\n")
        status, headers, _ = await answer_on(reader)
        return status, headers[b"connection"], await reader.read()

    assert served(work) == (400, b"close", b"")


def test_the_body_that_waits_for_a_continue_is_told_to_come_once():
    async def work(desk, front, dial):
        reader, writer = await dial()
        writer.write(request("/a", b"1234", "Expect: 100-continue")[:-4])
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"12")
        writer.write(b"34")
        one, reply = await desk.next()
        reply(Shown(b"{}"))
        return one.body, (await answer_on(reader))[0]

    assert served(work) == (b"1234", 200)


def test_who_says_nothing_for_long_is_parted_with_and_who_waits_for_us_is_not():
    async def work(desk, front, dial):
        silent, _ = await dial()
        waiting, writer = await dial()
        writer.write(request("/a"))
        _, reply = await desk.next()
        assert await silent.read() == b""
        reply(problems.BUSY.after(1))
        return (await answer_on(waiting))[0]

    assert served(work, body_seconds=0.02, idle_seconds=0.04) == 503


@pytest.mark.parametrize("most", [1, 3])
def test_above_its_connections_a_front_leaves_the_others_in_the_queue_of_the_system(most):
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)

    async def work(desk, front, dial):
        pairs = [await dial() for _ in range(most + 1)]
        for _, writer in pairs:
            writer.write(request("/a"))
        for _ in range(most):
            (await desk.next())[1](b"ok")
        assert len(front._connections) == most
        assert not desk.asked
        for _, writer in pairs[:most]:
            writer.close()
        last = await asyncio.wait_for(desk.next(), 5)
        last[1](b"ok")
        return (await answer_on(pairs[most][0]))[2]

    with listener:
        assert served(work, listener=listener, most=most, body_seconds=0.1) == b"ok"
