"""What an enterprise is told of its application: every step that concerns it, in words of the trade, with the term.

The notices are rows of the same transaction as the step, so that no term starts without its notice; the mail follows once
the step is durable. The transmission alone is told by a job that is deferred in its transaction: on a click day nobody
waits in the register for the mandates of another to be read.
"""

from collections.abc import Callable

from django.utils.timezone import localtime

from levante.applications.models import Application, ApplicationEvent, IntegrationRequest
from levante.applications.terms import examination_term
from levante.kernel.api import Actor, day_of, now, system, today
from levante.kernel.pure import Bilingual, format_euro
from levante.messages.api import notify
from levante.parties.api import people_acting_for

#: What the mandates in force read, each once: title, then body.
Words = tuple[Bilingual, Bilingual]
SUBJECT = "applications.Application"
#: The longest text of an officer that a notice carries whole; the rest is read in the file.
LONGEST = 1500


def tell_enterprise(application: Application, transition: str, *, event: ApplicationEvent | None = None) -> None:
    """Tell the people whose mandate is in force today about a step, once each."""
    words = WORDS.get(transition)
    if words is None:
        return
    title, body = words(application)
    tell_people(
        system("applications.tell_enterprise"),
        application,
        kind=f"application-{transition.replace('_', '-')}",
        title=title,
        body=body,
        subject=f"{application.pk}:{event.pk}" if event is not None else str(application.pk),
    )


def tell_people(
    actor: Actor, application: Application, *, kind: str, title: Bilingual, body: Bilingual, subject: str,
    enterprise_id: int | None = None, path: str = "",
) -> None:  # fmt: skip
    """Tell the people whose mandate for its enterprise (or for another one of it) is in force today; once for each subject.
    ``path`` leads elsewhere than to the application."""
    enterprise_id = enterprise_id or application.enterprise_id
    users = people_acting_for(enterprise_id, today())
    if users:
        notify(
            actor=actor,
            users=users,
            kind=kind,
            title=Bilingual(title.it[:300], title.en[:300]),
            body=body,
            path=path or f"/impresa/domande/{application.pk}/",
            enterprise_id=enterprise_id,
            subject_type=SUBJECT,
            subject_id=subject,
        )


def _call(application: Application) -> Bilingual:
    call = application.opening.call
    return Bilingual(call.title_it, call.title_en or call.title_it)


def _short(text: str) -> str:
    """What an officer wrote, as a sentence that another may follow."""
    if len(text) > LONGEST:
        return f"{text[:LONGEST]}…"
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _submitted(application: Application) -> Words:
    call, number = _call(application), application.number
    assert application.submitted_at is not None
    at = f"{localtime(application.submitted_at):%d/%m/%Y, %H:%M:%S}"
    return (
        Bilingual(f"Domanda {number} inviata", f"Application {number} sent"),
        Bilingual(
            f"La domanda per «{call.it}» è registrata con il numero {number} ({at}). La ricevuta è nella sua pagina.",
            f"The application for “{call.en}” is registered under number {number} ({at}). Its page has the receipt.",
        ),
    )


def _over_limit(application: Application) -> Words:
    event = application.events.filter(kind="over_limit").latest("pk")
    number = application.number
    return (
        Bilingual(f"Domanda {number}: non conta", f"Application {number}: it does not count"),
        Bilingual(event.text_it, event.text_en),
    )


def _sealed(application: Application) -> Words:
    call, opens = _call(application), localtime(application.opening.opens_at)
    at = f"{opens:%d/%m/%Y, %H:%M:%S}"
    title = Bilingual(f"Domanda sigillata per «{call.it}»", f"Application sealed for “{call.en}”")
    if application.opening.opens_at <= now():
        return title, Bilingual(
            "Non è ancora inviata: la finestra è aperta, inviala dalla sua pagina.",
            "It is not sent yet: the window is open, send it from its page.",
        )
    return (
        title,
        Bilingual(
            f"Non è ancora inviata: si invia dalla sua pagina dal {at}. Fino ad allora puoi togliere il sigillo.",
            f"It is not sent yet: you send it from its page from {at}. Until then you can take the seal off.",
        ),
    )


def _unsealed(application: Application) -> Words:
    call = _call(application)
    return (
        Bilingual(f"Sigillo tolto per «{call.it}»", f"Seal taken off for “{call.en}”"),
        Bilingual(
            "È di nuovo una bozza: per partecipare va sigillata ancora.",
            "It is a draft again: to take part it must be sealed again.",
        ),
    )


def _lapsed(application: Application) -> Words:
    call = _call(application)
    return (
        Bilingual(f"Domanda non inviata per «{call.it}»", f"Application not sent for “{call.en}”"),
        Bilingual(
            "La finestra è chiusa e la domanda sigillata non è mai arrivata: non partecipa.",
            "The window is closed and the sealed application never arrived: it takes no part.",
        ),
    )


def _taken(application: Application) -> Words:
    """The communication that the procedure has started: office, person, last day (artt. 7 and 8 L. 241/1990)."""
    call, office, term = _call(application), application.opening.call.office, examination_term(application)
    officer = application.case_officer.get_full_name() if application.case_officer else ""
    last = f"{term[0]:%d/%m/%Y}" if term else ""
    return (
        Bilingual(f"Domanda {application.number} presa in carico", f"Application {application.number} taken in charge"),
        Bilingual(
            f"È in corso l’istruttoria della domanda per «{call.it}». Responsabile del procedimento: {officer}, {office.name_it}. "
            f"Il procedimento si conclude entro il {last}.",
            f"The application for “{call.en}” is being examined. Case officer: {officer}, {office.name_en or office.name_it}. "
            f"The procedure ends by {last}.",
        ),
    )


def _integration_requested(application: Application) -> Words:
    request: IntegrationRequest = application.integrations.get(state=IntegrationRequest.OPEN)
    missing_it = "; ".join(item["it"] for item in request.items)
    missing_en = "; ".join(item["en"] for item in request.items)
    due = f"{request.due_on:%d/%m/%Y}"
    return (
        Bilingual(
            f"Domanda {application.number}: integrazione richiesta, entro il {due}",
            f"Application {application.number}: integration requested, by {due}",
        ),
        Bilingual(
            f"Serve: {missing_it}. Motivo: {_short(request.text)} Rispondi entro il {due}.",
            f"Needed: {missing_en}. Reason: {_short(request.text)} Answer by {due}.",
        ),
    )


def _integration_answered(application: Application) -> Words:
    answered = (
        application.integrations.filter(state=IntegrationRequest.ANSWERED).order_by("-answered_at", "-pk").first()
    )
    number = answered.number if answered is not None else ""
    return (
        Bilingual(
            f"Domanda {application.number}: integrazione inviata", f"Application {application.number}: integration sent"
        ),
        Bilingual(
            f"La risposta è registrata con il numero {number}. L’istruttoria prosegue.",
            f"The answer is registered under number {number}. The examination goes on.",
        ),
    )


def _integration_expired(application: Application) -> Words:
    return (
        Bilingual(
            f"Domanda {application.number}: termine per l’integrazione scaduto",
            f"Application {application.number}: the term for the integration is over",
        ),
        Bilingual(
            "Non è arrivata risposta nei giorni indicati: l’istruttoria prosegue con i documenti che ci sono.",
            "No answer came in the days given: the examination goes on with the documents there are.",
        ),
    )


def _notice_given(application: Application) -> Words:
    notice = application.notice
    assert notice is not None
    due, reasons = f"{notice.due_on:%d/%m/%Y}", _short(notice.reasons)
    return (
        Bilingual(
            f"Domanda {application.number}: preavviso di rigetto, osservazioni entro il {due}",
            f"Application {application.number}: pre-rejection notice, observations by {due}",
        ),
        Bilingual(
            f"Motivi che ostano all’accoglimento (art. 10-bis L. 241/1990): {reasons} "
            f"Puoi presentare osservazioni entro il {due}.",
            f"Reasons against acceptance (art. 10-bis L. 241/1990): {reasons} You may send observations by {due}.",
        ),
    )


def _observed(application: Application) -> Words:
    number = application.notice.number if application.notice is not None else ""
    return (
        Bilingual(
            f"Domanda {application.number}: osservazioni inviate",
            f"Application {application.number}: observations sent",
        ),
        Bilingual(
            f"Sono registrate con il numero {number}. L’ufficio le valuta prima di decidere.",
            f"They are registered under number {number}. The office weighs them before deciding.",
        ),
    )


def _resumed(application: Application) -> Words:
    return (
        Bilingual(
            f"Domanda {application.number}: osservazioni accolte",
            f"Application {application.number}: observations accepted",
        ),
        Bilingual("L’istruttoria riprende.", "The examination goes on."),
    )


def _admitted(application: Application) -> Words:
    amount, reason = application.admitted_amount, ""
    assert amount is not None
    if amount != application.requested_amount:
        reason = _short(application.decision_reason)
    it, en = format_euro(amount), format_euro(amount, "en")
    why_it, why_en = (f" L’importo è ridotto: {reason}", f" The amount is reduced: {reason}") if reason else ("", "")
    return (
        Bilingual(f"Domanda {application.number} ammessa", f"Application {application.number} admitted"),
        Bilingual(
            f"Importo ammesso: {it}.{why_it} Il contributo è concesso solo con l’atto di concessione, che ti sarà comunicato.",
            f"Amount admitted: {en}.{why_en} The grant is awarded only by the award act, of which you will be told.",
        ),
    )


def _rejected(application: Application) -> Words:
    decided = f"{day_of(application.decided_at):%d/%m/%Y}" if application.decided_at else ""
    return (
        Bilingual(f"Domanda {application.number} respinta", f"Application {application.number} rejected"),
        Bilingual(
            f"Decisione del {decided}. Motivi: {_short(application.decision_reason)} "
            "Nella pagina della domanda trovi come e entro quando fare ricorso.",
            f"Decision of {decided}. Reasons: {_short(application.decision_reason)} "
            "The page of the application says how and by when it can be appealed.",
        ),
    )


def _withdrawn(application: Application) -> Words:
    call = _call(application)
    return (
        Bilingual(f"Domanda {application.number} ritirata", f"Application {application.number} withdrawn"),
        Bilingual(
            f"La domanda per «{call.it}» è stata ritirata: l’ufficio non la esamina più.",
            f"The application for “{call.en}” was withdrawn: the office no longer examines it.",
        ),
    )


def _renounced(application: Application) -> Words:
    call = _call(application)
    return (
        Bilingual(f"Domanda {application.number}: rinuncia registrata", f"Application {application.number}: given up"),
        Bilingual(
            f"La rinuncia alla domanda per «{call.it}» è registrata: il suo posto non riceve più nulla.",
            f"The application for “{call.en}” was given up: its place receives nothing any more.",
        ),
    )


def _revoked(application: Application) -> Words:
    return (
        Bilingual(
            f"Domanda {application.number}: decadenza", f"Application {application.number}: admission taken back"
        ),
        Bilingual(
            f"Motivi: {_short(application.decision_reason)} Nella pagina della domanda trovi come e entro quando fare ricorso.",
            f"Reasons: {_short(application.decision_reason)} "
            "The page of the application says how and by when it can be appealed.",
        ),
    )


def _part_offered(application: Application) -> Words:
    offer = application.place_offers.order_by("-pk").first()
    amount, due = (format_euro(offer.amount), offer.due_on) if offer is not None else ("", today())
    english = format_euro(offer.amount, "en") if offer is not None else ""
    return (
        Bilingual(
            f"Domanda {application.number}: finanziata in parte", f"Application {application.number}: partly funded"
        ),
        Bilingual(
            f"Le risorse bastano per {amount}. Di’ entro il {due:%d/%m/%Y} se accetti: senza risposta il posto si perde.",
            f"The money is enough for {english}. Say by {due:%d/%m/%Y} whether you accept: without an answer the place is lost.",
        ),
    )


#: The steps that concern the enterprise; a draft put away concerns nobody else, and the award is told by its own room.
WORDS: dict[str, Callable[[Application], Words]] = {
    "seal": _sealed,
    "unseal": _unsealed,
    "lapse": _lapsed,
    "over_limit": _over_limit,
    "submit": _submitted,
    "withdraw": _withdrawn,
    "take_in_charge": _taken,
    "take_over_integration": _taken,
    "take_over_notice": _taken,
    "request_integration": _integration_requested,
    "answer_integration": _integration_answered,
    "expire_integration": _integration_expired,
    "give_notice": _notice_given,
    "observe": _observed,
    "resume": _resumed,
    "admit": _admitted,
    "reject": _rejected,
    "renounce": _renounced,
    "revoke": _revoked,
    "offer_part": _part_offered,
}
