"""Every write on commitments: what an agreement binds an office of ours to, by a day, and what came of it."""

from datetime import date
from typing import Any

from levante.documents.api import store_upload
from levante.identity.api import Office
from levante.kernel.api import Actor, Refused, note, refuse, require, service, today
from levante.promotion import policies, states
from levante.promotion.models import Agreement, Commitment


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
    if agreement.state in {states.ENDED, states.ABANDONED}:
        refuse("L’accordo è concluso.", "The agreement has ended.")
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
    *,
    actor: Actor,
    commitment: Commitment,
    state: str,
    outcome: str,
    on: date | None = None,
    upload: Any = None,
) -> Commitment:
    """Say what came of it: met, missed or dropped, how, and with what proof. Once: an outcome is not rewritten."""
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
    evidence = None
    if upload:
        try:
            evidence = store_upload(actor=actor, upload=upload, purpose="attachment")
        except Refused as refusal:
            refuse(refusal.reason.it, refusal.reason.en, field="upload")
    day = on or today()
    if day > today():
        refuse("La data è nel futuro.", "The day is in the future.", field="on")
    current.state, current.outcome, current.closed_on, current.evidence = state, outcome, day, evidence
    current.closed_by_id = actor.user_id
    current.save(update_fields=["state", "outcome", "closed_on", "closed_by", "evidence"])
    note(agreement=current.agreement.code, state=state, evidence=evidence.pk if evidence is not None else "")
    return current
