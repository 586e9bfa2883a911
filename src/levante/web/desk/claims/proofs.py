"""What the data propose of the documents on one page of a claim, and what of each cut is written already in its form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from levante.claims.api import (
    Charge,
    Claim,
    ClaimReview,
    ExpenseDocument,
    Proposal,
    Unproved,
    notes_left,
    proposals,
    proposed_cut,
    proposed_for_note,
    unproved,
)
from levante.kernel.pure import ZERO, Bilingual, apportion


@dataclass(frozen=True, slots=True)
class Told:
    """By the id of the document: what is proposed of it, why it is proposed to ask for it or to leave it out, what of its payment is
    not proved; and the credit notes that nobody charged."""

    proposals: dict[int, list[Proposal]]
    reasons: dict[int, Bilingual]
    short: dict[int, Unproved]
    loose: set[int]

    def keep(self, charges: Sequence[Charge]) -> list[Decimal | None]:
        """What is proposed to keep of each charge of one document, where its payment is not proved and more is kept."""
        short = self.short.get(charges[0].document_id)
        if short is None or not short.is_over:
            return [None for _ in charges]
        kept = [max(row.asked if row.kept is None else row.kept, ZERO) for row in charges]
        return [*apportion(short.most, kept)] if any(kept) else [None for _ in charges]


def told_of_page(found: Claim, page: Sequence[ExpenseDocument], said: Mapping[tuple[str, int], ClaimReview]) -> Told:
    every = proposals(found.award, page)
    reasons = {pk: some[0].reason for pk, some in every.items()}
    loose = set(notes_left(found).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True))
    short = unproved(found, said)
    for row in page:
        more = []
        if row.pk in loose:
            more.append(proposed_for_note(row))
        if row.pk in short:
            more.append(proposed_cut(short[row.pk]))
        if more:
            every[row.pk] = [*every.get(row.pk, ()), *more]
    return Told(every, reasons, short, loose)
