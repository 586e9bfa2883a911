"""What is held of a person, given to them (arts. 15 and 20 GDPR) and taken away (art. 17)."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from levante.identity.api import close_account, verified_addresses
from levante.kernel.api import PARTY_KINDS, Actor, note, note_object, now, refuse, require, service, system, today
from levante.law.codes import check_tax_code
from levante.parties.models import Contact, Correction, Invitation, Mandate, OwnershipLink, Person
from levante.parties.models.search import plain
from levante.parties.policies import may_erase_person, may_export_person
from levante.parties.services.erasing import Erased, erase_elsewhere


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
                "for": row.holder.name,
                "party": row.party.kind,
                "kind": row.kind,
                "scopes": row.scopes,
                "state": row.state,
                "since": _iso(row.since),
                "until": _iso(row.until),
            }
            for row in mandates.select_related(*PARTY_KINDS).order_by("id")
        ],
        "invitations": [
            {
                "for": row.holder.name,
                "party": row.party.kind,
                "email": row.email,
                "kind": row.kind,
                "scopes": row.scopes,
                "state": row.state,
                "sent_at": row.sent_at.isoformat(),
            }
            for row in _invitations_of(person).select_related(*PARTY_KINDS).order_by("id")
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
    person waits for review. The account, if there is one, is closed and emptied too; other rooms take
    away what they hold (``erasing``).
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
    invitations = _invitations_of(person)
    invitations.filter(state=Invitation.SENT).update(state=Invitation.WITHDRAWN, withdrawn_at=now())
    Invitation.objects.filter(pk__in=list(invitations.values_list("pk", flat=True))).update(email="")
    for row in declared:
        row.changes = {
            name: ["" if name in IDENTIFYING else old, "" if name in IDENTIFYING else new]
            for name, (old, new) in row.changes.items()
        }
        row.save(update_fields=["changes"])
    name = f"{person.given_name} {person.family_name}".strip()
    elsewhere = erase_elsewhere(system("parties.erase_person"), Erased(person.user_id, name))
    person.given_name = person.family_name = person.email = person.phone = ""
    person.codice_fiscale = None
    person.user = None
    person.erased_at = now()
    person.save()
    ended = Contact.objects.filter(person=person, until__isnull=True)
    for contact in ended:
        contact.until = max(filter(None, [contact.since, today()]))
        contact.role = ""
        contact.save(update_fields=["until", "role"])
    if user is not None:
        close_account(actor=system("parties.erase_person"), user=user)
    note(contacts_ended=len(ended), declarations=[row.pk for row in declared], elsewhere=elsewhere)
    return person


def _invitations_of(person: Person) -> QuerySet[Invitation]:
    """The invitations a person accepted, and those sent to an address of theirs."""
    owned = verified_addresses(person.user_id) if person.user_id is not None else frozenset()
    addresses = owned | ({person.email.lower()} if person.email else frozenset())
    return Invitation.objects.annotate(small=Lower("email")).filter(
        Q(small__in=addresses) | Q(accepted_by_id=person.user_id, accepted_by__isnull=False)
    )


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


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
