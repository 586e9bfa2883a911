"""The text of the act of liquidation as data: what the template of the PDF and the system of acts both read. Italian: it is an act."""

from collections.abc import Sequence
from typing import Any

from levante.calls.api import heading_of
from levante.identity.api import adopting
from levante.kernel.api import today
from levante.kernel.pure import ZERO, format_euro, money_text
from levante.payments.gates import checks_in
from levante.payments.models import Liquidation, LiquidationRow, Undoing


def act_data(act: Liquidation, rows: Sequence[LiquidationRow]) -> dict[str, Any]:
    """Everything the document shows, as plain JSON."""
    call, line = act.call, act.line
    how = adopting(call.office)
    total = sum((row.gross for row in rows), ZERO)
    withheld = sum((row.withheld for row in rows), ZERO)
    return {
        "title": act.title,
        "made_on": today().strftime("%d/%m/%Y"),
        "heading": heading_of(call),
        **how.words,
        "body_norms": [*how.norms],
        "call": call.title_it,
        "demonstration": act.is_demo or call.is_demo,
        "line": {"code": line.code, "name": line.name_it, "chapter": line.chapter},
        "total": format_euro(total),
        "total_amount": money_text(total),
        "withheld": format_euro(withheld) if withheld else "",
        "net": format_euro(total - withheld),
        "rows": [_row(place, row) for place, row in enumerate(rows, start=1)],
    }


def undoing_data(undoing: Undoing, rows: Sequence[LiquidationRow]) -> dict[str, Any]:
    """What the document of the act that takes back a liquidation shows, as plain JSON."""
    act = undoing.liquidation
    how = adopting(act.call.office)
    return {
        "made_on": today().strftime("%d/%m/%Y"),
        "heading": heading_of(act.call),
        **how.words,
        "body_norms": [*how.norms],
        "call": act.call.title_it,
        "demonstration": act.is_demo or act.call.is_demo,
        "liquidation": f"{act.number} del {act.act_date:%d/%m/%Y}",
        "reason": undoing.reason,
        "line": {"code": act.line.code, "name": act.line.name_it, "chapter": act.line.chapter},
        "total": format_euro(sum((row.gross for row in rows), ZERO)),
        "rows": [
            {
                "position": place,
                "claim": row.claim.register_number or "",
                "name": row.claim.award.enterprise.name,
                "tax_code": row.claim.award.enterprise.tax_code,
                "gross": format_euro(row.gross),
            }
            for place, row in enumerate(rows, start=1)
        ],
    }


def _row(place: int, row: LiquidationRow) -> dict[str, Any]:
    claim, award = row.claim, row.claim.award
    cor, cup = award.codes
    return {
        "position": place,
        "claim": claim.register_number or "",
        "mode": claim.mode_label.it,
        "name": award.enterprise.name,
        "tax_code": award.enterprise.tax_code,
        "award_act": str(award.act),
        "gross": format_euro(row.gross),
        "capital": format_euro(row.capital) if row.capital else "",
        "withheld": format_euro(row.withheld),
        "net": format_euro(row.net),
        "cor": cor,
        "cup": cup,
        "checks": [
            {"label": one.label.it, "reason": one.reason.it, "condition": one.condition.it, "reference": one.reference}
            for one in checks_in(row.gate)
        ],
    }
