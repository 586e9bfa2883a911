"""The page of one claim: what was spent and done, what is due, what the office asked."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levante.claims.api import (
    Claim,
    ClaimFile,
    Settlement,
    Transfer,
    consequence,
    may_mend,
    may_send,
    may_write,
    missing_to_send,
    money_of,
    pays_for_costs,
    proposals,
    reckon,
    same_payments,
    settled,
    simplified_items,
    states,
    term_of,
    to_mend,
    units_of,
    values_with,
)
from levante.kernel.api import today
from levante.kernel.pure import ZERO, Bilingual
from levante.payments.api import payments_of
from levante.web.access import for_enterprise
from levante.web.portal.applications.filling import actor_of, language
from levante.web.portal.claims.forms import ClaimFileForm
from levante.web.portal.claims.found import claim_or_404, documents_shown
from levante.web.portal.payments.views import ROW_TONES

PAGE = 25
#: Documents without their CUP that are named before sending.
TOLD = 8
TONES = {
    "draft": "draft", "sent": "waiting", "under_review": "active", "integration": "attention", "assessed": "active",
    "liquidated": "active", "paid": "done", "refused": "refused", "discarded": "neutral",
}  # fmt: skip


@for_enterprise()
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = claim_or_404(request, claim_id)
    return page_of(request, found)


def page_of(request: HttpRequest, found: Claim, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, money = actor_of(request), money_of(found)
    prefetch_related_objects(
        [found.award], "variations"
    )  # the plan and the days that hold, asked by many parts of the page
    rows = documents_shown(found)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    paid = settled([row.pk for row in page])
    charged: dict[int, Decimal] = {}
    counts: dict[int, Decimal] = {}
    mended = bool(may_mend(actor, found))
    told = proposals(found.award, page) if mended else {}
    for charge in found.charges.filter(document__in=[row.pk for row in page]):
        charged[charge.document_id] = charged.get(charge.document_id, ZERO) + charge.asked
        counts[charge.document_id] = counts.get(charge.document_id, ZERO) + (charge.admitted or ZERO)
    reckoned = reckon(found, kept=not found.is_draft) if found.is_draft or found.state in states.OPEN else None
    by_costs = pays_for_costs(money)
    costs = {row.item: row for row in found.costs.prefetch_related("files__file")}
    items = (
        simplified_items(money)
        if by_costs
        else [{"code": "", "it": "Importo fisso", "en": "Fixed amount", "proof": money.get("proof") or []}]
    )
    writes = bool(may_write(actor, found)) and found.is_draft
    asked = [] if found.is_draft else list(found.requests.all())
    results = values_with(found)
    context = {
        "claim": found,
        "money": [{"row": row, "tone": ROW_TONES[row.state]} for row in payments_of(found, actor)],
        "award": found.award,
        "tone": TONES[found.state],
        "writes": writes,
        "sends": bool(may_send(actor, found)),
        "missing": [one.text for one in missing_to_send(found, reckoned)] if found.is_draft else [],
        "mends": mended,
        "to_mend": _to_mend(found) if mended else [],
        "takes_documents": by_costs and found.mode != "advance",
        "takes_costs": found.mode != "advance" and bool(items),
        "page": page,
        "documents": [
            {
                "row": row,
                "paid": paid.get(row.pk, ZERO),
                "charged": charged.get(row.pk),
                "admitted": counts.get(row.pk),
                "settled": paid.get(row.pk, ZERO) == row.total or row.total < 0,
                "told": told.get(row.pk, []),
            }
            for row in page
        ],
        "transfers": _transfers(found, [row.pk for row in page]),
        "costs": [
            {"item": Bilingual(item["it"], item["en"]), "code": item["code"], "row": costs.get(item["code"]),
             "unit": _unit(item),
             "hint": units_of(found.award, item["code"]).words if item["code"] and writes else None, "proofs": item.get("proof") or []}
            for item in items
        ] if found.mode != "advance" else [],
        "files": list(found.files.filter(cost__isnull=True).select_related("file")),
        "reckoned": reckoned,
        "steps": reckoned.due.steps if reckoned else found.steps,
        "request_open": next((one for one in asked if one.state == "open"), None),
        "requests": [one for one in asked if one.state != "open"],
        "events": [] if found.is_draft else list(found.events.order_by("-pk")),
        "file_form": ClaimFileForm(kinds=kinds_of(found), proofs=proofs_of(found)),
        "term": _term(found) if found.is_draft else None,
        "results": results,
        "results_report": results[0].report_id if results else None,
        "report_text": found.report,
        "answer_text": "",
        **more,
    }  # fmt: skip
    return render(request, "portal/claims/claim.html", context, status=status)


def _term(found: Claim) -> dict[str, Any] | None:
    """By when a draft is sent, and what follows later."""
    term = term_of(found.award, found.mode)
    if term is None:
        return None
    return {
        "due": term.due,
        "steps": term.steps,
        "late": term.late(today()),
        "after": consequence(term),
        "extended": term.extended,
    }


def _unit(item: Any) -> Bilingual | None:
    unit = (item.get("basis") or {}).get("unit")
    return Bilingual(unit["it"], unit["en"]) if unit else None


def kinds_of(found: Claim) -> list[str]:
    if found.mode == "advance":
        return [ClaimFile.GUARANTEE, ClaimFile.OTHER]
    return [ClaimFile.CONTRACT, ClaimFile.PROOF, ClaimFile.OTHER]


def proofs_of(found: Claim) -> list[tuple[str, str]]:
    """The proofs that the call names of the whole, where what is spent reaches a threshold; those of an item are with the item."""
    money = money_of(found)
    if money.get("kind") != "lump_sum":
        return []
    return [(one["code"], one[language()[:2]]) for one in money.get("proof") or []]


def _transfers(found: Claim, documents: list[int]) -> list[Transfer]:
    """The payments of the documents on this page; of a draft, also those that settle nothing yet."""
    parts = Settlement.objects.filter(document__in=documents)
    seen = Q(pk__in=parts.values("transfer"))
    if found.is_draft:
        seen |= Q(settlements__isnull=True)
    rows = Transfer.objects.filter(seen, award=found.award_id).distinct().order_by("paid_on", "pk")
    shown = list(rows.select_related("file").prefetch_related("settlements__document")[: 8 * PAGE])
    twice = same_payments(shown) if found.is_draft else {}
    for row in shown:
        row.spare = row.amount - sum((one.amount for one in row.settlements.all()), ZERO)  # type: ignore[attr-defined]
        row.twice = row.pk in twice  # type: ignore[attr-defined]
    return shown


def _to_mend(found: Claim) -> list[Bilingual]:
    """Documents of the claim without their CUP: told before sending, and they stop nothing."""
    rows = documents_shown(found).filter(cup_outcome__in=["mendable", "not_eligible"]).defer("lines", "cup_facts")
    found = to_mend(rows)
    said = [one.text for one in found[:TOLD]]
    if len(found) > TOLD:
        rest = len(found) - TOLD
        said.append(Bilingual(f"altri {rest} documenti senza il CUP", f"{rest} more documents without the CUP"))
    return said
