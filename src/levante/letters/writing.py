"""Writing a letter: its words from a template and the data, its addressee as it is now, all frozen once it is ready."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import models

from levante.documents.api import StoredFile
from levante.exchange.api import NotConfigured, mailbox_of
from levante.identity.api import Office, User, body_of, office_codes, roles
from levante.kernel.api import Actor, note, now, refuse, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.law.remedies import remedies_sentence
from levante.letters import states
from levante.letters.models import Letter
from levante.letters.subjects import page_of
from levante.letters.templates import Template, template_for, write
from levante.letters.text import BadTemplate
from levante.parties.api import Enterprise

DIRECTOR = Bilingual("Il dirigente", "The director")
RESPONSIBLE = Bilingual("Il responsabile del procedimento", "The person responsible for the procedure")


@dataclass(frozen=True, slots=True)
class About:
    """What a letter is about: the thing, what people call it, the person responsible for it (user id), and the PEC address that
    was given for it, if one was: a domicile elected for a procedure comes before that of the enterprise's file."""

    subject: models.Model
    reference: str
    officer_id: int | None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a letter of a run says: to whom, about what, with which values, in whose words, with which files."""

    enterprise: Enterprise
    about: About
    values: Mapping[str, Bilingual]
    own: Mapping[str, Any] | None = None
    attachments: tuple[StoredFile, ...] = ()

    @property
    def words(self) -> dict[str, Any]:
        return {"enterprise": self.enterprise, "about": self.about, "values": self.values, "own": self.own}

    @property
    def arguments(self) -> dict[str, Any]:
        return {**self.words, "attachments": self.attachments}


@service("letters.write_letter")
def write_letter(
    *,
    actor: Actor,
    key: str,
    kind: str,
    office: Office,
    enterprise: Enterprise,
    about: About,
    values: Mapping[str, Bilingual],
    own: Mapping[str, Any] | None = None,
    template: Template | None = None,
    attachments: Iterable[StoredFile] = (),
    draft: bool = False,
) -> Letter:
    """Write a letter; unless it is a draft it leaves once the transaction is durable. The same key again is the same letter.

    ``values`` fill the placeholders that are not everybody's; ``own`` are the letters of the call (``templates.letters``),
    ``template`` a text given for this letter alone. Refused, naming it, when the text asks for something that is not there.
    """
    known = Letter.objects.filter(key=key).first()
    if known is not None:
        return unchanged(known)
    letter = draft_letter(
        actor=actor, key=key, kind=kind, office=office, enterprise=enterprise, about=about, values=values, own=own,
        template=template,
    )  # fmt: skip
    letter.save()
    letter.attachments.set(attachments)
    note(kind=kind, about=f"{letter.subject_type}:{letter.subject_id}", channel=letter.channel)
    if not draft:
        make_ready(letter)
    return letter


def draft_letter(
    *,
    actor: Actor,
    key: str,
    kind: str,
    office: Office,
    enterprise: Enterprise,
    about: About,
    values: Mapping[str, Bilingual],
    own: Mapping[str, Any] | None = None,
    template: Template | None = None,
) -> Letter:
    """The letter with its words and addressee as they are now, not kept yet: what is written, or only looked at."""
    officer = User.objects.filter(pk=about.officer_id).first() if about.officer_id else None
    signatory = signatory_of(actor, office, officer)
    words = words_for(
        kind, office=office, enterprise=enterprise, about=about, officer=officer, signatory=signatory, values=values,
        own=own, template=template,
    )  # fmt: skip
    address = about.address or enterprise.pec
    return Letter(
        key=key,
        kind=kind,
        channel=channel_of(office),
        office=office,
        officer=officer,
        author_id=actor.user_id,
        signatory=signatory,
        enterprise=enterprise,
        addressee=addressee_of(enterprise, address),
        address=address,
        subject_type=about.subject._meta.label,
        subject_id=about.subject.pk,
        reference=about.reference[:120],
        template=words.source,
        subject=words.subject.it[:300],
        body=words.body.it,
        courtesy_subject=words.subject.en[:300],
        courtesy_body=words.body.en,
        created_at=now(),
    )


def words_for(
    kind: str,
    *,
    office: Office,
    enterprise: Enterprise,
    about: About,
    officer: User | None,
    signatory: Mapping[str, str],
    values: Mapping[str, Bilingual],
    own: Mapping[str, Any] | None = None,
    template: Template | None = None,
) -> Any:
    """The words of a letter, written nowhere: what a preview shows and what the letter says."""
    common = {name: same(value) for name, value in office_values(office, enterprise).items()}
    common |= {
        "office": Bilingual(office.name_it, office.name_en or office.name_it),
        "responsible": same(officer.get_full_name() if officer else office.name_it),
        "signatory": same(signatory["name"]),
        "portal": portal_address(about.subject._meta.label, about.subject.pk),
        "remedies": remedies_sentence(today()),
        "number": same(about.reference),
    }
    try:
        return write(kind, {**common, **values}, template or template_for(kind, own))
    except BadTemplate as error:
        refuse(
            f"Il testo della lettera non va: {error.reason.it}.",
            f"The text of the letter is not right: {error.reason.en}.",
        )


def office_values(office: Office, enterprise: Enterprise) -> dict[str, str]:
    """What every text may name of who writes and of to whom: the Italian words by placeholder."""
    return {
        "office": office.name_it,
        "office_contacts": contacts_of(office) or office.name_it,
        "enterprise": enterprise.name,
        "tax_code": enterprise.tax_code,
        "today": f"{today():%d/%m/%Y}",
        "remedies": remedies_sentence(today()).it,
    }


def same(text: str) -> Bilingual:
    """The same word in both languages: names, numbers, dates."""
    return Bilingual(text, text)


def portal_address(subject_type: str, subject_id: int) -> Bilingual:
    path = page_of(subject_type, subject_id, portal=True)
    return Bilingual(f"{settings.SITE_URL}{path}", f"{settings.SITE_URL}/en{path}" if path else settings.SITE_URL)


def signatory_of(actor: Actor, office: Office, officer: User | None) -> dict[str, str]:
    """Who signs: the director who acts, else the person responsible for the procedure; for the system, that person."""
    if actor.user_id is not None and (
        actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=office.code)
    ):
        return {"name": actor.label, "role": body_of(office).signatory_it or DIRECTOR.it}
    if officer is not None:
        return {"name": officer.get_full_name(), "role": RESPONSIBLE.it}
    return {"name": actor.label if actor.user_id is not None else office.name_it, "role": "Per l’ufficio"}


def channel_of(office: Office) -> str:
    """By certified mail where the office has a mailbox; else the letter is read in the portal."""
    try:
        return states.PEC if mailbox_of(office_codes(office)) is not None else states.PORTAL
    except NotConfigured:
        return states.PEC  # it waits, and says why, instead of going by another way


def contacts_of(office: Office) -> str:
    """Where the office is written to: its PEC (that of its file, or of the mailbox it writes from) and its mail."""
    pec = office.pec
    if not pec:
        try:
            mailbox = mailbox_of(office_codes(office))
        except NotConfigured:
            mailbox = None
        pec = f"PEC {mailbox.address}" if mailbox is not None else ""
    else:
        pec = f"PEC {pec}"
    return ", ".join(filter(None, (pec, office.email)))


def addressee_of(enterprise: Enterprise, address: str) -> dict[str, str]:
    """To whom, as it is now."""
    seat = enterprise.legal_seat
    place = ""
    if seat is not None:
        town = seat.comune.name if seat.comune is not None else seat.locality
        where = " ".join(filter(None, (seat.cap, town, f"({seat.province_id})" if seat.province_id else "")))
        place = ", ".join(filter(None, (seat.address, where)))
    return {"name": enterprise.name, "tax_code": enterprise.tax_code, "seat": place, "pec": address}


def content_of(letter: Letter) -> dict[str, Any]:
    """What a letter says, to whom and by whom: what its hash is of."""
    return {
        "kind": letter.kind,
        "office": letter.office.code,
        "addressee": letter.addressee,
        "reference": letter.reference,
        "subject": letter.subject,
        "body": letter.body,
        "signatory": letter.signatory,
        "attachments": sorted(letter.attachments.values_list("sha256", flat=True)),
    }


def make_ready(letter: Letter) -> None:
    """Its words are final; it leaves after the commit. For a service at work that has the letter to itself."""
    from levante.letters.jobs import send_soon

    text = json.dumps(content_of(letter), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    letter.state, letter.ready_at = states.READY, now()
    letter.content_sha256 = sha256(text.encode("utf-8")).hexdigest()
    letter.save(update_fields=["state", "ready_at", "content_sha256"])
    send_soon(letter)
