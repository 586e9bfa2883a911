"""What was done, where the call pays for that: units and fixed amounts with their proofs; guarantees and other files."""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.claims.filing import draft_or_refuse
from levante.claims.models import Claim, ClaimFile, SimplifiedCost
from levante.claims.reading import money_of
from levante.claims.reckoning import pays_for_costs, simplified_items
from levante.claims.units import require_units
from levante.documents.api import store_upload
from levante.kernel.api import Actor, note, now, refuse, service, today
from levante.kernel.pure import euro

MOST_FILES = 200


@service("claims.put_cost")
def put_cost(
    *, actor: Actor, claim: Claim, item: str, quantity: Decimal | None, note_text: str = ""
) -> SimplifiedCost | None:
    """Claim so many units of a simplified cost, or the fixed amount (one, and no item); nothing takes it away with its proofs."""
    held = draft_or_refuse(claim.pk, actor)
    known = {one["code"] for one in simplified_items(money_of(held))}
    fixed = not pays_for_costs(money_of(held))
    if held.mode == "advance" or (item not in known and not (fixed and not item)):
        refuse("Il bando non paga questo così.", "The call does not pay this so.", field="item")
    rows = SimplifiedCost.objects.filter(claim=held, item=item)
    note(item=item, quantity=str(quantity or 0))
    if not quantity:
        rows.delete()
        return None
    require_units(held.award, item, quantity, field="quantity")
    cost, _ = SimplifiedCost.objects.update_or_create(
        claim=held, item=item, defaults={"quantity": quantity, "note": note_text.strip()[:2000]}
    )
    return cost


@service("claims.add_file")
def add_file(
    *,
    actor: Actor,
    claim: Claim,
    upload: Any,
    kind: str,
    cost: SimplifiedCost | None = None,
    proof: str = "",
    label: str = "",
    amount: Decimal | None = None,
    issuer: str = "",
    number: str = "",
    until: date | None = None,
) -> ClaimFile:
    """A proof of what was done, a guarantee (who gives it, its number, amount in euro and last day), a contract, another file."""
    held = draft_or_refuse(claim.pk, actor)
    if held.files.count() >= MOST_FILES:
        refuse(f"Al massimo {MOST_FILES} file.", f"{MOST_FILES} files at most.", field="file")
    if kind not in dict(ClaimFile.KINDS) or kind == ClaimFile.ANSWER:
        refuse("Scegli che cosa è.", "Choose what it is.", field="kind")
    more: dict[str, Any] = {}
    if kind == ClaimFile.GUARANTEE:
        if amount is None or amount <= 0:
            refuse("Scrivi l’importo garantito.", "Write the guaranteed amount.", field="amount")
        if until is None or until < today():
            refuse(
                "Scrivi fino a quando vale: non può essere passato.",
                "Write until when it holds: not in the past.",
                field="until",
            )
        if not issuer.strip() or not number.strip():
            refuse("Scrivi chi la rilascia e il numero.", "Write who gives it and its number.", field="issuer")
        more = {"amount": euro(amount), "until": until, "issuer": issuer.strip()[:200], "number": number.strip()[:60]}
    if cost is not None and (kind != ClaimFile.PROOF or cost.claim_id != held.pk):
        refuse("La prova è di una voce di questa domanda.", "The proof is of an item of this claim.", field="cost")
    file = store_upload(actor=actor, upload=upload, purpose="proof", enterprise_id=held.award.enterprise_id)
    note(kind=kind, file=file.pk)
    return ClaimFile.objects.create(
        claim=held, kind=kind, cost=cost, proof=proof.strip()[:80], label=label.strip()[:200], file=file,
        added_at=now(), added_by_id=actor.user_id, **more,
    )  # fmt: skip


@service("claims.remove_claim_file")
def remove_claim_file(*, actor: Actor, claim: Claim, file: ClaimFile) -> None:
    held = draft_or_refuse(claim.pk, actor)
    note(file=file.pk)
    held.files.filter(pk=file.pk).delete()
