"""A simulator of a provider of certified mail: SMTP to submit, POP3 to read the mailbox, real sockets, bad days on request.

``python -m levante.exchange.simulators.pec --smtp 8195 --pop3 8196 --control 8197``; ``--state FOLDER`` keeps mailboxes and
key over a restart (``FOLDER/provider.pem`` is the certificate its receipts are signed with). Any user and password are good.
Behaviour is chosen at start or while it runs, with ``POST /behaviour`` on the control port::

    {"down": true,             connections are closed at once
     "slow": 2.5,              the answer to a message takes these seconds
     "busy": 3,                the next three messages get 451, try later
     "drop": 2,                the next two messages are taken, and the line falls before the answer
     "hold": true,             receipts are written and not delivered, until {"hold": false}
     "twice": true,            every receipt comes twice
     "unsigned": true,         receipts are not signed, as a forger's would be
     "at": "2026-03-02T09:00:00+01:00",   what time it is there
     "addresses": {"x@pec.example.org": "unknown"}}   what becomes of what is sent to an address

An address can be ``unknown``, ``full``, ``virus``, ``not_accepted`` (receipts that say so), ``refused`` (at once, on the wire),
``warned`` (not in twelve hours, then not at all), ``silent`` (accepted, and nothing more), ``mute`` (nothing at all).
``GET /messages`` lists what was taken. Nothing that was taken is ever lost.
"""

import argparse
import json
import socketserver
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from levante.exchange.simulators.pec_lines import Lines, Reading, Submission
from levante.exchange.simulators.pec_memory import Provider


class Control(BaseHTTPRequestHandler):
    """The same control as the other simulators have."""

    server: "ControlServer"

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet: the caller keeps its own history."""

    def do_GET(self) -> None:
        self._send(200, {"messages": self.server.provider.taken} if self.path == "/messages" else {"system": "pec"})

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), 1024 * 1024)
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            body = None
        if self.path != "/behaviour" or not isinstance(body, dict):
            self._send(404, {"error": "POST /behaviour with a JSON object"})
            return
        self.server.provider.behave(body)
        self._send(200, {"behaviour": body})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body, ensure_ascii=False).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class ControlServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, provider: Provider, host: str) -> None:
        super().__init__((host, port), Control)
        self.provider = provider


class Running:
    """A provider at work on free ports, or on those given: ``mailbox(address)`` is what ``settings.PEC`` wants for it."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        smtp: int = 0,
        pop3: int = 0,
        control: int | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.provider = Provider(folder)
        self.host = host
        self.servers: list[socketserver.BaseServer] = [
            Lines(smtp, Submission, self.provider, host),
            Lines(pop3, Reading, self.provider, host),
        ]
        if control is not None:
            self.servers.append(ControlServer(control, self.provider, host))
        serve: list[Callable[[], None]] = [
            lambda server=server: server.serve_forever(poll_interval=0.05)
            for server in self.servers  # type: ignore[misc]
        ]
        self.threads = [threading.Thread(target=work, daemon=True) for work in serve]
        for thread in self.threads:
            thread.start()

    def port(self, place: int) -> int:
        return int(self.servers[place].server_address[1])  # type: ignore[index]

    def mailbox(self, address: str, office: str = "", **more: Any) -> dict[str, Any]:
        return {
            "address": address,
            "office": office,
            "submission": f"smtp://{self.host}:{self.port(0)}",
            "inbox": f"pop3://{self.host}:{self.port(1)}",
            "password": "simulated",
            **more,
        }

    def stop(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()
        for thread in self.threads:
            thread.join(timeout=5)


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of a provider of certified mail.")
    parser.add_argument("--smtp", type=int, required=True)
    parser.add_argument("--pop3", type=int, required=True)
    parser.add_argument("--control", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="folder in which mailboxes and key are kept over a restart")
    parser.add_argument("--behaviour", default="{}", help="how to behave from the start, as JSON")
    arguments = parser.parse_args()
    running = Running(
        arguments.state, smtp=arguments.smtp, pop3=arguments.pop3, control=arguments.control, host=arguments.host
    )
    running.provider.behave(json.loads(arguments.behaviour))
    for thread in running.threads:
        thread.join()


if __name__ == "__main__":
    main()
