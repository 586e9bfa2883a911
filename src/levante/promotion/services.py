"""Every write on agreements: entered, corrected, signed, renewed, ended, and turned by the day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from levante.cases.api import level_for
from levante.documents.api import StoredFile, store_upload
from levante.identity.api import Office, RoleGrant, User
from levante.kernel.api import Actor, Refused, note, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.programme.api import Act, Intervention, Sector
from levante.promotion import policies, states
from levante.promotion.models import Agreement, AgreementParty

#: What says how many days before its end the owner is told: a dated service level of the programme's data.
NOTICE = "agreement-expiry-notice"
_FACTS = (
    "kind",
    "title_it",
    "title_en",
    "summary_it",
    "summary_en",
    "office",
    "owner",
    "in_force_from",
    "expires_on",
    "renewal",
    "renewal_months",
    "clearance",
    "act",
    "intervention",
    "source",
    "confidence",
    "note_it",
    "note_en",
)


@service("promotion.record_agreement")
def record_agreement(
    *,
    actor: Actor,
    code: str,
    kind: str,
    title_it: str,
    title_en: str,
    office: Office,
    parties: Iterable[Mapping[str, Any]],
    summary_it: str = "",
    summary_en: str = "",
    state: str = states.DRAFT,
    signed_on: date | None = None,
    in_force_from: date | None = None,
    expires_on: date | None = None,
    renewal: str = "unknown",
    renewal_months: int | None = None,
    clearance: str = "unknown",
    act: Act | None = None,
    intervention: Intervention | None = None,
    sectors: Iterable[Sector] = (),
    owner: User | None = None,
    upload: Any = None,
    source: str = "",
    confidence: str = "sourced",
    note_it: str = "",
    note_en: str = "",
    demonstration: bool = False,
) -> Agreement:
    """Enter an agreement in the register with its parties: ``{name_it, name_en, country, institution_id?, signatory?,
    signatory_role_it?, signatory_role_en?}``. At least two parties; a signed one says when."""
    require(policies.may_keep_agreements(actor))
    if state in {states.ENDED, states.ABANDONED}:
        refuse(
            "Un accordo si conclude dopo averlo registrato.",
            "An agreement is ended after it has been entered.",
            field="state",
        )
    if Agreement.objects.filter(code=code).exists():
        refuse("Questo codice è già di un altro accordo.", "Another agreement has this code.", field="code")
    agreement = Agreement(
        code=code,
        kind=kind,
        state=state,
        title_it=title_it,
        title_en=title_en,
        summary_it=summary_it,
        summary_en=summary_en,
        signed_on=signed_on,
        in_force_from=in_force_from,
        expires_on=expires_on,
        renewal=renewal,
        renewal_months=renewal_months,
        clearance=clearance,
        act=act,
        intervention=intervention,
        office=office,
        owner=owner,
        document=_document(actor, upload),
        source=source,
        confidence=confidence,
        note_it=note_it,
        note_en=note_en,
        demonstration=demonstration,
    )
    _check(agreement)
    rows = _two_parties(parties)
    agreement.save()
    agreement.sectors.set(sectors)
    _keep_parties(agreement, rows)
    note(code=code, kind=kind, state=state)
    return agreement


@service("promotion.correct_agreement")
def correct_agreement(
    *,
    actor: Actor,
    agreement: Agreement,
    parties: Iterable[Mapping[str, Any]] | None = None,
    sectors: Iterable[Sector] | None = None,
    upload: Any = None,
    **changes: Any,
) -> Agreement:
    """Change the facts given, and the parties when they are. The day of signature is written by the signature."""
    require(policies.may_keep_agreements(actor))
    unknown = changes.keys() - set(_FACTS)
    if unknown:
        raise TypeError(f"an agreement has no {sorted(unknown)} to correct")
    current = _locked(agreement)
    if current.state in {states.ENDED, states.ABANDONED}:
        refuse("È concluso: non si corregge.", "It has ended: it is not corrected.")
    text = _document(actor, upload)
    if text is not None:
        current.document = text
    changed = sorted(name for name, value in changes.items() if getattr(current, name) != value)
    for name in changed:
        setattr(current, name, changes[name])
    _check(current)
    current.save(update_fields=[*changed, "document"])
    if sectors is not None:
        current.sectors.set(sectors)
    if parties is not None:
        rows = _two_parties(parties)
        current.parties.all().delete()
        _keep_parties(current, rows)
    note(code=current.code, fields=changed, document=text.pk if text is not None else "")
    return current


@service("promotion.sign_agreement")
def sign_agreement(
    *, actor: Actor, agreement: Agreement, signed_on: date, in_force_from: date | None = None
) -> Agreement:
    """It was signed on a day, and is in force from one (the same, unless told)."""
    require(policies.may_keep_agreements(actor))
    current = _locked(agreement)
    if current.state != states.DRAFT:
        refuse("È già firmato.", "It is signed already.")
    if signed_on > today():
        refuse("La firma non può essere nel futuro.", "It cannot be signed in the future.", field="signed_on")
    begins = in_force_from or signed_on
    if begins < signed_on:
        refuse("Entra in vigore prima della firma.", "It comes into force before it is signed.", field="in_force_from")
    current.signed_on, current.in_force_from = signed_on, begins
    current.state = states.IN_FORCE if begins <= today() else states.SIGNED
    _check(current)
    current.save(update_fields=["signed_on", "in_force_from", "state"])
    note(code=current.code, signed_on=signed_on.isoformat())
    return current


@service("promotion.renew_agreement")
def renew_agreement(*, actor: Actor, agreement: Agreement, expires_on: date, act: Act | None = None) -> Agreement:
    """A new last day, by an express act or as the text says; an expired one is in force again if the new term runs."""
    require(policies.may_keep_agreements(actor))
    current = _locked(agreement)
    if current.state not in {states.IN_FORCE, states.EXPIRED}:
        refuse("Si rinnova un accordo in vigore o scaduto.", "What is renewed is in force or expired.")
    if expires_on < today() or (current.expires_on is not None and expires_on <= current.expires_on):
        refuse("Il nuovo termine viene dopo il vecchio e dopo oggi.", "The new term comes after the old one and today.",
               field="expires_on")  # fmt: skip
    if current.renewal == "express" and act is None:
        refuse("Il rinnovo chiede un atto espresso.", "The renewal needs an express act.", field="act")
    before, current.expires_on, current.state = current.expires_on, expires_on, states.IN_FORCE
    if act is not None:
        current.act = act
    current.save(update_fields=["expires_on", "state", "act"])
    note(code=current.code, before=before.isoformat() if before else "", after=expires_on.isoformat())
    return current


@service("promotion.end_agreement")
def end_agreement(*, actor: Actor, agreement: Agreement, on: date, reason: str) -> Agreement:
    """End an agreement before its term (disdetta, risoluzione), or abandon one never signed; always with a reason."""
    require(policies.may_keep_agreements(actor))
    current = _locked(agreement)
    why = reason.replace("\0", "").strip()[:2000]
    if not why:
        refuse("Scrivi perché.", "Say why.", field="reason")
    if current.state not in {states.DRAFT, states.SIGNED, states.IN_FORCE}:
        refuse("Si conclude un accordo non ancora scaduto.", "Only an agreement that has not expired is ended.")
    if current.signed_on is not None and on < current.signed_on:
        refuse("Finisce prima della firma.", "It ends before it was signed.", field="on")
    if on > today():
        refuse("La data è nel futuro.", "The day is in the future.", field="on")
    current.state = states.ABANDONED if current.state == states.DRAFT else states.ENDED
    current.ended_on, current.ended_reason = on, why
    current.save(update_fields=["state", "ended_on", "ended_reason"])
    note(code=current.code, on=on.isoformat())
    return current


@service("promotion.turn_agreement")
def turn_agreement(*, actor: Actor, agreement: Agreement) -> Agreement:
    """Its state on the day (in Italy): in force from its first day, expired after its last one."""
    current = _locked(agreement)
    before = current.state
    if before == states.SIGNED and current.in_force_from is not None and current.in_force_from <= today():
        current.state = states.IN_FORCE
    expiry = current.expiry_on(today())
    if current.state == states.IN_FORCE and expiry is not None and expiry < today():
        current.state = states.EXPIRED
    if current.state == before:
        return unchanged(current)
    current.save(update_fields=["state"])
    note(code=current.code, before=before, after=current.state)
    return current


def turn_agreements(*, actor: Actor) -> int:
    """Every agreement whose state the day changes; returns how many. Run again, it finds none."""
    day = today()
    due = Q(state=states.SIGNED, in_force_from__lte=day)
    due |= Q(state=states.IN_FORCE, expires_on__lt=day) & ~Q(renewal="tacit")
    rows = Agreement.objects.filter(due).order_by("pk")
    return sum(1 for row in rows if turn_agreement(actor=actor, agreement=row).state != row.state)


@service("promotion.tell_expiry")
def tell_expiry(*, actor: Actor, agreement: Agreement, expiry: date) -> Agreement:
    """Tell the owner (or those of the office who keep agreements) that it ends, or renews itself, on a day. Once per term."""
    tacit = agreement.renewal == "tacit"
    what = (
        Bilingual(
            "Si rinnova da solo, se nessuna parte lo disdice, dopo il",
            "It renews itself, unless a party ends it, after",
        )
        if tacit
        else Bilingual("Scade il", "It expires on")
    )
    notify(
        actor=actor,
        users=[agreement.owner_id] if agreement.owner_id is not None else _keepers(agreement.office),
        kind="agreement-expiring",
        title=Bilingual(
            f"Accordo in scadenza: {agreement.title_it}"[:300], f"Agreement ending: {agreement.title_en}"[:300]
        ),
        body=Bilingual(f"{what.it} {expiry:%d/%m/%Y}.", f"{what.en} {expiry:%d/%m/%Y}."),
        path=f"/ufficio/accordi/{agreement.code}/",
        subject_type="promotion.Agreement",
        subject_id=f"{agreement.pk}:{expiry}",
    )
    note(code=agreement.code, expiry=expiry.isoformat())
    return agreement


def tell_expiries(*, actor: Actor) -> int:
    """Tell of every agreement that ends within the days of the notice; returns how many it told of for the first time."""
    from levante.messages.api import Notice

    day, told = today(), 0
    ahead = level_for(NOTICE, on=day).days
    rows = Agreement.objects.filter(state=states.IN_FORCE, expires_on__isnull=False).select_related("office")
    for row in rows.order_by("pk"):
        expiry = row.expiry_on(day)
        if expiry is None or not 0 <= (expiry - day).days <= ahead:
            continue
        if Notice.objects.filter(kind="agreement-expiring", subject_id=f"{row.pk}:{expiry}").exists():
            continue
        tell_expiry(actor=actor, agreement=row, expiry=expiry)
        told += 1
    return told


def _keepers(office: Office) -> list[int]:
    grants = RoleGrant.objects.in_force(today())
    running = grants.filter(office=office, role__in=policies.KEEPS, user__is_active=True)
    return sorted(set(running.values_list("user_id", flat=True)))


def _locked(agreement: Agreement) -> Agreement:
    found: Agreement = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("office", "owner", "act", "intervention", "document")
        .get(pk=agreement.pk)
    )
    return found


def _check(agreement: Agreement) -> None:
    """What cannot be true together, in words."""
    if agreement.state != states.DRAFT and agreement.signed_on is None:
        refuse("Manca la data della firma.", "The day of signature is missing.", field="signed_on")
    begins = agreement.in_force_from or agreement.signed_on
    if agreement.expires_on is not None and begins is not None and agreement.expires_on < begins:
        refuse("Scade prima della firma.", "It expires before it is signed.", field="expires_on")
    if agreement.renewal == "tacit" and not agreement.renewal_months:
        refuse("Di quanti mesi è il rinnovo tacito?", "How many months does it renew for?", field="renewal_months")
    if not agreement.source and not agreement.demonstration:
        refuse("Scrivi da dove viene.", "Say where it comes from.", field="source")


def _document(actor: Actor, upload: Any) -> StoredFile | None:
    """The text of the agreement, taken in after looking at what it contains; a refusal belongs to the field ``upload``."""
    if not upload:
        return None
    try:
        return store_upload(actor=actor, upload=upload, purpose="attachment", accept=("pdf", "p7m", "docx", "odt"))
    except Refused as refusal:
        refuse(refusal.reason.it, refusal.reason.en, field="upload")


def _two_parties(parties: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    rows = list(parties)
    if len(rows) < 2:
        refuse("Un accordo ha almeno due parti.", "An agreement has at least two parties.", field="parties")
    return rows


def _keep_parties(agreement: Agreement, rows: list[Mapping[str, Any]]) -> None:
    AgreementParty.objects.bulk_create(
        AgreementParty(
            agreement=agreement,
            name_it=row["name_it"],
            name_en=row.get("name_en") or row["name_it"],
            country_id=row.get("country", "IT"),
            institution_id=row.get("institution_id"),
            signatory=row.get("signatory", ""),
            signatory_role_it=row.get("signatory_role_it", ""),
            signatory_role_en=row.get("signatory_role_en", ""),
            position=position,
        )
        for position, row in enumerate(rows)
    )
