"""A simulator of the body's *protocollo informatico*: HTTP and JSON over a real socket, with bad days on request.

``python -m levante.exchange.simulators.protocol --port 8191``; ``--state FILE`` keeps the numbers over a restart, as a
real one does. Each body (``body`` of the request) has its AOO and its numbers.
It misbehaves like its sister, the simulator of acts (``POST /behaviour``: delay, fail, drop, wrong, twice,
pending, refuse; ``wrong`` is key, hash, html, huge, incomplete or status). ``GET /protocols`` lists the numbers given.
"""

import argparse
import uuid
from pathlib import Path
from typing import Any

from levante.exchange.simulators import acts, manners

AOO = "AOO_DEMO"


class ProtocolSystem(acts.ActSystem):
    """The other side's memory: one number a key, from 1 every year and body, seven digits (DPR 445/2000 art. 57)."""

    def answer(self, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            known = self.acts.get(key)
            if known is not None:
                return 200, known
            self.asked[key] = self.asked.get(key, 0) + 1
            if self.asked[key] <= int(self.behaviour.get("pending", 0)):
                return 202, {"key": key, "state": "pending"}
            reason = self.behaviour.pop("refuse", None)
            day = self.today()
            year = int(day[:4])
            found: dict[str, Any] = {"key": key, "id": f"PROT-{uuid.uuid4().hex[:16]}"}
            if reason:
                found |= {"state": "refused", "reason": str(reason)}
            else:
                aoo = f"AOO_{body['body'].upper().replace('-', '_')[:50]}" if body.get("body") else AOO
                serial = 1 + sum((item.get("aoo"), item.get("year")) == (aoo, year) for item in self.acts.values())
                found |= {
                    "state": "registered",
                    "aoo": aoo,
                    "number": f"{serial:07d}",
                    "year": year,
                    "date": day,
                    "entry_hash": str(body.get("entry_hash", "")),
                }
            self.acts[key] = found
            self.save()
            return 200, found


class Handler(acts.Handler):
    """The same manners on the wire, under other addresses."""

    def do_GET(self) -> None:  # noqa: N802 - the name http.server calls
        if self.path == "/protocols":
            self._send(200, {"protocols": list(self.system.acts.values())})
        else:
            self._send(200, {"system": "protocol", "simulated": True})

    def do_PUT(self) -> None:  # noqa: N802 - the name http.server calls
        if not self.path.startswith("/protocols/"):
            self._send(400, {"error": "PUT /protocols/{key} with a JSON object"})
            return
        self.path = "/acts/" + self.path.removeprefix("/protocols/")
        super().do_PUT()

    def _wrong(self, how: str, answer: dict[str, Any]) -> None:
        if how == "hash":
            self._send(200, {**answer, "entry_hash": "0" * 64})
        elif how == "incomplete":
            self._send(200, {name: value for name, value in answer.items() if name != "aoo"})
        else:
            super()._wrong(how, answer)


def serve(port: int, *, state: Path | None = None, host: str = "127.0.0.1") -> manners.Server:
    """A server ready to ``serve_forever``. Port 0 takes a free one."""
    return manners.Server(host, port, ProtocolSystem(state), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of the body's protocol system.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="file in which the numbers are kept over a restart")
    arguments = parser.parse_args()
    serve(arguments.port, state=arguments.state, host=arguments.host).serve_forever()


if __name__ == "__main__":
    main()
