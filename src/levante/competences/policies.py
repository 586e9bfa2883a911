"""Who may take a check-up for an enterprise."""

from levante.kernel.api import Actor
from levante.kernel.pure import Decision


def may_assess(actor: Actor) -> Decision:
    if actor.enterprise_id is not None and "apply" in actor.scopes:
        return Decision.yes()
    return Decision.no(
        "Il check-up lo salva chi agisce per l’impresa con una delega a compilare.",
        "The check-up is saved by who acts for the enterprise with a mandate to fill in.",
    )
