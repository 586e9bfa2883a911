"""A simulator of the RNA's service (SOAP over a real socket): what it holds, it answers from; bad days on request.

``python -m levante.exchange.simulators.rna --port 8192``; ``--state FILE`` keeps it over a restart. ``POST /behaviour``::

    {"day": "2026-06-01",  the day there (a grant whose act was not told within its days lapses by it)
     "delay": 2.5, "fail": 3, "drop": 2, "twice": true, "wrong": "html"|"huge"|"status"|"fault"|"entities"|"id"|"cor"|"incomplete",
     "on": "RegistraAiuto", only this operation is dropped or answered wrongly
     "off": 2,             the next two questions get success=false
     "pending": 2,         the first two questions about a request find it being worked on
     "refuse": "reason",   the next grant is refused
     "deny": {"ConfermaConcessione": "reason"},  the next time that this operation is asked the answer is no
     "deaf": 2,            two searches by our key find nothing (its index is behind)
     "careless": true}     a key it has already is taken again, as a grant of its own

``POST /history`` adds grants of others, ``[{"tax_code", "gge", "granted_on"}]``, and ``{"deggendorf": [tax codes]}`` the list of those
who have an unlawful aid to give back. ``GET /grants`` shows what it holds. It checks the basic credentials it was started with.
"""

import argparse
import base64
import json
import time
from pathlib import Path
from typing import Any

from lxml import etree

from levante.exchange.rna.wire import SPACE
from levante.exchange.simulators import manners
from levante.exchange.simulators.rna_memory import OPERATIONS, No, RnaMemory
from levante.exchange.soap import ENVELOPE, NotXml, basic, elements, enveloped, read_xml

RESULT_NAMED_RESULT = {"RegistraAiuto", "RegistraAiutoExPost", "RegistraAiutoInEmergenza"}
_BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


class Handler(manners.Handler):
    """SOAP at any path, but for the two by which it is told how to be."""

    @property
    def rna(self) -> RnaMemory:
        found: RnaMemory = self.server.memory
        return found

    def do_GET(self) -> None:  # noqa: N802 - the name http.server calls
        if self.path == "/grants":
            self._send(200, {"grants": list(self.rna.grants.values()), "requests": self.rna.requests})
        else:
            self._send(200, {"system": "rna", "simulated": True})

    def do_POST(self) -> None:  # noqa: N802 - the name http.server calls
        if self.path == "/behaviour":
            super().do_POST()
            return
        data = self._raw()
        if self.path == "/history":
            self.rna.remember(json.loads(data or b"{}"))
            self._send(200, {"kept": True})
            return
        time.sleep(float(self.rna.behaviour.get("delay", 0)))
        if self.rna.take("fail"):
            self._send(503, {"error": "out of service"})
            return
        if self.rna.credentials and self.headers.get("Authorization") != basic(*self.rna.credentials):
            self._send(401, {"error": "who are you"})
            return
        try:
            root = read_xml(data or b"")
            said = next(iter(root.find(f"{{{ENVELOPE}}}Body")))
            operation = etree.QName(said).localname
        except (NotXml, TypeError, StopIteration):
            self._fault("not a SOAP message")
            return
        self._reply(operation, said)

    def _reply(self, operation: str, said: Any) -> None:
        answer = self._answer(operation, said)
        only = self.rna.behaviour.get("on", operation)
        if only == operation and self.rna.take("drop"):
            self.close_connection = True
            return
        wrong = self.rna.once("wrong") if only == operation else None
        if wrong:
            self._wrong(str(wrong), operation, answer)
            return
        for _ in range(2 if self.rna.take("twice") else 1):
            self._write(200, self._message(operation, answer), "text/xml; charset=utf-8")

    def _answer(self, operation: str, said: Any) -> dict[str, Any]:
        if self.rna.take("off"):
            return {"retCode": 999, "retMessage": "Servizio momentaneamente non disponibile", "success": "false"}
        denied = self.rna.behaviour.get("deny", {}).pop(operation, "")
        if denied:
            return {"retCode": 305, "retMessage": denied, "success": "true"}
        method = OPERATIONS.get(operation)
        if method is None:
            return {"retCode": 500, "retMessage": f"Operazione {operation} non prevista", "success": "false"}
        try:
            with self.rna.lock:
                found = method(self.rna, said)
                self.rna.save()
        except No as no:
            return {"retCode": no.code, "retMessage": no.text, "success": "true"}
        return {"retCode": 0, "retMessage": "Operazione eseguita", "success": "true", **found}

    def _message(self, operation: str, answer: dict[str, Any]) -> bytes:
        response = etree.Element(f"{{{SPACE}}}{operation}Response", nsmap={"ns1": SPACE})
        result = etree.SubElement(response, "Result" if operation in RESULT_NAMED_RESULT else "return")
        for name, value in answer.items():
            for one in value if isinstance(value, list) else [value]:
                element = etree.SubElement(result, name)
                if isinstance(one, dict):
                    for inner, text in one.items():
                        etree.SubElement(element, inner).text = str(text)
                else:
                    element.text = base64.b64encode(one).decode() if isinstance(one, bytes) else str(one)
        return enveloped(response)

    def _wrong(self, how: str, operation: str, answer: dict[str, Any]) -> None:
        if how == "html":
            self._write(200, b"<html>Manutenzione</html>", "text/html")
        elif how == "huge":
            self._write(200, b"<x>" + b"x" * 3_000_000 + b"</x>", "text/xml")
        elif how == "entities":
            self._write(200, _BOMB, "text/xml")
        elif how == "fault":
            self._fault("java.lang.NullPointerException")
        elif how == "incomplete":
            kept = {name: value for name, value in answer.items() if name in {"retMessage", "success"}}
            self._write(200, self._message(operation, kept), "text/xml")
        elif how in {"id", "cor"}:
            self._write(200, self._message(operation, _anothers(how, answer)), "text/xml")
        else:
            self._write(418, b"<teapot/>", "text/xml")

    def _fault(self, text: str) -> None:
        fault = etree.Element(f"{{{ENVELOPE}}}Fault")
        etree.SubElement(fault, "faultcode").text = "soapenv:Server"
        etree.SubElement(fault, "faultstring").text = text
        self._write(500, enveloped(fault), "text/xml")


def _anothers(how: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The same answer, about another request or another grant."""
    changed = dict(answer)
    if how == "cor" and "cor" in changed:
        changed["cor"] = int(changed["cor"]) + 1
    for name in ("esito", "xml", "visura"):
        if isinstance(changed.get(name), bytes) and changed[name].startswith(b"<"):
            root = etree.fromstring(changed[name])
            for wanted in ("COR", "ID_CONCESSIONE_GEST", "CODICE_FISCALE"):
                for element in elements(root, wanted):
                    if how == "id" or wanted == "COR":
                        element.text = "99999999"
            changed[name] = etree.tostring(root)
    if how == "id" and "idRichiesta" in changed:
        changed["idRichiesta"] = int(changed["idRichiesta"]) + 1
    return changed


def serve(
    port: int, *, state: Path | None = None, host: str = "127.0.0.1", credentials: tuple[str, str] | None = None
) -> manners.Server:
    """A server ready to ``serve_forever``. Port 0 takes a free one."""
    return manners.Server(host, port, RnaMemory(state, credentials), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of the Registro nazionale degli aiuti.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="file in which what it holds is kept over a restart")
    parser.add_argument("--behaviour", type=json.loads, default={}, help="how it behaves from the start, as JSON")
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    arguments = parser.parse_args()
    credentials = (arguments.user, arguments.password) if arguments.user else None
    server = serve(arguments.port, state=arguments.state, host=arguments.host, credentials=credentials)
    server.memory.behave(arguments.behaviour)
    server.serve_forever()


if __name__ == "__main__":
    main()
