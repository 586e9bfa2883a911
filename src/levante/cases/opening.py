"""A request is received: numbered, given a term, told to the office; once for each key."""

from typing import Any

from django.db import connection

from levante.cases import policies, states
from levante.cases.models import Case, CaseMessage, ExternalContact
from levante.cases.telling import LONGEST_TEXT, cleaned, tell, workers
from levante.cases.terms import due_of
from levante.identity.api import Office, section
from levante.kernel.api import Actor, Party, day_of, note, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual

LONGEST_SUBJECT = 200


@service("cases.open_case")
def open_case(
    *,
    actor: Actor,
    kind: str,
    subject: str,
    text: str,
    channel: str,
    party: Party | None = None,
    person_id: int | None = None,
    contact: dict[str, Any] | None = None,
    office: Office | None = None,
    subject_type: str = "",
    subject_id: str = "",
    idempotency_key: str | None = None,
    is_demo: bool = False,
) -> Case:
    """Receive a request, number it and start its term. The same ``idempotency_key`` gives back the same case.

    Exactly one asks: ``party``, ``person_id``, or ``contact`` = ``{name, email, organisation?, country?,
    language?, consent_wording}`` for who has no account. ``office`` is the Section when not given.
    """
    requester = _requester(party, person_id, contact)
    require(policies.may_open_case(actor, requester=requester, channel=channel))
    _only_for_oneself(actor, party, person_id)
    if kind not in states.KINDS or channel not in states.CHANNELS:
        refuse("Il tipo di richiesta non esiste.", "There is no such kind of request.", field="kind")
    subject, text = cleaned(subject, "subject", LONGEST_SUBJECT), cleaned(text, "text", LONGEST_TEXT)
    year = day_of(now()).year
    sequence = _next_number(year)  # the lock of the year: a second request with the same key waits here
    if idempotency_key is not None:
        already = Case.objects.filter(idempotency_key=idempotency_key).first()
        if already is not None:
            _give_back(year, sequence)
            return unchanged(already)
    place = office or section()
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
        # An officer who enters a telephone call asks nothing.
        requested_by_id=person_id or (actor.user_id if party is not None and party == actor.party else None),
        **({f"{party.kind}_id": party.id} if party is not None else {}),
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
    tell(
        actor,
        case,
        "case-received",
        workers(place),
        Bilingual(f"Nuova richiesta {case.number}", f"New request {case.number}"),
        Bilingual(f"{case.subject}. Nessuno l’ha ancora presa in carico.", f"{case.subject}. Nobody has taken it yet."),
    )
    return case


def _requester(party: Party | None, person_id: int | None, contact: dict[str, Any] | None) -> str:
    given = {party.kind if party is not None else "party": party, "person": person_id, "external": contact}
    found = [name for name, value in given.items() if value is not None]
    if len(found) != 1:
        raise ValueError("exactly one asks: a party, a person or an external contact")
    return found[0]


def _only_for_oneself(actor: Actor, party: Party | None, person_id: int | None) -> None:
    if actor.is_system or actor.has_role(*policies.WORKERS, "agency_staff"):
        return
    if (party is not None and party != actor.party) or (person_id is not None and person_id != actor.user_id):
        refuse("Puoi chiedere solo per te o per chi agisci.", "You can ask only for yourself or whom you act for.")


def _contact(given: dict[str, Any]) -> ExternalContact:
    return ExternalContact.objects.create(
        name=cleaned(str(given["name"]), "name", 200),
        email=cleaned(str(given["email"]), "email", 254),
        organisation=str(given.get("organisation") or "").replace("\0", "").strip()[:200],
        country_id=given.get("country") or None,
        language=given.get("language") or "en",
        consent_wording=str(given["consent_wording"])[:40],
        consent_at=now(),
    )


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
