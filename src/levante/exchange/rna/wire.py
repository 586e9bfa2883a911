"""The operations of the RNA's service (RnasService, SOAP 1.1, HTTP Basic sent with the first request), one method each.

A method returns what the service said when it did what was asked; :class:`RnaRefusal` when it looked and said no (``success`` with
a ``retCode`` over zero); ``NoUsableAnswer`` when it did not do its work or cannot be trusted, so that it is asked again.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from levante.exchange.accounts import Account
from levante.exchange.client import NoUsableAnswer
from levante.exchange.soap import NotXml, basic, call, elements, file_of, read_xml, text_of

SPACE = "http://webServices.raseWeb.rase.rnas.infocamere.it/"
#: A visura is a document of some pages.
LARGEST_FILE = 15 * 1024 * 1024

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
#: The states of a grant, as the service names them.
STATES = frozenset(
    {"IN_VERIFICA", "DA_CONFERMARE", "CONFERMATA", "COMPLETATA", "RIFIUTATA", "RIFIUTATA_PER_INDISPONIBILITA", "ANNULLATA",
     "REVOCATA"}
)  # fmt: skip


class RnaRefusal(Exception):
    """The RNA looked at what was asked and said no: its code and its words."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Detail:
    """A grant as the RNA has it now."""

    cor: int
    state: str
    own_key: str
    act: str
    granted_on: date | None
    covar: int | None
    variation_act: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one grant of a request: ``code`` 0, or one of those that mean it is registered with a warning."""

    code: int
    text: str
    state: str
    cor: int | None
    covar: int | None
    on: date | None


class Rna:
    """The service as one office speaks to it."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def register(self, notice: int, file: str) -> int:
        return self._ticket(self._say("RegistraAiuto", codiceBando=notice, fileXml=file.encode("utf-8")))

    def vary(self, notice: int, file: str) -> int:
        return self._ticket(self._say("VariazioneImporto", codiceBando=notice, fileXml=file.encode("utf-8")))

    def find(self, own_key: str) -> list[int]:
        """The requests made under our key, the oldest first: none when the RNA has not heard of it."""
        try:
            result = self._say("RecuperaIdRichiesta", idConcessioneGest=own_key)
        except RnaRefusal:
            return []
        found = [text_of(row, "idRichiesta") for row in elements(result, "listaIdRich")]
        if any(not _NUMBER.fullmatch(one) for one in found):
            raise NoUsableAnswer("RecuperaIdRichiesta gave something that is no number")
        return sorted(int(one) for one in found)

    def is_done(self, ticket: int) -> bool:
        """Has the RNA finished with a request? A visura or an outcome can be taken when it says “Completata”."""
        try:
            result = self._say("StatoRichiesta", idRichiesta=ticket)
        except RnaRefusal as error:
            raise NoUsableAnswer(f"the RNA does not tell the state of request {ticket}: {error}"[:400]) from error
        return text_of(result, "retMessage").casefold().startswith("completat")

    def verdict(self, ticket: int, own_key: str) -> Verdict:
        """What became of our grant in a request that is done."""
        try:
            result = self._say("ScaricaEsitoRichiesta", idRichiesta=ticket)
        except RnaRefusal as error:
            raise NoUsableAnswer(f"the RNA does not give the outcome of request {ticket}: {error}"[:400]) from error
        self._require_ticket(result, ticket)
        return read_verdict(file_of(result, "esito"), own_key)

    def detail(self, cor: int) -> Detail:
        """The grant of a COR."""
        try:
            result = self._say("DettaglioAiuto", cor=cor)
        except RnaRefusal as error:
            raise NoUsableAnswer(f"the RNA does not show COR {cor}: {error}"[:400]) from error
        return read_detail(file_of(result, "xml"), cor)

    def confirm(self, cor: int, *, act: str, link: str, day: date) -> None:
        result = self._say(
            "ConfermaConcessione", cor=cor, notifica="NO", attoConcessione=act, linkAttoConcessione=link or None,
            dataConcessione=day,
        )  # fmt: skip
        self._require_state(result, cor, {"CONFERMATA", "COMPLETATA"})

    def cancel(self, cor: int) -> None:
        result = self._say("AnnullaConcessione", cor=cor, notifica="NO")
        self._require_state(result, cor, {"ANNULLATA"})

    def confirm_variation(self, cor: int, covar: int, *, act: str, link: str, day: date) -> None:
        result = self._say(
            "ConfermaVariazioneConcessione", cor=cor, varcor=covar, notifica="NO", attoVariazione=act,
            linkAttoVariazione=link or None, dataVariazione=day,
        )  # fmt: skip
        self._require_state(result, cor, {"CONFERMATA", "COMPLETATA"})

    def ask_aids(self, tax_code: str, *, since: date) -> int:
        return self._ticket(self._say("RichiediVisuraAiuti", codiceFiscale=tax_code, dataInizioAnalisi=since))

    def ask_de_minimis(
        self, tax_code: str, *, year_ends: date, expected_on: date, members: Sequence[tuple[str, str]]
    ) -> int:
        return self._ticket(
            self._say(
                "RichiediVisuraDeminimis",
                codiceFiscale=tax_code,
                dataFineEsercizioFinanziario=year_ends,
                dataConcessionePrevista=expected_on,
                impresaPartecipante=list(members),
            )
        )

    def ask_deggendorf(self, tax_code: str) -> int:
        return self._ticket(self._say("RichiediVisuraDeggendorf", codiceFiscale=tax_code))

    def report(self, ticket: int, form: str) -> bytes:
        """A visura that is done, as ``PDF_VISURA`` or ``XML_VISURA``."""
        try:
            result = self._say("ScaricaVisura", idRichiesta=ticket, outputVisura=form)
        except RnaRefusal as error:
            raise NoUsableAnswer(f"the RNA does not give visura {ticket}: {error}"[:400]) from error
        self._require_ticket(result, ticket)
        found = file_of(result, "visura")
        if not found:
            raise NoUsableAnswer("the visura is empty")
        return found

    def _say(self, operation: str, **parts: Any) -> Any:
        content = etree.Element(f"{{{SPACE}}}{operation}", nsmap={"ser": SPACE})
        _add(content, "caller", self.account.codes.get("caller", "LEVANTE"))
        for name, value in parts.items():
            if value is not None:
                _add(content, name, value)
        answer = call(
            self.account.address,
            content,
            answer=f"{operation}Response",
            headers={"Authorization": basic(self.account.user, self.account.password)},
            largest=LARGEST_FILE * 4 // 3 if operation == "ScaricaVisura" else None,
        )
        result = next((part for part in answer if etree.QName(part).localname in {"return", "Result"}), None)
        if result is None:
            raise NoUsableAnswer(f"{operation} gave no result")
        success, code, text = (text_of(result, name) for name in ("success", "retCode", "retMessage"))
        if success not in {"true", "1"}:
            raise NoUsableAnswer(f"the RNA did not do it: {code} {text}"[:400])
        if not re.fullmatch(r"-?[0-9]{1,9}", code, re.ASCII):
            raise NoUsableAnswer(f"{operation} gave no code")
        if int(code) > 0:
            raise RnaRefusal(int(code), text[:2000])
        return result

    def _ticket(self, result: Any) -> int:
        found = text_of(result, "idRichiesta")
        if not _NUMBER.fullmatch(found) or int(found) == 0:
            raise NoUsableAnswer("the RNA took the request and gave no number for it")
        return int(found)

    def _require_ticket(self, result: Any, ticket: int) -> None:
        found = text_of(result, "idRichiesta")
        if found and found != "0" and found != str(ticket):
            raise NoUsableAnswer(f"the answer is about request {found[:20]}, not {ticket}")

    def _require_state(self, result: Any, cor: int, wanted: set[str]) -> None:
        found = _number(text_of(result, "cor"))
        if found is not None and found != cor:
            raise NoUsableAnswer(f"the answer is about COR {found}, not {cor}")
        state = _state(text_of(result, "statoConcessione"))
        if state and state not in wanted:
            raise NoUsableAnswer(f"the RNA says done, and the state is {state}")


def _add(parent: Any, name: str, value: Any) -> None:
    """A part of a message: its elements are in no namespace (elementFormDefault unqualified)."""
    if isinstance(value, list):
        for tax_code, title in value:
            member = etree.SubElement(parent, name)
            _add(member, "codiceFiscale", tax_code)
            _add(member, "denominazione", title)
        return
    element = etree.SubElement(parent, name)
    if isinstance(value, bytes):
        element.text = base64.b64encode(value).decode("ascii")
    elif isinstance(value, date):
        element.text = f"{value.isoformat()}T00:00:00"
    else:
        element.text = str(value)


#: Codes of an outcome that mean the grant is registered: 0, and two with a warning (as published software reads them; no
#: document of the RNA that we have says so: to be confirmed).
REGISTERED_CODES = frozenset({0, 111, 112})


def read_verdict(file: bytes, own_key: str) -> Verdict:
    """Our grant in the file of an outcome (``ESITI_RICH_CONCESSIONI``). ``NoUsableAnswer`` when it is not there, or twice."""
    root = _file(file, "the outcome")
    rows = list(elements(root, "ESITO_RICH_CONCESSIONE"))
    ours = [row for row in rows if text_of(row, "ID_CONCESSIONE_GEST") == own_key]
    if not ours:
        if not rows and _code(text_of(root, "CODICE")) not in {None, 0}:
            # The whole file was thrown out, before any grant was looked at.
            whole = text_of(root, "DESCRIZIONE")
            return Verdict(_code(text_of(root, "CODICE")) or 0, whole, "RIFIUTATA", None, None, None)
        raise NoUsableAnswer("the outcome is about another grant")
    if len(ours) > 1:
        raise NoUsableAnswer("the outcome tells our grant twice")
    row = ours[0]
    code = _code(text_of(row, "CODICE") or text_of(root, "CODICE"))
    if code is None:
        raise NoUsableAnswer("the outcome has no code")
    cor, covar = _number(text_of(row, "COR")), _number(text_of(row, "COVAR"))
    text = text_of(row, "DESCRIZIONE")
    state = _state(text_of(row, "STATO_CONCESSIONE")) or next((one for one in sorted(STATES) if one in text), "")
    if code in REGISTERED_CODES and cor is None:
        raise NoUsableAnswer("the outcome says registered and gives no COR")
    return Verdict(code, text[:2000], state, cor, covar, _day(text_of(row, "DATA_ESITO")))


def read_detail(file: bytes, cor: int) -> Detail:
    """A grant (``CONCESSIONE``) as ``DettaglioAiuto`` gives it. ``NoUsableAnswer`` when it is another's."""
    root = _file(file, "the grant")
    found = _number(text_of(root, "COR"))
    if found != cor:
        raise NoUsableAnswer(f"the answer is about COR {found}, not {cor}")
    state = _state(text_of(root, "STATO_CONCESSIONE_AIUTO"))
    if state not in STATES:
        raise NoUsableAnswer(f"the grant has no state that we know: {state[:40]!r}")
    return Detail(
        cor,
        state,
        text_of(root, "ID_CONCESSIONE_GEST"),
        text_of(root, "ATTO_CONCESSIONE"),
        _day(text_of(root, "DATA_CONCESSIONE")),
        _number(text_of(root, "COVAR")),
        text_of(root, "ATTO_VARIAZIONE"),
    )


def _file(file: bytes, what: str) -> Any:
    try:
        return read_xml(file)
    except NotXml as error:
        raise NoUsableAnswer(f"{what} is not XML") from error


def _state(text: str) -> str:
    return "_".join(text.upper().split())


def _code(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text, re.ASCII) else None


def _number(text: str) -> int | None:
    """A COR or COVAR: a whole number, written as an integer or as a decimal (xs:decimal)."""
    text = text.removesuffix(".0")
    return int(text) if _NUMBER.fullmatch(text) and int(text) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
