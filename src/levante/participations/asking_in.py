"""A buyer from outside asks to come to an initiative: once its e-mail is confirmed the office admits it, or says no."""

from datetime import timedelta
from typing import Any

from django.core import signing

from levante.directory.api import save_buyer_profile
from levante.initiatives.api import BuyerInterest, Initiative
from levante.kernel.api import (
    Actor,
    NotYours,
    note,
    note_object,
    now,
    refuse,
    require,
    service,
    system,
    today,
    unchanged,
)
from levante.kernel.pure import Bilingual
from levante.law import parameters
from levante.messages.api import notify
from levante.participations import policies, states
from levante.participations.inviting import (
    LONGEST,
    as_buyer,
    last_day,
    locked_initiative,
    locked_invitation,
    require_open,
    send,
)
from levante.participations.models import BuyerInvitation
from levante.participations.telling import office_people
from levante.parties.api import Buyer, possible_doubles, record_counterpart

_SALT = "levante.participations.asks"
#: What it tells of its firm, kept as it wrote it until it is a buyer.
TOLD = ("organisation", "country", "website", "kind", "sectors", "volume", "channels", "references_given")


@service("participations.ask_to_come")
def ask_to_come(
    *, actor: Actor, initiative: Initiative, contact: dict[str, str], told: dict[str, Any], looking_for: str, key: str
) -> BuyerInvitation:
    """A buyer that nobody knows asks to come: kept until its e-mail is confirmed by the link that is sent there. ``contact`` = ``{name,
    email, language, consent_wording}``, ``told`` = ``TOLD``. The same ``key`` gives back the same one."""
    held = locked_initiative(initiative)
    require_open(held)
    known = BuyerInvitation.objects.filter(key=key[:80]).first()
    if known is not None:
        return unchanged(known)
    words = looking_for.replace("\0", "").strip()[:LONGEST]
    if not words:
        refuse("Scrivi che cosa compri.", "Write what you buy.", field="looking_for")
    days = int(parameters.value("supplier_directory.link_days", on=today()).value)
    made = BuyerInvitation.objects.create(
        initiative=held, origin="outside", state=states.I_DRAFT, name=contact["name"], email=contact["email"].lower(),
        language=contact["language"], consent_wording=contact["consent_wording"], asked={name: told.get(name, "") for name in TOLD},
        looking_for=words, key=key[:80], made_at=now(), expires_on=today() + timedelta(days=days),
    )  # fmt: skip
    send(made, "confirm")
    note(initiative=held.code)
    return made


def asking_token(row: BuyerInvitation) -> str:
    """The secret part of the link that confirms an e-mail."""
    return signing.dumps(row.pk, salt=_SALT)


def asking_by(token: str) -> BuyerInvitation | None:
    """The request of a link, confirmed or not; none when it has lapsed, or the link was not made here. One query."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    found = BuyerInvitation.objects.select_related("initiative").filter(pk=pk).first()
    return None if found is None or (found.state == states.I_DRAFT and found.expires_on < today()) else found


@service("participations.confirm_asking")
def confirm_asking(*, actor: Actor, token: str) -> BuyerInvitation:
    """Its link is pressed: the request is the office's to decide, and who asks is a buyer, to be qualified: the one whose address it is,
    where one has it, else a new one. Pressed twice it is once."""
    found = asking_by(token)
    if found is None:
        raise NotYours
    held = locked_invitation(found)
    if held.state != states.I_DRAFT:
        return unchanged(held)
    require_open(held.initiative)
    buyer = _buyer_of(held)
    again = BuyerInvitation.objects.filter(
        initiative=held.initiative, buyer=buyer, state__in=[states.I_ASKED, states.I_SENT, states.I_ACCEPTED]
    )
    if again.exists() or BuyerInterest.objects.filter(initiative=held.initiative, buyer=buyer).standing().exists():
        refuse(
            "Questo buyer è già invitato, o ha già chiesto di venire.",
            "This buyer is invited already, or asked to come already.",
        )
    held.buyer, held.state, held.expires_on = buyer, states.I_ASKED, last_day(held.initiative)
    held.save(update_fields=["buyer", "state", "expires_on"])
    initiative = held.initiative
    notify(
        actor=system("participations.asking"), users=office_people(initiative), kind="buyer-asks",
        title=Bilingual(
            f"{buyer.name} chiede di venire: {initiative.title_it}"[:300], f"{buyer.name} asks to come: {initiative.title_en}"[:300]
        ),
        body=Bilingual(
            "È un buyer da qualificare: leggi che cosa compra, ammettilo o digli di no.",
            "It is a buyer to be qualified: read what it buys, admit it or say no.",
        ),
        path=f"/ufficio/iniziative/{initiative.code}/buyer/", subject_type="participations.BuyerInvitation", subject_id=f"{held.pk}:asked",
    )  # fmt: skip
    note(initiative=initiative.code, buyer=buyer.pk)
    return held


@service("participations.admit_asking")
def admit_asking(*, actor: Actor, row: BuyerInvitation) -> BuyerInvitation:
    """The office admits who asked: it is invited, and accepts (with the terms, where there are) by the link of its letter."""
    held = locked_invitation(row)
    require(policies.may_keep(actor, held.initiative))
    if held.state == states.I_SENT:
        return unchanged(held)
    _to_decide(held)
    require_open(held.initiative)
    held.state, held.sent_at, held.decided_by_id, held.expires_on = (
        states.I_SENT,
        now(),
        actor.user_id,
        last_day(held.initiative),
    )
    held.save(update_fields=["state", "sent_at", "decided_by", "expires_on"])
    send(held, "admitted")
    note(initiative=held.initiative.code, buyer=held.buyer_id)
    return held


@service("participations.refuse_asking")
def refuse_asking(*, actor: Actor, row: BuyerInvitation, reason: str) -> BuyerInvitation:
    """The office says no to who asked, with a reason, which it is told as written (in its language: who decides reads which)."""
    held = locked_invitation(row)
    require(policies.may_keep(actor, held.initiative))
    if held.state == states.I_REFUSED:
        return unchanged(held)
    _to_decide(held)
    words = reason.replace("\0", "").strip()[:1000]
    if not words:
        refuse("Scrivi perché: chi ha chiesto lo legge.", "Say why: who asked reads it.", field="reason")
    held.state, held.answered_at, held.reason, held.decided_by_id = states.I_REFUSED, now(), words, actor.user_id
    held.save(update_fields=["state", "answered_at", "reason", "decided_by"])
    send(held, "refused")
    note(initiative=held.initiative.code, buyer=held.buyer_id)
    return held


@service("participations.drop_unconfirmed_asking")
def drop_unconfirmed_asking(*, actor: Actor) -> int:
    """Every night: what nobody confirmed by its last day is deleted (GDPR art. 5(1)(e)). How many."""
    gone, _ = BuyerInvitation.objects.filter(state=states.I_DRAFT, expires_on__lt=today()).delete()
    if not gone:
        return unchanged(0)
    note(dropped=gone)
    return gone


def _buyer_of(held: BuyerInvitation) -> Buyer:
    """Who owns an address that a buyer of ours has is that buyer, if one alone has it; any other is new, even of a name that is known."""
    same = list(Buyer.objects.filter(email__iexact=held.email).order_by("pk")[:2])
    if len(same) == 1:
        known: Buyer = same[0]
        return known
    told = held.asked
    name, country = told["organisation"] or held.name, told["country"]
    buyer: Buyer = record_counterpart(
        actor=system("participations.asking"), model=Buyer, although_double=bool(possible_doubles(Buyer, name=name, country=country)),
        values={
            "name": name, "kind": told["kind"] or "other", "country": country, "website": told["website"], "email": held.email,
            "sectors": list(told["sectors"] or []), "languages": [held.language], "language": held.language,
            "looking_for": held.looking_for,
        },
    )  # fmt: skip
    save_buyer_profile(
        actor=as_buyer(buyer), buyer=buyer, volume=told["volume"], channels=list(told["channels"] or []),
        references_given=told["references_given"],
    )  # fmt: skip
    note_object(buyer)
    return buyer


def _to_decide(held: BuyerInvitation) -> None:
    if held.state != states.I_ASKED:
        refuse("Non c’è niente da decidere.", "There is nothing to be decided.")
