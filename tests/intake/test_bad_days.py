"""The lane in processes of its own, over real sockets, in the middle of a load: what is killed loses no receipt."""

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from tests.intake.conftest import test_address, valid

from levante.register.pure.keys import KeyRing

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow  # processes of its own: servers that start, are killed, and start again


class Served:
    """A lane that is serving: its port, its processes."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def fronts(self):
        """The processes that serve: the children of the one that was started."""
        return psutil.Process(self.process.pid).children()


@contextmanager
def serving(address, keys, fronts=1, *options):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "LEVANTE_REGISTER_KEYS": str(keys),
        "PYTHONPATH": f"{ROOT}/src",
    }
    command = [sys.executable, "-m", "levante.cli", "intake", "serve", "--port", str(port), "--fronts", str(fronts)]
    process = subprocess.Popen([*command, *options], env=environment, cwd=ROOT, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, "the lane ended by itself"
                assert time.monotonic() < until, "the lane does not answer"
                time.sleep(0.1)
        yield Served(process, port)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Client:
    """Sends each ticket until it has an answer: who loses the connection, or is told to come back, comes back."""

    def __init__(self, port, tickets, connections):
        self.port, self.connections = port, connections
        self.left = list(tickets)
        self.answers = {}
        self.refused = []
        self.lost = 0
        self.enough = asyncio.Event()

    async def run(self, after, disturb):
        """Work through the tickets; once ``after`` are answered, ``disturb`` in the middle of the rest."""
        workers = [asyncio.create_task(self._work(after)) for _ in range(self.connections)]
        await self.enough.wait()
        await asyncio.to_thread(disturb)
        await asyncio.gather(*workers)

    async def _work(self, after):
        pair = [None, None]
        try:
            while self.left:
                await self._until_answered(self.left.pop(0), pair)
                if len(self.answers) >= after:
                    self.enough.set()
        finally:
            self._drop(pair)

    async def _until_answered(self, one, pair):
        body = json.dumps({"token": one.token, "seal": one.seal})
        wire = f"POST /intake/{one.opening} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        while True:
            try:
                if pair[1] is None:
                    pair[:] = await asyncio.open_connection("127.0.0.1", self.port)
                pair[1].write(wire.encode())
                head = await pair[0].readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                answer = await pair[0].readexactly(length)
            except (OSError, asyncio.IncompleteReadError):
                self.lost += 1
                self._drop(pair)
                await asyncio.sleep(0.05)
                continue
            status = int(head[9:12])
            if status == 503:
                await asyncio.sleep(0.2)
                continue
            if status != 201:
                self.refused.append((status, answer))
            self.answers.setdefault(one.token, []).append(answer)
            return

    @staticmethod
    def _drop(pair):
        if pair[1] is not None:
            pair[1].transport.abort()
        pair[:] = None, None


def rows(address, code):
    """What the log holds, from the database: ``{digest: (place, instant)}``, and the counter."""
    with psycopg.connect(address) as connection:
        found = connection.execute(
            "SELECT t.token_digest, e.sequence, e.received_at FROM intake_entry e JOIN intake_ticket t ON t.id = e.ticket_id"
            " JOIN intake_log l ON l.id = e.log_id WHERE l.code = %s ORDER BY e.sequence",
            [code],
        ).fetchall()
        (size,) = connection.execute("SELECT size FROM intake_log WHERE code = %s", [code]).fetchone()
    return found, size


def every_receipt_is_in_the_log_once_in_order(address, issued, answers, keys):
    """The claim of the day, from what clients hold and what the database holds."""
    from levante.intake.lane.answers import token_digest

    found, size = rows(address, issued[0].opening)
    assert [place for _, place, _ in found] == list(range(1, size + 1)), "places without gaps"
    instants = [instant for *_, instant in found]
    assert instants == sorted(instants)
    places = {bytes(digest): place for digest, place, _ in found}
    assert len(places) == len(found), "nothing is stored twice"
    ring = KeyRing(keys)
    for token, given in answers.items():
        for answer in given:
            assert json.loads(answer)["position"] == places[token_digest(token)]
        assert len(set(given)) == 1, "the same token, the same bytes"
    for given in random.Random(7).sample(sorted(answers.values()), min(100, len(answers))):
        assert valid(given[0], ring)


def the_log_holds(address, keys, code):
    """The audit of the command, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "levante.cli", "intake", "audit", code],
        env={**os.environ, "DATABASE_URL": address, "LEVANTE_REGISTER_KEYS": str(keys), "PYTHONPATH": f"{ROOT}/src"},
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.django_db(transaction=True)
def test_a_front_killed_in_the_middle_of_a_load_loses_no_receipt(rehearsal, ring):
    log, issued = rehearsal(2000)
    with serving(test_address(), ring.folder, 2) as lane:

        def kill():
            victim = max(lane.fronts(), key=lambda front: front.num_fds())  # the one with the connections
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait(10)

        client = Client(lane.port, issued, 48)
        asyncio.run(client.run(400, kill))
        assert client.lost, "the front was killed while somebody was waiting"
        # Everybody asks again: no token has another answer than the one it had.
        client.left = list(issued)
        asyncio.run(client.run(len(issued), lambda: None))
    assert not client.refused
    assert len(client.answers) == len(issued)
    every_receipt_is_in_the_log_once_in_order(test_address(), issued, client.answers, ring.folder)
    assert the_log_holds(test_address(), ring.folder, log.code)["size"] == len(issued)


@pytest.mark.django_db(transaction=True)
def test_the_whole_lane_killed_and_started_again(rehearsal, ring):
    _, issued = rehearsal(1500)
    with serving(test_address(), ring.folder, 2) as lane:
        client = Client(lane.port, issued, 32)

        async def until_killed():
            work = asyncio.create_task(client.run(400, lambda: os.killpg(lane.process.pid, signal.SIGKILL)))
            await client.enough.wait()
            while not client.lost:
                await asyncio.sleep(0.01)
            work.cancel()

        asyncio.run(until_killed())
    held = {token: list(given) for token, given in client.answers.items()}
    assert 0 < len(held) < len(issued)
    with serving(test_address(), ring.folder, 2) as lane:
        second = Client(lane.port, issued, 32)
        asyncio.run(second.run(len(issued), lambda: None))
    for token, given in held.items():
        assert second.answers[token] == given
    every_receipt_is_in_the_log_once_in_order(test_address(), issued, second.answers, ring.folder)


@pytest.mark.django_db(transaction=True)
def test_postgresql_killed_in_the_middle_of_a_load_loses_no_receipt(own_server, ring, tmp_path):
    from levante.intake.api import Issued

    address = own_server.copy_of_the_test_database("click")
    out = tmp_path / "tokens.jsonl"
    environment = {**os.environ, "DATABASE_URL": address, "PYTHONPATH": f"{ROOT}/src"}
    make = [sys.executable, "-m", "levante.cli", "intake", "rehearse", "--count", "2000", "--out", str(out)]
    subprocess.run(make, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    issued = [Issued(**json.loads(line)) for line in out.read_text().splitlines()]
    with serving(address, ring.folder, 2) as lane:
        client = Client(lane.port, issued, 48)
        asyncio.run(client.run(400, own_server.kill_and_start))
        client.left = list(issued)
        asyncio.run(client.run(len(issued), lambda: None))
    assert not client.refused
    assert len(client.answers) == len(issued)
    every_receipt_is_in_the_log_once_in_order(address, issued, client.answers, ring.folder)
    assert the_log_holds(address, ring.folder, issued[0].opening)["size"] == len(issued)


@pytest.mark.django_db(transaction=True)
def test_four_thousand_connections_at_once_each_have_their_turn(rehearsal, ring):
    """Some stall in the middle of a body; the others are all received, and those are cut."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 10_000:
        pytest.skip("this machine does not let a process open so many files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
    from bench.load import Load, request_of

    log, issued = rehearsal(4096)
    wire = [request_of(one.as_json()) for one in issued]
    try:
        with serving(test_address(), ring.folder, 1, "--body-seconds", "3") as lane:

            async def all_at_once():
                slow = [await asyncio.open_connection("127.0.0.1", lane.port) for _ in range(50)]
                for _, writer in slow:
                    writer.write(wire[0][:-20])
                load = Load(wire, 4096, keep=True)
                told = await asyncio.to_thread(load.run, "127.0.0.1", lane.port)
                cut = [await reader.read() for reader, _ in slow]
                for _, writer in slow:
                    writer.close()
                return told, load.answers, cut

            told, answers, cut = asyncio.run(all_at_once())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert told["statuses"] == {201: 4096}
    assert sorted(json.loads(answer.split(b"\r\n\r\n")[1])["position"] for answer in answers.values()) == list(
        range(1, 4097)
    )
    assert all(b" 408 " in answer.split(b"\r\n")[0] for answer in cut)
    assert the_log_holds(test_address(), ring.folder, log.code)["size"] == 4096
