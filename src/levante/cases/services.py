"""Every write on cases."""

from typing import Any

from django.db import connection
from django.db.models import Q

from levante.cases import policies, states
from levante.cases.models import Case, CaseMessage, ExternalContact, Referral
from levante.cases.terms import due_of
from levante.cases.workflow import CASES
from levante.identity.api import Office, RoleGrant, User
from levante.kernel.api import (
    Actor,
    day_of,
    note,
    note_object,
    now,
    refuse,
    require,
    service,
    today,
    unchanged,
)
from levante.kernel.pure import Bilingual
from levante.messages.api import notify

#: The longest text of a request or of an answer.
LONGEST_TEXT = 10_000
LONGEST_SUBJECT = 200


def locked(case_id: int) -> Case:
    """The case as it is now, held until the transaction ends: two people never move it at once."""
    Case.objects.select_for_update().only("pk").get(pk=case_id)
    return (
        Case.objects.select_related("office", "owner", "enterprise", "contact", "requested_by")
        .prefetch_related("referrals__office")
        .get(pk=case_id)
    )


@service("cases.open_case")
def open_case(
    *,
    actor: Actor,
    kind: str,
    subject: str,
    text: str,
    channel: str,
    enterprise_id: int | None = None,
    person_id: int | None = None,
    contact: dict[str, Any] | None = None,
    office: Office | None = None,
    subject_type: str = "",
    subject_id: str = "",
    idempotency_key: str | None = None,
    is_demo: bool = False,
) -> Case:
    """Receive a request, number it and start its term. The same ``idempotency_key`` gives back the same case.

    Exactly one asks: ``enterprise_id``, ``person_id``, or ``contact`` = ``{name, email, organisation?, country?,
    language?, consent_wording}`` for who has no account. ``office`` is the Section when not given.
    """
    requester = _requester(enterprise_id, person_id, contact)
    require(policies.may_open_case(actor, requester=requester, channel=channel))
    _only_for_oneself(actor, enterprise_id, person_id)
    if kind not in states.KINDS or channel not in states.CHANNELS:
        refuse("Il tipo di richiesta non esiste.", "There is no such kind of request.", field="kind")
    subject, text = _clean(subject, "subject", LONGEST_SUBJECT), _clean(text, "text", LONGEST_TEXT)
    year = day_of(now()).year
    sequence = _next_number(year)  # the lock of the year: a second request with the same key waits here
    if idempotency_key is not None:
        already = Case.objects.filter(idempotency_key=idempotency_key).first()
        if already is not None:
            _give_back(year, sequence)
            return unchanged(already)
    place = office or Office.objects.filter(kind=Office.SECTION).order_by("code").first()
    if place is None:
        raise LookupError("there is no office of the Section: load the programme first")
    instant = now()
    due_at, term = due_of(kind, opened_at=instant)
    case = Case.objects.create(
        number=f"R{year}/{sequence:06d}",
        year=year,
        sequence=sequence,
        kind=kind,
        subject=subject,
        channel=channel,
        requester=requester,
        requested_by_id=person_id if requester == "person" else actor.user_id if requester == "enterprise" else None,
        enterprise_id=enterprise_id,
        contact=_contact(contact) if contact is not None else None,
        office=place,
        subject_type=subject_type,
        subject_id=subject_id,
        opened_at=instant,
        due_at=due_at,
        term=term,
        idempotency_key=idempotency_key,
        is_demo=is_demo,
    )
    CaseMessage.objects.create(case=case, kind=states.REQUEST, author_id=actor.user_id, at=instant, text=text)
    note(number=case.number, kind=kind, channel=channel)
    _tell(
        actor,
        case,
        "case-received",
        _workers(place),
        Bilingual(f"Nuova richiesta {case.number}", f"New request {case.number}"),
        Bilingual(f"{case.subject}. Nessuno l’ha ancora presa in carico.", f"{case.subject}. Nobody has taken it yet."),
    )
    return case


@service("cases.assign_case")
def assign_case(*, actor: Actor, case: Case, owner: User | None = None) -> Case:
    """Take a case (or give it to a colleague of the office in charge). Of two who take it at once, one wins."""
    current = locked(case.pk)
    require(CASES.may("assign", actor, current, state=current.state))
    owner_id = owner.pk if owner is not None else actor.user_id
    if owner_id is None or not _works_in(owner_id, current.office):
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
        _tell(
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
    _tell(
        actor,
        current,
        f"case-referred-{referral.pk}",
        _workers(office),
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
    _tell(
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
    reason = _clean(reason, "reason", LONGEST_TEXT, "Scrivi perché.", "Say why.")
    referral = _pending(current)
    referral.state, referral.decided_by_id, referral.decided_at = states.REFERRAL_REFUSED, actor.user_id, now()
    referral.reason = reason
    referral.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    current.state = states.REFUSED
    current.save(update_fields=["state"])
    note(number=current.number, office=referral.office.code)
    _tell(
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
    else:
        _tell(
            actor,
            current,
            f"case-answered-{message.pk}",
            _askers(current),
            Bilingual(f"Risposta alla tua richiesta {current.number}", f"Your request {current.number} has an answer"),
            Bilingual(current.subject, current.subject),
            path=f"/impresa/richieste/{current.pk}/",
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
    _tell(
        actor,
        current,
        f"case-reopened-{now():%Y%m%d%H%M%S%f}",
        [current.owner_id] if current.owner_id is not None else _workers(current.office),
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
    _tell(
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


@service("cases.erase_contact")
def erase_contact(*, actor: Actor, contact: ExternalContact) -> ExternalContact:
    """Forget who wrote from outside (GDPR art. 17), once every case of theirs is closed; numbers and terms stay."""
    if not actor.has_role(*policies.WORKERS):
        refuse("Cancella un ufficio della Sezione.", "An office of the Section erases.")
    row = ExternalContact.objects.select_for_update().get(pk=contact.pk)
    if row.cases.exclude(state=states.CLOSED).exists():
        refuse("Ha ancora una richiesta aperta.", "There is still an open request.")
    row.name = row.email = row.organisation = ""
    row.country, row.erased_at = None, now()
    row.save(update_fields=["name", "email", "organisation", "country", "erased_at"])
    CaseMessage.objects.filter(case__contact=row, kind=states.REQUEST).update(text="—")
    return row


@service("cases.export_contact")
def export_contact(*, actor: Actor, contact: ExternalContact) -> dict[str, Any]:
    """Everything known of who wrote from outside, in plain JSON (arts. 15 and 20 GDPR). The request itself is audited."""
    if not actor.has_role(*policies.WORKERS):
        refuse("I dati di una persona li dà un ufficio della Sezione.", "An office of the Section gives the data.")
    note_object(contact)
    return {
        "contact": {
            "name": contact.name,
            "email": contact.email,
            "organisation": contact.organisation,
            "country": contact.country.code if contact.country else "",
            "language": contact.language,
        },
        "consent": {"wording": contact.consent_wording, "at": contact.consent_at.isoformat()},
        "requests": [
            {
                "number": case.number,
                "subject": case.subject,
                "opened_at": case.opened_at.isoformat(),
                "state": case.state,
                "messages": [
                    {"kind": row.kind, "at": row.at.isoformat(), "text": row.text}
                    for row in case.messages.exclude(kind=states.NOTE).order_by("at", "pk")
                ],
            }
            for case in contact.cases.order_by("pk")
        ],
    }


def _requester(enterprise_id: int | None, person_id: int | None, contact: dict[str, Any] | None) -> str:
    given = {"enterprise": enterprise_id, "person": person_id, "external": contact}
    found = [name for name, value in given.items() if value is not None]
    if len(found) != 1:
        raise ValueError("exactly one asks: an enterprise, a person or an external contact")
    return found[0]


def _only_for_oneself(actor: Actor, enterprise_id: int | None, person_id: int | None) -> None:
    if actor.is_system or actor.has_role(*policies.WORKERS, "agency_staff"):
        return
    if (enterprise_id is not None and enterprise_id != actor.enterprise_id) or (
        person_id is not None and person_id != actor.user_id
    ):
        refuse(
            "Puoi chiedere solo per te o per l’impresa per cui agisci.",
            "You can ask only for yourself or your enterprise.",
        )


def _contact(given: dict[str, Any]) -> ExternalContact:
    return ExternalContact.objects.create(
        name=_clean(str(given["name"]), "name", 200),
        email=_clean(str(given["email"]), "email", 254),
        organisation=str(given.get("organisation") or "").replace("\0", "").strip()[:200],
        country_id=given.get("country") or None,
        language=given.get("language") or "en",
        consent_wording=str(given["consent_wording"])[:40],
        consent_at=now(),
    )


def _clean(text: str, field: str, longest: int, it: str = "Scrivi qualcosa.", en: str = "Write something.") -> str:
    """The text without null bytes and blanks around; refused when nothing is left or it is too long."""
    clean = text.replace("\0", "").strip()
    if not clean:
        refuse(it, en, field=field)
    if len(clean) > longest:
        refuse(
            f"È troppo lungo: al massimo {longest} caratteri.", f"Too long: at most {longest} characters.", field=field
        )
    return clean


def _message(actor: Actor, case: Case, kind: str, text: str) -> CaseMessage:
    office = case.office if kind != states.REQUEST else None
    return CaseMessage.objects.create(
        case=case, kind=kind, author_id=actor.user_id, office=office, at=now(), text=_clean(text, "text", LONGEST_TEXT)
    )


def _pending(case: Case) -> Referral:
    found: Referral = next(row for row in case.referrals.all() if row.state == states.PENDING)
    return found


def _next_number(year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_casecounter (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = cases_casecounter.last + 1 RETURNING last",
            [year],
        )
        return int(cursor.fetchone()[0])


def _give_back(year: int, sequence: int) -> None:
    """The number was taken for a request already received: under the same lock, it goes back."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_casecounter SET last = %s WHERE year = %s", [sequence - 1, year])


def _grants(office: Office) -> Any:
    day = today()
    return RoleGrant.objects.filter(
        office=office, role__in=policies.workers_of(office.kind), since__lte=day, user__is_active=True
    ).filter(Q(until__isnull=True) | Q(until__gte=day))


def _workers(office: Office) -> list[int]:
    """Who is told of what arrives: those who work on requests in the office, directors left to their reports."""
    return sorted(set(_grants(office).exclude(role="director").values_list("user_id", flat=True)))


def _works_in(user_id: int, office: Office) -> bool:
    return bool(_grants(office).filter(user_id=user_id).exists())


def _askers(case: Case) -> list[int | None]:
    return [case.requested_by_id]


def _tell(
    actor: Actor,
    case: Case,
    kind: str,
    users: "list[int] | list[int | None]",
    title: Bilingual,
    body: Bilingual,
    path: str = "",
) -> None:
    """Tell people about the case, once each per event; who acts is not told of what they did."""
    wanted = [user for user in users if user is not None and user != actor.user_id]
    if wanted:
        notify(
            actor=actor,
            users=wanted,
            kind=kind,
            title=title,
            body=body,
            path=path or f"/ufficio/richieste/{case.pk}/",
            enterprise_id=case.enterprise_id if path else None,
            subject_type="cases.Case",
            subject_id=str(case.pk),
        )
