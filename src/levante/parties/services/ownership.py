"""Who holds or controls an enterprise: recorded, corrected, ended, verified; every change derives the sizes anew."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today
from levante.law.codes import check_tax_code
from levante.parties.models import Country, Enterprise, Institution, OwnershipLink, Person
from levante.parties.policies import may_edit_enterprise
from levante.parties.services.enterprises import create_enterprise, refresh_size

#: What a link says, apart from who holds.
TERMS = ("kind", "capital", "votes", "same_market", "since", "until", "evidence")
#: How a holder is written by who fills in a form: the kind, then what that kind needs.
HOLDER = ("holder", "code", "name", "given", "institution", "institution_kind", "country")
HOLDER_KINDS = ("enterprise", "person", "institution", "abroad")
#: The id of a body, as a form sends it.
_WHOLE = re.compile(r"[0-9]{1,18}")


@service("parties.record_ownership")
def record_ownership(
    *,
    actor: Actor,
    owned: Enterprise,
    kind: str,
    holder_enterprise: Enterprise | None = None,
    holder_person: Person | None = None,
    holder_institution: Institution | None = None,
    holder_abroad: str = "",
    holder_country: str | None = None,
    capital: Decimal | None = None,
    votes: Decimal | None = None,
    same_market: bool | None = None,
    since: date | None = None,
    until: date | None = None,
    source: str = "declared",
    evidence: str = "",
) -> OwnershipLink:
    """Write that a holder holds or controls an enterprise; the sizes of both sides are derived anew."""
    require(may_edit_enterprise(actor, owned))
    note_object(owned)
    link = OwnershipLink(
        owned=owned,
        holder_enterprise=holder_enterprise,
        holder_person=holder_person,
        holder_institution=holder_institution,
        holder_abroad=holder_abroad.strip(),
        holder_country_id=holder_country,
    )
    terms = {
        "kind": kind,
        "capital": capital,
        "votes": votes,
        "same_market": same_market,
        "since": since,
        "until": until,
        "evidence": evidence,
    }
    check_terms(terms)
    _write(actor, link, terms, source)
    note(link=link.pk, kind=kind)
    refresh_size(owned)
    return link


@service("parties.record_holder")
def record_holder(
    *, actor: Actor, owned: Enterprise, holder: dict[str, Any], terms: dict[str, Any], source: str = "declared"
) -> OwnershipLink:
    """As ``record_ownership``, the holder written as in a form (``HOLDER``): found among those known, or made."""
    require(may_edit_enterprise(actor, owned))
    check_holder(holder)
    check_terms(terms)
    found = _holder(actor, owned, holder)
    if found.get("holder_enterprise") == owned:
        refuse("Un’impresa non detiene sé stessa.", "An enterprise does not hold itself.", field="code")
    note_object(owned)
    return record_ownership(actor=actor, owned=owned, source=source, **found, **terms)


@service("parties.correct_ownership")
def correct_ownership(
    *, actor: Actor, link: OwnershipLink, terms: dict[str, Any], reason: str, source: str | None = None
) -> OwnershipLink:
    """Write anew what was recorded wrongly of a link, or what changed; the holder stays. The reason is kept."""
    link = _locked(actor, link)
    if not reason.strip():
        refuse("Scrivi il motivo della correzione.", "Write the reason of the correction.", field="reason")
    whole = {name: getattr(link, name) for name in TERMS} | terms
    check_terms(whole)
    note(link=link.pk, fields=sorted(name for name in TERMS if getattr(link, name) != whole[name]), reason=reason[:300])
    _write(actor, link, whole, source or link.source)
    refresh_size(link.owned)
    return link


@service("parties.end_ownership")
def end_ownership(*, actor: Actor, link: OwnershipLink, on: date) -> OwnershipLink:
    """The hold lasted until ``on``, included."""
    link = _locked(actor, link)
    note(link=link.pk)
    if link.until is not None or (link.since is not None and on < link.since):
        refuse("La data non è valida per questo legame.", "The date is not valid for this link.", field="on")
    link.until = on
    link.save(update_fields=["until"])
    refresh_size(link.owned)
    return link


@service("parties.verify_ownership")
def verify_ownership(*, actor: Actor, link: OwnershipLink, evidence: str) -> OwnershipLink:
    """An officer has seen the proof of a hold that was only declared."""
    link = _locked(actor, link)
    note(link=link.pk)
    if not evidence.strip():
        refuse("Indica la prova.", "Say what proves it.", field="evidence")
    _write(actor, link, {"evidence": evidence}, "verified")
    return link


def check_terms(terms: dict[str, Any]) -> None:
    """Refuse, naming the field, what could not be a link."""
    kind, capital, votes = terms["kind"], terms["capital"], terms["votes"]
    if kind not in dict(OwnershipLink.KINDS):
        refuse("Scegli come la detiene.", "Choose how it is held.", field="kind")
    for name, share in (("capital", capital), ("votes", votes)):
        if share is not None and not 0 <= share <= 100:
            refuse("Una quota va da 0 a 100.", "A share goes from 0 to 100.", field=name)
    if kind == OwnershipLink.PARTICIPATION and not capital and votes is None:
        refuse("Indica la quota di capitale o di voti.", "Say the share of capital or votes.", field="capital")
    if kind != OwnershipLink.PARTICIPATION and (capital is not None or votes is not None):
        refuse(
            "Le quote si scrivono solo per una partecipazione: il controllo ha una riga sua.",
            "Shares are written only for a participation: control has a row of its own.",
            field="kind",
        )
    since, until = terms["since"], terms["until"]
    if since is not None and since > today():
        refuse("La data è nel futuro.", "The date is in the future.", field="since")
    if since is not None and until is not None and until < since:
        refuse("La fine è prima dell’inizio.", "The end is before the beginning.", field="until")


def check_holder(holder: dict[str, Any]) -> None:
    """Refuse, naming the field, a holder that is not told enough of to be known again."""
    kind = holder.get("holder")
    if kind not in HOLDER_KINDS:
        refuse("Scegli chi la detiene.", "Choose who holds it.", field="holder")
    code, name = str(holder.get("code") or "").strip(), str(holder.get("name") or "").strip()
    if kind == "enterprise" or (kind == "person" and code):
        checked = check_tax_code(code)
        if not checked:
            refuse(checked.reason.it, checked.reason.en, field="code")
        if kind == "person" and len(checked.normalised) != 16:
            refuse("Serve il codice fiscale di una persona.", "The tax code of a person is needed.", field="code")
        if kind == "enterprise" and not name and not Enterprise.objects.filter(tax_code=checked.normalised).exists():
            refuse(
                "Questa impresa non ha ancora una scheda: scrivi la denominazione.",
                "This enterprise has no file yet: write its name.",
                field="name",
            )
    if kind in ("person", "abroad") and not name:
        refuse("Serve il nome.", "A name is needed.", field="name")
    if kind == "abroad" and (
        holder.get("country") == "IT" or not Country.objects.filter(pk=holder.get("country") or "").exists()
    ):
        refuse("Scegli un paese estero.", "Choose a country abroad.", field="country")
    if kind == "institution" and not _WHOLE.fullmatch(str(holder.get("institution") or "")):
        if not name:
            refuse("Scegli un ente, o scrivine il nome.", "Choose a body, or write its name.", field="institution")
        if holder.get("institution_kind") not in dict(Institution.KINDS):
            refuse("Scegli il tipo di ente.", "Choose the kind of body.", field="institution_kind")


def _holder(actor: Actor, owned: Enterprise, holder: dict[str, Any]) -> dict[str, Any]:
    kind, name = holder["holder"], str(holder.get("name") or "").strip()
    if kind == "enterprise":
        code = check_tax_code(holder["code"]).normalised
        found = Enterprise.objects.filter(tax_code=code).select_related("merged_into").first()
        if found is None:
            found = create_enterprise(actor=actor, tax_code=code, name=name, is_demo=owned.is_demo)
        return {"holder_enterprise": found.merged_into or found}
    if kind == "abroad":
        return {"holder_abroad": name, "holder_country": holder["country"]}
    if kind == "institution":
        chosen = str(holder.get("institution") or "")
        if _WHOLE.fullmatch(chosen):
            body = Institution.objects.filter(pk=int(chosen)).first()
            if body is None:
                refuse("L’ente non esiste.", "The body does not exist.", field="institution")
            return {"holder_institution": body}
        body = Institution.objects.filter(name__iexact=name, kind=holder["institution_kind"]).order_by("pk").first()
        made = body or Institution.objects.create(name=name, kind=holder["institution_kind"], is_demo=owned.is_demo)
        return {"holder_institution": made}
    own = check_tax_code(holder["code"]).normalised if str(holder.get("code") or "").strip() else None
    given = str(holder.get("given") or "").strip()
    if own:
        person = Person.objects.filter(codice_fiscale=own).first()
    else:
        # Without a code only somebody already tied to this very enterprise is taken for the same person.
        person = (
            Person.objects.filter(holdings__owned=owned, family_name__iexact=name, given_name__iexact=given)
            .order_by("pk")
            .first()
        )
    if person is None:
        person = Person.objects.create(
            family_name=name, given_name=given, codice_fiscale=own, is_demo=owned.is_demo, language="it"
        )
    return {"holder_person": person}


def _locked(actor: Actor, link: OwnershipLink) -> OwnershipLink:
    held = OwnershipLink.objects.select_for_update(of=("self",)).select_related("owned").get(pk=link.pk)
    require(may_edit_enterprise(actor, held.owned))
    note_object(held.owned)
    return held


def _check_alone(link: OwnershipLink) -> None:
    """Refuse a second row of the same hold at the same time: shares of the same holder are one figure, to be corrected."""
    Enterprise.objects.select_for_update().get(pk=link.owned_id)
    same = OwnershipLink.objects.filter(
        owned=link.owned_id,
        kind=link.kind,
        holder_enterprise=link.holder_enterprise_id,
        holder_person=link.holder_person_id,
        holder_institution=link.holder_institution_id,
        holder_abroad=link.holder_abroad,
        holder_country=link.holder_country_id,
    ).exclude(pk=link.pk)
    if link.since is not None:
        same = same.filter(Q(until__isnull=True) | Q(until__gte=link.since))
    if link.until is not None:
        same = same.filter(Q(since__isnull=True) | Q(since__lte=link.until))
    if same.exists():
        refuse(
            "Questo legame c’è già nello stesso periodo: correggilo, o indica quando è finito.",
            "This link is already there in the same time: correct it, or say when it ended.",
            field="since",
        )


def _write(actor: Actor, link: OwnershipLink, terms: dict[str, Any], source: str) -> None:
    for name, value in terms.items():
        setattr(link, name, value.strip() if isinstance(value, str) else value)
    _check_alone(link)
    verified = source == "verified"
    link.verified_by_id = (link.verified_by_id or actor.user_id) if verified else None
    link.verified_at = (link.verified_at or now()) if verified else None
    link.source = source
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError:
        refuse(
            "Indica un solo titolare e, per una partecipazione, la quota di capitale o di voti.",
            "Name one holder and, for a participation, the share of capital or votes.",
            field="kind",
        )
