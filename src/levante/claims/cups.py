"""The CUP on the documents of a claim (D.L. 13/2023, art. 5(6)-(7)): judged when a document comes in, when it is mended, when the claim is
sent and on the day of the control. What the rule says, with its steps, is kept on the document.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from levante.claims.models import Claim, ClaimRequest, ExpenseDocument, Settlement
from levante.claims.models_expense import E_INVOICE
from levante.claims.spending import identifiers_of, spending_from
from levante.grants.api import Award
from levante.kernel.api import Missing, day_of
from levante.kernel.pure import Bilingual
from levante.law.codes import check_cup
from levante.law.invoice_cup import CupResult, InvoiceFacts, cup_rule

#: As much of the free texts of an invoice as is kept to look for an identifier.
MOST_TEXT = 20_000
KEPT = ["cup_outcome", "cup_result", "cup_on"]
MENDABLE, NOT_ELIGIBLE = "mendable", "not_eligible"


def facts_as_json(facts: InvoiceFacts) -> dict[str, Any]:
    """What is kept of an e-invoice that was read, so that the rule can be asked again on another day."""
    texts, room = [], MOST_TEXT
    for text in facts.texts:
        texts.append(text[:room])
        room -= len(texts[-1])
        if room <= 0:
            break
    return {
        "established_in_italy": facts.established_in_italy,
        "lines_with_cup": {code: list(lines) for code, lines in facts.lines_with_cup.items()},
        "texts": texts,
    }


def facts_of(document: ExpenseDocument) -> InvoiceFacts:
    """The facts of a document; of one that was typed, its supplier is established where it says to be."""
    told = document.cup_facts
    return InvoiceFacts(
        document.issued_on,
        told.get("established_in_italy", document.supplier_country == "IT"),
        tuple(document.cups),
        tuple(document.cups_added),
        (*told.get("texts", ()), document.description),
        electronic=document.source == E_INVOICE,
        lines_with_cup={code: tuple(lines) for code, lines in told.get("lines_with_cup", {}).items()},
    )


def judge(
    document: ExpenseDocument, award: Award, *, on: date, receipts: Sequence[str] = (), mend_until: date | None = None
) -> CupResult | None:
    """What the rule says of a document of an award on a day; nothing while the award has no CUP. ``receipts`` are the words of what paid
    it, ``mend_until`` the last day that the office gives.

    The CUP is given before the act that awards (art. 11 L. 3/2003): what is dated before the act counts as before it. Only a call that
    admits spending earlier than the application admits it before its CUP: of the others an older invoice is mended, and not exempt.
    """
    cup = award.codes[1]
    if not check_cup(cup):
        return None
    sent, admitted = award.application.submitted_at, spending_from(award) is not None
    return cup_rule(
        facts_of(document),
        cup=cup,
        assigned_on=award.effective_on,
        other_identifiers=identifiers_of(award) if admitted else (),
        call_admits_earlier_spending=admitted,
        on=on,
        receipts=receipts,
        applied_on=day_of(sent) if sent else None,
        mend_until=mend_until,
    )


def judge_all(documents: Sequence[ExpenseDocument], award: Award, *, on: date) -> None:
    """Judge documents on a day and keep what the rule says; only what changed is written."""
    changed = []
    words = _receipts(documents) if spending_from(award) is not None else {}
    until = _mend_until(award, on)
    for document in documents:
        found = judge(document, award, on=on, receipts=words.get(document.pk, ()), mend_until=until)
        result = found.as_json() if found else None
        if document.cup_result == result and document.cup_on == (on if found else None):
            continue
        document.cup_outcome = found.outcome if found else ""
        document.cup_result, document.cup_on = result, on if found else None
        changed.append(document)
    ExpenseDocument.objects.bulk_update(changed, KEPT, batch_size=200)


def _receipts(documents: Sequence[ExpenseDocument]) -> dict[int, list[str]]:
    """The words of the receipts of what paid each document. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Settlement.objects.filter(document__in=documents).order_by("pk")
    for document, words in rows.values_list("document", "transfer__reason"):
        found[document].append(words)
    return found


def _mend_until(award: Award, on: date) -> date | None:
    """The last day that the office gave to answer, while it runs: documents are mended within it."""
    asked = ClaimRequest.objects.filter(claim__award=award, state=ClaimRequest.OPEN, due_on__gte=on)
    return asked.order_by("-due_on").values_list("due_on", flat=True).first()


def judge_paid(award: Award, documents: Iterable[int], *, on: date) -> None:
    """Judge again documents whose payments changed, where the words of a receipt count."""
    if spending_from(award) is not None:
        judge_all(
            list(ExpenseDocument.objects.filter(pk__in=list(documents)).defer("lines").order_by("pk")), award, on=on
        )


def judge_claim(claim: Claim, *, on: date) -> None:
    """Judge every document of a claim, as on the day of the control."""
    charged = claim.charges.values("document")
    rows = ExpenseDocument.objects.filter(pk__in=charged).defer("lines").order_by("pk")
    judge_all(list(rows), claim.award, on=on)


def to_mend(documents: Iterable[ExpenseDocument]) -> list[Missing]:
    """What is told before sending of documents without the CUP, and stops nothing: how they are mended is on their page."""
    return [
        Missing(
            Bilingual(
                f"{one.supplier_name}, n. {one.number}: manca il CUP"
                + ("; si può integrare" if one.cup_outcome == MENDABLE else ", e non si può più rimediare"),
                f"{one.supplier_name}, no. {one.number}: the CUP is missing"
                + ("; it can be mended" if one.cup_outcome == MENDABLE else ", and can no longer be mended"),
            ),
            f"document-{one.pk}",
        )
        for one in documents
        if one.cup_outcome in (MENDABLE, NOT_ELIGIBLE)
    ]
