"""What an act of revocation leaves of the claims of an award: those under way are closed, and what no payment stands on is free again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from levante.claims import states
from levante.claims.models import Charge, Claim, ClaimRequest, ExpenseDocument
from levante.claims.models_result import ResultReport
from levante.claims.moving import locked, step, tell
from levante.claims.paying import share_payments
from levante.claims.results import drop_results, revive_results
from levante.claims.varying_ended import end_variations, revive_variations
from levante.grants.api import Award
from levante.kernel.api import Actor, note, note_object, now, refuse, service, unchanged
from levante.kernel.pure import ZERO, Bilingual, money_text


@service("claims.end_claims")
def end_claims(*, actor: Actor, award: Award, reason: Bilingual, officer_id: int | None) -> list[Claim]:
    """The award is no more: drafts are discarded, what was sent and is not paid is closed with the reason, and its expense documents may be
    presented elsewhere; so are its variations. ``officer_id`` is who answers for what nobody had taken. Refused while the debt of a claim
    is verified and not paid: the money may be on its way. Which claims were closed."""
    if not actor.is_system:
        refuse("Le domande si chiudono con l’atto di revoca.", "Claims are closed by the act of revocation.")
    rows = Claim.objects.select_for_update(of=("self",)).filter(award=award).order_by("pk")
    found = list(rows.exclude(state__in=[*states.CLOSED, states.PAID]))
    going = next((row for row in found if row.state == states.LIQUIDATED), None)
    if going is not None:
        refuse(
            f"La domanda di pagamento {going.register_number} è liquidata: prima si paga, o si annulla il pagamento.",
            f"Claim {going.register_number} is verified as due: it is paid first, or its payment is cancelled.",
        )
    for row in found:
        _end(actor, row, reason, officer_id)
    varied = end_variations(actor, award, reason, officer_id)
    share_payments(award.pk)
    freed = free_documents(award)
    drop_results(ResultReport.objects.filter(claim__award=award).order_by("pk"))
    if not found and not freed and not varied:
        return unchanged([])
    note_object(award)
    note(claims=[row.pk for row in found], freed=freed, variations=varied)
    return found


def _end(actor: Actor, row: Claim, reason: Bilingual, officer_id: int | None) -> None:
    held = locked(row.pk)
    if held.state == states.DRAFT:
        held.charges.all().delete()
        held.costs.all().delete()
        step(held, "drop", actor, text=reason)
        return
    ClaimRequest.objects.filter(claim=held, state=ClaimRequest.OPEN).update(state=ClaimRequest.EXPIRED)
    step(
        held, "end", actor, text=reason, officer_id=held.officer_id or officer_id, due=None, due_capital=ZERO, excess=ZERO,
        reason=reason.it, reason_en=reason.en, decided_at=now(), decided_by_id=None,
    )  # fmt: skip
    tell(
        held,
        actor,
        "ended",
        Bilingual(f"Domanda di pagamento {held.register_number} chiusa", f"Claim {held.register_number} was closed"),
        Bilingual(f"La concessione è stata revocata. {reason.it}", f"The award was revoked. {reason.en}"),
    )


def as_it_was(claim: Claim) -> dict[str, Any]:
    """What a claim was before ``end_claims`` closed it, to be kept by who closes: JSON."""
    due = claim.due
    return {
        "claim": claim.pk, "state": claim.state, "due": money_text(due) if due is not None else None,
        "capital": money_text(claim.due_capital), "excess": money_text(claim.excess), "reason": claim.reason,
        "decided_at": claim.decided_at.isoformat() if claim.decided_at else None,
        "decided_by": claim.decided_by_id,
    }  # fmt: skip


@service("claims.revive_claims")
def revive_claims(*, actor: Actor, award: Award, were: Sequence[Mapping[str, Any]], reason: Bilingual) -> list[Claim]:
    """The revocation that closed them was annulled: its documents hold again unless they were presented elsewhere meanwhile, what was
    assessed is so again, with what was due, and the rest is under review. Drafts are gone: they are filled in again. The variation it
    closed is as it was. Which claims are open."""
    if not actor.is_system:
        refuse("Le domande si riaprono con l’atto che annulla.", "Claims are opened again by the act that annuls.")
    lost = hold_documents(award)
    found = []
    for was in were:
        held = locked(int(was["claim"]))
        if held.award_id != award.pk or held.state != states.REFUSED:
            continue
        whole = was["state"] == states.ASSESSED and was["due"] is not None
        if whole and not Charge.objects.filter(claim=held, document__in=lost).exists():
            step(
                held, "revive_assessed", actor, text=reason, due=Decimal(was["due"]),
                due_capital=Decimal(was.get("capital", "0")), excess=Decimal(was["excess"]), reason=was["reason"], reason_en="",
                decided_at=datetime.fromisoformat(was["decided_at"]), decided_by_id=was["decided_by"],
            )  # fmt: skip
        elif not Claim.objects.filter(award=award, state__in=[states.DRAFT, *states.OPEN]).exists():
            step(held, "revive", actor, text=reason, reason="", reason_en="", decided_at=None, decided_by_id=None)
        else:
            continue  # one at a time is under review: it stays closed, with its reason
        found.append(held)
        tell(
            held, actor, "revived",
            Bilingual(f"Domanda di pagamento {held.register_number} riaperta", f"Claim {held.register_number} is open again"),
            Bilingual(f"La revoca è stata annullata. {reason.it}", f"The revocation was annulled. {reason.en}"),
        )  # fmt: skip
    revive_results(ResultReport.objects.filter(claim__award=award).exclude(claim__state__in=states.CLOSED))
    varied = revive_variations(actor, award, reason)
    note_object(award)
    note(claims=[row.pk for row in found], lost=len(lost), variations=varied)
    return found


def hold_documents(award: Award) -> list[int]:
    """Expense documents of an award that held no longer hold again; those presented for another award meanwhile do not: which."""
    rows = ExpenseDocument.objects.filter(award=award, holds=False)
    same = Q(identity=OuterRef("identity")) | (Q(tax_identity=OuterRef("tax_identity")) & ~Q(tax_identity=""))
    elsewhere = ExpenseDocument.objects.filter(same, holds=True)
    lost = list(rows.filter(Exists(elsewhere)).order_by("pk").values_list("pk", flat=True))
    rows.exclude(pk__in=lost).update(holds=True)
    return lost


def free_documents(award: Award, *, paid_too: bool = False) -> int:
    """Expense documents of an award that no payment stands on hold no longer: the same expense may be presented for another award.
    ``paid_too`` once what was paid on them came back. For a service at work; how many."""
    rows = ExpenseDocument.objects.filter(award=award, holds=True)
    if not paid_too:
        paid = Charge.objects.filter(document__award=award, claim__state=states.PAID).exclude(paid=ZERO)
        rows = rows.exclude(pk__in=paid.order_by().values("document"))
    return rows.update(holds=False)
