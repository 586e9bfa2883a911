"""Bad days: many writers at once, backends terminated, PostgreSQL killed in the middle of appends, the clock set back."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError, connection

from levante.kernel.api import clock_at, system
from levante.register.api import (
    Draft,
    Entry,
    Head,
    Log,
    append_batch,
    append_entry,
    key_ring,
    receipt_of,
    verify_receipt,
)
from levante.register.audit import audit_register

ACTOR = system("test")
START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
SOURCE = Path(__file__).resolve().parents[2] / "src"


def add(key: str):
    return append_entry(
        actor=ACTOR, kind="test.entry", subject=f"test:{key}", payload={"key": key}, idempotency_key=key
    )


def in_threads(count: int, work) -> None:
    """Run ``work(number)`` in as many threads, each with its own connection; the first failure is the test's."""
    failures = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def check_whole(receipts) -> None:
    """No gap, no duplicate, order is sequence, instants never go back, every receipt proven, the audit content."""
    rows = list(Entry.objects.order_by("id").values_list("sequence", "received_at"))
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    assert Log.objects.get().size == len(rows)
    assert len({receipt.number for receipt in receipts}) == len(receipts)
    keys = key_ring().public_keys()
    for receipt in receipts:
        assert verify_receipt(receipt.to_bytes(), keys)
        assert receipt_of(Entry.objects.get(sequence=receipt.leaf_index + 1)).to_bytes() == receipt.to_bytes()
    assert audit_register(keys).as_json()["problems"] == []


@pytest.mark.slow  # every table is emptied afterwards, since threads really commit
@pytest.mark.django_db(transaction=True)
def test_many_writers_leave_one_sequence_even_with_clocks_that_disagree():
    receipts = []

    def write(number: int) -> None:
        for i in range(12):
            # Every thread has a clock of its own, up to ten minutes off, and going back at times.
            with clock_at(START + timedelta(seconds=(number * 97 - i * 31) % 600)):
                receipts.append(add(f"{number}.{i}"))

    in_threads(8, write)
    assert len(receipts) == 96
    check_whole(receipts)


@pytest.mark.slow  # every table is emptied afterwards, since threads really commit
@pytest.mark.django_db(transaction=True)
def test_the_same_request_from_many_threads_is_one_entry():
    receipts = []
    barrier = threading.Barrier(8)

    def write(number: int) -> None:
        barrier.wait()
        receipts.append(add("the same").to_bytes())
        drafts = [Draft("test.entry", "test:batch", {"i": i}, f"batch {i}") for i in range(5)]
        receipts.append(append_batch(actor=ACTOR, drafts=drafts)[4].to_bytes())

    in_threads(8, write)
    assert len(set(receipts)) == 2
    assert Entry.objects.count() == Log.objects.get().size == 6
    assert Head.objects.count() == 2


@pytest.mark.slow  # every table is emptied afterwards, since threads really commit
@pytest.mark.django_db(transaction=True)
def test_terminated_backends_lose_nothing_and_invent_nothing():
    receipts, interrupted = [], []
    finished = threading.Event()

    def write(number: int) -> None:
        for i in range(15):
            while True:
                try:
                    receipts.append(add(f"{number}.{i}"))
                    break
                except (OperationalError, InterfaceError):
                    # Whether the entry is there or not is unknown: the same key is asked again, as a browser would.
                    interrupted.append(i)
                    connection.close()

    def disturb() -> None:
        while not finished.is_set():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            # On a busy machine an entry may take longer than the pause: somebody gets one before the next blow.
            seen, patience = len(receipts), time.monotonic() + 2
            while len(receipts) == seen and time.monotonic() < patience and not finished.wait(0.02):
                pass

    writers = threading.Thread(target=lambda: (in_threads(4, write), finished.set()))
    writers.start()
    disturb()
    writers.join()
    assert len(receipts) == 60
    assert interrupted, "nothing was interrupted: the test proves nothing"
    check_whole(receipts)


WRITER = """
import json, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "levante.settings"
import django
django.setup()
from django.db import InterfaceError, OperationalError, connection
from levante.kernel.api import system
from levante.register.api import append_entry
name, stop = sys.argv[1], sys.argv[2]
i = 0
while not os.path.exists(stop):
    i += 1
    while True:
        try:
            receipt = append_entry(actor=system("t"), kind="test.entry", subject=f"t:{i}", payload={"i": i, "by": name},
                                   idempotency_key=f"{name}.{i}")
            break
        except (OperationalError, InterfaceError):
            connection.close()
            print("interrupted", flush=True)
            time.sleep(0.2)
            if os.path.exists(stop):
                sys.exit()
    print(receipt.to_bytes().decode(), flush=True)  # the receipt is shown
"""


@pytest.mark.slow  # a PostgreSQL of its own, killed twice
@pytest.mark.django_db
def test_postgres_killed_in_the_middle_of_appends(own_server, tmp_path):
    stop = tmp_path / "stop"
    address = own_server.copy_of_the_test_database("appends")
    environment = os.environ | {
        "PYTHONPATH": str(SOURCE), "DATABASE_URL": address, "LEVANTE_VAR": str(tmp_path / "var"),
        "LEVANTE_REGISTER_KEYS": str(tmp_path / "keys"),
    }  # fmt: skip
    writers = []
    open_files = contextlib.ExitStack()
    try:
        out = [open_files.enter_context((tmp_path / f"out{i}").open("w")) for i in range(3)]
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, f"w{i}", str(stop)], env=environment, stdout=out[i])
            for i in range(3)
        ]
        for _ in range(2):
            seen = sum(path.stat().st_size for path in tmp_path.glob("out?"))
            deadline = time.monotonic() + 60
            while sum(path.stat().st_size for path in tmp_path.glob("out?")) < seen + 15_000:
                assert time.monotonic() < deadline, "nobody writes"
                time.sleep(0.05)
            own_server.kill_and_start()
        time.sleep(0.5)
        stop.touch()
        for writer in writers:
            assert writer.wait(timeout=60) == 0
        lines = [line for path in tmp_path.glob("out?") for line in path.read_text().splitlines()]
        shown = [line for line in lines if line != "interrupted"]
        assert len(lines) > len(shown), "nobody was interrupted: the test proves nothing"
        audit = subprocess.run(
            [sys.executable, "-m", "levante.cli", "register", "audit"], env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        report = json.loads(audit.stdout)
        assert report["ok"], report["problems"]
        # Every receipt that was shown is in the log, once, and is given again byte for byte.
        assert len({json.loads(line)["number"] for line in shown}) == len(shown)
        assert report["logs"][0]["size"] >= len(shown)
        for line in [shown[0], shown[len(shown) // 2], shown[-1]]:
            again = subprocess.run(
                [sys.executable, "-m", "levante.cli", "register", "receipt", json.loads(line)["number"]],
                env=environment, capture_output=True, text=True, check=True,
            )  # fmt: skip
            assert again.stdout.strip() == line
        published = subprocess.run(
            [sys.executable, "-c", CHECK], input="\n".join(shown), env=environment, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        assert int(published.stdout) == len(shown)
    finally:
        stop.touch()
        for writer in writers:
            writer.kill()
            writer.wait()
        open_files.close()


CHECK = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "levante.settings"
import django
django.setup()
from levante.register.api import find_entry, key_ring, receipts_of, verify_receipt
keys, lines = key_ring().public_keys(), sys.stdin.read().splitlines()
stored = receipts_of([find_entry(json.loads(line)["number"]) for line in lines])
print(sum(bool(verify_receipt(line, keys)) and kept.to_bytes().decode() == line for line, kept in zip(lines, stored)))
"""
