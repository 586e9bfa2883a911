"""Every write on a case that was received (``opening`` receives it, ``contacts`` is who wrote from outside)."""

from levante.cases import policies, states
from levante.cases.models import Case, CaseMessage, Referral
from levante.cases.telling import LONGEST_TEXT, cleaned, tell, workers, works_in
from levante.cases.terms import due_of
from levante.cases.workflow import CASES
from levante.identity.api import Office, User
from levante.kernel.api import (
    BUYER,
    INVESTOR,
    PARTY_KINDS,
    Actor,
    Party,
    note,
    now,
    refuse,
    require,
    service,
    today,
    unchanged,
)
from levante.kernel.pure import Bilingual, filled
from levante.parties.api import people_of

#: Where each kind of party reads its requests (messages carry addresses without the language).
PAGES = {
    "enterprise": "/impresa/richieste/",
    "person": "/impresa/richieste/",
    "buyer": "/partner/richieste/",
    "investor": "/partner/richieste/",
}


def locked(case_id: int) -> Case:
    """The case as it is now, held until the transaction ends: two people never move it at once."""
    Case.objects.select_for_update().only("pk").get(pk=case_id)
    return (
        Case.objects.select_related("office", "owner", "contact", "requested_by", *PARTY_KINDS)
        .prefetch_related("referrals__office")
        .get(pk=case_id)
    )


@service("cases.assign_case")
def assign_case(*, actor: Actor, case: Case, owner: User | None = None) -> Case:
    """Take a case (or give it to a colleague of the office in charge). Of two who take it at once, one wins."""
    current = locked(case.pk)
    require(CASES.may("assign", actor, current, state=current.state))
    owner_id = owner.pk if owner is not None else actor.user_id
    if owner_id is None or not works_in(owner_id, current.office):
        refuse(
            "Può averla in carico chi lavora alle richieste in questo ufficio.",
            "It can be taken by who works on requests in this office.",
            field="owner",
        )
    if current.owner_id == owner_id and current.state in {states.ASSIGNED, states.ACCEPTED}:
        return current
    # A case that an agency accepted stays accepted when it changes hands inside the agency.
    current.state = states.ACCEPTED if current.state == states.ACCEPTED else states.ASSIGNED
    current.owner_id = owner_id
    current.save(update_fields=["state", "owner"])
    note(number=current.number, owner=owner_id)
    if owner_id != actor.user_id:
        tell(
            actor,
            current,
            "case-assigned",
            [owner_id],
            Bilingual(f"Ti è stata assegnata la richiesta {current.number}", f"Request {current.number} is yours"),
            Bilingual(current.subject, current.subject),
        )
    return current


@service("cases.refer_case")
def refer_case(*, actor: Actor, case: Case, office: Office, note_text: str = "") -> Referral:
    """Send a case to an agency, which will accept it or refuse it with a reason; the term keeps running."""
    current = locked(case.pk)
    require(CASES.may("refer", actor, current, state=current.state))
    if office.kind == Office.SECTION:
        refuse(
            "Si invia a un’agenzia, non alla Sezione.",
            "A case is referred to an agency, not to the Section.",
            field="office",
        )
    referral = Referral.objects.create(
        case=current, office=office, by_id=actor.user_id, at=now(), note=note_text.strip()[:LONGEST_TEXT]
    )
    current.state = states.REFERRED
    current.save(update_fields=["state"])
    note(number=current.number, office=office.code)
    tell(
        actor,
        current,
        f"case-referred-{referral.pk}",
        workers(office),
        Bilingual(f"La Sezione vi invia la richiesta {current.number}", f"The Section refers request {current.number}"),
        Bilingual(
            f"{current.subject}. Accettatela o dite perché no.", f"{current.subject}. Accept it, or say why not."
        ),
    )
    return referral


@service("cases.accept_referral")
def accept_referral(*, actor: Actor, case: Case) -> Case:
    """The agency takes the case: it is now the office in charge, and who accepts is the owner."""
    current = locked(case.pk)
    require(CASES.may("accept", actor, current, state=current.state))
    referral = _pending(current)
    if actor.user_id is None:
        refuse("Accetta una persona dell’agenzia.", "A person of the agency accepts.")
    referral.state, referral.decided_by_id, referral.decided_at = states.REFERRAL_ACCEPTED, actor.user_id, now()
    referral.save(update_fields=["state", "decided_by", "decided_at"])
    current.state, current.office, current.owner_id = states.ACCEPTED, referral.office, actor.user_id
    current.save(update_fields=["state", "office", "owner"])
    note(number=current.number, office=referral.office.code)
    tell(
        actor,
        current,
        f"case-accepted-{referral.pk}",
        [referral.by_id],
        Bilingual(
            f"{referral.office.name_it} ha accettato {current.number}",
            f"{referral.office.name_en} accepted {current.number}",
        ),
        Bilingual(current.subject, current.subject),
    )
    return current


@service("cases.refuse_referral")
def refuse_referral(*, actor: Actor, case: Case, reason: str) -> Case:
    """The agency says why it is not its own; the case goes back to who had referred it."""
    current = locked(case.pk)
    require(CASES.may("refuse", actor, current, state=current.state))
    reason = cleaned(reason, "reason", LONGEST_TEXT, "Scrivi perché.", "Say why.")
    referral = _pending(current)
    referral.state, referral.decided_by_id, referral.decided_at = states.REFERRAL_REFUSED, actor.user_id, now()
    referral.reason = reason
    referral.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    current.state = states.REFUSED
    current.save(update_fields=["state"])
    note(number=current.number, office=referral.office.code)
    tell(
        actor,
        current,
        f"case-refused-{referral.pk}",
        [current.owner_id],
        Bilingual(
            f"{referral.office.name_it} non ha accettato {current.number}",
            f"{referral.office.name_en} did not accept {current.number}",
        ),
        Bilingual(f"{current.subject}. Motivo: {reason}", f"{current.subject}. Reason: {reason}"),
    )
    return current


@service("cases.answer_case")
def answer_case(*, actor: Actor, case: Case, text: str) -> CaseMessage:
    """Answer who asked: in the portal, or by mail to who has no account. The clock of the term stops."""
    current = locked(case.pk)
    require(CASES.may("answer", actor, current, state=current.state))
    message = _message(actor, current, states.ANSWER, text)
    current.state = states.ANSWERED
    current.answered_at = current.answered_at or message.at
    current.save(update_fields=["state", "answered_at"])
    note(number=current.number, in_time=message.at <= current.due_at)
    if current.contact_id is not None:
        from levante.cases.jobs import send_answer

        send_answer.defer(message_id=message.pk)
    if current.contact_id is None or current.party is not None:
        tell(
            actor,
            current,
            f"case-answered-{message.pk}",
            _askers(current),
            filled(
                "Risposta alla tua richiesta {number}", "Your request {number} has an answer", number=current.number
            ),
            Bilingual(current.subject, current.subject),
            path=f"{PAGES[current.party.kind if current.party else 'person']}{current.pk}/",
        )
    return message


@service("cases.close_case")
def close_case(*, actor: Actor, case: Case, reason: str = "") -> Case:
    """Close it: after the answer, or without one and then saying why."""
    current = locked(case.pk)
    require(CASES.may("close", actor, current, state=current.state))
    reason = reason.replace("\0", "").strip()[:LONGEST_TEXT]
    if current.state != states.ANSWERED and not reason:
        refuse(
            "Si chiude senza risposta solo dicendo perché.", "Closing without an answer needs a reason.", field="reason"
        )
    current.state, current.closed_at, current.closing_reason = states.CLOSED, now(), reason
    current.save(update_fields=["state", "closed_at", "closing_reason"])
    note(number=current.number)
    return current


@service("cases.reopen_case")
def reopen_case(*, actor: Actor, case: Case, text: str) -> Case:
    """Ask again: a new term runs from now, and the owner, if there is one, is told."""
    current = locked(case.pk)
    require(CASES.may("reopen", actor, current, state=current.state))
    kind = states.REQUEST if policies.is_requester(actor, current) else states.NOTE
    _message(actor, current, kind, text)
    current.closed_at, current.answered_at, current.closing_reason = None, None, ""
    current.due_at, current.term = due_of(current.kind, opened_at=now())
    # Without an owner there is nobody to reopen it for: it is received again.
    current.state = states.REOPENED if current.owner_id is not None else states.RECEIVED
    current.save(update_fields=["state", "closed_at", "answered_at", "closing_reason", "due_at", "term"])
    note(number=current.number)
    tell(
        actor,
        current,
        f"case-reopened-{now():%Y%m%d%H%M%S%f}",
        [current.owner_id] if current.owner_id is not None else workers(current.office),
        Bilingual(f"Riaperta la richiesta {current.number}", f"Request {current.number} was reopened"),
        Bilingual(current.subject, current.subject),
    )
    return current


@service("cases.write_in_case")
def write_in_case(*, actor: Actor, case: Case, text: str) -> CaseMessage:
    """Who asked adds something; the owner is told."""
    current = locked(case.pk)
    require(policies.may_write(actor, current))
    message = _message(actor, current, states.REQUEST, text)
    note(number=current.number)
    tell(
        actor,
        current,
        f"case-written-{message.pk}",
        [current.owner_id],
        Bilingual(f"Nuovo messaggio in {current.number}", f"New message in {current.number}"),
        Bilingual(current.subject, current.subject),
    )
    return message


@service("cases.note_in_case")
def note_in_case(*, actor: Actor, case: Case, text: str) -> CaseMessage:
    """An internal note, seen by the offices only."""
    current = locked(case.pk)
    require(policies.may_note(actor, current))
    return _message(actor, current, states.NOTE, text)


@service("cases.tie_case")
def tie_case(*, actor: Actor, case: Case, party: Party | None) -> Case:
    """Say which buyer or investor is behind who wrote from outside, so that who acts for it finds the case among its own;
    nobody, when the tie was a mistake."""
    current = locked(case.pk)
    require(policies.may_tie(actor, current))
    if current.party == party:
        return unchanged(current)
    current.buyer_id = party.id if party is not None and party.kind == BUYER else None
    current.investor_id = party.id if party is not None and party.kind == INVESTOR else None
    current.save(update_fields=["buyer", "investor"])
    note(number=current.number, party=str(party or ""))
    return current


def _message(actor: Actor, case: Case, kind: str, text: str) -> CaseMessage:
    office = case.office if kind != states.REQUEST else None
    return CaseMessage.objects.create(
        case=case, kind=kind, author_id=actor.user_id, office=office, at=now(), text=cleaned(text, "text", LONGEST_TEXT)
    )


def _pending(case: Case) -> Referral:
    found: Referral = next(row for row in case.referrals.all() if row.state == states.PENDING)
    return found


def _askers(case: Case) -> list[int | None]:
    """Who reads an answer: for a party the mandates of today, whoever wrote the request; else the person."""
    if case.party is not None:
        return [*people_of(case.party, today())]
    return [case.requested_by_id]
