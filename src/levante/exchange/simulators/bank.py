"""A simulator of the bank of the treasury: ``pain.001`` in, ``pain.002`` and ``camt.054`` out, on a real socket, with bad days on request.

``python -m levante.exchange.simulators.bank --port 8195``; ``--state FILE`` keeps the orders over a restart. Behaviour is chosen at
start or while it runs, with ``POST /behaviour``::

    {"delay": 2.5,              every answer after this many seconds
     "fail": 3,                 the next three requests get 503
     "drop": 2,                 the next two connections are closed without a word, after the order was taken
     "pending": 2,              the first two questions about an order, or about its results, find no news
     "wrong": "order",          one wrong answer: order, amount, html, unknown, future
     "twice": true,             the results are told twice
     "reject": {"IT60…": "AC04"},   transfers to this IBAN are rejected with this reason, in the pain.002
     "return": {"IT60…": "AC01"},   …or executed and then given back, in the camt.054
     "refuse": "FF01"}          the next order is rejected as a whole

``GET /orders`` lists the orders taken: an order sent twice is there once.
"""

import argparse
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from lxml import etree

from levante.exchange.simulators import manners

STATUS = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
NOTICE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"


class BankSystem(manners.Memory):
    """The other side's memory: orders by message id, each with its transfers as ``[id, IBAN, amount]``."""

    def __init__(self, state: Path | None = None) -> None:
        super().__init__(state)
        self.asked: dict[str, int] = {}

    def take_order(self, key: str, data: bytes) -> dict[str, Any] | None:
        """The order of an id: read at the first sending, the same ever after; none for what is not one."""
        with self.lock:
            if key in self.kept:
                found: dict[str, Any] = self.kept[key]
                return found
            try:
                root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
            except etree.XMLSyntaxError:
                return None
            transfers = [
                [_text(one, "EndToEndId"), _text(one, "CdtrAcct"), _text(one, "InstdAmt")]
                for one in root.iter("{*}CdtTrfTxInf")
            ]
            if _text(root, "MsgId") != key or not transfers:
                return None
            self.kept[key] = {"key": key, "transfers": transfers, "refuse": self.behaviour.pop("refuse", "")}
            self.save()
            return dict(self.kept[key])

    def waits(self, key: str) -> bool:
        """Is there no news yet? As often as ``pending`` says, for each question by itself."""
        with self.lock:
            self.asked[key] = self.asked.get(key, 0) + 1
            return self.asked[key] <= int(self.behaviour.get("pending", 0))

    def _wrong(self, *kinds: str) -> str:
        """The wrong answer that is due now, if it is one of these."""
        return str(self.once("wrong")) if self.behaviour.get("wrong") in kinds else ""

    def status(self, order: dict[str, Any]) -> str:
        """The ``pain.002`` of an order."""
        wrong = self._wrong("order", "unknown")
        key = "SOMEBODY-ELSE" if wrong == "order" else order["key"]
        group = f"<OrgnlMsgId>{escape(key)}</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId>"
        if order["refuse"]:
            inside = f"<OrgnlGrpInfAndSts>{group}<GrpSts>RJCT</GrpSts>{_reason(order['refuse'])}</OrgnlGrpInfAndSts>"
        else:
            bad = self.behaviour.get("reject", {})
            rows = [
                f"<TxInfAndSts><OrgnlEndToEndId>{escape(ours)}</OrgnlEndToEndId><TxSts>RJCT</TxSts>{_reason(bad[iban])}</TxInfAndSts>"
                if iban in bad
                else f"<TxInfAndSts><OrgnlEndToEndId>{escape(ours)}</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts>"
                for ours, iban, _ in order["transfers"]
            ]
            if wrong == "unknown":
                rows.append("<TxInfAndSts><OrgnlEndToEndId>NOBODYS</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts>")
            part = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{escape(key)}</OrgnlPmtInfId>{''.join(rows)}</OrgnlPmtInfAndSts>"
            inside = f"<OrgnlGrpInfAndSts>{group}<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>{part}"
        head = f"<GrpHdr><MsgId>BANK-{escape(order['key'])[:30]}</MsgId></GrpHdr>"
        return f'<Document xmlns="{STATUS}"><CstmrPmtStsRpt>{head}{inside}</CstmrPmtStsRpt></Document>'

    def notice(self, order: dict[str, Any]) -> str:
        """The ``camt.054`` of what moved: what was not rejected was executed, and some of it came back."""
        wrong = self._wrong("amount", "future")
        bad, back = self.behaviour.get("reject", {}), self.behaviour.get("return", {})
        day = "2099-01-01" if wrong == "future" else self.today()
        rows = []
        for ours, iban, amount in order["transfers"]:
            if iban in bad:
                continue
            rows.append(_entry(ours, "1.00" if wrong == "amount" else amount, "DBIT", day))
            if iban in back:
                rows.append(
                    _entry(ours, amount, "CRDT", day, f"<RtrInf><Rsn><Cd>{escape(back[iban])}</Cd></Rsn></RtrInf>")
                )
        if self.take("twice"):
            rows *= 2
        inside = f"<Ntfctn><Id>{escape(order['key'])[:35]}</Id>{''.join(rows)}</Ntfctn>"
        return f'<Document xmlns="{NOTICE}"><BkToCstmrDbtCdtNtfctn>{inside}</BkToCstmrDbtCdtNtfctn></Document>'


def _text(root: Any, name: str) -> str:
    found = next(root.iter(f"{{*}}{name}"), None)
    return "" if found is None else "".join(found.itertext()).strip()


def _reason(code: str) -> str:
    return f"<StsRsnInf><Rsn><Cd>{escape(code)}</Cd></Rsn></StsRsnInf>"


def _entry(ours: str, amount: str, side: str, day: str, more: str = "") -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{escape(ours)}</EndToEndId></Refs>{more}</TxDtls>"
        "</NtryDtls></Ntry>"
    )


class Handler(manners.Handler):
    @property
    def system(self) -> BankSystem:
        found: BankSystem = self.server.memory
        return found

    def do_GET(self) -> None:  # noqa: N802 - the name http.server calls
        if self.path == "/orders":
            self._send(200, {"orders": list(self.system.kept.values())})
        else:
            self._send(200, {"system": "bank", "simulated": True})

    def do_POST(self) -> None:  # noqa: N802 - the name http.server calls
        if not self.path.startswith("/orders/"):
            super().do_POST()
            return
        data = self._raw()
        key, results, _ = unquote(self.path.removeprefix("/orders/")).partition("/results")
        time.sleep(float(self.system.behaviour.get("delay", 0)))
        if self.system.take("fail"):
            self._send(503, {"error": "out of service"})
            return
        order = self.system.kept.get(key) if results else self.system.take_order(key, data or b"")
        if self.system.take("drop"):
            self.close_connection = True
        elif order is None:
            self._send(404 if results else 400, {"error": "no such order" if results else "not a pain.001"})
        elif self.system.waits(f"{key}{results}"):
            self._send(202, {"state": "pending"})
        elif self.system.behaviour.get("wrong") == "html":
            self.system.once("wrong")
            self._write(200, b"<html><body>Service</body></html>", "text/html")
        else:
            answer = self.system.notice(order) if results else self.system.status(order)
            self._write(200, answer.encode(), "application/xml")


def serve(port: int, *, state: Path | None = None, host: str = "127.0.0.1") -> manners.Server:
    """A server ready to ``serve_forever``. Port 0 takes a free one."""
    return manners.Server(host, port, BankSystem(state), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of the bank of the treasury.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="file in which the orders are kept over a restart")
    parser.add_argument("--pending", type=int, default=0, help="how many questions find no news")
    arguments = parser.parse_args()
    server = serve(arguments.port, state=arguments.state, host=arguments.host)
    server.memory.behave({"pending": arguments.pending})
    server.serve_forever()


if __name__ == "__main__":
    main()
