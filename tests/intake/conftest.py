"""Logs with tickets, the lane called in this process, and openings of a shipped call."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.intake.lane import store
from levante.intake.lane.app import Lane
from levante.intake.lane.front import Front


@pytest.fixture
def system():
    from levante.kernel.api import system

    return system("test")


@pytest.fixture
def rehearsal(system):
    """Make a rehearsal open now: ``log, issued = rehearsal(10)``."""
    from levante.intake.api import start_rehearsal

    def make(count=5, **values):
        return start_rehearsal(actor=system, count=count, **values)

    return make


@pytest.fixture
def window(shipped, system):  # noqa: F811
    """Make an opening of a shipped call, with its log and tickets: ``log, issued = window(3, closes_in=...)``."""
    from decimal import Decimal

    from levante.calls.api import Opening
    from levante.intake.api import ToSeal, issue_tickets, open_log
    from levante.kernel.api import now

    def make(count=3, *, opens_in=-timedelta(hours=1), closes_in=timedelta(hours=1), **values):
        call = shipped["voucher-fiere-2018"]
        call.state, call.published_at = "published", now()
        call.save()
        opening = Opening.objects.create(
            call=call, code="click", opens_at=now() + opens_in, closes_at=now() + closes_in, budget=Decimal("9000"),
            is_demo=True, **values,
        )  # fmt: skip
        log = open_log(actor=system, opening=opening)
        sealed = [
            ToSeal(f"application:{n}", f"{n:011d}", Decimal(5000), {"application": n}) for n in range(1, count + 1)
        ]
        return log, issue_tickets(actor=system, log=log, sealed=sealed)

    return make


@pytest.fixture
def ring(settings):
    """The installation's key ring, with a key in it."""
    from levante.kernel.api import now
    from levante.register.api import key_ring

    found = key_ring()
    if not found.exists():
        found.create(now())
    return found


def test_address() -> str:
    """The test database as a client that is not Django reaches it."""
    from django.db import connection

    told = connection.settings_dict
    user = quote(told["USER"] or "") + (f":{quote(told['PASSWORD'])}" if told["PASSWORD"] else "")
    query = {"host": told["HOST"] or "localhost", **({"port": told["PORT"]} if told["PORT"] else {})}
    return f"postgresql://{user}@/{quote(told['NAME'])}?{urlencode(query)}"


test_address.__test__ = False


class Served:
    """A front of this process, to be talked to over sockets that are a pair."""

    def __init__(self, lane):
        self.lane, self.front = lane, Front(lane)

    async def dial(self):
        ours, theirs = socket.socketpair()
        self.front.adopt(theirs)
        return await asyncio.open_connection(sock=ours)


@pytest.fixture
def in_lane(ring):
    """Run a coroutine with a front of its own: ``in_lane(lambda lane: ask(lane, issued[0]))``."""

    def run(work: Callable[[Served], Awaitable], *, limits=None, **more):
        address = test_address()

        async def whole():
            served = Served(Lane(lambda: store.connect(address), ring, limits, **more))
            try:
                return await work(served)
            finally:
                await served.front.stop()

        return asyncio.run(whole())

    return run


async def answer_on(reader):
    """The next answer of a connection: ``status, headers, body``."""
    head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in head[1:-2])
    return int(head[0].split()[1]), headers, await reader.readexactly(int(headers[b"content-length"]))


async def send(served, wire: bytes):
    """Bytes on a connection of their own: the first answer."""
    reader, writer = await served.dial()
    writer.write(wire)
    try:
        return await answer_on(reader)
    finally:
        writer.close()


async def post(served, path: str, body: bytes = b"", method="POST"):
    """One request: ``status, headers, body``."""
    head = f"{method} {path} HTTP/1.1\r\nHost: lane\r\nContent-Length: {len(body)}\r\n\r\n"
    return await send(served, head.encode() + body)


async def ask(lane, issued, **changes):
    """Send one ticket: ``status, answer as bytes``."""
    told = {"token": issued.token, "seal": issued.seal, **changes}
    status, _, body = await post(lane, f"/intake/{issued.opening}", json.dumps(told).encode())
    return status, body


def valid(answer: bytes, ring) -> bool:
    """Whether the receipt of an answer is valid, offline."""
    from levante.register.pure.receipts import verify_receipt

    told = json.loads(answer)
    outcome = verify_receipt(json.dumps(told["receipt"]), ring.public_keys())
    assert outcome, outcome.reason.en
    return told["receipt"]["leaf_index"] + 1 == told["position"] and told["received_at"] == outcome.received_at


def code_of(answer):
    """Status and code of an answer that was not taken."""
    status, body = answer
    return status, json.loads(body).get("code")


def audit(log, ring):
    """The log computed again: it holds."""
    from levante.intake.api import audit_intake, find_log

    found = audit_intake(find_log(log.code), ring.public_keys())
    assert not found.count, found.problems
    return found


def receive_here(log, *, at=None):
    """Give places, in this transaction, to all that is sealed in a demonstration's log."""
    from levante.intake.api import replay_day
    from levante.kernel.api import now, system

    subjects = log.tickets.filter(voided_at=None, entry=None).order_by("pk").values_list("subject", flat=True)
    return replay_day(actor=system("test"), log=log, sent=[(subject, at or now()) for subject in subjects])
