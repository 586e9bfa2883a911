"""What a control on the spot leaves of a claim: what of the grant falls with it, and the cuts written on its charges."""

from collections.abc import Mapping
from decimal import Decimal

from levante.claims import states
from levante.claims.models import Charge, Claim, ExpenseDocument, SimplifiedCost
from levante.claims.reading import charge_ref, cost_ref, money_of, reckon
from levante.claims.reckoning import simplified_items
from levante.claims.reviewing import cut_charge, cut_cost
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO, Bilingual, apportion


def cost_labels(claim: Claim) -> dict[str, Bilingual]:
    """The names of the simplified costs of the call of a claim, by the code of their item; the empty code is the fixed amount."""
    named = {item["code"]: Bilingual(item["it"], item["en"]) for item in simplified_items(money_of(claim))}
    return {"": Bilingual("Importo fisso", "Fixed amount"), **named}


def kept_of_document(claim: Claim, document: ExpenseDocument) -> Decimal:
    """What the review of a claim keeps of a document, in euro, before the limits of the call."""
    return sum((_kept(one) for one in Charge.objects.filter(claim=claim, document=document)), ZERO)


def kept_of_cost(cost: SimplifiedCost) -> Decimal:
    """What the review keeps of a simplified cost, in units."""
    return cost.quantity if cost.kept is None else cost.kept


def _kept(charge: Charge) -> Decimal:
    return charge.asked if charge.kept is None else charge.kept


def _parts(claim: Claim, documents: Mapping[int, Decimal]) -> dict[Charge, Decimal]:
    """What is left of each charge of the documents (key: euro left of it), in the proportion of what was kept, to the cent; nothing rises,
    and credit notes stay as they are."""
    found: dict[Charge, Decimal] = {}
    rows = Charge.objects.filter(claim=claim, document__in=list(documents)).select_related("claim").order_by("pk")
    for pk, left in documents.items():
        mine = [row for row in rows if row.document_id == pk and _kept(row) > 0]
        before = [_kept(row) for row in mine]
        if sum(before, ZERO) > left:
            found |= dict(zip(mine, apportion(left, before) if left else [ZERO for _ in mine], strict=True))
    return found


def grant_lost_with(claim: Claim, *, documents: Mapping[int, Decimal], costs: Mapping[int, Decimal]) -> Decimal:
    """What of the grant falls when of some documents (by key) only so many euro hold, of some simplified costs only so many units. All that
    the claims of the award earn is reckoned twice, within the limits of the call and of the award: of what was spent beyond them
    nothing falls."""
    instead = {charge_ref(row.pk): left for row, left in _parts(claim, documents).items()}
    for cost in SimplifiedCost.objects.filter(claim=claim, pk__in=list(costs)):
        instead[cost_ref(cost.pk)] = min(costs[cost.pk], kept_of_cost(cost))
    standing = Claim.objects.filter(award=claim.award_id, state__in=states.WITH_DUE, number__gte=claim.number)
    last = standing.exclude(mode="advance").order_by("-number").first()
    if last is None or not instead:
        return ZERO
    now, then = reckon(last, kept=True).due, reckon(last, kept=True, instead=instead).due
    return max(now.amount - now.excess - (then.amount - then.excess), ZERO)


def write_cuts(
    actor: Actor,
    claim: Claim,
    *,
    documents: Mapping[int, Decimal],
    costs: Mapping[int, Decimal],
    reasons: Mapping[str, str],
) -> None:
    """Write on a claim under review what is left of documents and simplified costs, and the reasons (by ``document:key``, ``cost:key``)."""
    for row, left in _parts(claim, documents).items():
        cut_charge(actor=actor, charge=row, kept=left, reason=reasons[f"document:{row.document_id}"])
    for cost in SimplifiedCost.objects.filter(claim=claim, pk__in=list(costs)).select_related("claim").order_by("pk"):
        if costs[cost.pk] < kept_of_cost(cost):
            cut_cost(actor=actor, cost=cost, kept=costs[cost.pk], reason=reasons[f"cost:{cost.pk}"])
