"""Every write on offers of help: kept by the Section and by the office that answers; asked for by enterprises."""

from collections.abc import Iterable
from typing import Any

from levante.cases.api import Case, open_case
from levante.cases.api import states as case_states
from levante.competences import policies, states
from levante.competences.models import SupportOffer
from levante.identity.api import Office
from levante.kernel.api import Actor, note, note_object, refuse, require, service, unchanged
from levante.programme.api import Sector

SUPPORT_SUBJECT = "competences.SupportOffer"
#: What is written of an offer.
DETAILS = (
    "kind",
    "title_it",
    "title_en",
    "text_it",
    "text_en",
    "dimensions",
    "sizes",
    "bands",
    "starts_on",
    "ends_on",
    "until",
    "place_it",
    "place_en",
    "provider",
    "value",
    "source",
)


@service("competences.record_support")
def record_support(
    *,
    actor: Actor,
    code: str,
    values: dict[str, Any],
    office: Office,
    sectors: Iterable[Sector] = (),
    new: bool = False,
    demonstration: bool = False,
) -> SupportOffer:
    """Add an offer as a draft, or correct the one with this code (refused when it should be ``new``). ``values`` by the names
    of ``DETAILS``; its state changes by publishing and withdrawing."""
    known = SupportOffer.objects.select_for_update(of=("self",)).select_related("office").filter(code=code).first()
    require(policies.may_keep_support(actor, known))
    if new and known is not None:
        refuse("Questa offerta è già nell’elenco.", "This offer is on the list already.", field="title_en")
    unknown = sorted(set(values) - set(DETAILS))
    if unknown:
        raise TypeError(f"an offer has no {unknown}")
    offer = known or SupportOffer(code=code, demonstration=demonstration)
    for name, value in values.items():
        setattr(offer, name, value)
    offer.office = office
    if not offer.source and not offer.demonstration:
        refuse("Scrivi da dove vengono i dati.", "Say where the facts come from.", field="source")
    if offer.ends_on is not None and (offer.starts_on is None or offer.ends_on < offer.starts_on):
        refuse("Finisce prima di iniziare.", "It ends before it starts.", field="ends_on")
    if offer.until is not None and offer.ends_on is not None and offer.until > offer.ends_on:
        refuse("Si chiede prima che finisca.", "It is asked for before it ends.", field="until")
    offer.save()
    offer.sectors.set(sectors)
    note(code=code)
    return offer


@service("competences.publish_support")
def publish_support(*, actor: Actor, offer: SupportOffer) -> SupportOffer:
    """Enterprises find it in what they can get, and in the actions of their check-up."""
    held = _locked(actor, offer)
    if held.state == states.PUBLISHED:
        return unchanged(held)
    held.state, held.withdrawn_reason = states.PUBLISHED, ""
    held.save(update_fields=["state", "withdrawn_reason"])
    note(code=held.code)
    return held


@service("competences.withdraw_support")
def withdraw_support(*, actor: Actor, offer: SupportOffer, reason: str) -> SupportOffer:
    """It is no longer offered, saying why; who asked already goes on."""
    held = _locked(actor, offer)
    why = reason.replace("\0", "").strip()[:2000]
    if not why:
        refuse("Scrivi perché.", "Say why.", field="reason")
    if held.state == states.WITHDRAWN:
        return unchanged(held)
    held.state, held.withdrawn_reason = states.WITHDRAWN, why
    held.save(update_fields=["state", "withdrawn_reason"])
    note(code=held.code)
    return held


@service("competences.ask_for_support")
def ask_for_support(*, actor: Actor, offer: SupportOffer, text: str = "") -> Case:
    """The enterprise asks: a case of the office that answers, with number and term. While one runs, it is the same."""
    held = SupportOffer.objects.select_for_update(of=("self",)).select_related("office").get(pk=offer.pk)
    require(policies.may_ask_for_support(actor, held))
    asked = Case.objects.filter(
        subject_type=SUPPORT_SUBJECT, subject_id=str(held.pk), enterprise_id=actor.enterprise_id or 0
    )
    running = asked.running().order_by("-pk").first()
    if running is not None:
        return unchanged(running)
    case = open_case(
        actor=actor,
        kind=case_states.ADVICE,
        subject=held.title_it[:200],
        text=text.strip() or f"Chiediamo: {held.title_it}.",
        channel="portal",
        party=actor.party,
        office=held.office,
        subject_type=SUPPORT_SUBJECT,
        subject_id=str(held.pk),
        is_demo=held.demonstration,
    )
    note_object(held)
    note(case=case.number)
    return case


def asked_by(actor: Actor, offer: SupportOffer) -> Case | None:
    """The case with which the enterprise acted for asked for it last."""
    rows = Case.objects.visible_to(actor).filter(subject_type=SUPPORT_SUBJECT, subject_id=str(offer.pk))
    return rows.filter(enterprise_id=actor.enterprise_id).order_by("-pk").first() if actor.enterprise_id else None


def _locked(actor: Actor, offer: SupportOffer) -> SupportOffer:
    held = SupportOffer.objects.select_for_update(of=("self",)).select_related("office").get(pk=offer.pk)
    require(policies.may_keep_support(actor, held))
    return held
