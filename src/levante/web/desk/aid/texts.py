"""Words for the codes of aid: why an aid is in quarantine."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from levante.aid.api import QuarantinedAid


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A line kept aside, with its reasons in words and what it says."""

    row: QuarantinedAid
    reasons: list[str]
    name: str
    title: str
    body: str
    granted_on: str
    amounts: str


def reason(code: str) -> str:
    known = {
        "cor_missing": gettext("the COR is missing"),
        "cor_malformed": gettext("the COR is not one"),
        "cor_repeated": gettext("the same COR came twice in the file with different data"),
        "tax_code_missing": gettext("the beneficiary's tax code is missing"),
        "tax_code_malformed": gettext("the beneficiary's tax code is not one"),
        "date_missing": gettext("the date of the grant is missing"),
        "date_malformed": gettext("the date of the grant is not a date"),
        "components_missing": gettext("there is no component with an amount"),
        "components_too_many": gettext("there are too many components"),
        "amount_missing": gettext("an amount is missing"),
        "amount_malformed": gettext("an amount is not one"),
        "own_award_differs": gettext("it is an award of ours, and the RNA says another amount, regime or beneficiary"),
        "own_award_maybe": gettext(
            "it may be an award of ours that has no COR here: write the COR on the award, and it is sorted out"
        ),
    }
    return known.get(code, code)


def quarantined(row: QuarantinedAid) -> Quarantined:
    content: dict[str, Any] = row.content
    amounts = [
        part.get("ELEMENTO_DI_AIUTO", "?")
        for item in content.get("components", [])
        for part in item.get("instruments", [])
    ] or [line.get("gge", "?") for line in content.get("lines", [])]
    first = content["lines"][0] if content.get("lines") else {}
    return Quarantined(
        row=row,
        reasons=[reason(code) for code in row.reasons],
        name=str(content.get("DENOMINAZIONE_BENEFICIARIO") or first.get("beneficiary_name") or ""),
        title=str(content.get("TITOLO_MISURA") or first.get("measure_title") or ""),
        body=str(content.get("SOGGETTO_CONCEDENTE") or first.get("granting_body") or ""),
        granted_on=str(content.get("DATA_CONCESSIONE") or first.get("granted_on") or ""),
        amounts=", ".join(amounts),
    )


def regime_name(code: str) -> str:
    """A regime as people read it."""
    known = {
        "general_de_minimis": gettext("General de minimis (Reg. 2023/2831 or 1407/2013)"),
        "agriculture": gettext("Agricultural de minimis"),
        "fishery": gettext("Fishery de minimis"),
        "sgei": gettext("De minimis for services of general economic interest"),
        "gber": gettext("Exemption (GBER)"),
        "other": gettext("Other or not known"),
    }
    return known.get(code, code)
