"""What an office does with an application, one service per row of the workflow, and what the enterprise answers."""

from decimal import Decimal
from typing import Any

from levante.applications import policies
from levante.applications.checklists import OPEN_IN, PHASES, items_of
from levante.applications.drafts import locked
from levante.applications.letters import sentence
from levante.applications.models import (
    Application,
    Attachment,
    CheckOutcome,
    IntegrationRequest,
    RejectionNotice,
)
from levante.applications.moving import move, ready
from levante.applications.terms import notice_pauses, notice_term, term_from
from levante.documents.api import store_upload
from levante.kernel.api import Actor, day_of, note, note_object, now, refuse, require, service, today
from levante.kernel.pure import Bilingual, euro, money_text, steps_as_json
from levante.law import parameters
from levante.register.api import append_entry


@service("applications.record_formal_check")
def record_formal_check(
    *,
    actor: Actor,
    application: Application,
    item: str,
    outcome: str,
    text: str = "",
    source: str = "",
    phase: str = "formal",
) -> CheckOutcome:
    """Write the outcome of an item of a checklist of the call (``formal``, ``merit`` or ``award``): met, not_met, to_integrate,
    not_applicable; all but the first are explained in ``text``. Writing it again replaces it; the audit keeps both."""
    current = locked(application.pk)
    require(policies.may_work(actor, current))
    if phase not in PHASES:
        refuse("Questa fase non c’è.", "There is no such phase.", field="phase")
    if current.state not in OPEN_IN[phase]:
        refuse("La verifica si fa quando la pratica è in istruttoria.", "Checks are made while the file is examined.")
    if item not in {entry["code"] for entry in items_of(current, phase)}:
        refuse("Questa verifica non è nella lista del bando.", "This check is not in the call’s list.", field="item")
    if outcome not in dict(CheckOutcome.OUTCOMES):
        refuse("Scegli un esito.", "Choose an outcome.", field="outcome")
    if outcome != "met" and not text.strip():
        refuse("Spiega l’esito con una nota.", "Explain the outcome with a note.", field="text")
    before = current.checks.filter(phase=phase, item=item).values_list("outcome", flat=True).first()
    check, _ = CheckOutcome.objects.update_or_create(
        application=current,
        phase=phase,
        item=item,
        defaults={
            "outcome": outcome,
            "note": text.strip(),
            "source": source.strip(),
            "checked_at": now(),
            "checked_by_id": actor.user_id,
        },
    )
    note_object(current)
    note(number=current.number, phase=phase, item=item, outcome=outcome, before=before)
    return check


@service("applications.request_integration")
def request_integration(
    *, actor: Actor, application: Application, items: list[dict[str, str]], text: str, days: int | None = None
) -> IntegrationRequest:
    """Ask the enterprise for what is missing (soccorso istruttorio, art. 6(1)(b) L. 241/1990): what, why, by when.

    ``items`` are ``{code?, it, en}``. ``days`` are those of the call when not given. The last day is reckoned with the
    terms of the law; the first request suspends the procedure's own term, once (art. 2(7)).
    """
    current = ready(application, "request_integration", actor)
    wanted = [
        {"code": str(item.get("code", "")), "it": item["it"].strip(), "en": (item.get("en") or item["it"]).strip()}
        for item in items
        if item.get("it", "").strip()
    ]
    if not wanted or not text.strip():
        refuse("Scrivi che cosa manca e perché lo chiedi.", "Write what is missing and why.", field="items")
    allowed = int(current.opening.call.terms.get("integration_days", 10))
    length = allowed if days is None else days
    most = parameters.value("procedure.suspension.most_days", on=today()).value
    if not 1 <= length <= most:
        refuse(
            f"I giorni per rispondere vanno da 1 a {most}.", f"The days to answer go from 1 to {most}.", field="days"
        )
    due, steps = term_from(today(), length)
    request = IntegrationRequest.objects.create(
        application=current,
        items=wanted,
        text=text.strip(),
        days=length,
        suspends=not current.integrations.filter(suspends=True).exists(),
        requested_at=now(),
        requested_by_id=actor.user_id,
        due_on=due,
        steps=steps_as_json(steps),
    )
    move(
        current, "request_integration", actor,
        text=Bilingual(f"Rispondi entro il {due:%d/%m/%Y}.", f"Answer by {due:%d/%m/%Y}."),
        data={"due_on": due.isoformat(), "days": length},
    )  # fmt: skip
    current.save(update_fields=["state"])
    note_object(current)
    return request


@service("applications.answer_integration")
def answer_integration(
    *, actor: Actor, application: Application, text: str, uploads: list[Any] | None = None
) -> IntegrationRequest:
    """Answer the open request, with words, documents or both; the answer is registered and the term runs again."""
    current = ready(application, "answer_integration", actor)
    request: IntegrationRequest = current.integrations.select_for_update().get(state=IntegrationRequest.OPEN)
    if not text.strip() and not uploads:
        refuse("Scrivi la risposta o allega un documento.", "Write the answer or attach a document.", field="text")
    if today() > request.due_on:
        refuse(
            f"Il termine per rispondere è scaduto il {request.due_on:%d/%m/%Y}.",
            f"The term to answer ended on {request.due_on:%d/%m/%Y}.",
        )
    files = _attach(actor, current, uploads, field="integration", integration=request)
    number = _register(
        actor, current, "integration_answered", f"integration:{request.pk}", text, files, request=request.pk
    )
    request.state = IntegrationRequest.ANSWERED
    request.answer = text.strip()
    request.answered_at = now()
    request.answered_by_id = actor.user_id
    request.number = number
    request.save(update_fields=["state", "answer", "answered_at", "answered_by", "number"])
    move(current, "answer_integration", actor, data={"number": number, "files": len(files)})
    current.save(update_fields=["state"])
    note_object(current)
    return request


def _attach(
    actor: Actor, application: Application, uploads: list[Any] | None, *, field: str, **answers: Any
) -> list[dict[str, str]]:
    """The documents of an answer, each after looking at its content; their names and hashes, as its register entry says them."""
    files = []
    for upload in uploads or []:
        file = store_upload(actor=actor, upload=upload, purpose="attachment", enterprise_id=application.enterprise_id)
        Attachment.objects.create(application=application, field=field, file=file, **answers)
        files.append({"name": file.name, "sha256": file.sha256})
    return files


def _register(
    actor: Actor, application: Application, kind: str, key: str, text: str, files: list[dict[str, str]], **about: int
) -> str:
    """The register entry of an answer of the enterprise (``about``: to what, by id), once by its ``key``; its public number."""
    receipt = append_entry(
        actor=actor,
        log="applications",
        kind=f"application.{kind}",
        subject=f"application:{application.pk}",
        payload={"application": application.pk, **about, "text": text.strip(), "files": files},
        idempotency_key=key,
    )
    return receipt.public_number


@service("applications.expire_integration")
def expire_integration(*, actor: Actor, application: Application) -> Application:
    """Go on with what there is, once the days to answer have passed."""
    current = ready(application, "expire_integration", actor)
    request = current.integrations.select_for_update().get(state=IntegrationRequest.OPEN)
    if today() <= request.due_on:
        refuse(
            f"L’impresa può ancora rispondere, fino al {request.due_on:%d/%m/%Y}.",
            f"The enterprise can still answer, until {request.due_on:%d/%m/%Y}.",
        )
    request.state = IntegrationRequest.EXPIRED
    request.save(update_fields=["state"])
    move(current, "expire_integration", actor)
    current.save(update_fields=["state"])
    return current


@service("applications.give_rejection_notice")
def give_rejection_notice(*, actor: Actor, application: Application, reasons: str) -> RejectionNotice:
    """Tell the enterprise, before rejecting, the reasons that stand against (art. 10-bis L. 241/1990): it has ten days."""
    current = ready(application, "give_notice", actor)
    if not current.opening.call.terms.get("notice_applies", True):
        refuse(
            "Questo bando è una procedura concorsuale: l’art. 10-bis non si applica, respingi direttamente.",
            "This call is a competitive procedure: art. 10-bis does not apply, reject at once.",
        )
    if not reasons.strip():
        refuse("Scrivi i motivi.", "Write the reasons.", field="reasons")
    last = current.notice
    if last is not None and last.accepted_at is None:
        refuse("Il preavviso è già stato dato.", "The notice was already given.")
    due, steps = notice_term(today())
    notice = RejectionNotice.objects.create(
        application=current,
        reasons=reasons.strip(),
        given_at=now(),
        given_by_id=actor.user_id,
        due_on=due,
        steps=steps_as_json(steps),
        pauses=[[day.isoformat() for day in pause] for pause in notice_pauses(current)],
    )
    current.notice = notice
    current.save(update_fields=["notice"])
    move(
        current, "give_notice", actor,
        text=Bilingual(f"Puoi rispondere entro il {due:%d/%m/%Y}.", f"You can answer by {due:%d/%m/%Y}."),
        data={"due_on": due.isoformat()},
    )  # fmt: skip
    current.save(update_fields=["state"])
    note_object(current)
    return notice


@service("applications.send_observations")
def send_observations(
    *, actor: Actor, application: Application, text: str, uploads: list[Any] | None = None
) -> RejectionNotice:
    """The enterprise's answer to the notice, within its days: written, with documents if it has any; it is registered."""
    current = ready(application, "observe", actor)
    notice = RejectionNotice.objects.select_for_update().get(pk=current.notice_id or 0)
    if not text.strip():
        refuse("Scrivi le osservazioni.", "Write the observations.", field="text")
    if notice.observed_at is not None:
        refuse("Le osservazioni sono già state inviate.", "The observations were already sent.")
    if today() > notice.due_on:
        refuse(f"Il termine è scaduto il {notice.due_on:%d/%m/%Y}.", f"The term ended on {notice.due_on:%d/%m/%Y}.")
    files = _attach(actor, current, uploads, field="observations", notice=notice)
    number = _register(actor, current, "observations_sent", f"observations:{notice.pk}", text, files, notice=notice.pk)
    notice.observations = text.strip()
    notice.observed_at = now()
    notice.observed_by_id = actor.user_id
    notice.number = number
    notice.save(update_fields=["observations", "observed_at", "observed_by", "number"])
    current.notice = notice
    move(current, "observe", actor, data={"number": number, "files": len(files)})
    note_object(current)
    return notice


@service("applications.resume_examination")
def resume_examination(*, actor: Actor, application: Application, reason: str) -> Application:
    """Accept the observations and examine again: a rejection on other reasons wants another notice."""
    current = ready(application, "resume", actor)
    if not reason.strip():
        refuse(
            "Scrivi perché le osservazioni sono accolte.", "Write why the observations are accepted.", field="reason"
        )
    RejectionNotice.objects.filter(pk=current.notice_id or 0).update(accepted_at=now())
    move(current, "resume", actor, text=Bilingual(reason.strip(), reason.strip()))
    current.save(update_fields=["state"])
    return current


@service("applications.admit_application")
def admit_application(
    *, actor: Actor, application: Application, amount: Decimal | None = None, reason: str = "", hold: bool = False
) -> Application:
    """Admit: every check met, nothing waited for. ``amount`` may be less than what was asked, and then ``reason`` says why.
    Held, nobody is told until ``tell_decision``, and ``undo_decision`` takes it back."""
    current = ready(application, "admit", actor)
    admitted = euro(amount) if amount is not None else current.requested_amount
    if admitted is None or current.requested_amount is None or not 0 < admitted <= current.requested_amount:
        refuse(
            "L’importo ammesso è maggiore di zero e non supera quello richiesto.",
            "The amount admitted is above zero and not above what was asked.",
            field="amount",
        )
    if admitted < current.requested_amount and not reason.strip():
        refuse("Spiega perché l’importo è ridotto.", "Explain why the amount is reduced.", field="reason")
    current.admitted_amount = admitted
    _decide(current, actor, reason.strip() or "Verifica formale superata: tutti i requisiti sono presenti.")
    move(current, "admit", actor, data={"amount": money_text(admitted)}, hold=hold)
    current.save(update_fields=["state", "held_from", "admitted_amount", "decided_at", "decided_by", "decision_reason"])
    return current


@service("applications.reject_application")
def reject_application(
    *, actor: Actor, application: Application, reason: str, answer: str = "", hold: bool = False
) -> Application:
    """Reject with the reason, never before the notice's days have passed where the notice applies. Held as an admission is.

    Where the enterprise sent observations ``answer`` says why they are not accepted, as a part of the reasons (art. 10-bis L.
    241/1990).
    """
    current = ready(application, "reject", actor)
    if not reason.strip():
        refuse(
            "Scrivi il motivo: lo leggerà l’impresa.", "Write the reason: the enterprise will read it.", field="reason"
        )
    said = reason.strip()
    notice = observed_notice(current)
    if notice is not None and notice.observed_at is not None:
        if not answer.strip():
            refuse(
                "Scrivi perché le osservazioni dell’impresa non sono accolte: lo vuole l’art. 10-bis L. 241/1990.",
                "Write why the enterprise’s observations are not accepted: art. 10-bis L. 241/1990 wants it.",
                field="answer",
            )
        sent = f"{day_of(notice.observed_at):%d/%m/%Y}"
        said = f"{sentence(said).it}\n\nOsservazioni presentate il {sent}, non accolte: {sentence(answer).it}"
    _decide(current, actor, said)
    move(current, "reject", actor, text=Bilingual(said, said), hold=hold)
    current.save(update_fields=["state", "held_from", "decided_at", "decided_by", "decision_reason"])
    return current


def observed_notice(application: Application) -> RejectionNotice | None:
    """The notice in force on which the enterprise sent observations: a rejection answers them."""
    notice: RejectionNotice | None = application.notice
    if notice is None or notice.accepted_at is not None or notice.observed_at is None:
        return None
    return notice


def _decide(application: Application, actor: Actor, reason: str) -> None:
    application.decided_at = now()
    application.decided_by_id = actor.user_id
    application.decision_reason = reason
