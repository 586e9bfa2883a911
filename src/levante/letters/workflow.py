"""The life of a letter as a table."""

from levante.kernel.api import Transition, Workflow
from levante.kernel.pure import Bilingual
from levante.letters import states
from levante.letters.models import Letter
from levante.letters.policies import may_follow, may_machine
from levante.letters.states import CANCELLED, DELIVERED, DRAFT, NOT_DELIVERED, QUEUED, READY, SENT

LETTERS: Workflow[Letter] = Workflow(
    states.STATES,
    [
        Transition("finish", frozenset({DRAFT}), READY, Bilingual("Invia la lettera", "Send the letter"), may_follow),
        Transition(
            "cancel", frozenset({DRAFT, READY}), CANCELLED, Bilingual("Annulla la lettera", "Cancel the letter"), may_follow
        ),
        Transition("queue", frozenset({READY}), QUEUED, Bilingual("Metti in invio", "Queue"), may_machine),
        Transition("accept", frozenset({QUEUED}), SENT, Bilingual("Accettata dal gestore", "Accepted"), may_machine),
        Transition(
            "deliver", frozenset({QUEUED, SENT, NOT_DELIVERED}), DELIVERED, Bilingual("Consegnata", "Delivered"), may_machine
        ),
        Transition(
            "fail", frozenset({QUEUED, SENT}), NOT_DELIVERED, Bilingual("Non consegnata", "Not delivered"), may_machine
        ),
        Transition(
            "send_again", frozenset({NOT_DELIVERED}), QUEUED, Bilingual("Rinvia per PEC", "Send again by PEC"), may_follow
        ),
        Transition(
            "send_otherwise", frozenset({SENT, NOT_DELIVERED}), SENT,
            Bilingual("Spedisci in altro modo", "Send otherwise"), may_follow,
        ),
        Transition(
            "record_delivery", frozenset({SENT}), DELIVERED, Bilingual("Scrivi che è arrivata", "Write that it arrived"),
            may_follow,
        ),
        Transition(
            "record_return", frozenset({SENT}), NOT_DELIVERED, Bilingual("Scrivi che è tornata", "Write that it came back"),
            may_follow,
        ),
    ],
)  # fmt: skip
