"""What of the documents of a claim is proved as paid, and the credit notes that nobody charged: both are the officer's to settle."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from levante.claims import states
from levante.claims.models import Charge, Claim, ClaimReview, ExpenseDocument, Settlement
from levante.claims.models_expense import CREDIT_NOTE
from levante.claims.proposing import Proposal
from levante.kernel.pure import ZERO, Bilingual, format_euro, round_euro


def notes_left(claim: Claim) -> QuerySet[ExpenseDocument]:
    """The credit notes of the award that no claim that stands charges, while the office reads this one: what they take off is still in
    what is asked."""
    charged = Charge.objects.filter(document=OuterRef("pk"), claim__state__in=states.STANDING)
    rows = ExpenseDocument.objects.filter(~Exists(charged), award=claim.award_id, kind=CREDIT_NOTE)
    return rows if claim.state in states.OPEN and claim.mode != "advance" else rows.none()


def documents_to_review(claim: Claim) -> QuerySet[ExpenseDocument]:
    """The documents that a claim charges, each once, and the credit notes that none does."""
    charged = Charge.objects.filter(claim=claim).values("document")
    rows = ExpenseDocument.objects.filter(Q(pk__in=charged) | Q(pk__in=notes_left(claim).values("pk")))
    return rows.order_by("issued_on", "pk")


@dataclass(frozen=True, slots=True)
class Unproved:
    """A document whose payment is not proved whole: ``proved`` of its ``total`` by payments that hold, ``most`` of what the claim asks of
    it that can be kept, ``kept`` what is; ``explained`` when the officer said, after the payment, why it is kept all the same."""

    total: Decimal
    proved: Decimal
    most: Decimal
    kept: Decimal
    explained: bool

    @property
    def is_over(self) -> bool:
        return self.kept > self.most and not self.explained


def unproved(claim: Claim, said: Mapping[tuple[str, int], ClaimReview]) -> dict[int, Unproved]:
    """Of the documents of a claim, by their id, those paid by payments that were said incomplete and by nothing else for the whole. What
    is proved counts in the proportion in which the document can be asked for (without VAT, unless it is borne), less what other claims
    keep of it. ``said``: the last thing said of each object."""
    bad = {
        pk: review.pk
        for (kind, pk), review in said.items()
        if kind == ClaimReview.TRANSFER and review.outcome == states.INCOMPLETE
    }
    if not bad:
        return {}
    theirs = Settlement.objects.filter(transfer__in=bad).values("document")
    charges = Charge.objects.filter(document=OuterRef("pk"), claim=claim)
    rows = ExpenseDocument.objects.filter(Exists(charges), pk__in=theirs, total__gt=0).defer("lines", "cup_facts")
    proved: dict[int, Decimal] = {}
    told: dict[int, int] = {}
    parts = Settlement.objects.filter(document__in=rows.values("pk")).order_by("pk")
    for document, transfer, amount in parts.values_list("document", "transfer", "amount"):
        if transfer in bad:
            told[document] = max(bad[transfer], told.get(document, 0))
        else:
            proved[document] = proved.get(document, ZERO) + amount
    kept_of = Charge.objects.filter(document__in=rows.values("pk"), claim__state__in=states.STANDING).order_by()
    kept: dict[tuple[int, bool], Decimal] = {}
    for document, of, sum_kept in kept_of.values_list("document", "claim").annotate(
        sum=Sum(Coalesce(F("kept"), F("asked")))
    ):
        key = (document, of == claim.pk)
        kept[key] = kept.get(key, ZERO) + sum_kept
    found = {}
    for row in rows.order_by("pk"):
        done = proved.get(row.pk, ZERO)
        whole = round_euro(row.chargeable * done / row.total)
        most = max(whole - kept.get((row.pk, False), ZERO), ZERO)
        review = said.get((ClaimReview.DOCUMENT, row.pk))
        explained = review is not None and review.outcome == states.COMPLETE and bool(review.note)
        after = review is not None and review.pk > told[row.pk]
        found[row.pk] = Unproved(row.total, done, most, kept.get((row.pk, True), ZERO), explained and after)
    return found


def proposed_cut(one: Unproved) -> Proposal:
    """The cut that a payment not proved proposes of its document."""
    proved, total, most = one.proved, one.total, one.most
    return Proposal(
        states.INCOMPLETE,
        Bilingual(
            f"Le prove di pagamento buone sono per {format_euro(proved)} su {format_euro(total)}: si ammettono al massimo "
            f"{format_euro(most)}.",
            f"The proofs of payment that hold are of {format_euro(proved, 'en')} of {format_euro(total, 'en')}: "
            f"{format_euro(most, 'en')} at most are admitted.",
        ),
        most,
    )


def proposed_for_note(note: ExpenseDocument) -> Proposal:
    """What a credit note that nobody charged proposes: the expense that it takes off is cut, on its own row."""
    off = -note.taxable
    return Proposal(
        states.INCOMPLETE,
        Bilingual(
            f"La nota di credito non è imputata a nessuna voce: toglie {format_euro(off)}, senza IVA, dalla spesa a cui si "
            "riferisce. Taglia quella spesa.",
            f"The credit note is charged to no item: it takes {format_euro(off, 'en')}, without VAT, off the expense that it is "
            "about. Cut that expense.",
        ),
        ZERO,
    )
