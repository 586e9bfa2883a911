"""What people do with a letter: finish or cancel a draft, send again, send otherwise, write that it arrived, read it."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from levante.documents.api import store_upload
from levante.exchange.api import ExternalRequest, NotConfigured, mailbox_of, send_again
from levante.identity.api import office_codes
from levante.kernel.api import ROME, Actor, Refused, note, note_object, now, refuse, require, service, today, unchanged
from levante.law.codes import check_pec
from levante.letters import states
from levante.letters.jobs import send_soon
from levante.letters.kinds import KINDS
from levante.letters.locking import locked
from levante.letters.models import Dispatch, Letter
from levante.letters.receipts import deliver_dispatch, end_dispatch
from levante.letters.sending import put_in_line
from levante.letters.subjects import module_of
from levante.letters.text import placeholders_in
from levante.letters.workflow import LETTERS
from levante.letters.writing import make_ready


@service("letters.edit_draft")
def edit_draft(*, actor: Actor, letter: Letter, subject: str, body: str) -> Letter:
    """Change the words of a draft; they are final words, with nothing left to fill."""
    held = locked(letter.pk)
    require(LETTERS.may("finish", actor, held, state=held.state))
    subject, body = " ".join(subject.split()), body.strip().replace("\r\n", "\n")
    if not subject:
        refuse("Scrivi l’oggetto.", "Write the object.", field="subject")
    if len(subject) > 300:
        refuse("L’oggetto supera 300 caratteri.", "The object is over 300 characters.", field="subject")
    if not body:
        refuse("Scrivi il testo.", "Write the text.", field="body")
    left = [name for name in placeholders_in(f"{subject}\n{body}") if name in KINDS[held.kind].placeholders]
    if left:
        names = ", ".join(f"{{{name}}}" for name in left)
        refuse(f"Restano segnaposti da riempire: {names}.", f"Placeholders are left to fill: {names}.", field="body")
    held.subject, held.body, held.template = subject, body, "officer"
    held.courtesy_subject = held.courtesy_body = ""
    held.save(update_fields=["subject", "body", "template", "courtesy_subject", "courtesy_body"])
    return held


@service("letters.finish_draft")
def finish_draft(*, actor: Actor, letter: Letter) -> Letter:
    """The words are right: it leaves."""
    module = module_of(letter.subject_type)
    if module is not None and hasattr(module, "hold"):
        module.hold(letter.subject_id)
    held = locked(letter.pk)
    if held.state != states.DRAFT:
        return unchanged(held)
    require(LETTERS.may("finish", actor, held, state=held.state))
    if not held.subject or not held.body:
        refuse("La lettera non ha ancora un testo.", "The letter has no text yet.")
    make_ready(held)
    if module is not None and hasattr(module, "let_go"):
        module.let_go(actor, held)
    note(reference=held.reference)
    return held


@service("letters.cancel_letter")
def cancel_letter(*, actor: Actor, letter: Letter, reason: str) -> Letter:
    """It will not leave. What has a number keeps it, cancelled."""
    held = locked(letter.pk)
    if held.state == states.CANCELLED:
        return unchanged(held)
    require(LETTERS.may("cancel", actor, held, state=held.state))
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    held.state, held.cancelled_at, held.cancel_reason = states.CANCELLED, now(), reason.strip()[:500]
    held.save(update_fields=["state", "cancelled_at", "cancel_reason"])
    note(reference=held.reference)
    return held


@service("letters.send_letter_again")
def send_letter_again(*, actor: Actor, letter: Letter, address: str = "") -> Letter:
    """By PEC again, to the same address or to another; the letter and its number are the same."""
    held = locked(letter.pk)
    if held.state == states.QUEUED:
        return unchanged(held)  # a second click, or a colleague's
    require(LETTERS.may("send_again", actor, held, state=held.state))
    address = address.strip() or held.address
    checked = check_pec(address)
    if not address or not checked:
        refuse("Scrivi un indirizzo PEC valido.", "Write a valid PEC address.", field="address")
    try:
        mailbox = mailbox_of(office_codes(held.office))
    except NotConfigured as error:
        refuse(f"La casella PEC è configurata male: {error}.", f"The PEC mailbox is not configured right: {error}.")
    if mailbox is None:
        refuse("L’ufficio non ha una casella PEC.", "The office has no PEC mailbox.")
    held.state, held.channel, held.address = states.QUEUED, states.PEC, checked.normalised
    held.sent_at = held.failed_at = None
    held.failure = held.failure_text = ""
    held.save()
    put_in_line(actor, held, mailbox, held.address)
    note(reference=held.reference, goings=held.dispatches.count())
    return held


@service("letters.send_letter_otherwise")
def send_letter_otherwise(
    *,
    actor: Actor,
    letter: Letter,
    channel: str,
    sent_on: date,
    reference: str = "",
    delivered_on: date | None = None,
    upload: Any = None,
) -> Letter:
    """It was sent by a person: registered letter, by hand, at the elected domicile. When it arrived may be known already."""
    held = locked(letter.pk)
    require(LETTERS.may("send_otherwise", actor, held, state=held.state))
    if channel not in states.BY_PEOPLE:
        refuse("Scegli come è stata spedita.", "Choose how it was sent.", field="channel")
    if channel == states.REGISTERED_LETTER and not reference.strip():
        refuse("Scrivi il numero della raccomandata.", "Write the number of the registered letter.", field="reference")
    written = held.ready_at.astimezone(ROME).date() if held.ready_at else today()
    if not written <= sent_on <= today():
        refuse(
            f"È stata spedita tra il {written:%d/%m/%Y} e oggi.", f"It was sent between {written:%d/%m/%Y} and today.",
            field="sent_on",
        )  # fmt: skip
    file = store_upload(actor=actor, upload=upload, purpose="proof") if upload is not None else None
    dispatch = Dispatch.objects.create(
        letter=held,
        serial=1 + held.dispatches.count(),
        channel=channel,
        address=str(held.addressee.get("seat", ""))[:300],
        reference=reference.strip()[:60],
        proof=file,
        made_at=now(),
        made_by_id=actor.user_id,
        accepted_at=_noon(sent_on),
    )
    held.state, held.channel, held.sent_at = states.SENT, channel, _noon(sent_on)
    held.failed_at, held.failure, held.failure_text = None, "", ""
    held.save(update_fields=["state", "channel", "sent_at", "failed_at", "failure", "failure_text"])
    note(reference=held.reference, channel=channel)
    if delivered_on is not None:
        _arrived(actor, held, dispatch, delivered_on)
    return held


@service("letters.record_outcome")
def record_outcome(
    *, actor: Actor, letter: Letter, delivered_on: date | None = None, returned: str = "", upload: Any = None
) -> Letter:
    """What became of a letter that a person sent: it arrived on a day, or came back and why."""
    held = locked(letter.pk)
    step = "record_delivery" if delivered_on is not None else "record_return"
    require(LETTERS.may(step, actor, held, state=held.state))
    dispatch = held.dispatches.order_by("-serial").first()
    if dispatch is None or dispatch.channel not in states.BY_PEOPLE:
        refuse(
            "Di questa lettera lo dice il gestore PEC, o il portale.",
            "Of this letter the provider says it, or the portal.",
        )
    if upload is not None:
        dispatch.proof = store_upload(actor=actor, upload=upload, purpose="proof")
        dispatch.save(update_fields=["proof"])
    if delivered_on is not None:
        _arrived(actor, held, dispatch, delivered_on)
    elif returned.strip():
        end_dispatch(held, dispatch, failure="returned", text=returned.strip(), at=now())
    else:
        refuse("Scrivi il giorno in cui è arrivata, o perché è tornata.", "Write when it arrived, or why it came back.")
    note(reference=held.reference, state=held.state)
    return held


def _arrived(actor: Actor, letter: Letter, dispatch: Dispatch, day: date) -> None:
    sent = letter.sent_at.astimezone(ROME).date() if letter.sent_at else day
    if not sent <= day <= today():
        refuse(
            f"È arrivata tra il {sent:%d/%m/%Y} e oggi.", f"It arrived between {sent:%d/%m/%Y} and today.",
            field="delivered_on",
        )  # fmt: skip
    deliver_dispatch(actor, letter, dispatch, _noon(day))


def _noon(day: date) -> datetime:
    """Of a day told by a person no hour is known; never later than now."""
    return min(datetime.combine(day, time(12), ROME), now())


@service("letters.read_letter")
def read_letter(*, actor: Actor, letter: Letter) -> Letter:
    """Somebody who acts for the enterprise says to have read it: of a letter that is only in the portal, that is its delivery."""
    held = locked(letter.pk)
    if held.enterprise_id != actor.enterprise_id or not Letter.objects.visible_to(actor).filter(pk=held.pk).exists():
        refuse("Questa lettera non è tua.", "This letter is not yours.")
    dispatch = held.dispatches.order_by("-serial").first()
    if held.state != states.SENT or dispatch is None or dispatch.channel != states.PORTAL:
        return unchanged(held)
    deliver_dispatch(actor, held, dispatch, now())
    note(reference=held.reference)
    return held


@service("letters.try_again")
def try_again(*, actor: Actor, letters: Iterable[Letter]) -> int:
    """Many at once: those that wait for a number or a mailbox, those stuck on their way, those not delivered (same address).
    Returns how many go; the others stay as they are."""
    gone = 0
    for letter in letters:
        held = locked(letter.pk)
        if held.state == states.READY:
            require(LETTERS.may("cancel", actor, held, state=held.state))  # who could stop it can push it
            held.problem, held.problem_text = "", ""
            held.save(update_fields=["problem", "problem_text"])
            send_soon(held)
        elif held.state == states.NOT_DELIVERED and held.address:
            try:
                send_letter_again(actor=actor, letter=held)
            except Refused:
                continue
        elif held.state != states.QUEUED or not _push(actor, held):
            continue
        gone += 1
    note_object(held) if gone == 1 else note(letters=gone)
    return gone


def _push(actor: Actor, letter: Letter) -> bool:
    """Its request to the provider, tried now."""
    stuck = ExternalRequest.objects.filter(dispatch__letter=letter, state=ExternalRequest.STUCK).first()
    if stuck is None:
        return False
    send_again(actor=actor, request=stuck)
    return True
