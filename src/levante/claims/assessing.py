"""The end of a review: what is due of the grant, or why nothing is; and what those who pay say afterwards."""

from datetime import date
from decimal import Decimal

from levante.claims import states
from levante.claims.models import Claim
from levante.claims.moving import locked, step, tell
from levante.claims.paying import share_payments
from levante.claims.reading import keep_counts, reckon
from levante.claims.reopening import locked_after, reckon_after
from levante.claims.results import drop_results
from levante.kernel.api import Actor, note, now, refuse, service, unchanged
from levante.kernel.pure import ZERO, Bilingual, euro, format_euro, money_text, steps_as_json
from levante.law.wording import day_text


@service("claims.assess_claim")
def assess_claim(*, actor: Actor, claim: Claim, reason: str = "") -> Claim:
    """Close the review: what is due is reckoned on what is kept, within the limits, and the claim waits to be verified as due. When less is
    due than was asked the enterprise is told why, cut by cut. Claims assessed after it, when it was opened again, are reckoned again."""
    held = locked(claim.pk)
    if held.state == states.ASSESSED:
        return unchanged(held)
    later = locked_after(held)
    reckoned = reckon(held, kept=True)
    keep_counts(held, reckoned.earned, kept=True)
    due = reckoned.due
    step(
        held, "assess", actor, due=due.amount, due_capital=due.capital, excess=due.excess, steps=steps_as_json(due.steps),
        reason=reason.strip(), decided_at=now(), decided_by_id=actor.user_id,
    )  # fmt: skip
    note(due=money_text(due.amount), capital=money_text(due.capital), excess=money_text(due.excess))
    asked = held.asked or ZERO
    less = Bilingual("", "")
    if due.amount < asked:
        why = _cuts(held)
        less = Bilingual(
            f" Avevi chiesto {format_euro(asked)}. {why.it}", f" You had asked for {format_euro(asked, 'en')}. {why.en}"
        )
    back = Bilingual("", "")
    if due.excess:
        back = Bilingual(
            f" Hai ricevuto {format_euro(due.excess)} più di quanto spetta: l’ufficio ti scriverà come restituirli.",
            f" You received {format_euro(due.excess, 'en')} more than is due: the office will write how to give them back.",
        )
    what = Bilingual("Non ti spetta altro.", "Nothing more is due to you.")
    then = Bilingual("", "")
    if due.amount:
        what = Bilingual(f"Ti spettano {format_euro(due.amount)}.", f"{format_euro(due.amount, 'en')} are due to you.")
        then = Bilingual(" Seguono la liquidazione e il pagamento.", " Verification as due and payment follow.")
    tell(
        held,
        actor,
        "assessed",
        Bilingual(
            f"Domanda di pagamento {held.register_number} verificata", f"Claim {held.register_number} was reviewed"
        ),
        Bilingual(
            f"{what.it}{less.it}{back.it}{then.it}",
            f"{what.en}{less.en}{back.en}{then.en}",
        ),
        once=held.decided_at.isoformat() if held.decided_at else "",
    )
    reckon_after(actor, held, later)
    if later or (not held.due and held.mode != "advance"):  # what an advance paid before is of these costs too
        share_payments(held.award_id)
    return held


def said_of_cuts(claim: Claim) -> str:
    """Why the officer cut, each reason once; empty where nothing was said."""
    said = [row.reason for row in claim.charges.exclude(reason="").order_by("pk")]
    said += [row.reason for row in claim.costs.exclude(reason="").order_by("pk")]
    return "; ".join(dict.fromkeys(said))[:1500]


def _cuts(claim: Claim) -> Bilingual:
    """The reasons of the cuts, in the officer's words; and that limits count."""
    words = said_of_cuts(claim)
    return Bilingual(
        f"Motivi: {words}." if words else "Contano i limiti del bando: il conto è nella pagina della domanda.",
        f"Reasons: {words}." if words else "The limits of the call count: the reckoning is on the claim’s page.",
    )


@service("claims.refuse_claim")
def refuse_claim(*, actor: Actor, claim: Claim, reason: str) -> Claim:
    """Grant nothing of a claim, with the reason. Its documents are free: another claim of the award may have them."""
    held = locked(claim.pk)
    if not reason.strip():
        refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    later = locked_after(held)
    step(held, "refuse", actor, reason=reason.strip(), decided_at=now(), decided_by_id=actor.user_id)
    drop_results(held.results.all())
    tell(
        held,
        actor,
        "refused",
        Bilingual(
            f"Domanda di pagamento {held.register_number} non accolta", f"Claim {held.register_number} was not granted"
        ),
        Bilingual(f"Motivi: {held.reason}", f"Reasons: {held.reason}"),
    )
    reckon_after(actor, held, later)
    if later:
        share_payments(held.award_id)
    return held


# -- what those who pay say


@service("claims.claim_liquidated")
def claim_liquidated(*, actor: Actor, claim: Claim) -> Claim:
    """The debt is verified by act: the claim changes no more, and waits to be paid."""
    held = locked(claim.pk)
    if held.state == states.LIQUIDATED:
        return unchanged(held)
    if not held.due:
        refuse("Non spetta nulla: non c’è nulla da liquidare.", "Nothing is due: there is nothing to verify.")
    return step(held, "liquidate", actor)


@service("claims.claim_unliquidated")
def claim_unliquidated(*, actor: Actor, claim: Claim, reason: Bilingual) -> Claim:
    """The act was cancelled or refused: the claim waits again."""
    held = locked(claim.pk)
    if held.state == states.ASSESSED:
        return unchanged(held)
    step(held, "unliquidate", actor, text=reason)
    tell(
        held,
        actor,
        "unliquidated",
        Bilingual(
            f"Domanda di pagamento {held.register_number}: liquidazione annullata",
            f"Claim {held.register_number}: no longer verified as due",
        ),
        Bilingual(
            f"{reason.it}. La domanda resta verificata: un altro atto può liquidarla.",
            f"{reason.en}. The claim stays assessed: another act can verify it as due.",
        ),
        once=now().isoformat(),
    )
    return held


@service("claims.claim_paid")
def claim_paid(*, actor: Actor, claim: Claim, on: date, amount: Decimal) -> Claim:
    """A payment was executed: ``amount`` is gross, of the grant. What is paid is shared among what was admitted of the award."""
    held = locked(claim.pk)
    if held.state == states.PAID:
        return unchanged(held)
    exact = euro(amount)
    if exact != held.due:
        refuse(
            f"Spettano {format_euro(held.due or ZERO)}: non se ne possono pagare {format_euro(exact)}.",
            f"{format_euro(held.due or ZERO, 'en')} are due: {format_euro(exact, 'en')} cannot be paid.",
        )
    day = day_text(on)
    step(held, "pay", actor, text=day, paid=exact)
    share_payments(held.award_id)
    tell(
        held,
        actor,
        "paid",
        Bilingual(f"Domanda di pagamento {held.register_number} pagata", f"Claim {held.register_number} was paid"),
        Bilingual(f"Pagati {format_euro(exact)} il {day.it}.", f"{format_euro(exact, 'en')} paid on {day.en}."),
        once=on.isoformat(),
    )
    return held


@service("claims.claim_payment_returned")
def claim_payment_returned(*, actor: Actor, claim: Claim, reason: Bilingual) -> Claim:
    """The bank gave the payment back: it is to be paid again."""
    held = locked(claim.pk)
    if held.state == states.LIQUIDATED and not held.paid:
        return unchanged(held)
    step(held, "unpay", actor, text=reason, paid=ZERO)
    share_payments(held.award_id)
    return held
