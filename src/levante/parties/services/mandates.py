"""Mandates: asked, confirmed or refused, revoked; ``invitations`` gives them."""

from datetime import date

from django.db import IntegrityError, transaction

from levante.kernel.api import ENTERPRISE, Actor, Party, note, now, refuse, require, service, today
from levante.parties.models import Enterprise, Mandate
from levante.parties.models.held import of_party
from levante.parties.policies import may_request_mandate
from levante.parties.workflow import MANDATES


@service("parties.request_mandate")
def request_mandate(
    *,
    actor: Actor,
    enterprise: Enterprise,
    kind: str,
    scopes: list[str] | None = None,
    act: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Mandate:
    """A person asks to act for an enterprise; ``scopes`` do not matter for a legal representative, who has them all."""
    require(may_request_mandate(actor))
    if actor.user_id is None:
        refuse("Chiede una persona.", "A person asks.")
    if enterprise.status == Enterprise.MERGED:
        refuse("Questa scheda è stata unita a un’altra.", "This file was merged into another.", field="enterprise")
    start = since or today()
    wanted = checked_terms(Party(ENTERPRISE, enterprise.pk), kind=kind, scopes=scopes or [], since=start, until=until)
    mandate = Mandate(
        enterprise=enterprise,
        user_id=actor.user_id,
        kind=kind,
        scopes=wanted,
        act=act,
        since=start,
        until=until,
        requested_at=now(),
    )
    _write(mandate)
    note(enterprise=enterprise.pk, kind=kind, scopes=wanted)
    return mandate


@service("parties.confirm_mandate")
def confirm_mandate(*, actor: Actor, mandate: Mandate, reason: str = "") -> Mandate:
    """The enterprise or an officer confirms a request: the mandate is in force from its first day."""
    return _decide(actor, mandate, "confirm", reason)


@service("parties.refuse_mandate")
def refuse_mandate(*, actor: Actor, mandate: Mandate, reason: str) -> Mandate:
    """The enterprise or an officer refuses a request, saying why."""
    if not reason.strip():
        refuse("Serve il motivo del rifiuto.", "A reason for the refusal is needed.", field="reason")
    return _decide(actor, mandate, "refuse", reason)


@service("parties.revoke_mandate")
def revoke_mandate(*, actor: Actor, mandate: Mandate, reason: str = "") -> Mandate:
    """End a mandate at once: what was done in its name stays done."""
    mandate = _locked(mandate)
    require(MANDATES.may("revoke", actor, mandate, state=mandate.state))
    mandate.state = Mandate.REVOKED
    mandate.revoked_at = now()
    mandate.revoked_by_id = actor.user_id
    mandate.revocation_reason = reason
    mandate.save(update_fields=["state", "revoked_at", "revoked_by", "revocation_reason"])
    note(party=str(mandate.party), kind=mandate.kind)
    return mandate


def _decide(actor: Actor, mandate: Mandate, transition: str, reason: str) -> Mandate:
    mandate = _locked(mandate)
    require(MANDATES.may(transition, actor, mandate, state=mandate.state))
    mandate.state = MANDATES.transitions[transition].target
    mandate.decided_at = now()
    mandate.decided_by_id = actor.user_id
    mandate.decision_reason = reason
    mandate.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    note(party=str(mandate.party), kind=mandate.kind)
    return mandate


def _locked(mandate: Mandate) -> Mandate:
    rows = Mandate.objects.select_for_update(of=("self",)).select_related("enterprise", "buyer", "investor", "user")
    return rows.get(pk=mandate.pk)


def checked_terms(party: Party, *, kind: str, scopes: list[str], since: date, until: date | None) -> list[str]:
    """The scopes as they are kept: none for a legal representative, who has them all; whatever one may do, one may see."""
    if kind not in dict(Mandate.KINDS):
        refuse("Tipo di delega sconosciuto.", "Unknown kind of mandate.", field="kind")
    unknown = set(scopes) - set(Mandate.SCOPES_OF[party.kind])
    if unknown or (not scopes and kind != Mandate.LEGAL_REPRESENTATIVE):
        refuse("Indica per che cosa vale la delega.", "Say what the mandate is for.", field="scopes")
    if until is not None and until < since:
        refuse("La fine è prima dell’inizio.", "The end is before the beginning.", field="until")
    return [] if kind == Mandate.LEGAL_REPRESENTATIVE else sorted({"read", *scopes})


def mandate_of(
    *,
    party: Party,
    user_id: int,
    kind: str,
    scopes: list[str],
    act: str,
    until: date | None,
    decided_by_id: int | None,
) -> Mandate:
    """The mandate in force from today of who accepted it. A request of the same kind that waited is confirmed with these
    terms; one that is in force already stays as it is, and this is refused."""
    at = now()
    waiting = Mandate.objects.select_for_update().filter(
        **of_party(party), user_id=user_id, kind=kind, state=Mandate.REQUESTED
    )
    mandate = waiting.first() or Mandate(**of_party(party), user_id=user_id, kind=kind, requested_at=at)
    mandate.scopes, mandate.act, mandate.since, mandate.until = scopes, act or mandate.act, today(), until
    mandate.state, mandate.decided_at, mandate.decided_by_id = Mandate.CONFIRMED, at, decided_by_id
    _write(mandate)
    return mandate


def _write(mandate: Mandate) -> None:
    try:
        with transaction.atomic():
            mandate.save()
    except IntegrityError:
        refuse(
            "C’è già una delega di questo tipo, in attesa o confermata.",
            "There is already a mandate of this kind, waiting or confirmed.",
            field="kind",
        )
