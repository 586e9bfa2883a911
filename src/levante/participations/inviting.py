"""Buyers are invited to an initiative by a letter with a link; who is invited accepts or declines by it, without an account."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core import signing

from levante.initiatives.api import BuyerInterest, Initiative, admit_buyer_interest, express_buyer_interest
from levante.initiatives.api import states as interests
from levante.kernel.api import (
    BUYER,
    Actor,
    NotYours,
    Party,
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
from levante.messages.api import notify
from levante.participations import policies, states
from levante.participations.models import BuyerInvitation
from levante.participations.telling import office_people
from levante.participations.terms import accept_now, terms_of
from levante.parties.api import Buyer, Mandate, invite, people_of

_SALT = "levante.participations.invited"
#: Buyers invited at once; days in which an answer is awaited at most, and before it is reminded. Ours, no norm.
MOST, DAYS, BEFORE_REMINDING = 100, 60, timedelta(days=3)
LONGEST = 4000


def invited_token(row: BuyerInvitation) -> str:
    """The secret part of its link: signed, so that nothing secret is kept; it answers while the invitation waits."""
    return signing.dumps(row.pk, salt=_SALT)


def invited_by(token: str) -> BuyerInvitation | None:
    """The invitation of a link, alive or not; none when the link was not made here. One query."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    rows = BuyerInvitation.objects.select_related("initiative__lead_office", "buyer", "interest")
    return rows.filter(pk=pk).exclude(state__in=[states.I_DRAFT, states.I_ASKED]).first()


@service("participations.invite_buyers")
def invite_buyers(*, actor: Actor, initiative: Initiative, buyers: Sequence[Buyer]) -> list[BuyerInvitation]:
    """Write to some buyers, each to its address and in its language, and wait for an answer until the day before the initiative begins
    (``DAYS`` at most). Who is invited already, asks to come, takes part or was told no is left as it is. Refused, and nobody is written
    to, when one has no address."""
    held = locked_initiative(initiative)
    require(policies.may_keep(actor, held))
    require_open(held)
    if not buyers or len(buyers) > MOST:
        refuse(f"Scegli da 1 a {MOST} buyer.", f"Choose from 1 to {MOST} buyers.", field="buyers")
    mute = [one.name for one in buyers if not one.email]
    if mute:
        refuse(
            f"Senza indirizzo di posta: {', '.join(mute[:5])}.",
            f"Without an e-mail: {', '.join(mute[:5])}.",
            field="buyers",
        )
    running = BuyerInvitation.objects.filter(
        initiative=held, state__in=[states.I_ASKED, states.I_SENT, states.I_ACCEPTED]
    )
    there = set(running.values_list("buyer_id", flat=True))
    asked = BuyerInterest.objects.filter(initiative=held).exclude(state=interests.WITHDRAWN)
    there |= set(asked.values_list("buyer_id", flat=True))
    moment, last = now(), last_day(held)
    made = [
        BuyerInvitation.objects.create(
            initiative=held, buyer=one, origin="office", state=states.I_SENT, email=one.email, language=one.written_in,
            looking_for=one.looking_for[:LONGEST], made_at=moment, made_by_id=actor.user_id, sent_at=moment, expires_on=last,
        )
        for one in {row.pk: row for row in buyers}.values()
        if one.pk not in there
    ]  # fmt: skip
    if not made:
        return unchanged(made)
    for row in made:
        send(row, "invited")
        note_object(row)
    note(initiative=held.code, invited=[row.buyer_id for row in made])
    return made


@service("participations.remind_invited")
def remind_invited(*, actor: Actor, initiative: Initiative) -> int:
    """Write again to who has not answered and was not written to in the last three days. How many."""
    held = locked_initiative(initiative)
    require(policies.may_keep(actor, held))
    require_open(held)
    before = now() - BEFORE_REMINDING
    rows = (
        BuyerInvitation.objects.filter(initiative=held, sent_at__lt=before).waiting().exclude(reminded_at__gte=before)
    )
    late = list(rows.select_for_update(of=("self",)).exclude(email="").order_by("pk")[:MOST])
    if not late:
        return unchanged(0)
    for row in late:
        row.reminded_at = now()
        row.save(update_fields=["reminded_at"])
        send(row, "reminded")
    note(initiative=held.code, reminded=[row.buyer_id for row in late])
    return len(late)


@service("participations.withdraw_buyer_invitation")
def withdraw_buyer_invitation(*, actor: Actor, row: BuyerInvitation) -> BuyerInvitation:
    """Take an invitation back before it is answered: its link answers no more."""
    held = locked_invitation(row)
    require(policies.may_keep(actor, held.initiative))
    if held.state == states.I_WITHDRAWN:
        return unchanged(held)
    if held.state != states.I_SENT:
        refuse("Ha già risposto.", "It has answered already.")
    held.state, held.answered_at, held.decided_by_id = states.I_WITHDRAWN, now(), actor.user_id
    held.save(update_fields=["state", "answered_at", "decided_by"])
    note(buyer=held.buyer_id)
    return held


@service("participations.accept_as_invited")
def accept_as_invited(*, actor: Actor, token: str, looking_for: str, version: int | None = None) -> BuyerInvitation:
    """Who is invited accepts, by the link of its letter: the buyer takes part, on the terms that it read (``version``), and who was
    written to is offered a mandate to follow its meetings and travel, unless somebody acts for the buyer. Accepted twice it is once."""
    held = _of(token)
    buyer = held.buyer
    assert buyer is not None
    if held.state == states.I_ACCEPTED:
        return unchanged(held)
    _answerable(held)
    accepted = accept_now(terms_of(held.initiative), buyer_id=buyer.pk, user_id=actor.user_id, version=version)
    asks = express_buyer_interest(actor=as_buyer(buyer), initiative=held.initiative, looking_for=looking_for)
    interest = admit_buyer_interest(actor=system("participations.inviting"), interest=asks)  # the office invited it
    held.state, held.answered_at, held.interest, held.looking_for = (
        states.I_ACCEPTED,
        now(),
        interest,
        interest.looking_for,
    )
    held.save(update_fields=["state", "answered_at", "interest", "looking_for"])
    _offer_mandate(held, buyer)
    _tell(held, buyer, Bilingual("accetta l’invito", "accepts the invitation"), Bilingual("Viene.", "It comes."))
    note(initiative=held.initiative.code, buyer=buyer.pk, terms=accepted.version if accepted is not None else 0)
    return held


@service("participations.decline_as_invited")
def decline_as_invited(*, actor: Actor, token: str, reason: str) -> BuyerInvitation:
    """Who is invited says that it does not come, and why."""
    held = _of(token)
    if held.state == states.I_DECLINED:
        return unchanged(held)
    _answerable(held)
    words = reason.replace("\0", "").strip()[:1000]
    if not words:
        refuse("Scrivi perché: aiuta a invitarti meglio.", "Say why: it helps to invite you better.", field="reason")
    held.state, held.answered_at, held.reason = states.I_DECLINED, now(), words
    held.save(update_fields=["state", "answered_at", "reason"])
    assert held.buyer is not None
    _tell(held, held.buyer, Bilingual("declina l’invito", "declines the invitation"), Bilingual(words, words))
    note(initiative=held.initiative.code, buyer=held.buyer_id)
    return held


def as_buyer(buyer: Buyer) -> Actor:
    """Who answers a letter to a buyer: no account, but what its link lets it do."""
    return Actor(
        label=f"{buyer.name}, by its letter"[:200], party=Party(BUYER, buyer.pk), party_name=buyer.name,
        scopes=frozenset({"read", "meet", "correct"}),
    )  # fmt: skip


def send(row: BuyerInvitation, kind: str) -> None:
    """A letter leaves once this is durable: ``kind`` of ``inviting_mail``."""
    from levante.participations.inviting_mail import send_buyer_letter

    send_buyer_letter.defer(invitation_id=row.pk, kind=kind)


def last_day(initiative: Initiative) -> date:
    """The last day on which a letter of today is answered: the one before the first."""
    return min(initiative.starts_on - timedelta(days=1), today() + timedelta(days=DAYS))


def locked_initiative(initiative: Initiative) -> Initiative:
    """Held until the end of the transaction; always before its invitations."""
    rows = Initiative.objects.select_for_update(of=("self",)).select_related("lead_office")
    return rows.get(pk=initiative.pk)


def locked_invitation(row: BuyerInvitation) -> BuyerInvitation:
    """With its initiative, held first: so does who answers and who decides."""
    held = locked_initiative(Initiative(pk=row.initiative_id))
    found = BuyerInvitation.objects.select_for_update(of=("self",)).select_related("buyer").get(pk=row.pk)
    found.initiative = held
    return found


def require_open(initiative: Initiative) -> None:
    """Refused where no buyer can come, or it has begun."""
    if not initiative.takes_buyers(today()):
        refuse(
            "L’iniziativa non è aperta ai buyer, o è già cominciata.",
            "The initiative is not open to buyers, or has already begun.",
        )


def _of(token: str) -> BuyerInvitation:
    found = invited_by(token)
    if found is None:
        raise NotYours
    return locked_invitation(found)


def _answerable(held: BuyerInvitation) -> None:
    if not held.is_alive or not held.initiative.takes_buyers(today()):
        refuse("Questo invito non vale più.", "This invitation is no longer valid.")


def _offer_mandate(held: BuyerInvitation, buyer: Buyer) -> None:
    """Whoever answered is not known to own the address; who signs in with it is."""
    if not held.email or people_of(Party(BUYER, buyer.pk), today(), able=["meet"]):
        return
    title, day = held.initiative.title_it[:150], today()
    invite(
        actor=system("participations.inviting"), holder=buyer, email=held.email, kind=Mandate.DELEGATE,
        scopes=["correct", "ask", "meet"], act=f"Invito a “{title}”, accettato il {day:%d/%m/%Y} dall’indirizzo a cui era stato mandato",
        language=held.language,
    )  # fmt: skip


def _tell(held: BuyerInvitation, buyer: Buyer, what: Bilingual, body: Bilingual) -> None:
    initiative = held.initiative
    notify(
        actor=system("participations.inviting"), users=office_people(initiative), kind=f"buyer-{held.state}",
        title=Bilingual(f"{buyer.name} {what.it}: {initiative.title_it}"[:300], f"{buyer.name} {what.en}: {initiative.title_en}"[:300]),
        body=body, path=f"/ufficio/iniziative/{initiative.code}/buyer/", subject_type="participations.BuyerInvitation",
        subject_id=f"{held.pk}:{held.state}",
    )  # fmt: skip
