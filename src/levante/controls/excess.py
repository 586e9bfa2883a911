"""What was paid over what the review of a claim found to be earned: it is asked back on an act, by who pays, after who examines."""

from django.db.models import Exists, OuterRef, QuerySet

from levante.claims.api import Claim, KeptAward, act_awaited, kept_of, settled_by_act
from levante.controls import policies, states
from levante.controls.models import Recovery
from levante.controls.moving import write_event
from levante.controls.paid import collector_of, excesses, paid_in_all, parts_as_json, parts_to_return
from levante.grants.api import Award
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, format_euro, money_text
from levante.law import parameters
from levante.payments.api import LiquidationRow, own


def excesses_to_ask(actor: Actor) -> "QuerySet[Claim]":
    """Of the claims with money to be given back that nobody made a recovery of, those whose act is there and that the body of this person
    paid: another does not ask it back."""
    theirs = LiquidationRow.objects.filter(own(actor, path="liquidation__paid_by"), claim__award=OuterRef("award"))
    return settled_by_act(excesses().filter(Exists(theirs.filter(state="paid"))))


def excess_awaits(claim: Claim) -> Bilingual | None:
    """What is missing before what a claim had too much is asked back, and whose turn it is; None where nothing is, or nothing is left to
    ask."""
    if claim.excess <= 0 or claim.state != "assessed" or _known(claim) is not None:
        return None
    return _missing(claim)


def _missing(claim: Claim) -> Bilingual | None:
    """Whether an award left as it is will do is of the data (``recovery.excess.stands_on``, to be confirmed)."""
    told = act_awaited(claim)
    if told is None and kept_of(claim) is not None and not _kept_will_do():
        return Bilingual(
            "La concessione è stata lasciata com’è: per chiedere le somme serve l’atto che la ridetermina.",
            "The award was left as it is: to ask for the money it takes the act that brings it down.",
        )
    return told


def _kept_will_do() -> bool:
    return "kept" in parameters.value("recovery.excess.stands_on", on=today()).value


def _known(claim: Claim) -> Recovery | None:
    return Recovery.objects.filter(claim=claim).exclude(closing_kind=states.NOT_DUE).first()


@service("controls.recover_excess")
def recover_excess(*, actor: Actor, claim: Claim) -> Recovery:
    """More was paid than the review of a claim found to be earned: it is to come back, on the act that brought the award down to what was
    earned (or on that of the award, where it was left as it is: the reason is cited). The second click gives the same recovery; after one
    that was never due it is asked again."""
    award = Award.objects.select_for_update(of=("self",)).select_related(
        "act__programme_act", "application", "reduced_by"
    ).get(pk=claim.award_id)  # fmt: skip
    known = _known(claim)
    if known is not None:
        return unchanged(known)
    if claim.excess <= 0 or claim.state != "assessed":
        refuse("Questa domanda non ha somme da restituire.", "This claim has no money to be given back.")
    claim.award = award
    missing = _missing(claim)
    if missing is not None:
        refuse(missing.it, missing.en)
    if paid_in_all(award) < claim.excess:
        refuse("È stato pagato meno di quanto va restituito.", "Less was paid than must come back.")
    kept: KeptAward | None = kept_of(claim)
    act = award.act.programme_act if kept is not None else award.reduced_by or award.act.programme_act
    made = Recovery(
        award=award, claim=claim, principal=claim.excess, parts=parts_as_json(parts_to_return(award, claim.excess)),
        act=act, kept_award=kept, collected_by=collector_of(award), created_at=now(), is_demo=award.act.is_demo,
    )  # fmt: skip
    require(policies.may_recover(actor, made))
    made.save()
    words = Bilingual(
        f"Da restituire: {format_euro(claim.excess)}", f"To be given back: {format_euro(claim.excess, 'en')}"
    )
    write_event(made, actor, words)
    note(claim=claim.pk, amount=money_text(claim.excess))
    return made
