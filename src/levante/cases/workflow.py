"""The life of a case as a table: the gate of the services and the buttons of the screens read the same rows."""

from levante.cases import policies, states
from levante.cases.models import Case
from levante.cases.states import (
    ACCEPTED,
    ANSWERED,
    ASSIGNED,
    CLOSED,
    RECEIVED,
    REFERRED,
    REFUSED,
    REOPENED,
)
from levante.kernel.api import Transition, Workflow
from levante.kernel.pure import Bilingual

CASES: Workflow[Case] = Workflow(
    states.STATES,
    [
        Transition(
            "assign",
            frozenset({RECEIVED, ASSIGNED, REFUSED, REOPENED, ACCEPTED}),
            ASSIGNED,
            Bilingual("Prendi in carico", "Take"),
            policies.may_assign,
        ),
        Transition(
            "refer",
            frozenset({ASSIGNED, REFUSED, REOPENED}),
            REFERRED,
            Bilingual("Invia a un’agenzia", "Refer to an agency"),
            policies.may_refer,
        ),
        Transition(
            "accept", frozenset({REFERRED}), ACCEPTED, Bilingual("Accetta", "Accept"), policies.may_decide_referral
        ),
        Transition(
            "refuse", frozenset({REFERRED}), REFUSED, Bilingual("Non accettare", "Refuse"), policies.may_decide_referral
        ),
        Transition(
            "answer",
            frozenset({ASSIGNED, ACCEPTED, REFUSED, REOPENED, ANSWERED}),
            ANSWERED,
            Bilingual("Rispondi", "Answer"),
            policies.may_work,
        ),
        Transition(
            "close",
            frozenset({RECEIVED, ASSIGNED, ACCEPTED, REFUSED, ANSWERED, REOPENED}),
            CLOSED,
            Bilingual("Chiudi", "Close"),
            policies.may_close,
        ),
        Transition(
            "reopen", frozenset({ANSWERED, CLOSED}), REOPENED, Bilingual("Riapri", "Reopen"), policies.may_reopen
        ),
    ],
)
