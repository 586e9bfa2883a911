"""A simulator of a partner of pagoPA: debts to be paid by notice, receipts of what was paid, on a real socket, with bad days on request.

``python -m levante.exchange.simulators.pagopa --port 8197``; ``--state FILE`` keeps what it holds over a restart. Behaviour is chosen
while it runs, with ``POST /behaviour``::

    {"delay": 2.5,      every answer after this many seconds
     "fail": 3,         the next three requests get 503
     "drop": 2,         the next two connections are closed without a word, after the work was done
     "pending": 2,      the first two questions about a debt find it still looked at
     "wrong": "nav",    one wrong answer: nav, html
     "twice": true,     every receipt is told twice, under the same IUR
     "refuse": "…"}     the next debt is refused

``POST /pay`` with ``{"nav"}`` pays a notice as somebody at a counter would, ``{"nav", "amount", "paid_on", "iur"}`` as it should not
be. ``GET /positions``
lists the debts.
"""

import argparse
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from levante.exchange.simulators import manners


class PagoPa(manners.Memory):
    """The other side's memory: debts by notice number, receipts in the order in which they came."""

    def __init__(self, state: Path | None = None) -> None:
        super().__init__(state)
        self.kept.setdefault("positions", {})
        self.kept.setdefault("receipts", [])
        self.asked: dict[str, int] = {}

    def position(self, number: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            known = self.kept["positions"].get(number)
            if body.get("cancel"):
                if known is not None and known["state"] != "paid":
                    known["state"] = "cancelled"
                    self.save()
                return 200, {"nav": number, "state": "paid" if known and known["state"] == "paid" else "cancelled"}
            self.asked[number] = self.asked.get(number, 0) + 1
            if self.asked[number] <= int(self.behaviour.get("pending", 0)):
                return 202, {"nav": number}
            if known is None:
                reason = self.behaviour.pop("refuse", "")
                known = {**body, "state": "refused" if reason else "open", "reason": str(reason)}
                self.kept["positions"][number] = known
                self.save()
            state = "refused" if known["state"] == "refused" else "open"
            return 200, {"nav": number, "state": state, "reason": known["reason"]}

    def pay(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Somebody pays a notice: its receipt."""
        with self.lock:
            number = str(body.get("nav", ""))
            known = self.kept["positions"].get(number)
            if known is None and "amount" not in body:
                return None
            held = known or {}
            serial = len(self.kept["receipts"]) + 1
            receipt = {
                "iur": body.get("iur", f"IUR{serial:08d}"),
                "nav": number,
                "creditor": body.get("creditor", held.get("creditor", "")),
                "amount": body.get("amount", held.get("amount", "")),
                "paid_on": body.get("paid_on", self.today()),
            }
            self.kept["receipts"].append(receipt)
            if known is not None:
                known["state"] = "paid"
            self.save()
            return receipt

    def receipts(self, after: str) -> dict[str, Any]:
        with self.lock:
            start = int(after) if after.isdigit() else 0
            rows = self.kept["receipts"][start:]
            shown = [row for row in rows for _ in range(2 if self.behaviour.get("twice") else 1)]
            return {"receipts": shown, "cursor": str(start + len(rows))}


class Handler(manners.Handler):
    @property
    def system(self) -> PagoPa:
        found: PagoPa = self.server.memory
        return found

    def do_GET(self) -> None:  # noqa: N802 - the name http.server calls
        self._send(200, {"positions": self.system.kept["positions"], "simulated": True})

    def do_POST(self) -> None:  # noqa: N802 - the name http.server calls
        if self.path != "/pay":
            super().do_POST()
            return
        receipt = self.system.pay(self._body() or {})
        self._send(200 if receipt else 404, receipt or {"error": "no such notice"})

    def do_PUT(self) -> None:  # noqa: N802 - the name http.server calls
        body = self._body()
        kind, _, key = self.path.strip("/").partition("/")
        if body is None or kind not in ("positions", "receipts") or not key:
            self._send(400, {"error": "PUT /positions/{nav} or /receipts/{key} with a JSON object"})
            return
        time.sleep(float(self.system.behaviour.get("delay", 0)))
        if self.system.take("fail"):
            self._send(503, {"error": "out of service"})
            return
        if kind == "positions":
            status, answer = self.system.position(unquote(key), body)
        else:
            status, answer = 200, self.system.receipts(str(body.get("after", "")))
        if self.system.take("drop"):
            self.close_connection = True
            return
        wrong = self.system.once("wrong")
        if wrong == "html":
            self._write(200, b"<html>Service</html>", "text/html")
            return
        self._send(status, {**answer, "nav": "0" * 18} if wrong == "nav" else answer)


def serve(port: int, *, state: Path | None = None, host: str = "127.0.0.1") -> manners.Server:
    """A server ready to ``serve_forever``. Port 0 takes a free one."""
    return manners.Server(host, port, PagoPa(state), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of a partner of pagoPA.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="file in which debts and receipts are kept over a restart")
    parser.add_argument("--pending", type=int, default=0, help="how many questions find a debt still looked at")
    arguments = parser.parse_args()
    server = serve(arguments.port, state=arguments.state, host=arguments.host)
    server.memory.behave({"pending": arguments.pending})
    server.serve_forever()


if __name__ == "__main__":
    main()
