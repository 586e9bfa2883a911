"""One try of what is asked of the CUP system: a code for a project, found first by our own code, so that none is made twice.

The service has no key of the asker. A code made whose answer was lost is looked for in the list of the user's projects of
that year and since that day, by ``codifica_locale``: the system keeps ours, and shows it (RICHIESTA_DETTAGLIO_CUP) of each code.
"""

import base64
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from lxml import etree

from levante.exchange.accounts import Account, account_of, has_account
from levante.exchange.acts import REFUSED, Outcome
from levante.exchange.asked import Asked
from levante.exchange.client import NoUsableAnswer, offices_in
from levante.exchange.soap import NotXml, call, elements, file_of, read_xml, text_of
from levante.law.codes import check_cup

SYSTEM = "cup"
#: What can be asked: a code (or the one there is), or only to look whether there is one.
GENERATE, FIND = "generate", "find"
#: Outcomes: a code; a code with a warning that projects like this one have theirs, for a person to look; none (of FIND).
GENERATED, SIMILAR, NONE = "generated", "similar", "none"

SPACE = "http://serviziCUP.mef.it/types/"
_SIMILAR = re.compile(r"-\s*CUP:\s*([A-Z][0-9]{2}[A-Z][0-9]{11})\s*(.*?)(?=\s*-\s*CUP:|$)", re.ASCII | re.DOTALL)
_FACT = re.compile(r"([a-z_]+)='(.*?)'(?=\s+[a-z_]+='|\s*$)", re.DOTALL)
_HOLDER = ("soggetto_titolare", "uo_soggetto_titolare", "user_titolare")
#: Of what is listed, how many are looked at one by one when the list does not show our code.
MOST_LOOKED_AT = 3
#: A list has a page for each code.
LARGEST_LIST = 10 * 1024 * 1024


def is_reachable(offices: Sequence[str]) -> bool:
    """Has one of these offices (codes, the nearest first) an account with the CUP system?"""
    return has_account("CUP", offices)


def ask(asked: Asked) -> Outcome:
    """One try. ``NoUsableAnswer`` when there is no answer, or one that cannot be trusted."""
    account = account_of("CUP", offices_in(asked.body))
    if account is None:
        raise NoUsableAnswer("no account with the CUP system is configured (LEVANTE_CUP)")
    system = CupSystem(account)
    try:
        project = read_xml(asked.body["project"].encode("utf-8"))
        since = date.fromisoformat(asked.body["since"])
    except (KeyError, NotXml, ValueError) as error:
        raise NoUsableAnswer(f"the request is not whole: {error}"[:200]) from error
    general = next(iter(elements(project, "DATI_GENERALI_PROGETTO")))
    local_code, year = general.get("codifica_locale"), general.get("anno_decisione")
    found = system.find(local_code=local_code, year=year, since=since)
    if found:
        return Outcome(GENERATED, found, {"cup": found, "found": True, "text": ""})
    if asked.kind == FIND:
        return Outcome(NONE, "", {"cup": ""})
    return system.generate(project, asked.key)


class CupSystem:
    """The three operations, as one office speaks them."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def generate(self, project: Any, key: str) -> Outcome:
        """RICHIESTA_GENERAZIONE_CUP: a code, a code with others like it, or a refusal with its reason."""
        for name in _HOLDER:
            if self.account.codes.get(name):
                project.set(name, self.account.codes[name])
        number = str(int.from_bytes(key.encode()[-6:], "big") % 10**9)
        request = self._request("RICHIESTA_GENERAZIONE_CUP", number, project)
        answer = self._say("RichiestaGenerazioneCUP", "RichiestaGenerazioneCUP", "EsitoGenerazioneCUP", request)
        if text_of(answer, "ID_RICHIESTA") != number:
            raise NoUsableAnswer("the answer is about another request")
        verdict, text = text_of(answer, "ESITO_ELABORAZIONE"), text_of(answer, "DESCRIZIONE_ESITO_ELABORAZIONE")
        assigned = text_of(answer, "ID_RICHIESTA_ASSEGNATO")[:120]
        if verdict == "KO":
            return Outcome(REFUSED, assigned, {"reason": text[:2000] or "KO"})
        checked = check_cup(text_of(answer, "CODICE_CUP"))
        if verdict != "OK" or not checked:
            raise NoUsableAnswer("the answer has neither a refusal nor a CUP")
        for general in elements(answer, "DATI_GENERALI_PROGETTO"):
            asked_code = next(iter(elements(project, "DATI_GENERALI_PROGETTO"))).get("codifica_locale")
            if general.get("codifica_locale", asked_code) != asked_code:
                raise NoUsableAnswer("the CUP is of another project")
        similar = similar_in(text, but=checked.normalised)
        return Outcome(
            SIMILAR if similar else GENERATED,
            assigned,
            {"cup": checked.normalised, "found": False, "text": text[:20_000], "similar": similar},
        )

    def find(self, *, local_code: str, year: str, since: date) -> str:
        """The code of a project of ours that was made already, by ``codifica_locale``; empty without.

        Where the list does not show that code, the newest few are asked for one by one (RICHIESTA_DETTAGLIO_CUP).
        """
        criteria = etree.Element("CRITERI_RICERCA_CUP")
        etree.SubElement(criteria, "ANNO_DECISIONE").text = year
        # A day before: what day it is there when ours begins is not ours to say.
        etree.SubElement(criteria, "DATA_GENERAZIONE_DA").text = (since - timedelta(days=1)).strftime("%d/%m/%Y")
        etree.SubElement(criteria, "PROGETTI_DI_COMPETENZA").set("solo_progetti_utente", "S")
        answer = self._say(
            "ListaCUP", "RichiestaListaCUP", "ListaCUP", self._request("RICHIESTA_LISTA_CUP", "1", criteria)
        )
        if text_of(answer, "ESITO_ELABORAZIONE") == "KO":
            raise NoUsableAnswer(
                f"the CUP system does not list: {text_of(answer, 'DESCRIZIONE_ESITO_ELABORAZIONE')}"[:400]
            )
        silent = []
        for row in elements(answer, "DETTAGLIO_CUP"):
            cup = text_of(row, "CODICE_CUP")
            shown = next((one.get("codifica_locale") for one in elements(row, "DATI_GENERALI_PROGETTO")), None)
            if shown == local_code:
                return _cup(cup)
            if shown is None:
                silent.append(cup)
        looked_at = ((cup, self.local_code_of(cup)) for cup in silent[-MOST_LOOKED_AT:])
        return next((_cup(cup) for cup, code in looked_at if code == local_code), "")

    def local_code_of(self, cup: str) -> str:
        """What we called the project of a code (RICHIESTA_DETTAGLIO_CUP); empty when the system does not say."""
        part = etree.Element("CODICE_CUP")
        part.text = cup
        answer = self._say(
            "RichiestaDettaglioCUP", "RichiestaDettaglioCUP", "RisultatoDettaglioCUP",
            self._request("RICHIESTA_DETTAGLIO_CUP", "1", part),
        )  # fmt: skip
        if text_of(answer, "CODICE_CUP") != cup:
            raise NoUsableAnswer("the answer is about another CUP")
        return next((one.get("codifica_locale", "") for one in elements(answer, "DATI_GENERALI_PROGETTO")), "")

    def _request(self, name: str, number: str, inside: Any) -> Any:
        root = etree.Element(name)
        for part, value in (("ID_RICHIESTA", number), ("USER", self.account.user), ("PASSWORD", self.account.password)):
            etree.SubElement(root, part).text = value
        root.append(inside)
        return root

    def _say(self, operation: str, request: str, answer: str, payload: Any) -> Any:
        """The file inside the answer. ``NoUsableAnswer`` for everything but ELABORAZIONE_ESEGUITA with one."""
        action = f"RichiestaRispostaSincrona_{operation}"
        hidden = etree.fromstring(etree.tostring(payload))
        for secret in elements(hidden, "PASSWORD"):
            secret.text = "***"
        result = call(
            self.account.address,
            _enclosed(f"richiesta_RichiestaRispostaSincrona_{request}", payload),
            answer=f"risposta_RichiestaRispostaSincrona_{answer}",
            action=action,
            shown=_enclosed(f"richiesta_RichiestaRispostaSincrona_{request}", hidden),
            largest=LARGEST_LIST if operation == "ListaCUP" else None,
        )
        verdict = text_of(result, "EsitoElaborazione")
        if verdict == "RICHIESTA_NON_PRESENTE" and answer == "ListaCUP":
            return etree.Element("LISTA_CUP")
        if verdict != "ELABORAZIONE_ESEGUITA":
            raise NoUsableAnswer(f"the CUP system did not do it: {verdict[:100] or 'no outcome'}")
        file = file_of(result, "risposta")
        try:
            return read_xml(file)
        except NotXml as error:
            raise NoUsableAnswer(f"their file is not XML: {file[:100].decode('utf-8', errors='replace')}") from error


def similar_in(text: str, *, but: str) -> list[dict[str, str]]:
    """The projects like this one that an answer names, each with its code and what the answer says of it."""
    found = []
    for match in _SIMILAR.finditer(text):
        if match[1] != but:
            facts = {name: value[:300] for name, value in _FACT.findall(match[2].strip())}
            found.append({"cup": match[1], **facts})
    if not found and "SIMIL" in text.upper() and not re.search(r"RILEVATI\s+0\b", text.upper()):
        found.append({"cup": "", "descrizione_sintetica": text[:300]})  # it warns in other words: a person reads them
    return found


def _enclosed(name: str, payload: Any) -> Any:
    content = etree.Element(f"{{{SPACE}}}{name}", nsmap={"typ": SPACE})
    etree.SubElement(content, "TitoloRichiesta").text = "Levante"
    file = etree.tostring(payload, xml_declaration=True, encoding="UTF-8")
    etree.SubElement(content, "richiesta").text = base64.b64encode(file).decode("ascii")
    return content


def _cup(text: str) -> str:
    checked = check_cup(text)
    if not checked:
        raise NoUsableAnswer(f"what they list is no CUP: {text[:40]!r}")
    return checked.normalised
