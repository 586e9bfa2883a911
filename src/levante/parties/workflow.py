"""States and transitions of mandates and corrections."""

from collections.abc import Iterable

from levante.kernel.api import Missing, Transition, Workflow
from levante.kernel.pure import Bilingual
from levante.parties import policies
from levante.parties.models import Correction, Mandate


def _deed(mandate: Mandate) -> Iterable[Missing]:
    """A legal representative shows the deed that made one such; whoever acts for a firm abroad, the document that says so."""
    if not mandate.act and (mandate.kind == Mandate.LEGAL_REPRESENTATIVE or mandate.enterprise_id is None):
        yield Missing(Bilingual("l’atto di nomina", "the deed of appointment"), "act")


MANDATES: Workflow[Mandate] = Workflow(
    {
        Mandate.REQUESTED: Bilingual("richiesta", "requested"),
        Mandate.CONFIRMED: Bilingual("confermata", "confirmed"),
        Mandate.REFUSED: Bilingual("rifiutata", "refused"),
        Mandate.REVOKED: Bilingual("revocata", "revoked"),
    },
    [
        Transition(
            "confirm",
            frozenset({Mandate.REQUESTED}),
            Mandate.CONFIRMED,
            Bilingual("Conferma", "Confirm"),
            policies.may_decide_mandate,
            (_deed,),
        ),
        Transition(
            "refuse",
            frozenset({Mandate.REQUESTED}),
            Mandate.REFUSED,
            Bilingual("Rifiuta", "Refuse"),
            policies.may_decide_mandate,
        ),
        Transition(
            "revoke",
            frozenset({Mandate.CONFIRMED}),
            Mandate.REVOKED,
            Bilingual("Revoca", "Revoke"),
            policies.may_revoke_mandate,
        ),
    ],
)

CORRECTIONS: Workflow[Correction] = Workflow(
    {
        Correction.PROPOSED: Bilingual("in esame", "waiting for review"),
        Correction.ACCEPTED: Bilingual("accolta", "accepted"),
        Correction.REFUSED: Bilingual("respinta", "refused"),
        Correction.WITHDRAWN: Bilingual("ritirata", "withdrawn"),
    },
    [
        Transition(
            "accept",
            frozenset({Correction.PROPOSED}),
            Correction.ACCEPTED,
            Bilingual("Accogli", "Accept"),
            policies.may_review_correction,
        ),
        Transition(
            "refuse",
            frozenset({Correction.PROPOSED}),
            Correction.REFUSED,
            Bilingual("Respingi", "Refuse"),
            policies.may_review_correction,
        ),
        Transition(
            "withdraw",
            frozenset({Correction.PROPOSED}),
            Correction.WITHDRAWN,
            Bilingual("Ritira", "Withdraw"),
            policies.may_withdraw_correction,
        ),
    ],
)
