"""The text of the act of revocation as data: what the template of the PDF and the system of acts both read. Italian: it is an act."""

from typing import Any

from levante.calls.api import heading_of
from levante.controls import states
from levante.controls.models import Annulment, Revocation
from levante.identity.api import adopting
from levante.kernel.api import today
from levante.kernel.pure import euro, format_euro, money_text
from levante.law.remedies import remedies_sentence

#: What acts cited for every reason, before the data said which law is of which: for procedures begun then.
_OF_ALL = "legge 7 agosto 1990, n. 241, articolo 21-quinquies"


def annulment_data(annulment: Annulment, title: str) -> dict[str, Any]:
    """The act that annuls a revocation."""
    revocation = annulment.revocation
    award = revocation.award
    call, line = award.act.call, award.act.line
    how = adopting(call.office)
    assert revocation.act_date is not None
    effects = revocation.effects or {}
    return {
        "title": title,
        "made_on": f"{today():%d/%m/%Y}",
        "heading": heading_of(call),
        **how.words,
        "body_norms": list(how.norms),
        "demonstration": revocation.is_demo,
        "call": call.title_it,
        "revocation_act": f"n. {revocation.number} del {revocation.act_date:%d/%m/%Y}",
        "application": award.application.number,
        "enterprise": award.enterprise.name,
        "tax_code": award.enterprise.tax_code,
        "basis": annulment.basis_label.it,
        "grounds": annulment.grounds,
        "interest": annulment.interest,
        "late_reason": annulment.late_reason,
        "amount": format_euro(revocation.amount),
        "after": format_euro(award.amount + revocation.amount),
        "committed": format_euro(euro(effects.get("released", "0"))),
        "recover": format_euro(revocation.recover) if revocation.recover else "",
        "line": {"code": line.code, "name": line.name_it, "chapter": line.chapter},
        "remedies": remedies_sentence(today()).it,
    }


def act_data(revocation: Revocation, title: str) -> dict[str, Any]:
    """Everything the document shows, as plain JSON."""
    award = revocation.award
    call, line = award.act.call, award.act.line
    how = adopting(call.office)
    assert award.act.act_date is not None
    papers = list(revocation.papers.filter(kind=states.MEMO).order_by("pk"))
    left = award.amount - revocation.amount
    given_up = revocation.papers.filter(kind=states.RENUNCIATION).first()
    return {
        "title": title,
        "made_on": f"{today():%d/%m/%Y}",
        "heading": heading_of(call),
        **how.words,
        "body_norms": list(how.norms),
        "demonstration": revocation.is_demo,
        "call": call.title_it,
        "award_act": f"n. {award.act.number} del {award.act.act_date:%d/%m/%Y}",
        "application": award.application.number,
        "enterprise": award.enterprise.name,
        "tax_code": award.enterprise.tax_code,
        "cor": award.codes[0],
        "cup": award.codes[1],
        "reason": revocation.reason["it"],
        "norm": revocation.reason["norm"],
        "laws": list(revocation.reason.get("laws", [_OF_ALL])),
        "grounds": revocation.grounds,
        "noticed_on": f"{revocation.noticed_at:%d/%m/%Y}" if revocation.noticed_at else "",
        "given_up": f"n. {given_up.register_number} del {given_up.sent_at:%d/%m/%Y}" if given_up is not None else "",
        "papers": [f"n. {one.register_number} del {one.sent_at:%d/%m/%Y}" for one in papers],
        "reasons": revocation.reasons,
        "whole": revocation.is_whole,
        "amount": format_euro(revocation.amount),
        "amount_text": money_text(revocation.amount),
        "left": format_euro(left),
        "recover": format_euro(revocation.recover) if revocation.recover else "",
        "line": {"code": line.code, "name": line.name_it, "chapter": line.chapter},
        "remedies": remedies_sentence(today()).it,
    }
