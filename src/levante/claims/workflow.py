"""The life of a claim as a table; what is missing for a step is read here by the gate and by the page alike."""

from collections.abc import Iterable

from levante.claims import policies, states
from levante.claims.gate import missing_to_assess, missing_to_send
from levante.claims.lower_plans import beyond_plan
from levante.claims.models import Claim
from levante.claims.reading import earlier_open
from levante.claims.states import (
    ASSESSED,
    DISCARDED,
    DRAFT,
    INTEGRATION,
    LIQUIDATED,
    PAID,
    REFUSED,
    REVIEW,
    SENT,
)
from levante.kernel.api import Actor, Missing, Transition, Workflow
from levante.kernel.pure import Bilingual, Decision


def _system(actor: Actor, _claim: Claim) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo fa il sistema, quando il termine è passato.", "The system does it, once the term is over.")


def _revoked(actor: Actor, _claim: Claim) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo fa l’atto di revoca.", "The act of revocation does it.")


def _not_suspended(claim: Claim) -> Iterable[Missing]:
    if claim.award.awaits_id is not None:
        yield Missing(
            Bilingual(
                "che l’ufficio decida chi ha il posto dell’impresa beneficiaria",
                "that the office decides who has the place of the beneficiary",
            )
        )
    if claim.award.is_suspended:
        yield Missing(
            Bilingual("la fine della sospensione della concessione", "the end of the suspension of the award")
        )


def _after_the_earlier(claim: Claim) -> Iterable[Missing]:
    """What it is due stands on what the earlier ones left of the limits."""
    number = earlier_open([claim]).get(claim.pk)
    if number:
        yield Missing(
            Bilingual(
                f"la nuova verifica della domanda precedente {number}",
                f"the new review of the earlier claim {number}",
            )
        )


def _within_plan(claim: Claim) -> Iterable[Missing]:
    """A lower plan that was approved since leaves what it is due."""
    beyond = beyond_plan([claim]).get(claim.pk)
    if beyond is not None:
        yield Missing(
            Bilingual(f"una nuova verifica: {beyond.words.it}", f"another review: {beyond.words.en}"),
        )


def _to_send(claim: Claim) -> Iterable[Missing]:
    return missing_to_send(claim)


def _to_assess(claim: Claim) -> Iterable[Missing]:
    return missing_to_assess(claim)


CLAIMS: Workflow[Claim] = Workflow(
    states.STATES,
    [
        Transition(
            "discard",
            frozenset({DRAFT}),
            DISCARDED,
            Bilingual("Elimina la bozza", "Discard the draft"),
            policies.may_write,
        ),
        Transition("drop", frozenset({DRAFT}), DISCARDED, Bilingual("Concessione revocata", "Award revoked"), _revoked),
        Transition(
            "end",
            frozenset({SENT, REVIEW, INTEGRATION, ASSESSED}),
            REFUSED,
            Bilingual("Concessione revocata", "Award revoked"),
            _revoked,
        ),
        Transition(
            "revive", frozenset({REFUSED}), REVIEW, Bilingual("Revoca annullata", "Revocation annulled"), _revoked
        ),
        Transition(
            "revive_assessed",
            frozenset({REFUSED}),
            ASSESSED,
            Bilingual("Revoca annullata", "Revocation annulled"),
            _revoked,
        ),
        Transition("send", frozenset({DRAFT}), SENT, Bilingual("Invia", "Send"), policies.may_send, (_to_send,)),
        Transition(
            "take", frozenset({SENT}), REVIEW, Bilingual("Prendi in carico", "Take it in charge"), policies.may_review
        ),
        Transition(
            "ask",
            frozenset({REVIEW}),
            INTEGRATION,
            Bilingual("Chiedi integrazioni", "Ask for documents"),
            policies.may_review,
        ),
        Transition("answer", frozenset({INTEGRATION}), REVIEW, Bilingual("Rispondi", "Answer"), policies.may_answer),
        Transition("expire", frozenset({INTEGRATION}), REVIEW, Bilingual("Termine scaduto", "Term over"), _system),
        Transition(
            "assess",
            frozenset({REVIEW}),
            ASSESSED,
            Bilingual("Chiudi la verifica", "Close the review"),
            policies.may_review,
            (_to_assess,),
        ),
        Transition(
            "refuse",
            frozenset({REVIEW}),
            REFUSED,
            Bilingual("Non accogliere", "Do not grant"),
            policies.may_review,
        ),
        Transition(
            "reopen",
            frozenset({ASSESSED}),
            REVIEW,
            Bilingual("Riapri la verifica", "Open the review again"),
            policies.may_review,
        ),
        Transition(
            "liquidate",
            frozenset({ASSESSED}),
            LIQUIDATED,
            Bilingual("Liquidata", "Verified as due"),
            policies.may_follow,
            (_not_suspended, _after_the_earlier, _within_plan),
        ),
        Transition(
            "unliquidate",
            frozenset({LIQUIDATED}),
            ASSESSED,
            Bilingual("Liquidazione annullata", "No longer verified as due"),
            policies.may_follow,
        ),
        Transition("pay", frozenset({LIQUIDATED}), PAID, Bilingual("Pagata", "Paid"), policies.may_follow),
        Transition(
            "unpay",
            frozenset({PAID}),
            LIQUIDATED,
            Bilingual("Pagamento tornato indietro", "The payment came back"),
            policies.may_follow,
        ),
    ],
)
