"""Who may write a claim, send it, look into it and decide."""

from levante.applications.api import may_examine, may_read
from levante.claims import states
from levante.claims.carrying import awaits_acceptance
from levante.claims.models import Claim
from levante.grants.api import Award
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision

#: Roles that read and decide on claims: those that examine, and finance.
_NOT_YOURS = (
    "La tua delega non comprende le domande di pagamento di questa impresa.",
    "Your mandate does not cover the claims of this enterprise.",
)


def may_claim(actor: Actor, award: Award) -> Decision:
    """Begin a claim on an award in force: who acts for its enterprise, with a mandate that covers applications."""
    if actor.enterprise_id != award.enterprise_id or "apply" not in actor.scopes:
        return Decision.no(*_NOT_YOURS)
    if not award.is_in_force:
        return Decision.no(
            "La concessione non ha ancora effetto: la domanda di pagamento si fa dopo.",
            "The award has no effect yet: a claim comes after.",
        )
    if award.awaits_id is not None:
        return Decision.no(
            "L’impresa beneficiaria è stata fusa, divisa o ceduta: finché l’ufficio decide chi ne ha il posto non si chiedono pagamenti.",
            "A deed changed the beneficiary: no payment is asked for until the office decides who has its place.",
        )
    if award.is_suspended:
        return Decision.no(
            "La concessione è sospesa: finché lo è non si chiedono pagamenti.",
            "The award is suspended: no payment is asked for while it is.",
        )
    if awaits_acceptance(award):
        return Decision.no(
            "La concessione è da accettare: la domanda di pagamento si fa dopo.",
            "The award is to be accepted: a claim comes after.",
        )
    return Decision.yes()


def may_write(actor: Actor, claim: Claim) -> Decision:
    """Write in a claim that was not sent."""
    if actor.enterprise_id != claim.award.enterprise_id or "apply" not in actor.scopes:
        return Decision.no(*_NOT_YOURS)
    if claim.state != states.DRAFT:
        return Decision.no(
            "La domanda di pagamento è già stata inviata e non si può più cambiare.",
            "The claim was sent and cannot change.",
        )
    return Decision.yes()


def may_mend(actor: Actor, claim: Claim) -> Decision:
    """Bring the CUP that was missing on a document: in a draft, and while the office waits for documents."""
    if claim.state == states.INTEGRATION:
        return may_send(actor, claim)
    return may_write(actor, claim)


def may_send(actor: Actor, claim: Claim) -> Decision:
    if actor.enterprise_id != claim.award.enterprise_id or "submit" not in actor.scopes:
        return Decision.no(
            "La tua delega non comprende l’invio: può inviare il legale rappresentante o chi ha una delega per l’invio.",
            "Your mandate does not cover sending: the legal representative can send, or who holds a mandate for it.",
        )
    return Decision.yes()


def may_answer(actor: Actor, claim: Claim) -> Decision:
    """Answer what the office asked: who may send."""
    return may_send(actor, claim)


def may_review(actor: Actor, claim: Claim) -> Decision:
    """Look into a claim and decide on it: who examines the applications of its call, having declared that there is no conflict
    of interest about this one (art. 6-bis L. 241/1990)."""
    application = claim.award.application
    decision = may_examine(actor, application)
    return decision and may_read(actor, application) if decision else decision


def may_follow(actor: Actor, claim: Claim) -> Decision:
    """Move a claim on as it is verified as due and paid: the rooms that pay."""
    if actor.is_system or actor.in_section(roles.FINANCE, roles.DIRECTOR):
        return Decision.yes()
    return Decision.no("Lo dice chi paga.", "Those who pay say so.")
