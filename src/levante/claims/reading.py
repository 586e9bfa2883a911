"""A claim read with its call: what its costs come to, what of the grant is due, what was looked at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from levante.applications.api import read_application
from levante.calls.api import capital_items
from levante.claims import states
from levante.claims.group_limits import comes_to, money_of_award
from levante.claims.in_force import lower_plan, plan_in_force
from levante.claims.models import (
    Charge,
    Claim,
    ClaimFile,
    ClaimReview,
    ExpenseDocument,
    Settlement,
    SimplifiedCost,
    Transfer,
    Variation,
    VariationFile,
)
from levante.claims.proving import documents_to_review
from levante.claims.reckoning import Cost, Due, Earned, due_of, earned, of_this_claim
from levante.claims.sharing import units_come_to, units_of_this_claim
from levante.documents.api import StoredFile
from levante.grants.api import Award
from levante.kernel.api import today
from levante.kernel.pure import ZERO, Step, format_euro, money_text, step
from levante.law import parameters


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


def charge_ref(pk: int | str) -> str:
    return f"charge:{pk}"


def cost_ref(pk: int | str) -> str:
    return f"cost:{pk}"


def costs_of(
    claim: Claim, before: Sequence[int], *, kept: bool, instead: Mapping[str, Decimal] | None = None
) -> list[Cost]:
    """The costs of this claim and of those ``before`` it that stand: of the others what was kept, of this one what is asked, or what the
    officer keeps of it (all that was asked, of what nobody looked at yet). ``instead``: other amounts or units, by ref."""
    other = instead or {}
    claims = [claim.pk, *before]
    found: list[Cost] = []
    charges = Charge.objects.filter(claim__in=claims).order_by("pk")
    for pk, of, item, asked, left in charges.values_list("pk", "claim_id", "item", "asked", "kept"):
        uses_kept = kept or of != claim.pk
        amount = other.get(charge_ref(pk), left if uses_kept and left is not None else asked)
        found.append(Cost(charge_ref(pk), item, amount))
    costs = SimplifiedCost.objects.filter(claim__in=claims).order_by("pk")
    for pk, of, item, told, left in costs.values_list("pk", "claim_id", "item", "quantity", "kept"):
        uses_kept = kept or of != claim.pk
        units = other.get(cost_ref(pk), left if uses_kept and left is not None else told)
        found.append(Cost(cost_ref(pk), item, quantity=units))
    return found


def reckon(claim: Claim, *, kept: bool, instead: Mapping[str, Decimal] | None = None) -> Reckoned:
    """What a claim comes to: on what is asked, or on what the officer keeps (``kept``), or other amounts (``instead``, by ref). Off it go
    the earlier claims that stand, and, where its review was opened again, the later ones that an act verified as due."""
    award = claim.award
    earlier = Q(number__lt=claim.number, state__in=states.WITH_DUE) | Q(state__in=states.FIXED)
    standing = Claim.objects.filter(earlier, award=award.pk).exclude(pk=claim.pk)
    before = list(standing.order_by("number").values_list("pk", "due", "due_capital", "mode"))
    due_before = sum((due or ZERO for _pk, due, _capital, _mode in before), ZERO)
    capital_before = sum((capital for _pk, _due, capital, _mode in before), ZERO)
    sals = sum(mode == "sal" for *_due, mode in before)
    lower = lower_plan(award)
    awarded = award.amount if lower is None or lower.amount_after is None else lower.amount_after
    made, planned, ceiling = None, None, awarded + award.taken_back
    if claim.mode != "advance":
        reading = read_application(award.application)
        costs = costs_of(claim, [pk for pk, *_due in before], kept=kept, instead=instead)
        made = earned(
            money_of_award(award),
            reading.answers,
            reading.variables,
            costs,
            awarded=ceiling,
            taken_back=award.taken_back,
        )
        earlier = Charge.objects.filter(claim__in=[pk for pk, *_due in before], admitted__isnull=False).order_by("pk")
        admitted = {charge_ref(pk): amount for pk, amount in earlier.values_list("pk", "admitted")}
        counts = made.counts | of_this_claim(made.counts, costs, admitted)
        if units := [one for one in costs if one.quantity is not None]:
            money = money_of(claim)
            worth = {one.ref: units_come_to(money, one.item, one.quantity or Decimal(0), ceiling) for one in units}
            had = SimplifiedCost.objects.filter(claim__in=[pk for pk, *_due in before], admitted__isnull=False)
            were = {cost_ref(pk): amount for pk, amount in had.values_list("pk", "admitted").order_by("pk")}
            counts |= units_of_this_claim(worth, made.counts, units, were)
        made = replace(made, counts=counts)
    elif capital_items(money_of(claim)) and parameters.value("withholding.advance", on=today()).value == "planned":
        planned = comes_to(award, plan_in_force(award))
    # What is to be given back is told once, by the last one that can still change.
    after_last = any(mode in states.LAST_MODES for *_due, mode in before) and not (
        Claim.objects.filter(award=award.pk, number__gt=claim.number, state=states.ASSESSED).exists()
    )
    due = due_of(
        payment_of(claim),
        claim.mode,
        awarded=awarded,
        taken_back=award.taken_back,
        earned=made,
        before=due_before,
        sals=sals,
        capital_before=capital_before,
        planned=planned,
        after_last=after_last,
    )
    return Reckoned(made, replace(due, steps=(*_lowered(award, lower), *due.steps)))


def _lowered(award: Award, lower: Variation | None) -> tuple[Step, ...]:
    """Said where the award is reckoned as its act of reduction will leave it."""
    if lower is None or lower.amount_after is None:
        return ()
    left, awarded = lower.amount_after, award.amount
    return (
        step(
            f"Il piano dei costi approvato con la variazione {lower.register_number} lascia {format_euro(left)} dei {format_euro(awarded)} "
            "concessi: valgono da subito, anche se l’atto di riduzione non ha ancora effetto",
            f"The costs plan approved with variation {lower.register_number} leaves {format_euro(left, 'en')} of the "
            f"{format_euro(awarded, 'en')} awarded: it counts at once, though the act of reduction has no effect yet",
            "",
            money_text(left),
        ),
    )


def earlier_open(claims: Iterable[Claim]) -> dict[int, str]:
    """Of these claims, those assessed that wait for an earlier one of the award whose review is open again: its number, by their key. One
    question."""
    mine = [one for one in claims if one.state == states.ASSESSED]
    if not mine:
        return {}
    rows = Claim.objects.filter(award__in={one.award_id for one in mine}, state__in=states.OPEN).order_by("-number")
    going = {award: (number, told) for award, number, told in rows.values_list("award", "number", "register_number")}
    return {
        one.pk: str(going[one.award_id][1])
        for one in mine
        if one.award_id in going and going[one.award_id][0] < one.number
    }


def keep_counts(claim: Claim, made: Earned | None, *, kept: bool) -> None:
    """Write what counts of each charge and simplified cost: ``charged`` within what the limits of the call leave after the earlier claims,
    or ``admitted`` after the cuts too. Only what changed is written: of a claim of 500 invoices one that is looked at is one row, unless a
    limit moves the others. What an advance paid of a row that changes is shared again (``paying``)."""
    if made is None:
        return
    name = "admitted" if kept else "charged"
    charges = claim.charges.filter(kept__isnull=False) if kept else claim.charges.all()
    _keep(charges, charge_ref, made, name)
    if any(ref.startswith(cost_ref("")) for ref in made.counts):
        costs = claim.costs.filter(kept__isnull=False) if kept else claim.costs.all()
        _keep(costs, cost_ref, made, name)


def _keep(rows: Any, ref: Callable[[int], str], made: Earned, name: str) -> None:
    changed = []
    for row in rows.only("pk", name, "claim_id", "item", "paid"):
        counts = made.counts.get(ref(row.pk), ZERO)
        if getattr(row, name) != counts:
            setattr(row, name, counts)
            row.paid = ZERO
            changed.append(row)
    rows.model.objects.bulk_update(changed, [name, "paid"], batch_size=500)


def last_reviews(claim: Claim) -> dict[tuple[str, int], ClaimReview]:
    """The last thing said of each object of a claim."""
    return {(row.kind, row.object_id): row for row in claim.reviews.select_related("reviewed_by").order_by("pk")}


def last_review(claim: Claim, kind: str, object_id: int) -> ClaimReview | None:
    """The last thing said of one object of a claim."""
    found: ClaimReview | None = claim.reviews.filter(kind=kind, object_id=object_id).order_by("-pk").first()
    return found


def to_review(claim: Claim) -> list[tuple[str, int]]:
    """Everything of a claim that somebody has to look at."""
    found = [(kind, pk) for kind, rows in _things(claim) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    if claim.report:
        found.append((ClaimReview.REPORT, claim.pk))
    return found


def is_of_claim(claim: Claim, kind: str, object_id: int) -> bool:
    """Is it one of the things of ``to_review``? One question, however many they are."""
    if kind == ClaimReview.REPORT:
        return bool(claim.report) and object_id == claim.pk
    return any(rows.filter(pk=object_id).exists() for known, rows in _things(claim) if known == kind)


def _things(claim: Claim) -> tuple[tuple[str, Any], ...]:
    return (
        (ClaimReview.DOCUMENT, documents_to_review(claim)),
        (ClaimReview.TRANSFER, transfers_of(claim)),
        (ClaimReview.COST, claim.costs.all()),
        (ClaimReview.FILE, claim.files.filter(cost__isnull=True)),
    )


def transfers_of(claim: Claim) -> Any:
    """The payments that settled the documents of a claim."""
    parts = Settlement.objects.filter(document__in=Charge.objects.filter(claim=claim).values("document"))
    return Transfer.objects.filter(pk__in=parts.values("transfer")).order_by("paid_on", "pk")


def settled(document_ids: Any) -> dict[int, Decimal]:
    """What payments settled of each document, by its id."""
    rows = Settlement.objects.filter(document__in=document_ids).order_by()
    return dict(rows.values_list("document").annotate(total=Sum("amount")))


def documents_left(claim: Claim) -> QuerySet[ExpenseDocument]:
    """The expense documents of the award of which something is left to ask for: that no other claim that stands asks for whole. What a
    refused claim had is free. Each says what the others ask of it (``asked_elsewhere``)."""
    others = Charge.objects.filter(document=OuterRef("pk"), claim__state__in=states.STANDING).exclude(claim=claim)
    asked = others.order_by().values("document").annotate(total=Sum("asked")).values("total")
    whole = Case(When(with_vat=True, then=F("total")), default=F("taxable"))
    rows = ExpenseDocument.objects.filter(award=claim.award_id).annotate(
        asked_elsewhere=Coalesce(Subquery(asked), ZERO)
    )
    return rows.filter(
        Exists(Charge.objects.filter(document=OuterRef("pk"), claim=claim)) | Q(asked_elsewhere=0)
        | Q(total__gt=0, asked_elsewhere__lt=whole) | Q(total__lt=0, asked_elsewhere__gt=whole)
    )  # fmt: skip


def charged_so_far(document_id: int, *, but: int | None = None) -> Decimal:
    """What claims that stand ask of a document, but one of them."""
    rows = Charge.objects.filter(document=document_id, claim__state__in=states.STANDING)
    rows = rows.exclude(claim=but) if but is not None else rows
    return rows.aggregate(total=Sum("asked"))["total"] or ZERO


def applications_of_file(file_id: int) -> list[int]:
    """The applications whose claims hold a stored file: as an expense document, a proof of payment, another file."""
    found: set[int] = set()
    found |= set(ExpenseDocument.objects.filter(file=file_id).values_list("award__application", flat=True))
    found |= set(ExpenseDocument.objects.filter(cup_file=file_id).values_list("award__application", flat=True))
    found |= set(Transfer.objects.filter(file=file_id).values_list("award__application", flat=True))
    found |= set(ClaimFile.objects.filter(file=file_id).values_list("claim__award__application", flat=True))
    found |= set(VariationFile.objects.filter(file=file_id).values_list("variation__award__application", flat=True))
    return sorted(found)


def file_of(claim: Claim, file_id: int) -> StoredFile | None:
    """A stored file, if it is one of this claim."""
    mine = (
        Q(pk__in=documents_to_review(claim).order_by().values("file"))
        | Q(pk__in=documents_of(claim).order_by().values("cup_file"))
        | Q(pk__in=transfers_of(claim).order_by().values("file"))
        | Q(pk__in=claim.files.values("file"))
    )
    return StoredFile.objects.filter(mine, pk=file_id).first()


def documents_of(claim: Claim) -> Any:
    """The documents that a claim charges, each once."""
    charged = Charge.objects.filter(claim=claim).values("document")
    return ExpenseDocument.objects.filter(pk__in=charged).order_by("issued_on", "pk")
