"""Every write on agreements."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from levante.identity.api import Office
from levante.kernel.api import Actor, note, note_object, refuse, require, service, today
from levante.programme.api import Act, Intervention, Sector
from levante.promotion import policies, states
from levante.promotion.models import Agreement, AgreementParty, Commitment


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
    source: str = "",
    confidence: str = "sourced",
    note_it: str = "",
    note_en: str = "",
    demonstration: bool = False,
) -> Agreement:
    """Enter an agreement in the register with its parties: ``{name_it, name_en, country, institution_id?, signatory?,
    signatory_role_it?, signatory_role_en?}``. At least two parties; a signed one says when."""
    require(policies.may_keep_agreements(actor))
    rows = list(parties)
    if len(rows) < 2:
        refuse("Un accordo ha almeno due parti.", "An agreement has at least two parties.", field="parties")
    if state != states.DRAFT and signed_on is None:
        refuse("Manca la data della firma.", "The day of signature is missing.", field="signed_on")
    if state == states.ENDED:
        refuse(
            "Un accordo si conclude dopo averlo registrato.",
            "An agreement is ended after it has been entered.",
            field="state",
        )
    if expires_on is not None and signed_on is not None and expires_on < signed_on:
        refuse("Scade prima della firma.", "It expires before it is signed.", field="expires_on")
    if renewal == "tacit" and not renewal_months:
        refuse("Di quanti mesi è il rinnovo tacito?", "How many months does it renew for?", field="renewal_months")
    if Agreement.objects.filter(code=code).exists():
        refuse("Questo codice è già di un altro accordo.", "Another agreement has this code.", field="code")
    agreement = Agreement.objects.create(
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
        source=source,
        confidence=confidence,
        note_it=note_it,
        note_en=note_en,
        demonstration=demonstration,
    )
    agreement.sectors.set(sectors)
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
    note(code=code, kind=kind, state=state)
    return agreement


@service("promotion.add_commitment")
def add_commitment(
    *,
    actor: Actor,
    agreement: Agreement,
    title_it: str,
    title_en: str,
    office: Office,
    deadline: date,
    demonstration: bool = False,
) -> Commitment:
    """What the agreement commits an office of ours to, by a day."""
    require(policies.may_keep_agreements(actor))
    title_it = title_it.replace("\0", "").strip()
    if not title_it:
        refuse("Scrivi a che cosa ci si impegna.", "Say what is committed to.", field="title_it")
    commitment = Commitment.objects.create(
        agreement=agreement,
        title_it=title_it[:300],
        title_en=title_en.replace("\0", "").strip()[:300] or title_it[:300],
        office=office,
        deadline=deadline,
        demonstration=demonstration,
    )
    note(agreement=agreement.code, deadline=deadline.isoformat())
    return commitment


@service("promotion.close_commitment")
def close_commitment(
    *, actor: Actor, commitment: Commitment, state: str, outcome: str, on: date | None = None
) -> Commitment:
    """Say what came of it: met, missed or dropped, and how. Once: an outcome is not rewritten."""
    current = (
        Commitment.objects.select_for_update(of=("self",)).select_related("office", "agreement").get(pk=commitment.pk)
    )
    require(policies.may_close_commitment(actor, current))
    if current.state != states.OPEN:
        refuse("L’esito è già scritto.", "The outcome has already been written.")
    if state not in {states.MET, states.MISSED, states.DROPPED}:
        refuse("Scegli l’esito.", "Choose the outcome.", field="state")
    outcome = outcome.replace("\0", "").strip()[:4000]
    if not outcome:
        refuse("Scrivi che cosa è successo.", "Say what happened.", field="outcome")
    current.state, current.outcome, current.closed_on = state, outcome, on or today()
    current.closed_by_id = actor.user_id
    current.save(update_fields=["state", "outcome", "closed_on", "closed_by"])
    note(agreement=current.agreement.code, state=state)
    return current


@service("promotion.end_agreement")
def end_agreement(*, actor: Actor, agreement: Agreement, on: date) -> Agreement:
    """End an agreement before its term (disdetta, risoluzione)."""
    require(policies.may_keep_agreements(actor))
    current = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if current.state not in {states.SIGNED, states.IN_FORCE}:
        refuse("Si conclude un accordo firmato e non scaduto.", "Only a signed agreement, not expired, is ended.")
    if current.signed_on is not None and on < current.signed_on:
        refuse("Finisce prima della firma.", "It ends before it was signed.", field="on")
    current.state, current.ended_on = states.ENDED, on
    current.save(update_fields=["state", "ended_on"])
    note_object(current)
    note(code=current.code, on=on.isoformat())
    return current
