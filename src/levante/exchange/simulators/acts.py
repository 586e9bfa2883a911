"""A simulator of the Region's system of acts: HTTP and JSON over a real socket, with bad days on request.

``python -m levante.exchange.simulators.acts --port 8190``; ``--state FILE`` keeps the acts over a restart. Behaviour is
chosen at start or while it runs, with ``POST /behaviour``::

    {"delay": 2.5,        every answer after this many seconds
     "fail": 3,           the next three requests get 503
     "drop": 2,           the next two connections are closed without a word, after the act was made
     "wrong": "key",      one wrong answer: key, amount, date (of tomorrow), html, huge, incomplete, status
     "twice": true,       the answer is written twice on the wire
     "pending": 2,        the first two questions about an act find it still being signed
     "refuse": "reason",  the next act is refused
     "day": "2026-03-02"} the day there: of a day before the sending, the act is not believed

``GET /acts`` lists the acts made. The same key always gives the same act.
"""

import argparse
import time
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from levante.exchange.simulators import manners


class ActSystem(manners.Memory):
    """The other side's memory: acts by key, the last number of each year, and how to misbehave."""

    def __init__(self, state: Path | None = None) -> None:
        super().__init__(state)
        self.asked: dict[str, int] = {}

    @property
    def acts(self) -> dict[str, dict[str, Any]]:
        return self.kept

    def answer(self, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The act of a key: made at the first question, the same ever after."""
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
            serial = 1 + sum(act.get("year") == year for act in self.acts.values())
            act: dict[str, Any] = {"key": key, "id": f"CIFRA-{year}-{uuid.uuid4().hex[:12]}"}
            if reason:
                act |= {"state": "refused", "reason": str(reason)}
            else:
                act |= {
                    "state": "adopted",
                    "number": f"{serial:05d}",
                    "year": year,
                    "date": day,
                    "accounting_visa": {"number": f"V{serial:05d}/{year}", "date": day},
                    "publication": {"number": f"{serial:05d}", "date": day, "where": "Albo telematico"},
                    "amount": str(body.get("amount", "")),
                }
            self.acts[key] = act
            self.save()
            return 200, act


class Handler(manners.Handler):
    @property
    def system(self) -> ActSystem:
        found: ActSystem = self.server.memory
        return found

    def do_GET(self) -> None:  # noqa: N802 - the name http.server calls
        if self.path == "/acts":
            self._send(200, {"acts": list(self.system.acts.values())})
        else:
            self._send(200, {"system": "acts", "simulated": True})

    def do_PUT(self) -> None:  # noqa: N802 - the name http.server calls
        body = self._body()
        if not self.path.startswith("/acts/") or body is None:
            self._send(400, {"error": "PUT /acts/{key} with a JSON object"})
            return
        key = unquote(self.path.removeprefix("/acts/"))
        time.sleep(float(self.system.behaviour.get("delay", 0)))
        if self.system.take("fail"):
            self._send(503, {"error": "out of service"})
            return
        status, answer = self.system.answer(key, body)
        if self.system.take("drop"):
            self.close_connection = True
            return
        wrong = self.system.once("wrong")
        if wrong:
            self._wrong(str(wrong), answer)
            return
        self._send(status, answer)
        if self.system.take("twice"):
            self._send(status, answer)

    def _wrong(self, how: str, answer: dict[str, Any]) -> None:
        if how == "html":
            self._write(200, b"<html>Service</html>", "text/html")
        elif how == "huge":
            self._write(200, b'{"key": "' + b"x" * 3_000_000 + b'"}', "application/json")
        elif how == "key":
            self._send(200, {**answer, "key": "somebody-else"})
        elif how == "amount":
            self._send(200, {**answer, "amount": "1.00"})
        elif how == "date":
            self._send(200, {**answer, "date": (date.fromisoformat(answer["date"]) + timedelta(days=1)).isoformat()})
        elif how == "incomplete":
            self._send(200, {name: value for name, value in answer.items() if name != "accounting_visa"})
        else:
            self._send(418, {"state": "teapot"})


def serve(port: int, *, state: Path | None = None, host: str = "127.0.0.1") -> manners.Server:
    """A server ready to ``serve_forever``. Port 0 takes a free one."""
    return manners.Server(host, port, ActSystem(state), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of the Region's system of acts.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="file in which the acts are kept over a restart")
    parser.add_argument("--delay", type=float, default=0, help="seconds before every answer")
    parser.add_argument("--fail", type=int, default=0, help="how many requests get 503 first")
    parser.add_argument("--pending", type=int, default=0, help="how many questions find an act still being signed")
    arguments = parser.parse_args()
    server = serve(arguments.port, state=arguments.state, host=arguments.host)
    server.memory.behave({"delay": arguments.delay, "fail": arguments.fail, "pending": arguments.pending})
    server.serve_forever()


if __name__ == "__main__":
    main()
