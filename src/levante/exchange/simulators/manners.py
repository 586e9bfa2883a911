"""What every simulator of an outside system has: a memory kept over a restart, bad days on request, quiet HTTP.

``POST /behaviour`` with a JSON object sets how it behaves: numbers are counted down, flags stay, the rest happens once.
"""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LARGEST = 30 * 1024 * 1024
ROME = ZoneInfo("Europe/Rome")


class Memory:
    """The other side's memory: what it holds is in ``kept``, which a file remembers; and how to misbehave."""

    def __init__(self, state: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.behaviour: dict[str, Any] = {}
        self.state = state
        self.day: str | None = None
        self.kept: dict[str, Any] = {}
        if state is not None and state.exists():
            self.kept = json.loads(state.read_text(encoding="utf-8"))

    def behave(self, wanted: dict[str, Any]) -> None:
        with self.lock:
            self.behaviour = dict(wanted)
            self.day = wanted.get("day", self.day)

    def take(self, name: str) -> bool:
        """Is this misbehaviour due now? Those given as a number are counted down."""
        with self.lock:
            value = self.behaviour.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                self.behaviour[name] = value - 1
                return value > 0
            return bool(value)

    def once(self, name: str) -> Any:
        with self.lock:
            return self.behaviour.pop(name, None)

    def today(self) -> str:
        """The day there, as the behaviour says it or in Rome."""
        return self.day or datetime.now(UTC).astimezone(ROME).date().isoformat()

    def save(self) -> None:
        if self.state is not None:
            beside = self.state.with_suffix(".new")
            beside.write_text(json.dumps(self.kept, indent=1), encoding="utf-8")
            beside.replace(self.state)


class Server(ThreadingHTTPServer):
    """The socket, with the memory behind it."""

    daemon_threads = True

    def __init__(self, host: str, port: int, memory: Any, handler: type["Handler"]) -> None:
        super().__init__((host, port), handler)
        self.memory = memory


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet: the caller keeps its own history."""

    def do_POST(self) -> None:
        body = self._body()
        if self.path != "/behaviour" or body is None:
            self._send(404, {"error": "unknown"})
            return
        self.server.memory.behave(body)
        self._send(200, {"behaviour": body})

    def _raw(self) -> bytes | None:
        length = int(self.headers.get("Content-Length") or 0)
        return None if length > LARGEST else self.rfile.read(length)

    def _body(self) -> dict[str, Any] | None:
        try:
            body = json.loads(self._raw() or b"{}")
        except ValueError:
            return None
        return body if isinstance(body, dict) else None

    def _send(self, status: int, body: dict[str, Any]) -> None:
        self._write(status, json.dumps(body, ensure_ascii=False).encode("utf-8"), "application/json")

    def _write(self, status: int, data: bytes, kind: str) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the other side did not wait: what was made stays made
