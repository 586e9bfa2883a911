"""Mandates: asked, confirmed or refused, given, revoked."""

from datetime import date

from django.db import IntegrityError, transaction

from levante.identity.api import User
from levante.kernel.api import Actor, note, now, refuse, require, service, today
from levante.parties.models import Enterprise, Mandate
from levante.parties.policies import may_give_scopes, may_grant_mandate, may_request_mandate
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
    if enterprise.status == Enterprise.MERGED:
        refuse("Questa scheda è stata unita a un’altra.", "This file was merged into another.", field="enterprise")
    return _open(
        enterprise=enterprise,
        user_id=actor.user_id,
        kind=kind,
        scopes=scopes or [],
        act=act,
        since=since or today(),
        until=until,
        state=Mandate.REQUESTED,
        requested_at=now(),
    )


@service("parties.grant_mandate")
def grant_mandate(
    *,
    actor: Actor,
    enterprise: Enterprise,
    email: str,
    kind: str,
    scopes: list[str],
    act: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Mandate:
    """Who looks after the people of an enterprise gives a mandate to a person who has an account, by e-mail address."""
    require(may_grant_mandate(actor, enterprise))
    require(may_give_scopes(actor, scopes))
    if kind == Mandate.LEGAL_REPRESENTATIVE:
        refuse(
            "Il legale rappresentante è riconosciuto da un ufficio della Sezione.",
            "A legal representative is recognised by an office of the Section.",
            field="kind",
        )
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        refuse(
            "Nessuno si è registrato con questo indirizzo: chiedi alla persona di creare l’accesso.",
            "Nobody signed up with this address: ask the person to create an account.",
            field="email",
        )
    at = now()
    return _open(
        enterprise=enterprise,
        user_id=user.pk,
        kind=kind,
        scopes=scopes,
        act=act,
        since=since or today(),
        until=until,
        state=Mandate.CONFIRMED,
        requested_at=at,
        decided_at=at,
        decided_by_id=actor.user_id,
    )


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
    note(enterprise=mandate.enterprise_id, kind=mandate.kind)
    return mandate


def _decide(actor: Actor, mandate: Mandate, transition: str, reason: str) -> Mandate:
    mandate = _locked(mandate)
    require(MANDATES.may(transition, actor, mandate, state=mandate.state))
    mandate.state = MANDATES.transitions[transition].target
    mandate.decided_at = now()
    mandate.decided_by_id = actor.user_id
    mandate.decision_reason = reason
    mandate.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    note(enterprise=mandate.enterprise_id, kind=mandate.kind)
    return mandate


def _locked(mandate: Mandate) -> Mandate:
    return Mandate.objects.select_for_update(of=("self",)).select_related("enterprise", "user").get(pk=mandate.pk)


def _open(
    *, enterprise: Enterprise, kind: str, scopes: list[str], since: date, until: date | None, **fields: object
) -> Mandate:
    known = dict(Mandate.KINDS)
    if kind not in known:
        refuse("Tipo di delega sconosciuto.", "Unknown kind of mandate.", field="kind")
    unknown = set(scopes) - set(Mandate.SCOPES)
    if unknown or (not scopes and kind != Mandate.LEGAL_REPRESENTATIVE):
        refuse("Indica per che cosa vale la delega.", "Say what the mandate is for.", field="scopes")
    if until is not None and until < since:
        refuse("La fine è prima dell’inizio.", "The end is before the beginning.", field="until")
    # Whatever one may do, one may see: the other scopes are of no use without this one.
    wanted = [] if kind == Mandate.LEGAL_REPRESENTATIVE else sorted({"read", *scopes})
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                enterprise=enterprise, kind=kind, scopes=wanted, since=since, until=until, **fields
            )
    except IntegrityError:
        refuse(
            "C’è già una delega di questo tipo, in attesa o confermata.",
            "There is already a mandate of this kind, waiting or confirmed.",
            field="kind",
        )
    note(enterprise=enterprise.pk, kind=kind, scopes=wanted)
    return mandate
