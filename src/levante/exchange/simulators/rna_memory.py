"""What the simulated RNA holds, and what it does: grants by COR, requests being worked on, the de minimis history of a tax code."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from levante.exchange.simulators.manners import Memory
from levante.exchange.soap import elements, file_of, read_xml, text_of
from levante.law import parameters

#: COD_TIPO_PROCEDIMENTO of de minimis aid, as the open data of the register number it.
DE_MINIMIS = "1"
#: What counts in the position of a tax code: also what is not confirmed yet.
STANDING = {"DA_CONFERMARE", "CONFERMATA", "COMPLETATA"}
_FIRST_COR, _FIRST_REQUEST, _FIRST_COVAR = 20_000_000, 7_000_000, 900_000


class No(Exception):
    """The service looked and says no."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class RnaMemory(Memory):
    """One method per operation (``OPERATIONS``): from the message to the parts of the answer."""

    def __init__(self, state: Path | None = None, credentials: tuple[str, str] | None = None) -> None:
        super().__init__(state)
        self.credentials = credentials
        for name in ("grants", "requests"):
            self.kept.setdefault(name, {})
        for name in ("history", "deggendorf"):
            self.kept.setdefault(name, [])
        self.kept.setdefault("covars", 0)

    @property
    def grants(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.kept["grants"]
        return found

    @property
    def requests(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.kept["requests"]
        return found

    def remember(self, wanted: Any) -> None:
        with self.lock:
            if isinstance(wanted, dict):
                self.kept["deggendorf"] += list(wanted.get("deggendorf", []))
                wanted = wanted.get("history", [])
            self.kept["history"] += list(wanted)
            self.save()

    # Registration -------------------------------------------------------------------------------------------------

    def register(self, said: Any) -> dict[str, Any]:
        grants = [_grant_in(one) for one in elements(_xml(said), "CONCESSIONE")]
        if not grants:
            raise No(11, "Il file non contiene concessioni")
        for grant in grants:
            held = any(one["own_key"] == grant["own_key"] for one in self._asked_before())
            if held and not self.behaviour.get("careless"):
                raise No(110, f"ID_CONCESSIONE_GEST {grant['own_key']} già presente")
        return {"idRichiesta": self._request("register", grants=grants, notice=text_of(said, "codiceBando"))}

    def vary(self, said: Any) -> dict[str, Any]:
        root = _xml(said)
        grant = next((_grant_in(one) for one in elements(root, "CONCESSIONE")), None)
        if grant is None or not grant["cor"]:
            raise No(11, "Il file non contiene concessioni con COR")
        return {"idRichiesta": self._request("vary", grants=[grant], why=text_of(root, "MOTIVAZIONE_VARIAZIONE"))}

    def find(self, said: Any) -> dict[str, Any]:
        own_key = text_of(said, "idConcessioneGest")
        found = [
            {"dataInserimento": f"{one['on']}T00:00:00", "idRichiesta": ticket}
            for ticket, one in self.requests.items()
            if any(grant["own_key"] == own_key for grant in one.get("grants", []))
        ]
        if not found or self.take("deaf"):
            raise No(20, "Nessuna richiesta trovata")
        return {"listaIdRich": found}

    def state_of(self, said: Any) -> dict[str, Any]:
        request = self._of(said)
        request["looked"] = request.get("looked", 0) + 1
        if request["looked"] <= int(self.behaviour.get("pending", 0)):
            return {"retMessage": "In elaborazione"}
        self._work(request)
        return {"retMessage": "Completata"}

    def outcome_of(self, said: Any) -> dict[str, Any]:
        request = self._of(said)
        if not request.get("done"):
            raise No(30, "Richiesta non ancora elaborata")
        root = etree.Element("ESITI_RICH_CONCESSIONI")
        for grant in request["grants"]:
            row = etree.SubElement(root, "ESITO_RICH_CONCESSIONE")
            _write(row, {"ID_CONCESSIONE_GEST": grant["own_key"], "COR": grant["cor"], "COVAR": grant.get("covar", "")})
            _write(row, {"DATA_ESITO": f"{request['done']}T10:00:00.000+02:00", "STATO_CONCESSIONE": grant["state"]})
            _write(etree.SubElement(row, "ESITO"), {"CODICE": grant["code"], "DESCRIZIONE": grant["text"]})
        return {"idRichiesta": text_of(said, "idRichiesta"), "esito": etree.tostring(root, encoding="UTF-8")}

    def _request(self, kind: str, **more: Any) -> int:
        ticket = _FIRST_REQUEST + len(self.requests) + 1
        self.requests[str(ticket)] = {"kind": kind, "on": self.today(), **more}
        return ticket

    def _of(self, said: Any) -> dict[str, Any]:
        found = self.requests.get(text_of(said, "idRichiesta"))
        if found is None:
            raise No(31, "Richiesta inesistente")
        return found

    def _asked_before(self) -> list[dict[str, Any]]:
        return [grant for one in self.requests.values() if one["kind"] == "register" for grant in one["grants"]]

    def _work(self, request: dict[str, Any]) -> None:
        """What the RNA does in its own time: once, whoever asks how it went."""
        if request.get("done"):
            return
        request["done"] = self.today()
        for grant in request.get("grants", []):
            if request["kind"] == "register":
                self._work_on_grant(grant)
            else:
                self._work_on_variation(grant)

    def _work_on_grant(self, grant: dict[str, Any]) -> None:
        reason = self.once("refuse")
        day = date.fromisoformat(self.today())
        residual = self.residual({grant["tax_code"], *grant["members"]}, day)
        if reason:
            grant.update(code=200, text=str(reason), state="RIFIUTATA")
        elif grant["de_minimis"] and Decimal(grant["gge"]) > residual:
            text = f"RIFIUTATA_PER_INDISPONIBILITA: massimale de minimis disponibile {residual:.2f} euro"
            grant.update(code=113, text=text, state="RIFIUTATA_PER_INDISPONIBILITA")
        else:
            cor = str(_FIRST_COR + len(self.grants) + 1)
            grant.update(
                code=0, text="Concessione registrata", state="DA_CONFERMARE", cor=cor, registered_on=self.today()
            )
            self.grants[cor] = grant

    def _work_on_variation(self, wanted: dict[str, Any]) -> None:
        held = self.grants.get(wanted["cor"])
        day = date.fromisoformat(self.today())
        if held is None or held["state"] not in {"CONFERMATA", "COMPLETATA"}:
            wanted.update(code=201, text="La concessione non è confermata", state=held["state"] if held else "")
            return
        free = self.residual({held["tax_code"], *held["members"]}, day) + Decimal(held["gge"])
        if held["de_minimis"] and Decimal(wanted["gge"]) > free:
            wanted.update(code=113, text="RIFIUTATA_PER_INDISPONIBILITA", state=held["state"])
            return
        self.kept["covars"] += 1
        held.update(pending_gge=wanted["gge"], covar=str(_FIRST_COVAR + self.kept["covars"]), variation_act="")
        wanted.update(code=0, text="Variazione registrata", state=held["state"], covar=held["covar"])

    # A grant that stands ------------------------------------------------------------------------------------------

    def detail(self, said: Any) -> dict[str, Any]:
        grant = self._grant(said)
        root = etree.Element("CONCESSIONE")
        names = {
            "ID_CONCESSIONE_GEST": "own_key", "DATA_CONCESSIONE": "granted_on", "ATTO_CONCESSIONE": "act", "COVAR": "covar",
            "COR": "cor", "STATO_CONCESSIONE_AIUTO": "state", "ATTO_VARIAZIONE": "variation_act",
        }  # fmt: skip
        _write(root, {name: grant.get(field, "") for name, field in names.items()})
        return {"xml": etree.tostring(root, encoding="UTF-8")}

    def confirm(self, said: Any) -> dict[str, Any]:
        grant = self._grant(said)
        if grant["state"] != "DA_CONFERMARE":
            raise No(301, f"La concessione è nello stato {grant['state']}")
        granted_on = text_of(said, "dataConcessione")[:10]
        if not granted_on or not text_of(said, "attoConcessione"):
            raise No(302, "Mancano la data o l’atto di concessione")
        grant.update(state="CONFERMATA", granted_on=granted_on, act=text_of(said, "attoConcessione"))
        grant["link"] = text_of(said, "linkAttoConcessione")
        return {"cor": grant["cor"], "statoConcessione": "CONFERMATA"}

    def cancel(self, said: Any) -> dict[str, Any]:
        grant = self._grant(said)
        if grant["state"] not in {"DA_CONFERMARE", "CONFERMATA"}:
            raise No(303, f"La concessione è nello stato {grant['state']}")
        grant["state"] = "ANNULLATA"
        return {"cor": grant["cor"], "statoConcessione": "ANNULLATA"}

    def confirm_variation(self, said: Any) -> dict[str, Any]:
        grant = self._grant(said)
        if grant.get("covar") != text_of(said, "varcor") or grant.get("variation_act"):
            raise No(304, "Nessuna variazione da confermare con questo COVAR")
        grant.update(gge=grant.pop("pending_gge"), variation_act=text_of(said, "attoVariazione"))
        return {"cor": grant["cor"], "covar": grant["covar"], "statoConcessione": grant["state"]}

    def _grant(self, said: Any) -> dict[str, Any]:
        found = self.grants.get(text_of(said, "cor"))
        if found is None:
            raise No(300, "COR inesistente")
        days = int(parameters.value("rna.act_date.days", on=date.fromisoformat(found["registered_on"])).value)
        last = date.fromisoformat(found["registered_on"]) + timedelta(days=days)
        if found["state"] == "DA_CONFERMARE" and date.fromisoformat(self.today()) > last:
            found.update(state="ANNULLATA", lapsed=True)
        return found

    # Visure -------------------------------------------------------------------------------------------------------

    def ask_aids(self, said: Any) -> dict[str, Any]:
        return self._report(said, "aids", since=text_of(said, "dataInizioAnalisi")[:10])

    def ask_de_minimis(self, said: Any) -> dict[str, Any]:
        members = [text_of(one, "codiceFiscale") for one in elements(said, "impresaPartecipante")]
        return self._report(said, "de_minimis", members=members)

    def ask_deggendorf(self, said: Any) -> dict[str, Any]:
        return self._report(said, "deggendorf")

    def _report(self, said: Any, report: str, **more: Any) -> dict[str, Any]:
        tax_code = text_of(said, "codiceFiscale")
        if not tax_code:
            raise No(400, "Manca il codice fiscale")
        return {"idRichiesta": self._request("report", report=report, tax_code=tax_code, **more)}

    def report(self, said: Any) -> dict[str, Any]:
        request = self._of(said)
        ticket = text_of(said, "idRichiesta")
        if request["kind"] != "report" or not request.get("done"):
            raise No(30, "Visura non ancora elaborata")
        codes = {request["tax_code"], *request.get("members", [])}
        rows = (
            [] if request["report"] == "deggendorf" else self.aid_of(codes, minimis=request["report"] == "de_minimis")
        )
        root = etree.Element("VISURA")
        _write(root, {"VERCOR": ticket, "DATA_VISURA": request["done"], "CODICE_FISCALE": request["tax_code"]})
        _write(root, {"TIPO_VISURA": request["report"].upper()})
        if request["report"] == "deggendorf":
            _write(root, {"PRESENZA_DEGGENDORF": "SI" if request["tax_code"] in self.kept["deggendorf"] else "NO"})
        else:
            within = etree.SubElement(root, "AIUTI")
            for row in rows:
                _write(etree.SubElement(within, "AIUTO"), row)
        if text_of(said, "outputVisura").upper().startswith("PDF"):
            lines = [f"Visura {request['report']} di {request['tax_code']}", f"VERCOR {ticket} del {request['done']}"]
            return {"idRichiesta": ticket, "visura": a_page([*lines, *(" ".join(row.values()) for row in rows)])}
        return {"idRichiesta": ticket, "visura": etree.tostring(root, encoding="UTF-8")}

    def aid_of(self, codes: set[str], *, minimis: bool) -> list[dict[str, str]]:
        """What these tax codes have: of ours by COR, of others as the history tells."""
        rows = [
            {"COR": one["cor"], "DATA_CONCESSIONE": one.get("granted_on") or one["registered_on"], "IMPORTO_AGEVOLAZIONE": one["gge"]}
            for one in self.grants.values()
            if one["tax_code"] in codes and one["state"] in STANDING and (one["de_minimis"] or not minimis)
        ]  # fmt: skip
        others = [
            {
                "COR": str(one.get("cor", "")),
                "DATA_CONCESSIONE": one["granted_on"],
                "IMPORTO_AGEVOLAZIONE": str(one["gge"]),
            }
            for one in self.kept["history"]
            if one["tax_code"] in codes
        ]
        return rows + others

    def residual(self, codes: set[str], day: date) -> Decimal:
        """What is left of the ceiling for an undertaking on a day."""
        ceiling = Decimal(parameters.value("de_minimis.ceiling", on=day).value)
        years = int(parameters.value("de_minimis.window", on=day).value["years"])
        leap = (day.month, day.day) == (2, 29)
        first = day.replace(year=day.year - years, day=28) if leap else day.replace(year=day.year - years)
        rows = self.aid_of(codes, minimis=True)
        recent = [row for row in rows if date.fromisoformat(row["DATA_CONCESSIONE"]) >= first]
        return max(Decimal(0), ceiling - sum((Decimal(row["IMPORTO_AGEVOLAZIONE"]) for row in recent), Decimal(0)))


#: What the service can be asked.
OPERATIONS: dict[str, Callable[[RnaMemory, Any], dict[str, Any]]] = {
    "RegistraAiuto": RnaMemory.register,
    "VariazioneImporto": RnaMemory.vary,
    "RecuperaIdRichiesta": RnaMemory.find,
    "StatoRichiesta": RnaMemory.state_of,
    "ScaricaEsitoRichiesta": RnaMemory.outcome_of,
    "DettaglioAiuto": RnaMemory.detail,
    "ConfermaConcessione": RnaMemory.confirm,
    "AnnullaConcessione": RnaMemory.cancel,
    "ConfermaVariazioneConcessione": RnaMemory.confirm_variation,
    "RichiediVisuraAiuti": RnaMemory.ask_aids,
    "RichiediVisuraDeminimis": RnaMemory.ask_de_minimis,
    "RichiediVisuraDeggendorf": RnaMemory.ask_deggendorf,
    "ScaricaVisura": RnaMemory.report,
}


def _xml(said: Any) -> Any:
    return read_xml(file_of(said, "fileXml"))


def _grant_in(one: Any) -> dict[str, Any]:
    amounts = [Decimal(text_of(tool, "IMPORTO_AGEVOLAZIONE")) for tool in elements(one, "STRUMENTO_AIUTO")]
    members = [text_of(member, "CODICE_FISCALE") for member in elements(one, "SOGGETTI_IMPRESA_UNICA")]
    return {
        "own_key": text_of(one, "ID_CONCESSIONE_GEST"),
        "cor": text_of(one, "COR"),
        "tax_code": text_of(one, "CODICE_FISCALE"),
        "members": members,
        "gge": f"{sum(amounts, Decimal(0)):.2f}",
        "de_minimis": text_of(one, "COD_TIPO_PROCEDIMENTO") == DE_MINIMIS,
    }


def _write(parent: Any, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if value not in {None, ""}:
            etree.SubElement(parent, name).text = str(value)


def a_page(lines: Iterable[str]) -> bytes:
    """A PDF of one page that says these lines: small, and a PDF to every reader."""
    shown = [
        line.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"[").replace(b")", b"]") for line in lines
    ]
    text = b"BT /F1 11 Tf 50 780 Td 14 TL " + b" ".join(b"(" + line + b") Tj T*" for line in shown) + b" ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
