"""The text of the award act as data: what the template of the PDF and the system of acts both read. Italian: it is an act."""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.aid.api import Visura, cited, kinds_lacking
from levante.calls.api import act_words, expected, heading_of, instalments, withheld_words, withholds_on_a_part
from levante.grants import durc
from levante.grants.antimafia import answers_of, words_of
from levante.grants.firms import firm_of
from levante.grants.legal_basis import basis_of
from levante.grants.models import Award, AwardAct
from levante.grants.visure import last_visure
from levante.identity.api import adopting
from levante.kernel.api import today
from levante.kernel.pure import ZERO, format_euro, money_text
from levante.law.remedies import remedies_sentence

#: What is not there yet, said in the draft: COR and CUP are conditions of the act.
WITHOUT_RNA = (
    "La registrazione dell’aiuto individuale nel Registro nazionale degli aiuti di Stato (art. 52 della legge 234/2012; "
    "art. 9 del D.M. 115/2017) e il Codice unico di progetto (art. 11 della legge 3/2003) non sono ancora "
    "acquisiti per tutte le concessioni: COR e CUP vanno riportati nell’atto prima della firma, o chi firma scrive perché no."
)
WITHOUT_VISURE = (
    "Le visure del Registro nazionale degli aiuti di Stato (articoli da 13 a 15 del D.M. 115/2017) non sono ancora acquisite per tutte le "
    "concessioni: numero e data vanno riportati nell’atto prima della firma, o chi firma scrive perché no."
)
#: What every act of award stands on for the registers and for being published, codes there or not.
REGISTER_NORMS = (
    "la legge 24 dicembre 2012, n. 234, articoli 46 e 52, e il D.M. 31 maggio 2017, n. 115, articoli 9 e da 13 a 15, sul Registro "
    "nazionale degli aiuti di Stato",
    "la legge 16 gennaio 2003, n. 3, articolo 11, sul Codice unico di progetto",
    "il decreto legislativo 14 marzo 2013, n. 33, articoli 26 e 27, sulla pubblicazione degli atti di concessione",
)


def act_data(act: AwardAct, awards: list[Award]) -> dict[str, Any]:
    """Everything the document shows, as plain JSON."""
    call, line = act.call, act.line
    how = adopting(call.office)
    regimes = {award.regime for award in awards} or {"other"}
    basis, history = basis_of(call.legal_basis, regime=min(regimes), on=act.act_date or today())
    total = sum((award.amount for award in awards), ZERO)
    visure = last_visure(awards)
    antimafia = answers_of(awards, on=act.act_date or today())
    durcs = durc.answers_of(awards, on=act.act_date or today())
    return {
        "title": act.title,
        "draft": not act.number,
        "number": act.number,
        "date": act.act_date.strftime("%d/%m/%Y") if act.act_date else "",
        "made_on": today().strftime("%d/%m/%Y"),
        "heading": heading_of(call),
        **how.words,
        "body_norms": [*how.norms, *how.award_norms],
        "office": call.office.name_it,
        "call": call.title_it,
        "call_act": call.act.name_it if call.act is not None else "",
        "register_norms": list(REGISTER_NORMS),
        "legal_basis": basis,
        "legal_history": history,
        **act_words(call, "award"),
        "demonstration": act.is_demo or call.is_demo,
        "line": {"code": line.code, "name": line.name_it, "chapter": line.chapter, "year": line.year},
        "total": format_euro(total),
        "total_amount": money_text(total),
        "awards": [
            {
                **_award(position, award),
                "visure": cited(visure[award.pk]),
                "antimafia": words_of(antimafia[award.pk]),
                "durc": durc.words_of(durcs.get(award.pk)),
            }
            for position, award in enumerate(awards, start=1)
        ],
        "without_rna": _lacking(awards, visure),
        "remedies": remedies_sentence(act.act_date or today()).it,
    }


def _lacking(awards: list[Award], visure: dict[int, dict[str, Visura]]) -> str:
    """What the draft says that is not there yet."""
    if not awards or not all(all(award.codes) for award in awards):
        return WITHOUT_RNA
    return WITHOUT_VISURE if any(kinds_lacking(visure[award.pk]) for award in awards) else ""


def _award(position: int, award: Award) -> dict[str, Any]:
    application, checks = award.application, award.checks
    found = checks["position"]
    firm = firm_of(application, award.first_firm)
    told = firm.stands_for
    return {
        "position": position,
        "application": application.number,
        "submitted_at": application.submitted_at.isoformat() if application.submitted_at else "",
        "name": (award.enterprise.name if told is not None else firm.copy.get("name")) or award.enterprise.name,
        **({"stands_for": _stands_for(told)} if told is not None else {}),
        "tax_code": award.enterprise.tax_code,
        "amount": format_euro(award.amount),
        "gge": format_euro(award.gge),
        "cor": award.codes[0],
        "cup": award.codes[1],
        "size": checks["size"]["size"] or "",
        "undertaking": found["undertaking"],
        "checked_on": checks["on"],
        "ceiling": _euro(found["ceiling"]),
        "counted": _euro(found["counted"]),
        "residual": _euro(found["residual"]),
        "window": found["window"],
        "reduced": checks["trimmed"]["steps"][0]["text"] if "trimmed" in checks else "",
        "steps": [{"text": step["text"], "reference": step["reference"]} for step in found["steps"]],
        "payments": _payments(award),
        "expected": [
            f"{one.text.it}: {one.promised.it}, {one.when.it}"
            for one in expected(award.act.call.results, (application.frozen or {}).get("answers", {}))
            if one.promised is not None
        ],
    }


def _stands_for(told: dict[str, str]) -> str:
    """Whose place a firm took, in the words of the act."""
    return f"subentra a {told['name']}, c.f. {told['tax_code']}, con l’unione delle schede del {date.fromisoformat(told['on']):%d/%m/%Y}"


def _payments(award: Award) -> list[str]:
    """In which parts the award is paid, a phrase for each: «anticipo 400,00 €, con fideiussione»."""
    told = []
    call = award.act.call
    for part in instalments(call.payment, award.amount, money=call.money):
        amount = format_euro(part.amount) if part.amount is not None else "secondo le spese"
        net = f", netti {format_euro(part.net)}" if part.withheld and part.net is not None else ""
        told.append(f"{part.label.it} {amount}{net}{', con fideiussione' if part.guarantee else ''}")
    withheld = withheld_words(call.payment, call.money) if withholds_on_a_part(call.payment, call.money) else None
    if withheld is not None:
        told.append(f"{withheld.it[0].lower()}{withheld.it[1:].rstrip('.')}")
    return told


def _euro(text: str) -> str:
    return format_euro(Decimal(text))
