"""One step of a claim: the row locked, the table asked, the moment written, the enterprise told."""

from typing import Any

from levante.applications.api import tell_people
from levante.claims.models import Claim, ClaimEvent
from levante.claims.workflow import CLAIMS
from levante.kernel.api import Actor, note, now, require
from levante.kernel.pure import Bilingual


def locked(claim_id: int) -> Claim:
    """The claim under a lock, with what its money, its office and its people need."""
    rows = Claim.objects.select_for_update(of=("self",)).select_related(
        "award__act__call__office",
        "award__application__opening__call__office",
        "award__application__form",
        "award__application__enterprise",
        "award__enterprise",
        "award__aid",
    )
    return rows.get(pk=claim_id)


def step(claim: Claim, name: str, actor: Actor, *, text: Bilingual | None = None, **values: Any) -> Claim:
    """Make a transition of the table on a locked claim, with what it writes beside the state."""
    require(CLAIMS.may(name, actor, claim, state=claim.state))
    before, claim.state = claim.state, CLAIMS.transitions[name].target
    for field, value in values.items():
        setattr(claim, field, value)
    claim.save(update_fields=["state", *values])
    write_event(claim, name, actor, before=before, text=text)
    note(transition=name, number=claim.register_number or "")
    return claim


def write_event(
    claim: Claim, kind: str, actor: Actor, *, before: str = "", text: Bilingual | None = None
) -> ClaimEvent:
    return ClaimEvent.objects.create(
        claim=claim,
        at=now(),
        kind=kind,
        from_state=before,
        to_state=claim.state if before else "",
        text_it=text.it if text else "",
        text_en=text.en if text else "",
        user_id=actor.user_id,
    )


def tell(claim: Claim, actor: Actor, kind: str, title: Bilingual, body: Bilingual, *, once: str = "") -> None:
    """Tell the people of the enterprise; once for each ``once``."""
    tell_people(
        actor,
        claim.award.application,
        kind=f"claim-{kind}",
        title=title,
        body=body,
        subject=f"claim:{claim.pk}:{kind}:{once}",
        enterprise_id=claim.award.enterprise_id,
        path=f"/impresa/rendicontazioni/{claim.pk}/",
    )
