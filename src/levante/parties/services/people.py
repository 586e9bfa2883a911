"""People, contacts and consents; access to one's data and erasure."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from levante.identity.api import User, close_account
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, unchanged
from levante.law.codes import check_tax_code
from levante.parties.models import Consent, Contact, Correction, Enterprise, Mandate, OwnershipLink, Person
from levante.parties.models.search import plain
from levante.parties.policies import (
    may_correct_person,
    may_edit_people,
    may_edit_tax_code,
    may_erase_person,
    may_export_person,
    may_record_consent,
    may_request_mandate,
)
from levante.parties.wordings import consent_wordings


@service("parties.record_contact")
def record_contact(
    *,
    actor: Actor,
    enterprise: Enterprise,
    given_name: str,
    family_name: str,
    email: str = "",
    phone: str = "",
    role: str = "",
    codice_fiscale: str = "",
    since: date | None = None,
) -> Contact:
    """Add a contact of an enterprise. The person is recognised by codice fiscale, or by e-mail and name.

    Of a person known already what was missing is filled in; what differs is refused, beside its field, and never dropped
    in silence: it is corrected in the person's own data, by that person or by an office.
    """
    require(may_edit_people(actor, enterprise))
    if not family_name.strip():
        refuse("Serve il cognome.", "A family name is needed.", field="family_name")
    person = _known_person(codice_fiscale, email, given_name, family_name)
    if person is not None:
        _fill_in(person, given_name=given_name, email=email, phone=phone)
    else:
        person = Person.objects.create(
            given_name=given_name.strip(),
            family_name=family_name.strip(),
            email=email.strip(),
            phone=phone.strip(),
            codice_fiscale=_checked_code(codice_fiscale),
            is_demo=enterprise.is_demo,
        )
    try:
        with transaction.atomic():
            contact = Contact.objects.create(enterprise=enterprise, person=person, role=role.strip(), since=since)
    except IntegrityError:
        refuse("È già un contatto dell’impresa.", "This is already a contact of the enterprise.", field="family_name")
    note(enterprise=enterprise.pk, person=person.pk)
    return contact


@service("parties.end_contact")
def end_contact(*, actor: Actor, contact: Contact, on: date) -> Contact:
    """The person is no longer a contact of the enterprise after ``on``."""
    require(may_edit_people(actor, contact.enterprise))
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.until is not None:
        refuse("Il contatto era già chiuso.", "The contact had already ended.")
    contact.until = on if contact.since is None else max(on, contact.since)
    contact.save(update_fields=["until"])
    note(enterprise=contact.enterprise_id, person=contact.person_id)
    return contact


#: What may be put right of a person.
DETAILS = ("given_name", "family_name", "email", "phone", "language", "codice_fiscale")


@service("parties.correct_person")
def correct_person(*, actor: Actor, person: Person, changes: dict[str, str], reason: str = "") -> Person:
    """Put right what is known of a person (art. 16 GDPR): the person, or an office that was told. The tax code
    identifies who acts, so an office alone corrects it."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    require(may_correct_person(actor, person))
    unknown = sorted(set(changes) - set(DETAILS))
    if unknown:
        refuse(f"Dato sconosciuto: {unknown[0]}.", f"Unknown fact: {unknown[0]}.", field=unknown[0])
    values: dict[str, Any] = {name: value.strip() for name, value in changes.items()}
    if "family_name" in values and not values["family_name"]:
        refuse("Serve il cognome.", "A family name is needed.", field="family_name")
    if values.get("email"):
        try:
            validate_email(values["email"])
        except ValidationError:
            refuse("L’indirizzo non è valido.", "The address is not valid.", field="email")
    if "language" in values and values["language"] not in ("it", "en"):
        refuse("Lingua sconosciuta.", "Unknown language.", field="language")
    if "codice_fiscale" in values:
        values["codice_fiscale"] = _own_code(actor, person, values["codice_fiscale"])
    changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
    if not changed:
        return unchanged(person)
    for name in changed:
        setattr(person, name, values[name])
    person.save(update_fields=changed)
    note(fields=changed, reason=reason[:300])
    return person


def _own_code(actor: Actor, person: Person, written: str) -> str | None:
    code = _checked_code(written)
    if code != person.codice_fiscale:
        require(may_edit_tax_code(actor))
        if code and Person.objects.filter(codice_fiscale=code).exclude(pk=person.pk).exists():
            refuse(
                "È il codice fiscale di un’altra persona.",
                "It is the tax code of another person.",
                field="codice_fiscale",
            )
    return code


@service("parties.person_of_user")
def ensure_person(*, actor: Actor, user: User) -> Person:
    """The person behind an account, made on first need (to hold consents)."""
    require(may_request_mandate(actor))
    if actor.user_id != user.pk and not actor.is_system:
        refuse("Ciascuno gestisce i propri dati.", "Everyone looks after one’s own data.")
    found = Person.objects.filter(user=user).first()
    if found is None and user.codice_fiscale:
        found = Person.objects.select_for_update().filter(codice_fiscale=user.codice_fiscale, user=None).first()
        if found is not None:
            found.user = user
            found.save(update_fields=["user"])
    if found is None:
        found = Person.objects.create(
            user=user,
            given_name=user.given_name,
            family_name=user.family_name or user.email,
            email=user.email,
            codice_fiscale=user.codice_fiscale,
            language=user.language,
            is_demo=user.is_demo,
        )
    return found


@service("parties.record_consent")
def record_consent(
    *, actor: Actor, person: Person, purpose: str, channel: str, given: bool, wording: str, proof: str
) -> Consent | None:
    """Write that a consent was given or withdrawn. Saying again what already holds adds nothing."""
    require(may_record_consent(actor, person))
    if purpose not in dict(Consent.PURPOSES) or channel not in dict(Consent.CHANNELS):
        refuse("Finalità o canale sconosciuti.", "Unknown purpose or channel.", field="purpose")
    if given and channel not in dict(Consent.CHANNELS_OF[purpose]):
        # A withdrawal is always written: what was once given through any channel can be taken back.
        refuse("Questa finalità non usa questo canale.", "This purpose does not use this channel.", field="channel")
    if wording.strip() and wording not in consent_wordings():
        refuse("Versione del testo sconosciuta.", "Unknown version of the text.", field="wording")
    if not proof.strip() or not wording.strip():
        refuse("Serve la prova del consenso.", "The proof of consent is needed.", field="proof")
    Person.objects.select_for_update().get(pk=person.pk)
    last = Consent.objects.filter(person=person, purpose=purpose, channel=channel).order_by("-id").first()
    note_object(person)
    note(purpose=purpose, channel=channel, given=given)
    if (last is not None and last.given == given) or (last is None and not given):
        return last
    return Consent.objects.create(
        person=person,
        purpose=purpose,
        channel=channel,
        given=given,
        at=now(),
        wording=wording,
        proof=proof,
        recorded_by_id=actor.user_id,
    )


@service("parties.export_person")
def export_person(*, actor: Actor, person: Person) -> dict[str, Any]:
    """Everything parties know of a person, in plain JSON (arts. 15 and 20 GDPR). The request itself is audited."""
    require(may_export_person(actor, person))
    note_object(person)
    mandates = Mandate.objects.filter(user_id=person.user_id) if person.user_id else Mandate.objects.none()
    return {
        "person": {
            name: getattr(person, name)
            for name in ("given_name", "family_name", "codice_fiscale", "email", "phone", "language")
        },
        "contacts": [
            {
                "enterprise": row.enterprise.name,
                "tax_code": row.enterprise.tax_code,
                "role": row.role,
                "since": _iso(row.since),
                "until": _iso(row.until),
            }
            for row in person.contacts.select_related("enterprise").order_by("id")
        ],
        "mandates": [
            {
                "enterprise": row.enterprise.name,
                "kind": row.kind,
                "scopes": row.scopes,
                "state": row.state,
                "since": _iso(row.since),
                "until": _iso(row.until),
            }
            for row in mandates.select_related("enterprise").order_by("id")
        ],
        "holdings": [
            {
                "enterprise": row.owned.name,
                "kind": row.kind,
                "capital": None if row.capital is None else str(row.capital),
                "votes": None if row.votes is None else str(row.votes),
                "since": _iso(row.since),
                "until": _iso(row.until),
            }
            for row in person.holdings.select_related("owned").order_by("id")
        ],
        "consents": [
            {
                "purpose": row.purpose,
                "channel": row.channel,
                "given": row.given,
                "at": row.at.isoformat(),
                "wording": row.wording,
                "proof": row.proof,
            }
            for row in person.consents.order_by("id")
        ],
    }


@service("parties.erase_person")
def erase_person(*, actor: Actor, person: Person) -> Person:
    """Take away what identifies a person (art. 17 GDPR), keeping what the law requires (art. 17(3)(b)).

    What stays: that someone held or acted, with dates and percentages, without the name; the history of consents, which
    proves that the processing was lawful. Refused while a holding is in force (the ownership of an enterprise is needed
    to apply the State-aid rules) or a mandate is open: it must be revoked first; or while a declaration that names the
    person waits for review. The account, if there is one, is closed and emptied too.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    require(may_erase_person(actor, person))
    if person.erased_at is not None:
        refuse("I dati erano già stati cancellati.", "The data had already been erased.")
    if OwnershipLink.objects.filter(holder_person=person, until__isnull=True).exists():
        refuse(
            "Detiene una partecipazione in corso: serve a calcolare l’impresa unica (Reg. (UE) 2023/2831) e si conserva.",
            "Holds a share in force: it is needed to derive the single undertaking (Reg. (EU) 2023/2831) and is kept.",
        )
    if (
        person.user_id
        and Mandate.objects.filter(user_id=person.user_id, state__in=[Mandate.REQUESTED, Mandate.CONFIRMED]).exists()
    ):
        refuse("Ha deleghe aperte: prima vanno revocate.", "Has open mandates: they must be revoked first.")
    declared = _declarations_of(person)
    if any(row.state == Correction.PROPOSED for row in declared):
        refuse(
            "Una dichiarazione che la nomina è in esame: prima va decisa.",
            "A declaration that names this person is under review: it must be decided first.",
        )
    user = person.user
    if user is not None and user.role_grants.filter(until__isnull=True).exists():
        refuse(
            "Ha ancora un ruolo in un ufficio: prima va tolto.",
            "Still holds a role in an office: it must be removed first.",
        )
    for row in declared:
        row.changes = {
            name: ["" if name in IDENTIFYING else old, "" if name in IDENTIFYING else new]
            for name, (old, new) in row.changes.items()
        }
        row.save(update_fields=["changes"])
    person.given_name = person.family_name = person.email = person.phone = ""
    person.codice_fiscale = None
    person.user = None
    person.erased_at = now()
    person.save()
    ended = Contact.objects.filter(person=person, until__isnull=True)
    for contact in ended:
        contact.until = max(filter(None, [contact.since, now().date()]))
        contact.role = ""
        contact.save(update_fields=["until", "role"])
    if user is not None:
        close_account(actor=system("parties.erase_person"), user=user)
    note(contacts_ended=len(ended), declarations=[row.pk for row in declared])
    return person


#: What identifies a person in a declaration of who holds an enterprise.
IDENTIFYING = ("name", "given", "code")


def _declarations_of(person: Person) -> list[Correction]:
    """The declarations that name a person as holder: by tax code, or by name."""

    def written(row: Correction, name: str) -> str:
        return str(row.changes.get(name, ["", ""])[1])

    rows = Correction.objects.select_for_update().filter(
        subject=Correction.OWNERSHIP, changes__holder__1="person", link__isnull=True
    )
    named = plain(f"{person.given_name} {person.family_name}")
    return [
        row
        for row in rows.order_by("pk")
        if (person.codice_fiscale and check_tax_code(written(row, "code")).normalised == person.codice_fiscale)
        or (
            not (person.codice_fiscale and written(row, "code"))
            and plain(f"{written(row, 'given')} {written(row, 'name')}") == named
        )
    ]


def _known_person(codice_fiscale: str, email: str, given_name: str, family_name: str) -> Person | None:
    if codice_fiscale.strip():
        return Person.objects.filter(codice_fiscale=_checked_code(codice_fiscale)).first()
    if not email.strip():
        return None
    same = Person.objects.filter(email__iexact=email.strip(), family_name__iexact=family_name.strip()).order_by("pk")
    # Two of a family may share the firm's address: another given name is another person.
    given = plain(given_name)
    return next((one for one in same if not given or plain(one.given_name) in ("", given)), None)


def _fill_in(person: Person, **typed: str) -> None:
    """Write what was not known of a person; refuse what differs from what is known."""
    filled = []
    for name, value in typed.items():
        known, value = getattr(person, name), value.strip()
        if not value or "".join(known.split()).casefold() == "".join(value.split()).casefold():
            continue
        if known:
            refuse(
                "Questa persona è già nota con un dato diverso: lascialo vuoto, o fallo correggere nei dati della persona.",
                "This person is already known with something else here: leave it empty, or have the person’s data corrected.",
                field=name,
            )
        setattr(person, name, value)
        filled.append(name)
    if filled:
        person.save(update_fields=filled)
        note(filled=filled)


def _checked_code(codice_fiscale: str) -> str | None:
    if not codice_fiscale.strip():
        return None
    checked = check_tax_code(codice_fiscale)
    if not checked or len(checked.normalised) != 16:
        refuse("Il codice fiscale non è valido.", "The tax code is not valid.", field="codice_fiscale")
    return checked.normalised


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
