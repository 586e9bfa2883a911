"""Who runs a click day."""

from levante.calls.api import Opening
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision

#: Who prepares, rehearses and closes: the direction, and who works the call, in its office or in the Section.
RUNNERS = (roles.DIRECTOR, roles.CASE_OFFICER)


def may_run_intake(actor: Actor, opening: Opening | None = None) -> Decision:
    """Prepare, rehearse and close the click day of an opening; without one, a rehearsal of the lane alone."""
    if actor.in_section(*RUNNERS):
        return Decision.yes()
    if opening is not None and actor.has_role(*RUNNERS, office=opening.call.office.code):
        return Decision.yes()
    return Decision.no(
        "Il click day spetta all’ufficio che gestisce il bando.", "The click day is for the office of the call."
    )
