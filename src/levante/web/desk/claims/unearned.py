"""What the page of a last claim, and that of its award, say when less was earned than is awarded."""

from typing import Any

from levante.claims.api import (
    Claim,
    KeptAward,
    Reduction,
    carrying_states,
    earned_in_all,
    grounds_of,
    is_over,
    may_decide_on,
    may_keep,
    may_sign,
)
from levante.controls.api import Revocation
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO


def told_of(actor: Actor, claim: Claim, typed: dict[str, str] | None = None) -> dict[str, Any]:
    """What the page says of it; nothing of a claim after which more is to come, or that earned all."""
    if not is_over(claim):
        return {"redetermination": False}
    award, earned = claim.award, earned_in_all(claim)
    held = (
        Reduction.objects.select_related("document__file", "claim__award__act__call__office", "request")
        .filter(claim=claim)
        .first()
    )
    open_act = held is not None and held.state in carrying_states.REDUCING
    kept = KeptAward.objects.filter(claim=claim, earned=earned).first()
    lacks = award.amount - earned if award.is_in_force and not open_act else ZERO
    if held is None and kept is None and lacks <= 0:
        return {"redetermination": False}
    decides = bool(may_decide_on(actor, award))
    movable = held is not None and held.state in (carrying_states.DRAFTED, carrying_states.RETURNED)
    less = max(lacks, ZERO)
    return {
        "redetermination": True,
        "reduction": held,
        "kept": kept if less else None,
        "less": less,
        "earned": earned,
        "revoking": Revocation.objects.standing().filter(award=award).first() if less else None,
        "may_draft": decides and bool(less),
        "may_keep": bool(less) and bool(may_keep(actor, award, back=claim.excess > 0)),
        "may_revoke": actor.in_section(roles.CASE_OFFICER, roles.DIRECTOR),
        "may_sign": held is not None and held.state == carrying_states.DRAFTED and bool(may_sign(actor, held)),
        "may_retry": decides and held is not None and held.state == carrying_states.RETURNED,
        "may_give_up": decides and movable,
        "typed_act": {"grounds": grounds_of(claim, earned) if less else "", "reason": "", **(typed or {})},
    }
