"""A simulator of the CUP system (SOAP over a real socket): codes it made it finds again; bad days on request.

``python -m levante.exchange.simulators.cup --port 8193``; ``--state FILE`` keeps it over a restart. ``POST /behaviour``::

    {"day": "2026-06-01", "delay": 2.5, "fail": 3, "drop": 2, "twice": true,
     "wrong": "html"|"huge"|"status"|"fault"|"entities"|"id"|"cup"|"incomplete"|"text",
     "on": "GenerazioneCUP",  only this operation is dropped or answered wrongly (GenerazioneCUP, ListaCUP, DettaglioCUP)
     "off": 2,                the next two questions get ERRORE_APPLICATIVO
     "refuse": "reason",      the next project gets KO
     "silent": true}          the list does not show our code of a project

A project like another (the same beneficiary, nature and cost) gets its code and the warning that there are others.
``GET /cups`` shows what it made; ``POST /batch`` takes the file of many projects and answers with the file of codes and rejects.
"""

import argparse
import base64
import json
import time
from pathlib import Path
from typing import Any

from lxml import etree

from levante.exchange.cup.asking import SPACE
from levante.exchange.simulators import manners
from levante.exchange.soap import ENVELOPE, NotXml, elements, enveloped, file_of, read_xml, text_of

_ANSWERS = {
    "GenerazioneCUP": ("EsitoGenerazioneCUP", "Esito Generazione CUP"),
    "ListaCUP": ("ListaCUP", "Lista CUP"),
    "DettaglioCUP": ("RisultatoDettaglioCUP", "Dettaglio CUP"),
}
_BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'


class CupMemory(manners.Memory):
    """The codes made: by code, with our local code and what the project is."""

    def __init__(self, state: Path | None = None, credentials: tuple[str, str] | None = None) -> None:
        super().__init__(state)
        self.credentials = credentials

    @property
    def cups(self) -> dict[str, dict[str, Any]]:
        return self.kept

    def knows(self, root: Any) -> bool:
        return self.credentials in {None, (text_of(root, "USER"), text_of(root, "PASSWORD"))}

    def make(self, project: Any) -> tuple[str, list[dict[str, Any]]]:
        """A code, whoever asks: it has no key of ours. With those of projects like this one."""
        facts = _facts(project)
        alike = [one for one in self.cups.values() if one["like"] == facts["like"]]
        number = len(self.cups) + 1
        cup = f"B{number % 100:02d}B{self.today()[2:4]}{number:09d}"
        self.cups[cup] = {"cup": cup, "on": self.today(), **facts}
        self.save()
        return cup, alike


def _facts(project: Any) -> dict[str, Any]:
    general = next(iter(elements(project, "DATI_GENERALI_PROGETTO")))
    description = next(iter(next(iter(elements(project, "DESCRIZIONE")))))
    money = next(iter(elements(project, "FINANZIAMENTO")))
    title = next((value for name, value in description.attrib.items() if name.startswith(("desc", "scopo"))), "")
    return {
        "id": project.get("id_progetto", ""),
        "local_code": general.get("codifica_locale", ""),
        "year": general.get("anno_decisione", ""),
        "title": title,
        "cost": money.get("costo", ""),
        "public": money.get("finanziamento", ""),
        "like": [description.get("partita_iva", ""), general.get("natura", ""), money.get("costo", "")],
    }


class Handler(manners.Handler):
    @property
    def system(self) -> CupMemory:
        found: CupMemory = self.server.memory
        return found

    def do_GET(self) -> None:  # noqa: N802 - the name http.server calls
        if self.path == "/cups":
            self._send(200, {"cups": list(self.system.cups.values())})
        else:
            self._send(200, {"system": "cup", "simulated": True})

    def do_POST(self) -> None:  # noqa: N802 - the name http.server calls
        if self.path == "/behaviour":
            super().do_POST()
            return
        data = self._raw() or b""
        if self.path == "/batch":
            self._batch(data)
            return
        time.sleep(float(self.system.behaviour.get("delay", 0)))
        if self.system.take("fail"):
            self._send(503, {"error": "out of service"})
            return
        try:
            said = next(iter(read_xml(data).find(f"{{{ENVELOPE}}}Body")))
            operation = etree.QName(said).localname.removeprefix("richiesta_RichiestaRispostaSincrona_Richiesta")
            root = read_xml(file_of(said, "richiesta"))
        except (NotXml, TypeError, StopIteration):
            self._write(500, enveloped(etree.Element(f"{{{ENVELOPE}}}Fault")), "text/xml")
            return
        with self.system.lock:
            verdict, file = self._answer(operation, root)
        self._reply(operation, verdict, file)

    def _answer(self, operation: str, root: Any) -> tuple[str, bytes]:
        if self.system.take("off"):
            return "ERRORE_APPLICATIVO", b""
        if not self.system.knows(root):
            return "ELABORAZIONE_ESEGUITA", b"Utente non autorizzato"
        if operation == "GenerazioneCUP":
            return "ELABORAZIONE_ESEGUITA", self._generate(root)
        if operation == "ListaCUP":
            return "ELABORAZIONE_ESEGUITA", self._list(root)
        found = self.system.cups.get(text_of(root, "CODICE_CUP"))
        if found is None:
            return "ELABORAZIONE_ESEGUITA", b"Codice CUP non valido"
        return "ELABORAZIONE_ESEGUITA", etree.tostring(_detail(found, silent=False))

    def _generate(self, root: Any) -> bytes:
        answer = etree.Element("DETTAGLIO_GENERAZIONE_CUP")
        etree.SubElement(answer, "ID_RICHIESTA").text = text_of(root, "ID_RICHIESTA")
        etree.SubElement(answer, "ID_RICHIESTA_ASSEGNATO").text = str(5000 + len(self.system.cups))
        elaboration = etree.SubElement(answer, "DETTAGLIO_ELABORAZIONE")
        reason = self.system.once("refuse")
        if reason:
            etree.SubElement(elaboration, "ESITO_ELABORAZIONE").text = "KO"
            etree.SubElement(elaboration, "DESCRIZIONE_ESITO_ELABORAZIONE").text = str(reason)
            return bytes(etree.tostring(answer))
        cup, alike = self.system.make(next(iter(elements(root, "CUP_GENERAZIONE"))))
        etree.SubElement(elaboration, "ESITO_ELABORAZIONE").text = "OK"
        text = f"creato CUP con codice: {cup}"
        if alike:
            text += f" SONO STATI RILEVATI {len(alike)} CUP SIMILI: " + " ".join(_similar(one) for one in alike)
        etree.SubElement(elaboration, "DESCRIZIONE_ESITO_ELABORAZIONE").text = text
        answer.append(_detail(self.system.cups[cup], silent=False))
        return bytes(etree.tostring(answer))

    def _list(self, root: Any) -> bytes:
        answer = etree.Element("LISTA_CUP")
        elaboration = etree.SubElement(answer, "DETTAGLIO_ELABORAZIONE")
        etree.SubElement(elaboration, "ESITO_ELABORAZIONE").text = "OK"
        etree.SubElement(elaboration, "DESCRIZIONE_ESITO_ELABORAZIONE").text = ""
        since = "-".join(reversed(text_of(root, "DATA_GENERAZIONE_DA").split("/")))
        for one in self.system.cups.values():
            if one["year"] == text_of(root, "ANNO_DECISIONE") and one["on"] >= since:
                answer.append(_detail(one, silent=bool(self.system.behaviour.get("silent"))))
        return bytes(etree.tostring(answer))

    def _batch(self, data: bytes) -> None:
        try:
            projects = list(elements(read_xml(data), "CUP_GENERAZIONE"))
        except NotXml:
            self._write(400, b"<errore/>", "text/xml")
            return
        answer = etree.Element("DETTAGLIO_ELABORAZIONE_CUP")
        with self.system.lock:
            for project in projects:
                facts = _facts(project)
                row = etree.SubElement(
                    answer, "DETTAGLIO_CUP_GENERAZIONE", id_progetto=facts["id"], codifica_locale=facts["local_code"]
                )
                reason = self.system.once("refuse")
                if reason:
                    etree.SubElement(row, "MESSAGGI_DI_SCARTO").text = str(reason)
                else:
                    etree.SubElement(etree.SubElement(row, "DATI_CUP"), "CODICE_CUP").text = self.system.make(project)[
                        0
                    ]
        self._write(200, etree.tostring(answer, xml_declaration=True, encoding="UTF-8"), "text/xml")

    def _reply(self, operation: str, verdict: str, file: bytes) -> None:
        here = self.system.behaviour.get("on", operation) == operation
        if here and self.system.take("drop"):
            self.close_connection = True
            return
        wrong = str(self.system.once("wrong") or "") if here else ""
        whole = {"html": b"<html>Manutenzione</html>", "huge": b"<x>" + b"x" * 11_000_000 + b"</x>", "entities": _BOMB}
        if wrong in whole:
            self._write(200, whole[wrong], "text/xml")
        elif wrong == "fault":
            fault = etree.Element(f"{{{ENVELOPE}}}Fault")
            etree.SubElement(fault, "faultstring").text = "java.lang.NullPointerException"
            self._write(500, enveloped(fault), "text/xml")
        elif wrong == "status":
            self._write(418, b"<teapot/>", "text/xml")
        else:
            changed = _anothers(wrong, file) if wrong else file
            for _ in range(2 if self.system.take("twice") else 1):
                self._write(200, _message(operation, verdict, changed), "text/xml; charset=utf-8")


def _anothers(how: str, file: bytes) -> bytes:
    """The same answer: about another request, with something that is no code, without its code, or a bare sentence."""
    if how == "text":
        return b"Errore interno"
    root = etree.fromstring(file)
    name = {"id": "ID_RICHIESTA", "cup": "CODICE_CUP", "incomplete": "CODICE_CUP"}[how]
    for element in elements(root, name):
        element.text = {"id": "999999999", "cup": "X1", "incomplete": ""}[how]
    return bytes(etree.tostring(root))


def _similar(one: dict[str, Any]) -> str:
    return (
        f" - CUP: {one['cup']} soggetto_titolare='REGIONE' unita_organizzativa='' descrizione_sintetica='{one['title']}'"
        f" anno='{one['year']}' costo_progetto='{one['cost']}' importo_finanziamento_pubblico='{one['public']}'"
    )


def _detail(one: dict[str, Any], *, silent: bool) -> Any:
    root = etree.Element("DETTAGLIO_CUP")
    etree.SubElement(root, "CODICE_CUP").text = one["cup"]
    day = "/".join(reversed(one["on"].split("-")))
    general = etree.SubElement(root, "DATI_GENERALI_PROGETTO", anno_decisione=one["year"], data_generazione=day)
    if not silent:
        general.set("codifica_locale", one["local_code"])
    return root


def _message(operation: str, verdict: str, file: bytes) -> bytes:
    name, title = _ANSWERS[operation]
    answer = etree.Element(f"{{{SPACE}}}risposta_RichiestaRispostaSincrona_{name}", nsmap={None: SPACE})
    etree.SubElement(answer, "TitoloRisposta").text = title
    etree.SubElement(answer, "EsitoElaborazione").text = verdict
    etree.SubElement(answer, "risposta").text = base64.b64encode(file).decode("ascii")
    return enveloped(answer)


def serve(
    port: int, *, state: Path | None = None, host: str = "127.0.0.1", credentials: tuple[str, str] | None = None
) -> manners.Server:
    """A server ready to ``serve_forever``. Port 0 takes a free one."""
    return manners.Server(host, port, CupMemory(state, credentials), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of the CUP system.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="file in which the codes are kept over a restart")
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
