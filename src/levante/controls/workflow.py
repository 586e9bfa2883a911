"""The life of a revocation and of a recovery as tables; what is missing for a step is read here by the gate and by the page alike."""

from collections.abc import Iterable
from typing import Any

from levante.claims.api import Claim
from levante.controls import policies, states
from levante.controls.knowing import notice_not_known, request_not_known
from levante.controls.models import Annulment, Appeal, Recovery, Revocation
from levante.controls.states import (
    ANNULLED,
    ARCHIVED,
    CANCELLED,
    CLOSED,
    COLLECTION,
    DRAFTED,
    EFFECTIVE,
    HEARD,
    IN_DEFAULT,
    IN_INSTALMENTS,
    NOTICED,
    OWED,
    PROPOSED,
    RETURNED,
    SENT,
    TO_ASK,
    UNCOLLECTABLE,
)
from levante.kernel.api import Actor, Missing, Transition, Workflow, today
from levante.kernel.pure import Bilingual, Decision
from levante.programme.api import missing_document


def _system(actor: Actor, _thing: Any) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo fa il sistema.", "The system does it.")


def _heard(revocation: Revocation) -> Iterable[Missing]:
    """The enterprise had its days, and what it asked was answered."""
    if revocation.answer_by is not None and today() <= revocation.answer_by and not revocation.heard_at:
        day = f"{revocation.answer_by:%d/%m/%Y}"
        yield Missing(
            Bilingual(
                f"la risposta dell’impresa, o la fine del termine ({day})",
                f"the enterprise’s answer, or the end of its term ({day})",
            )
        )
    for paper in revocation.papers.filter(state=states.ASKED, kind__in=states.REQUESTS):
        yield Missing(
            Bilingual(
                f"la risposta alla {paper.kind_label.it} {paper.register_number}",
                f"the answer to the {paper.kind_label.en} {paper.register_number}",
            )
        )


def _notice_received(revocation: Revocation) -> Iterable[Missing]:
    """The enterprise knows of the procedure: its days run from receipt."""
    if Revocation.objects.filter(notice_not_known(), pk=revocation.pk).exists():
        yield Missing(
            Bilingual(
                "la consegna dell’avvio del procedimento (se la PEC non arriva, per altra via)",
                "the delivery of the notice of the procedure (by another way, if the PEC does not arrive)",
            )
        )


def _no_money_going(revocation: Revocation) -> Iterable[Missing]:
    """Of a whole award: no debt is verified and not paid, or the act could not have its effect."""
    if not revocation.is_whole:
        return
    for claim in Claim.objects.filter(award=revocation.award_id, state="liquidated").order_by("pk"):
        yield Missing(
            Bilingual(
                f"il pagamento della domanda {claim.register_number}, o il suo annullamento: è liquidata",
                f"the payment of claim {claim.register_number}, or its cancellation: it is verified as due",
            )
        )


def _not_stayed(recovery: Recovery) -> Iterable[Missing]:
    """No court suspended the revocation that it stands on (art. 55 c.p.a., for the administrative courts)."""
    if recovery.revocation_id is None:
        return
    for appeal in Appeal.objects.staying().filter(revocation=recovery.revocation_id).order_by("pk"):
        yield Missing(
            Bilingual(
                f"l’esito del ricorso {appeal.reference}: la revoca è sospesa",
                f"the outcome of the appeal {appeal.reference}: the revocation is suspended",
            )
        )


def _request_received(recovery: Recovery) -> Iterable[Missing]:
    """Who must pay knows of it: nothing is taken by force that never was asked."""
    if Recovery.objects.filter(request_not_known(), pk=recovery.pk).exists():
        yield Missing(
            Bilingual(
                "la consegna della richiesta all’impresa (se la PEC non arriva, per altra via)",
                "the delivery of the request to the enterprise (by another way, if the PEC does not arrive)",
            )
        )


def _paper_needed(revocation: Revocation) -> Iterable[Missing]:
    return missing_document(revocation.document)


REVOCATIONS: Workflow[Revocation] = Workflow(
    states.REVOCATIONS,
    [
        Transition(
            "notify", frozenset({DRAFTED}), NOTICED,
            Bilingual("Comunica l’avvio del procedimento", "Give notice of the procedure"), policies.may_work,
        ),
        Transition(
            "answer", frozenset({NOTICED}), HEARD, Bilingual("L’impresa ha risposto", "The enterprise answered"),
            policies.may_answer,
        ),
        Transition("expire", frozenset({NOTICED}), HEARD, Bilingual("Termine scaduto", "Term over"), _system),
        Transition(
            "reopen", frozenset({HEARD, PROPOSED}), NOTICED,
            Bilingual("L’impresa ha ancora tempo per rispondere", "The enterprise still has time to answer"), _system,
        ),
        Transition(
            "propose", frozenset({NOTICED, HEARD, PROPOSED}), PROPOSED,
            Bilingual("Scrivi l’atto di revoca", "Write the act of revocation"), policies.may_work,
            (_notice_received, _heard),
        ),
        Transition(
            "take_back", frozenset({PROPOSED}), HEARD, Bilingual("Ritira la proposta", "Take the proposal back"), policies.may_work,
        ),
        Transition(
            "send", frozenset({PROPOSED}), SENT, Bilingual("Firma e invia al sistema degli atti", "Sign and send to the system of acts"),
            policies.may_sign, (_paper_needed, _no_money_going),
        ),
        Transition("return", frozenset({SENT}), RETURNED, Bilingual("L’atto è tornato", "The act came back"), _system),
        Transition("refuse", frozenset({SENT}), HEARD, Bilingual("L’atto è stato rifiutato", "The act was refused"), _system),
        Transition(
            "take_effect", frozenset({RETURNED}), EFFECTIVE, Bilingual("Rendi efficace la revoca", "Let the revocation take effect"),
            policies.may_work,
        ),
        Transition(
            "redo", frozenset({RETURNED}), HEARD,
            Bilingual("Scrivi un altro atto al posto di questo", "Write another act in the place of this one"), policies.may_work,
        ),
        Transition(
            "archive", frozenset({DRAFTED, NOTICED, HEARD, PROPOSED}), ARCHIVED,
            Bilingual("Chiudi senza revoca", "Close without revocation"), policies.may_archive,
        ),
        Transition(
            "annul", frozenset({EFFECTIVE}), ANNULLED, Bilingual("Annullata in autotutela", "Annulled in self-protection"), _system,
        ),
    ],
)  # fmt: skip


def _annulment_paper(annulment: Annulment) -> Iterable[Missing]:
    return missing_document(annulment.document)


ANNULMENTS: Workflow[Annulment] = Workflow(
    states.ANNULMENTS,
    [
        Transition(
            "send", frozenset({PROPOSED}), SENT, Bilingual("Firma e invia al sistema degli atti", "Sign and send to the system of acts"),
            policies.may_sign_annulment, (_annulment_paper,),
        ),
        Transition("return", frozenset({SENT}), RETURNED, Bilingual("L’atto è tornato", "The act came back"), _system),
        Transition("refuse", frozenset({SENT}), PROPOSED, Bilingual("L’atto è stato rifiutato", "The act was refused"), _system),
        Transition(
            "take_effect", frozenset({RETURNED}), EFFECTIVE, Bilingual("Rendi efficace l’annullamento", "Let the annulment take effect"),
            policies.may_work_annulment,
        ),
        Transition(
            "give_up", frozenset({PROPOSED, RETURNED}), states.GIVEN_UP, Bilingual("Lascia la proposta", "Give the proposal up"),
            policies.may_work_annulment,
        ),
    ],
)  # fmt: skip

RECOVERIES: Workflow[Recovery] = Workflow(
    states.RECOVERIES,
    [
        Transition(
            "ask", frozenset({TO_ASK}), OWED, Bilingual("Chiedi la restituzione", "Ask for it back"), policies.may_recover,
            (_not_stayed,),
        ),
        Transition("grant", frozenset({OWED}), IN_INSTALMENTS, Bilingual("Concedi le rate", "Grant instalments"), policies.may_recover),
        Transition(
            "default", frozenset({IN_INSTALMENTS}), IN_DEFAULT,
            Bilingual("Troppe rate saltate", "Too many instalments missed"), _system, (_not_stayed,),
        ),
        Transition(
            "collect", frozenset({OWED, IN_DEFAULT}), COLLECTION,
            Bilingual("Passa alla riscossione coattiva", "Hand over to compulsory collection"), policies.may_recover,
            (_not_stayed, _request_received),
        ),
        Transition(
            "close", frozenset(states.PAYABLE), CLOSED,
            Bilingual("Tutto rientrato", "All came back"), _system,
        ),
        Transition(
            "write_off", frozenset({OWED, IN_DEFAULT, COLLECTION}), UNCOLLECTABLE,
            Bilingual("Dichiara inesigibile", "Declare it uncollectable"), policies.may_cancel,
        ),
        Transition(
            "cancel", frozenset({*states.OWING, CLOSED}), CANCELLED,
            Bilingual("Annulla il recupero", "Cancel the recovery"), policies.may_cancel,
        ),
    ],
)  # fmt: skip
