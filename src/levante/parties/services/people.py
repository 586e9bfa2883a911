"""People, contacts and consents; ``rights`` gives them their data and takes them away."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from levante.identity.api import User, set_language
from levante.kernel.api import Actor, note, note_object, now, offered, refuse, require, service, unchanged
from levante.law.codes import check_tax_code
from levante.parties.models import Consent, Contact, Enterprise, Person
from levante.parties.models.search import plain
from levante.parties.policies import (
    KEEPERS,
    may_correct_person,
    may_edit_people,
    may_edit_tax_code,
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
    """Add a contact of an enterprise. The person is recognised by codice fiscale, or by e-mail and name; to an enterprise
    only its own contacts are known, so that it learns nothing of the people of others.

    Of a person known already what was missing is filled in; what differs is refused, beside its field, and never dropped
    in silence: it is corrected in the person's own data, by that person or by an office.
    """
    require(may_edit_people(actor, enterprise))
    if not family_name.strip():
        refuse("Serve il cognome.", "A family name is needed.", field="family_name")
    office = actor.in_section(*KEEPERS)
    if codice_fiscale.strip():
        require(may_edit_tax_code(actor))
    known = Person.objects.all() if office else Person.objects.filter(contacts__enterprise=enterprise).distinct()
    person = _known_person(known, codice_fiscale, email, given_name, family_name)
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
    if "language" in values and values["language"] not in offered():
        refuse("Lingua sconosciuta.", "Unknown language.", field="language")
    if "codice_fiscale" in values:
        values["codice_fiscale"] = _own_code(actor, person, values["codice_fiscale"])
    changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
    if not changed:
        return unchanged(person)
    for name in changed:
        setattr(person, name, values[name])
    person.save(update_fields=changed)
    if "language" in changed and person.user is not None:
        set_language(actor=actor, user=person.user, language=person.language)
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


def ensure_person_of(actor: Actor) -> Person | None:
    """``ensure_person`` of who acts; nobody when it is the system."""
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id is not None else None
    return ensure_person(actor=actor, user=user) if user is not None else None


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


def _known_person(
    known: QuerySet[Person], codice_fiscale: str, email: str, given_name: str, family_name: str
) -> Person | None:
    if codice_fiscale.strip():
        return known.filter(codice_fiscale=_checked_code(codice_fiscale)).first()
    if not email.strip():
        return None
    same = known.filter(email__iexact=email.strip(), family_name__iexact=family_name.strip()).order_by("pk")
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
