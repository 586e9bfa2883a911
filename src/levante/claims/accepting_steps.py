"""One step of an acceptance: the row locked, the table asked, the enterprise told."""

from levante.applications.api import tell_people
from levante.claims.carrying import ACCEPTANCES
from levante.claims.models_carrying import Acceptance
from levante.kernel.api import Actor, note, note_object, require
from levante.kernel.pure import Bilingual


def locked_acceptance(acceptance_id: int) -> Acceptance:
    """The acceptance under a lock, with what its award and its people need."""
    rows = Acceptance.objects.select_for_update(of=("self",)).select_related(
        "award__application__opening__call__office", "award__application__enterprise", "award__enterprise", "award__aid"
    )
    held: Acceptance = rows.get(pk=acceptance_id)
    return held


def acceptance_step(held: Acceptance, name: str, actor: Actor, **values: object) -> Acceptance:
    """Make a transition of the table on a locked acceptance, with what it writes beside the state."""
    require(ACCEPTANCES.may(name, actor, held, state=held.state))
    held.state = ACCEPTANCES.transitions[name].target
    for field, value in values.items():
        setattr(held, field, value)
    held.save(update_fields=["state", *values])
    note(transition=name)
    note_object(held)
    return held


def tell_acceptance(
    held: Acceptance, actor: Actor, kind: str, title: Bilingual, body: Bilingual, once: str = ""
) -> None:
    """Tell the people of the enterprise; once for each ``once``."""
    tell_people(
        actor,
        held.award.application,
        kind=f"acceptance-{kind}",
        title=title,
        body=body,
        subject=f"acceptance:{held.pk}:{kind}:{once}",
        enterprise_id=held.award.enterprise_id,
        path=f"/impresa/concessioni/{held.award_id}/accettazione/",
    )
