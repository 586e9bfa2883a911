"""What is proposed to the officer on the documents of a claim: the data show a reason to cut, or to ask. The officer decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from levante.claims import states
from levante.claims.cups import MENDABLE, NOT_ELIGIBLE
from levante.claims.models import ExpenseDocument
from levante.claims.period import Period, period_of
from levante.documents.pure.invoice_upload import SIGNATURE_BROKEN
from levante.grants.api import Award
from levante.kernel.pure import ZERO, Bilingual, euro, format_euro


@dataclass(frozen=True, slots=True)
class Proposal:
    """``outcome`` as of a review, and why; ``kept`` how much of the document at most, where it is not nothing."""

    outcome: str
    reason: Bilingual
    kept: Decimal | None = None


def proposals(award: Award, documents: Iterable[ExpenseDocument]) -> dict[int, list[Proposal]]:
    """What is proposed of each document, by its id; of those of which nothing is, nothing."""
    return proposed(documents, period_of(award), award.codes[1])


def proposed(documents: Iterable[ExpenseDocument], period: Period, cup: str) -> dict[int, list[Proposal]]:
    """The same, the days of the project and its CUP being known."""
    found = {one.pk: list(_of(one, period, cup)) for one in documents}
    return {pk: some for pk, some in found.items() if some}


def _of(document: ExpenseDocument, period: Period, cup: str) -> Iterable[Proposal]:
    outside = period.why_not(document.issued_on)
    if outside is not None and document.total > 0:
        yield Proposal(states.INCOMPLETE, Bilingual(f"La spesa è {outside.it}.", f"The expense is {outside.en}."))
    if any(one["code"] == SIGNATURE_BROKEN for one in document.warnings):
        yield Proposal(
            states.TO_INTEGRATE,
            Bilingual(
                "La firma della fattura elettronica non regge: serve il file originale, com’è nel cassetto fiscale.",
                "The signature of the e-invoice does not hold: the original file is needed, as the Revenue Agency has it.",
            ),
        )
    if document.cup_outcome == NOT_ELIGIBLE:
        yield Proposal(states.INCOMPLETE, _sentence(document))
    elif document.cup_outcome == MENDABLE:
        yield Proposal(states.TO_INTEGRATE, _sentence(document))
    borne = borne_by_lines(document, cup)
    if borne is not None:
        yield Proposal(
            states.INCOMPLETE,
            Bilingual(
                f"Il CUP è indicato solo per alcune righe, per {format_euro(borne)}.",
                f"The CUP is given for some lines only, for {format_euro(borne, 'en')}.",
            ),
            borne,
        )


def _sentence(document: ExpenseDocument) -> Bilingual:
    told = document.cup_result or {}
    it, en = str(told.get("reason", "")), str(told.get("reason_en", ""))
    return Bilingual(f"{it[:1].upper()}{it[1:]}.", f"{en[:1].upper()}{en[1:]}.")


def borne_by_lines(document: ExpenseDocument, cup: str) -> Decimal | None:
    """What the lines that bear the CUP of the award come to, without VAT; nothing where it is given for the whole invoice."""
    numbers = (document.cup_facts.get("lines_with_cup") or {}).get(cup) or []
    if document.cup_outcome != "has_cup" or not numbers:
        return None
    mine = set(numbers)
    amounts = [Decimal(line["total"]) for line in document.lines if line["number"] in mine and line["total"]]
    borne = euro(sum(amounts, ZERO))
    return borne if borne < document.taxable else None
