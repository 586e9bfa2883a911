"""One try of each thing that is asked of the RNA, so that what was begun is found again and nothing is done twice.

What is slow (a registration, a variation, a visura) is given a number by the RNA (``idRichiesta``): it is kept at once, and
later tries ask about it. Killed before it could be kept, a registration is looked for by our own key before it is sent
again (``RecuperaIdRichiesta`` by ID_CONCESSIONE_GEST). What is quick (confirming, cancelling) is looked at first
(``DettaglioAiuto``), and done only when it is not done yet. A visura has no key of ours: asked twice, it is two visure.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from levante.exchange.accounts import account_of, has_account
from levante.exchange.acts import PENDING, REFUSED, Outcome
from levante.exchange.asked import Asked
from levante.exchange.client import NoUsableAnswer, offices_in
from levante.exchange.rna.reports import read_report
from levante.exchange.rna.wire import REGISTERED_CODES, Rna, RnaRefusal, Verdict

SYSTEM = "rna"
#: What can be asked: the kinds of its stored requests.
REGISTER, CONFIRM, CANCEL, VARY, CONFIRM_VARIATION, REPORT = (
    "register", "confirm", "cancel", "vary", "confirm_variation", "report",
)  # fmt: skip
#: Outcomes. ``gone``: the grant stands in the RNA as cancelled or revoked, so it cannot be confirmed any more.
REGISTERED, CONFIRMED, CANCELLED, VARIED, ANSWERED, GONE = (
    "registered", "confirmed", "cancelled", "varied", "answered", "gone",
)  # fmt: skip

_NO_MORE = {"ANNULLATA", "REVOCATA", "RIFIUTATA", "RIFIUTATA_PER_INDISPONIBILITA"}


def is_reachable(offices: Sequence[str]) -> bool:
    """Has one of these offices (codes, the nearest first) an account with the RNA?"""
    return has_account("RNA", offices)


def ask(asked: Asked) -> Outcome:
    """One try. ``NoUsableAnswer`` when there is no answer, or one that cannot be trusted."""
    account = account_of("RNA", offices_in(asked.body))
    if account is None:
        raise NoUsableAnswer("no account with the RNA is configured (LEVANTE_RNA)")
    rna = Rna(account)
    try:
        return _STEPS[asked.kind](rna, asked.body, asked.kept)
    except RnaRefusal as refusal:
        return _refused(refusal.code, refusal.text)
    except KeyError as error:
        raise NoUsableAnswer(f"the request lacks {error}") from error


def _refused(code: int, text: str, state: str = "", ticket: int | None = None) -> Outcome:
    reason = text.strip() or f"codice {code}"
    return Outcome(REFUSED, str(ticket or ""), {"reason": reason[:2000], "code": code, "state": state})


def _register(rna: Rna, body: dict[str, Any], kept: dict[str, Any]) -> Outcome:
    ticket = kept.get("ticket")
    if ticket is None:
        return _waiting(_sent_once(rna, body, rna.register))
    found = _looked_at(rna, ticket, body["own_key"])
    if found is None:
        return _waiting(ticket)
    if found.code not in REGISTERED_CODES or found.cor is None:
        return _refused(found.code, found.text, found.state, ticket)
    return Outcome(
        REGISTERED,
        str(ticket),
        {"cor": found.cor, "ticket": ticket, "on": _iso(found.on), "code": found.code, "text": found.text, "state": found.state},
    )  # fmt: skip


def _vary(rna: Rna, body: dict[str, Any], kept: dict[str, Any]) -> Outcome:
    ticket = kept.get("ticket")
    if ticket is None:
        return _waiting(_sent_once(rna, body, rna.vary))
    found = _looked_at(rna, ticket, body["own_key"])
    if found is None:
        return _waiting(ticket)
    if found.code not in REGISTERED_CODES:
        return _refused(found.code, found.text, found.state, ticket)
    if found.cor != body["cor"]:
        raise NoUsableAnswer(f"the variation is of COR {found.cor}, not {body['cor']}")
    if found.covar is None:
        raise NoUsableAnswer("the outcome says varied and gives no COVAR")
    return Outcome(
        VARIED, str(ticket), {"covar": found.covar, "ticket": ticket, "on": _iso(found.on), "text": found.text}
    )


def _sent_once(rna: Rna, body: dict[str, Any], send: Any) -> int:
    """The RNA's number of our request: of the one it has already under our key, else of the one sent now.

    ``known``: the numbers of earlier requests about the same grant, which are not this one.
    """
    known = set(body.get("known", ()))
    begun = [one for one in rna.find(body["own_key"]) if one not in known]
    if begun:
        return begun[0]
    try:
        ticket: int = send(body["notice"], body["file"])
    except RnaRefusal:
        # It may say no because it has it already: taken in between, by a try of ours whose answer was lost.
        begun = [one for one in rna.find(body["own_key"]) if one not in known]
        if not begun:
            raise
        return begun[0]
    return ticket


def _looked_at(rna: Rna, ticket: int, own_key: str) -> Verdict | None:
    return rna.verdict(ticket, own_key) if rna.is_done(ticket) else None


def _waiting(ticket: int) -> Outcome:
    return Outcome(PENDING, str(ticket), {"ticket": ticket})


def _confirm(rna: Rna, body: dict[str, Any], _kept: dict[str, Any]) -> Outcome:
    cor, day = body["cor"], date.fromisoformat(body["day"])
    found = rna.detail(cor)
    if found.own_key and found.own_key != body["own_key"]:
        raise NoUsableAnswer(f"COR {cor} is of another grant in the RNA")
    if found.state in _NO_MORE:
        return Outcome(GONE, str(cor), {"state": found.state})
    if found.state in {"CONFERMATA", "COMPLETATA"}:
        if found.granted_on == day:
            return Outcome(CONFIRMED, str(cor), {"state": found.state, "act": found.act})
        return _refused(0, f"Il COR {cor} è già confermato con l’atto {found.act} del {found.granted_on}.", found.state)
    if found.state != "DA_CONFERMARE":
        return Outcome(PENDING, str(cor), {"state": found.state})
    rna.confirm(cor, act=body["act"], link=body.get("link", ""), day=day)
    return Outcome(CONFIRMED, str(cor), {"state": "CONFERMATA", "act": body["act"]})


def _cancel(rna: Rna, body: dict[str, Any], _kept: dict[str, Any]) -> Outcome:
    cor = body["cor"]
    found = rna.detail(cor)
    if found.own_key and found.own_key != body["own_key"]:
        raise NoUsableAnswer(f"COR {cor} is of another grant in the RNA")
    if found.state not in _NO_MORE:
        rna.cancel(cor)
    return Outcome(CANCELLED, str(cor), {"state": found.state if found.state in _NO_MORE else "ANNULLATA"})


def _confirm_variation(rna: Rna, body: dict[str, Any], _kept: dict[str, Any]) -> Outcome:
    cor, covar, day = body["cor"], body["covar"], date.fromisoformat(body["day"])
    found = rna.detail(cor)
    if found.state in _NO_MORE:
        return Outcome(GONE, str(cor), {"state": found.state})
    if not (found.covar == covar and found.variation_act == body["act"]):
        rna.confirm_variation(cor, covar, act=body["act"], link=body.get("link", ""), day=day)
    return Outcome(CONFIRMED, str(covar), {"state": found.state, "act": body["act"]})


def _report(rna: Rna, body: dict[str, Any], kept: dict[str, Any]) -> Outcome:
    ticket = kept.get("ticket")
    if ticket is None:
        return _waiting(_ask_report(rna, body))
    if not rna.is_done(ticket):
        return _waiting(ticket)
    told = read_report(rna.report(ticket, "XML_VISURA"), body["tax_code"])
    if not rna.report(ticket, "PDF_VISURA").startswith(b"%PDF-"):
        raise NoUsableAnswer("the visura is not a PDF")
    return Outcome(ANSWERED, str(ticket), {"ticket": ticket, **told.as_json()})


def _ask_report(rna: Rna, body: dict[str, Any]) -> int:
    what, tax_code = body["report"], body["tax_code"]
    if what == "aids":
        return rna.ask_aids(tax_code, since=date.fromisoformat(body["since"]))
    if what == "de_minimis":
        return rna.ask_de_minimis(
            tax_code,
            year_ends=date.fromisoformat(body["year_ends"]),
            expected_on=date.fromisoformat(body["expected_on"]),
            members=[(one["tax_code"], one["name"]) for one in body.get("members", ())],
        )
    return rna.ask_deggendorf(tax_code)


_STEPS = {
    REGISTER: _register,
    CONFIRM: _confirm,
    CANCEL: _cancel,
    VARY: _vary,
    CONFIRM_VARIATION: _confirm_variation,
    REPORT: _report,
}


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
