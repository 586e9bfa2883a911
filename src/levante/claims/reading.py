"""A claim read with its call: what its costs come to, what of the grant is due, what was looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from levante.applications.api import read_application
from levante.claims import states
from levante.claims.models import (
    Charge,
    Claim,
    ClaimFile,
    ClaimReview,
    ExpenseDocument,
    Settlement,
    SimplifiedCost,
    Transfer,
)
from levante.claims.reckoning import Cost, Due, Earned, due_of, earned
from levante.documents.api import StoredFile
from levante.kernel.pure import ZERO


def money_of(claim: Claim) -> Mapping[str, Any]:
    """The money of the call of a claim: published, it no longer changes."""
    money: Mapping[str, Any] = claim.award.application.opening.call.money
    return money


def payment_of(claim: Claim) -> Mapping[str, Any]:
    payment: Mapping[str, Any] = claim.award.application.opening.call.payment
    return payment


def modes_of_award(award: Any) -> list[Mapping[str, Any]]:
    """The payment modes of the call of an award, in its order; one payment where the call says nothing."""
    return list((award.application.opening.call.payment or {}).get("modes") or [{"code": "single"}])


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a claim comes to now. ``final`` says that it was reckoned on what the officer kept, and not on what was asked."""

    earned: Earned | None
    due: Due


def _charge_ref(row: Charge) -> str:
    return f"charge:{row.pk}"


def _cost_ref(row: SimplifiedCost) -> str:
    return f"cost:{row.pk}"


def costs_of(claim: Claim, *, kept: bool) -> list[Cost]:
    """The costs of this claim and of those before it that stand: of the others what was kept, of this one what is asked, or what the
    officer keeps of it (all that was asked, of what nobody looked at yet)."""
    others = Claim.objects.filter(award=claim.award_id, number__lt=claim.number, state__in=states.WITH_DUE)
    found: list[Cost] = []
    charges = Charge.objects.filter(claim__in=[claim.pk, *others.values_list("pk", flat=True)]).order_by("pk")
    for row in charges:
        uses_kept = kept or row.claim_id != claim.pk
        amount = row.kept if uses_kept and row.kept is not None else row.asked
        found.append(Cost(_charge_ref(row), row.item, amount))
    costs = SimplifiedCost.objects.filter(claim__in=[claim.pk, *others.values_list("pk", flat=True)]).order_by("pk")
    for cost in costs:
        uses_kept = kept or cost.claim_id != claim.pk
        quantity = cost.kept if uses_kept and cost.kept is not None else cost.quantity
        found.append(Cost(_cost_ref(cost), cost.item, quantity=quantity))
    return found


def reckon(claim: Claim, *, kept: bool) -> Reckoned:
    """What a claim comes to: on what is asked, or on what the officer keeps (``kept``)."""
    award = claim.award
    before = Claim.objects.filter(award=award.pk, number__lt=claim.number, state__in=states.WITH_DUE)
    due_before = before.aggregate(total=Sum("due"))["total"] or ZERO
    sals = before.filter(mode="sal").count()
    made = None
    if claim.mode != "advance":
        application = award.application
        reading = read_application(application)
        made = earned(
            money_of(claim), reading.answers, reading.variables, costs_of(claim, kept=kept), awarded=award.amount
        )
    return Reckoned(
        made, due_of(payment_of(claim), claim.mode, awarded=award.amount, earned=made, before=due_before, sals=sals)
    )


def keep_counts(claim: Claim, made: Earned | None, *, kept: bool) -> None:
    """Write what counts of each charge: ``charged`` within the limits of the call, or ``admitted`` after the cuts too."""
    if made is None:
        return
    rows = list(claim.charges.all())
    for row in rows:
        counts = made.counts.get(_charge_ref(row), ZERO)
        if not kept:
            row.charged = counts
        elif row.kept is not None:
            row.admitted = counts
    Charge.objects.bulk_update(rows, ["admitted" if kept else "charged"], batch_size=500)


def last_reviews(claim: Claim) -> dict[tuple[str, int], ClaimReview]:
    """The last thing said of each object of a claim."""
    return {(row.kind, row.object_id): row for row in claim.reviews.select_related("reviewed_by").order_by("pk")}


def to_review(claim: Claim) -> list[tuple[str, int]]:
    """Everything of a claim that somebody has to look at."""
    documents = sorted({row.document_id for row in claim.charges.all()})
    transfers = sorted(set(transfers_of(claim).values_list("pk", flat=True)))
    found = [(ClaimReview.DOCUMENT, pk) for pk in documents]
    found += [(ClaimReview.TRANSFER, pk) for pk in transfers]
    found += [(ClaimReview.COST, row.pk) for row in claim.costs.all()]
    found += [(ClaimReview.FILE, row.pk) for row in claim.files.all() if row.kind != "proof"]
    if claim.report:
        found.append((ClaimReview.REPORT, claim.pk))
    return found


def transfers_of(claim: Claim) -> Any:
    """The payments that settled the documents of a claim."""
    return Transfer.objects.filter(settlements__document__charges__claim=claim).distinct().order_by("paid_on", "pk")


def settled(document_ids: Any) -> dict[int, Decimal]:
    """What payments settled of each document, by its id."""
    rows = Settlement.objects.filter(document__in=document_ids).order_by()
    return dict(rows.values_list("document").annotate(total=Sum("amount")))


def charged_so_far(document_id: int, *, but: int | None = None) -> Decimal:
    """What claims that stand ask of a document, but one of them."""
    rows = Charge.objects.filter(document=document_id, claim__state__in=states.STANDING)
    rows = rows.exclude(claim=but) if but is not None else rows
    return rows.aggregate(total=Sum("asked"))["total"] or ZERO


def applications_of_file(file_id: int) -> list[int]:
    """The applications whose claims hold a stored file: as an expense document, a proof of payment, another file."""
    found: set[int] = set()
    found |= set(ExpenseDocument.objects.filter(file=file_id).values_list("award__application", flat=True))
    found |= set(Transfer.objects.filter(file=file_id).values_list("award__application", flat=True))
    found |= set(ClaimFile.objects.filter(file=file_id).values_list("claim__award__application", flat=True))
    return sorted(found)


def file_of(claim: Claim, file_id: int) -> StoredFile | None:
    """A stored file, if it is one of this claim."""
    mine = (
        Q(pk__in=ExpenseDocument.objects.filter(charges__claim=claim).values("file"))
        | Q(pk__in=transfers_of(claim).order_by().values("file"))
        | Q(pk__in=claim.files.values("file"))
    )
    return StoredFile.objects.filter(mine, pk=file_id).first()
