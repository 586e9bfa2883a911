"""The life of an application as a table. What is missing for a step is read here by the gate and by the screen alike."""

from collections.abc import Iterable

from levante.applications import policies, states
from levante.applications.checklists import before_admission, missing_checks
from levante.applications.gate import BESIDES
from levante.applications.group import is_group, standing_members
from levante.applications.models import Application
from levante.applications.states import (
    ADMITTED,
    DISCARDED,
    DRAFT,
    INTEGRATION,
    LAPSED,
    NOTICE,
    REJECTED,
    REVOKED,
    SEALED,
    SUBMITTED,
    UNDER_CHECK,
    WITHDRAWN,
)
from levante.kernel.api import Actor, Missing, Transition, Workflow, today
from levante.kernel.pure import Bilingual, Decision


def _answers_needed(application: Application) -> Iterable[Missing]:
    from levante.applications.reading import read_application

    for problem in read_application(application).problems:
        yield Missing(problem.sentence, problem.field)


def _amount_needed(application: Application) -> Iterable[Missing]:
    from levante.applications.reading import amount_of, why_no_amount

    why = why_no_amount(amount_of(application))
    if why is not None:
        yield Missing(why)


def _checks_needed(application: Application) -> Iterable[Missing]:
    """Every item of the checklists of the phases before has an outcome; the blocking ones are met."""
    for phase in before_admission(application):
        yield from missing_checks(application, phase)


def _group_stands(application: Application) -> Iterable[Missing]:
    """A group from which firms left is still one."""
    if not is_group(application):
        return
    least = int((application.opening.call.applicants.get("members") or {}).get("least", 2))
    count = len(standing_members(application))
    if count < least:
        yield Missing(
            Bilingual(
                f"almeno {least} imprese nel gruppo: ne restano {count}",
                f"at least {least} firms in the group: {count} are left",
            )
        )


def _no_open_request(application: Application) -> Iterable[Missing]:
    if any(request.state == "open" for request in application.integrations.all()):
        yield Missing(Bilingual("la risposta alla richiesta di integrazione", "the answer to the integration request"))


def _notice_heard(application: Application) -> Iterable[Missing]:
    """Ten days from the notice, or the observations of the enterprise (art. 10-bis L. 241/1990), where the call applies it."""
    if not application.opening.call.terms.get("notice_applies", True):
        return
    notice = application.notice
    if notice is not None and notice.accepted_at is not None:
        yield Missing(
            Bilingual(
                "un nuovo preavviso di rigetto (art. 10-bis L. 241/1990): le osservazioni sul precedente sono state accolte",
                "another pre-rejection notice (art. 10-bis L. 241/1990): the observations on the one before were accepted",
            )
        )
    elif notice is None:
        yield Missing(
            Bilingual(
                "il preavviso di rigetto (art. 10-bis L. 241/1990)",
                "the pre-rejection notice (art. 10-bis L. 241/1990)",
            )
        )
    elif notice.observed_at is None and _on_its_way(application):
        yield Missing(
            Bilingual(
                "la consegna del preavviso: i giorni per le osservazioni corrono dal ricevimento",
                "the delivery of the notice: the days for observations run from its receipt",
            )
        )
    elif notice.observed_at is None and today() <= notice.due_on:
        yield Missing(
            Bilingual(
                f"la scadenza del termine per le osservazioni, {notice.due_on:%d/%m/%Y}",
                f"the end of the term for observations, {notice.due_on:%d/%m/%Y}",
            )
        )


def _on_its_way(application: Application) -> bool:
    from levante.applications.letters import notice_not_received

    return notice_not_received(application)


def _may_undo(actor: Actor, application: Application) -> Decision:
    from levante.applications.undoing import may_undo

    return may_undo(actor, application)


def _by_act(actor: Actor, application: Application) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo fa l’atto di revoca, o che la annulla.", "The act of revocation does it, or what annuls it.")


#: What must be there before an application is sent, or sealed.
TO_SEND = (_answers_needed, _amount_needed, *BESIDES)

APPLICATIONS: Workflow[Application] = Workflow(
    states.STATES,
    [
        Transition(
            "submit", frozenset({DRAFT}), SUBMITTED, Bilingual("Invia la domanda", "Send the application"),
            policies.may_submit, TO_SEND,
        ),
        Transition(
            "seal", frozenset({DRAFT}), SEALED, Bilingual("Sigilla la domanda", "Seal the application"),
            policies.may_submit, TO_SEND,
        ),
        Transition(
            "unseal", frozenset({SEALED}), DRAFT, Bilingual("Togli il sigillo", "Take the seal off"), policies.may_unseal
        ),
        Transition(
            "receive", frozenset({SEALED}), SUBMITTED, Bilingual("Ricevi dal click day", "Receive from the click day"),
            policies.may_receive,
        ),
        Transition(
            "lapse", frozenset({SEALED}), LAPSED, Bilingual("Non inviata in tempo", "Not sent in time"),
            policies.may_receive,
        ),
        Transition(
            "discard", frozenset({DRAFT}), DISCARDED, Bilingual("Elimina la bozza", "Discard the draft"), policies.may_edit
        ),
        Transition(
            "withdraw", frozenset({SUBMITTED, UNDER_CHECK, INTEGRATION, NOTICE}), WITHDRAWN,
            Bilingual("Ritira la domanda", "Withdraw the application"), policies.may_withdraw,
        ),
        Transition(
            "take_in_charge", frozenset({SUBMITTED, UNDER_CHECK}), UNDER_CHECK,
            Bilingual("Prendi in carico", "Take in charge"), policies.may_examine,
        ),
        Transition(
            "take_over_integration", frozenset({INTEGRATION}), INTEGRATION,
            Bilingual("Prendi in carico", "Take in charge"), policies.may_examine,
        ),
        Transition(
            "take_over_notice", frozenset({NOTICE}), NOTICE,
            Bilingual("Prendi in carico", "Take in charge"), policies.may_examine,
        ),
        Transition(
            "request_integration", frozenset({UNDER_CHECK}), INTEGRATION,
            Bilingual("Chiedi un’integrazione", "Request an integration"), policies.may_work, (_no_open_request,),
        ),
        Transition(
            "answer_integration", frozenset({INTEGRATION}), UNDER_CHECK,
            Bilingual("Rispondi alla richiesta", "Answer the request"), policies.may_answer,
        ),
        Transition(
            "expire_integration", frozenset({INTEGRATION}), UNDER_CHECK,
            Bilingual("Prosegui senza risposta", "Go on without an answer"), policies.may_work,
        ),
        Transition(
            "give_notice", frozenset({UNDER_CHECK}), NOTICE,
            Bilingual("Invia il preavviso di rigetto", "Give the pre-rejection notice"), policies.may_work,
            (_no_open_request,),
        ),
        Transition(
            "observe", frozenset({NOTICE}), NOTICE,
            Bilingual("Invia osservazioni", "Send observations"), policies.may_answer,
        ),
        Transition(
            "resume", frozenset({NOTICE}), UNDER_CHECK,
            Bilingual("Accogli le osservazioni", "Accept the observations"), policies.may_work,
        ),
        Transition(
            "admit", frozenset({UNDER_CHECK}), ADMITTED, Bilingual("Ammetti", "Admit"), policies.may_work,
            (_checks_needed, _no_open_request, _group_stands),
        ),
        Transition(
            "undo", frozenset({ADMITTED, REJECTED}), UNDER_CHECK,
            Bilingual("Ritira la decisione", "Take the decision back"), _may_undo,
        ),
        Transition(
            "undo_to_notice", frozenset({REJECTED}), NOTICE,
            Bilingual("Ritira la decisione", "Take the decision back"), _may_undo,
        ),
        Transition(
            "renounce", frozenset({ADMITTED}), WITHDRAWN, Bilingual("Rinuncia", "Renounce"), policies.may_submit
        ),
        Transition(
            "revoke", frozenset({ADMITTED}), REJECTED,
            Bilingual("Dichiara la decadenza", "Take the admission back"), policies.may_work,
        ),
        Transition(
            "end_place", frozenset({ADMITTED}), REVOKED, Bilingual("Contributo revocato", "Grant revoked"), _by_act,
        ),
        Transition(
            "give_place_back", frozenset({REVOKED}), ADMITTED,
            Bilingual("Revoca annullata", "Revocation annulled"), _by_act,
        ),
        Transition(
            "reject", frozenset({UNDER_CHECK, NOTICE}), REJECTED, Bilingual("Respingi", "Reject"), policies.may_work,
            (_no_open_request, _notice_heard),
        ),
    ],
)  # fmt: skip
