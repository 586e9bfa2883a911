"""Mandates offered to an address: sent, accepted by who owns it, withdrawn.

What is answered to who invites is the same whether the address has an account or not, and so is the mail.
"""

from datetime import date, timedelta
from typing import Any

from django.core import signing

from levante.identity.api import verified_addresses
from levante.kernel.api import ENTERPRISE, Actor, NotYours, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.parties.mandates import acting_as
from levante.parties.models import Buyer, Enterprise, Investor, Invitation, Mandate
from levante.parties.models.held import of_party, party_of
from levante.parties.policies import may_give_scopes, may_invite, may_request_mandate
from levante.parties.services.mandates import checked_terms, mandate_of
from levante.parties.services.people import ensure_person_of

#: How long an invitation can be accepted, how many one party may send in a day, and within how long a second click is one.
VALID_FOR = timedelta(days=30)
MOST_A_DAY = 50
SAME_CLICK = timedelta(minutes=1)
#: After this long an invitation nobody accepted forgets the address.
KEPT = timedelta(days=90)

_SALT = "levante.invitation"


def invitation_token(invitation: Invitation) -> str:
    """The secret part of its link: signed, so that nothing secret is kept."""
    return signing.dumps(invitation.pk, salt=_SALT)


def invitation_by(token: str) -> Invitation | None:
    """The invitation of a link; ``None`` when the link was not made here."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("enterprise", "buyer", "investor", "sent_by").filter(pk=pk).first()


def invitations_to(user_id: int) -> list[Invitation]:
    """Those a person can accept now, by the addresses they have proved to own."""
    rows = Invitation.objects.open().addressed_to(verified_addresses(user_id))
    return list(rows.select_related("enterprise", "buyer", "investor", "sent_by").order_by("sent_at", "pk"))


@service("parties.invite")
def invite(
    *,
    actor: Actor,
    holder: Enterprise | Buyer | Investor,
    email: str,
    kind: str,
    scopes: list[str],
    act: str = "",
    until: date | None = None,
    language: str = "it",
) -> Invitation:
    """Offer a mandate to an address. Again to the same address for the same kind: the one that waits takes the new terms
    and leaves again; a second click within the minute changes nothing."""
    require(may_invite(actor, holder))
    party = party_of(holder)
    if party.kind == ENTERPRISE:
        require(may_give_scopes(actor, scopes))
        if kind == Mandate.LEGAL_REPRESENTATIVE:
            refuse(
                "Il legale rappresentante è riconosciuto da un ufficio della Sezione.",
                "A legal representative is recognised by an office of the Section.",
                field="kind",
            )
    elif not act.strip():
        refuse(
            "Indica il documento da cui risulta che la persona rappresenta l’impresa estera.",
            "Name the document that shows that the person represents the firm.",
            field="act",
        )
    wanted = checked_terms(party, kind=kind, scopes=scopes, since=today(), until=until)
    address, at = email.strip().lower(), now()
    type(holder)._default_manager.select_for_update().get(pk=holder.pk)  # two who invite wait for each other
    sent = Invitation.objects.filter(**of_party(party))
    known = sent.filter(email__iexact=address, kind=kind, state=Invitation.SENT).first()
    terms: dict[str, Any] = {"scopes": wanted, "act": act.strip()[:300], "until": until, "language": language}
    if known is not None and at - known.sent_at < SAME_CLICK and all(getattr(known, k) == v for k, v in terms.items()):
        return unchanged(known)
    if sent.filter(sent_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        refuse(
            "Oggi gli inviti sono già tanti: riprova domani.", "Many invitations have left today: try again tomorrow."
        )
    terms |= {"sent_by_id": actor.user_id, "sent_at": at, "expires_at": at + VALID_FOR}
    invitation = known or Invitation(**of_party(party), email=address, kind=kind)
    for name, value in terms.items():
        setattr(invitation, name, value)
    invitation.save()
    note(party=str(party), kind=kind, scopes=wanted)
    from levante.parties.jobs import send_invitation

    send_invitation.defer(invitation_id=invitation.pk)
    return invitation


@service("parties.accept_invitation")
def accept_invitation(*, actor: Actor, invitation: Invitation) -> Mandate:
    """The person who owns the address takes the mandate: it is in force from today. Accepted twice, it is one."""
    require(may_request_mandate(actor))
    held = _locked(invitation)
    if held.state == Invitation.ACCEPTED and held.accepted_by_id == actor.user_id and held.mandate is not None:
        return unchanged(held.mandate)
    if actor.user_id is None or held.email.lower() not in verified_addresses(actor.user_id):
        refuse(
            "L’invito è arrivato a un altro indirizzo: accedi con quello, o aggiungilo alla tua utenza.",
            "The invitation was sent to another address: sign in with it, or add it to your account.",
        )
    if not held.is_open or (held.until is not None and held.until < today()):
        refuse(
            "L’invito non è più valido: chiedi che te lo mandino di nuovo.",
            "The invitation is no longer valid: ask for it to be sent again.",
        )
    if held.enterprise is not None and not _still_gives(held):
        refuse(
            "Chi ti ha invitato non può più dare questa delega: chiedila al legale rappresentante.",
            "Who invited you may no longer give this mandate: ask the legal representative for it.",
        )
    ensure_person_of(actor)
    mandate = mandate_of(
        party=held.party,
        user_id=actor.user_id,
        kind=held.kind,
        scopes=held.scopes,
        act=held.act,
        until=held.until,
        decided_by_id=held.sent_by_id,
    )
    held.state, held.accepted_by_id, held.accepted_at, held.mandate = Invitation.ACCEPTED, actor.user_id, now(), mandate
    held.save(update_fields=["state", "accepted_by", "accepted_at", "mandate"])
    note(party=str(held.party), kind=held.kind, invitation=held.pk)
    _tell_who_invited(actor, held)
    return mandate


@service("parties.withdraw_invitation")
def withdraw_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Take an invitation back: its link leads nowhere any more."""
    held = _locked(invitation)
    require(may_invite(actor, held.holder))
    if held.state == Invitation.WITHDRAWN:
        return unchanged(held)
    if held.state == Invitation.ACCEPTED:
        refuse("È già stato accettato: revoca la delega.", "It was accepted already: revoke the mandate.")
    held.state, held.withdrawn_at, held.withdrawn_by_id = Invitation.WITHDRAWN, now(), actor.user_id
    held.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    note(party=str(held.party), kind=held.kind)
    return held


@service("parties.forget_invitations")
def forget_invitations(*, actor: Actor) -> int:
    """Forget the addresses of invitations that nobody accepted, long after they expired (GDPR art. 5(1)(e))."""
    if not actor.is_system:
        raise NotYours
    old = Invitation.objects.exclude(state=Invitation.ACCEPTED).filter(expires_at__lt=now() - KEPT).exclude(email="")
    gone = old.update(email="")
    if not gone:
        return unchanged(0)
    note(forgotten=gone)
    return gone


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related(
        "enterprise", "buyer", "investor", "mandate"
    )
    return rows.get(pk=invitation.pk)


def _still_gives(invitation: Invitation) -> bool:
    """Does who invited still look after the people of the enterprise, with the powers that were offered?"""
    if invitation.sent_by_id is None or invitation.enterprise_id is None:
        return False
    scopes = acting_as(invitation.sent_by_id, invitation.party, today()).scopes
    return {"people", *invitation.scopes} <= scopes


def _tell_who_invited(actor: Actor, invitation: Invitation) -> None:
    if invitation.sent_by_id is None:
        return
    name = invitation.holder.name
    notify(
        actor=actor,
        users=[invitation.sent_by_id],
        kind="invitation-accepted",
        title=Bilingual(f"{actor.label} ora agisce per {name}", f"{actor.label} now acts for {name}")
        if len(actor.label) + len(name) < 250
        else Bilingual("Un invito è stato accettato", "An invitation was accepted"),
        body=Bilingual(
            "L’invito è stato accettato: la delega è in vigore da oggi. Si può revocare in ogni momento.",
            "The invitation was accepted: the mandate is in force from today. It can be revoked at any time.",
        ),
        path="/impresa/persone/" if invitation.enterprise_id is not None else "/ufficio/",
        enterprise_id=invitation.enterprise_id,
        subject_type="parties.Invitation",
        subject_id=str(invitation.pk),
    )
