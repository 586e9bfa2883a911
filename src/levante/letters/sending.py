"""A letter leaves: numbers, PDF, way. Each step is a transaction of its own, done once whatever kills the process in between.

The body's protocol number comes first, because it is printed; then the message is written once for all (``.eml``) and offered
to the provider. SMTP has no key of ours, so the offer is written down before it is made: who finds one with no answer looks in
the mailbox for its receipt, and offers again only when the mailbox, read well after it, has none.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from levante.documents.api import TO_KEEP, generate_document, path_of, store_bytes
from levante.exchange.api import (
    PENDING,
    Attached,
    ExternalRequest,
    Mailbox,
    NeverAccepted,
    NotConfigured,
    NotSent,
    Outcome,
    PecMailbox,
    has_protocol,
    mailbox_at,
    mailbox_of,
    queue_request,
    read_mailbox,
    submit,
    write_message,
)
from levante.identity.api import office_codes
from levante.kernel.api import Actor, note, note_object, now, service, system, unchanged
from levante.letters import states
from levante.letters.locking import locked, locked_dispatch
from levante.letters.models import Dispatch, Letter
from levante.letters.receipts import end_dispatch
from levante.letters.text import blocks_of, plain_of
from levante.letters.writing import contacts_of
from levante.register.api import append_within

TEMPLATE = "letters/pdf_letter.html"
#: How long after an offer with no answer the mailbox must have been read, without finding its receipt, before it is made again.
PATIENCE = timedelta(minutes=30)
HANDED, REFUSED = "handed", "refused"
#: Seconds after which the first receipt of what was handed over is looked for.
FIRST_RECEIPT = 15
NO_MAILBOX = "no_mailbox"


def advance(*, actor: Actor, letter_id: int) -> Letter:
    """Take a letter as far as it can go now: called again, it goes on from where it was."""
    letter = number_letter(actor=actor, letter_id=letter_id)
    if letter.state == states.READY and (letter.protocol_number or not has_protocol(office_codes(letter.office))):
        letter = dispatch_letter(actor=actor, letter_id=letter_id)
    return letter


@service("letters.number_letter")
def number_letter(*, actor: Actor, letter_id: int) -> Letter:
    """Its number in the register, and the question of the body's protocol number where there is who answers it."""
    letter = locked(letter_id)
    if letter.state != states.READY or letter.register_number:
        return unchanged(letter)
    receipt = append_within(
        kind="letter.written",
        subject=f"letter:{letter.pk}",
        payload={"letter": letter.pk, "kind": letter.kind, "content_sha256": letter.content_sha256},
        idempotency_key=f"letter:{letter.pk}",
    )
    letter.register_number = receipt.public_number
    letter.save(update_fields=["register_number"])
    offices = office_codes(letter.office)
    if has_protocol(offices):
        queue_request(
            actor=actor,
            system="protocol",
            kind="letter",
            key=f"protocol:letter:{letter.pk}",
            body={
                "office": offices[0],
                "body": offices[-1],
                "register": receipt.log,
                "number": receipt.number,
                "received_at": receipt.received_at,
                "entry_hash": receipt.entry_hash.hex(),
                "direction": "out",
                "subject": letter.subject,
                "counterpart": letter.addressee["tax_code"],
            },
        )
    return letter


def protocol_answered(actor: Actor, request: ExternalRequest) -> None:
    """What an answer of the protocol system has as its consequence (``exchange.on_answer``)."""
    record_protocol_number(actor=actor, letter_id=int(request.key.rsplit(":", 1)[1]), answer=request.answer or {})


@service("letters.record_protocol_number")
def record_protocol_number(*, actor: Actor, letter_id: int, answer: dict[str, Any]) -> Letter:
    """The number that came, or why none will."""
    from levante.letters.jobs import send_soon

    letter = locked(letter_id)
    if letter.protocol_number:
        return unchanged(letter)
    if answer.get("text"):
        letter.protocol_number, letter.protocol_on = answer["text"], date.fromisoformat(answer["date"])
        letter.problem, letter.problem_text = "", ""
        send_soon(letter)
    else:
        letter.problem, letter.problem_text = "protocol_refused", str(answer.get("reason", ""))[:500]
    letter.save(update_fields=["protocol_number", "protocol_on", "problem", "problem_text"])
    note(protocol=letter.protocol_number)
    return letter


@service("letters.dispatch_letter")
def dispatch_letter(*, actor: Actor, letter_id: int) -> Letter:
    """Print it and put it on its way: to the provider, or in the portal where the office has no mailbox."""
    letter = locked(letter_id)
    if letter.state != states.READY:
        return unchanged(letter)
    mailbox = None
    if letter.channel == states.PEC:
        mailbox, said = _mailbox(letter)
        if mailbox is None:
            if (letter.problem, letter.problem_text) == (NO_MAILBOX, said):
                return unchanged(letter)
            letter.problem, letter.problem_text = NO_MAILBOX, said
            letter.save(update_fields=["problem", "problem_text"])
            note(problem=NO_MAILBOX, said=said)
            return letter
    letter.document = generate_document(
        actor=actor,
        kind="letter",
        template=TEMPLATE,
        title=letter.subject,
        data=paper_of(letter),
        subject=letter,
        enterprise_id=letter.enterprise_id,
        variant=TO_KEEP,
    )
    letter.queued_at, letter.problem, letter.problem_text = now(), "", ""
    if mailbox is None:
        letter.state, letter.sent_at = states.SENT, now()
        Dispatch.objects.create(letter=letter, serial=1, channel=letter.channel, made_at=now())
    elif not letter.address:
        letter.state, letter.failed_at, letter.failure = states.NOT_DELIVERED, now(), "no_address"
    else:
        letter.state = states.QUEUED
        letter.save()
        put_in_line(actor, letter, mailbox, letter.address)
    letter.save()
    note(state=letter.state, channel=letter.channel)
    return letter


def _mailbox(letter: Letter) -> tuple[Mailbox | None, str]:
    """The mailbox of its office, or none, with what is wrong in the configuration."""
    try:
        return mailbox_of(office_codes(letter.office)), ""
    except NotConfigured as error:
        return None, str(error)[:500]


def put_in_line(actor: Actor, letter: Letter, mailbox: Mailbox, address: str) -> Dispatch:
    """The message of a letter to an address, written once for all, and the stored request that submits it."""
    serial = 1 + letter.dispatches.count()
    message_id = f"<levante-{letter.pk}-{serial}-{letter.content_sha256[:16]}@{mailbox.domain}>"
    number = letter.protocol_number or letter.register_number
    document = letter.document
    assert document is not None
    files = [document.file] if document.file is not None else []
    message = write_message(
        mailbox=mailbox,
        sender_name=letter.office.name_it,
        to=address,
        subject=f"Prot. {number}: {letter.subject}",
        text=f"{plain_of(letter.body)}\n\n{letter.signatory['role']}\n{letter.signatory['name']}\n{letter.office.name_it}\n",
        message_id=message_id,
        at=now(),
        attached=[
            Attached(file.name, file.content_type, path_of(file.sha256).read_bytes())
            for file in (*files, *letter.attachments.order_by("pk"))
        ],
    )
    kept = store_bytes(actor=actor, name=f"lettera-{letter.pk}-{serial}.eml", content=message, purpose="mail")
    key = f"pec:letter:{letter.pk}:{serial}"
    request = queue_request(
        actor=actor,
        system="pec",
        kind="letter",
        key=key,
        body={
            "from": mailbox.address,
            "to": address,
            "message_id": message_id,
            "sha256": kept.sha256,
            "size": kept.size,
        },
    )
    return Dispatch.objects.create(
        letter=letter,
        serial=serial,
        channel=states.PEC,
        address=address,
        sender=mailbox.address,
        message_id=message_id,
        mail=kept,
        request=request,
        made_at=now(),
        made_by_id=actor.user_id,
    )


def paper_of(letter: Letter) -> dict[str, Any]:
    """What the paper shows, as plain JSON."""
    return {
        "number": letter.protocol_number or letter.register_number,
        "numbered_by": "Protocollo" if letter.protocol_number else "Registro",
        "date": f"{letter.protocol_on or letter.ready_at:%d/%m/%Y}" if letter.ready_at else "",
        "office": letter.office.name_it,
        "body_of_office": letter.office.parent.name_it if letter.office.parent is not None else "",
        "contacts": contacts_of(letter.office),
        "addressee": letter.addressee,
        "address": letter.address if letter.channel == states.PEC else "",
        "reference": letter.reference,
        "subject": letter.subject,
        "blocks": [{"kind": block.kind, "lines": list(block.lines)} for block in blocks_of(letter.body)],
        "attachments": list(letter.attachments.order_by("pk").values_list("name", flat=True)) if letter.pk else [],
        "signatory": letter.signatory,
        "responsible": letter.officer.get_full_name() if letter.officer is not None else "",
        "draft": not letter.register_number,
        "demonstration": letter.enterprise.is_demo,
    }


def ask(key: str, body: dict[str, Any]) -> Outcome:
    """Submit a message (``exchange.asked_by``), unless it is found to have gone already. Outside any transaction."""
    dispatch = Dispatch.objects.select_related("mail").get(message_id=body["message_id"])
    mailbox = mailbox_at(body["from"])
    if mailbox is None:
        raise NotSent(f"the mailbox {body['from']} is no longer configured")
    if dispatch.offered_at is not None and not _has_gone(dispatch):
        read_mailbox(actor=system("letters.sending"), mailbox=mailbox)
        dispatch.refresh_from_db()
    if _has_gone(dispatch):
        return Outcome(HANDED, body["message_id"], {"said": dispatch.handed_text})
    if dispatch.offered_at is not None:
        read_at = PecMailbox.objects.filter(address=mailbox.address).values_list("read_at", flat=True).first()
        if read_at is None or read_at < dispatch.offered_at + PATIENCE:
            return Outcome(PENDING, "", {})
    assert dispatch.mail is not None
    message = path_of(dispatch.mail.sha256).read_bytes()
    offer_dispatch(actor=system("letters.sending"), dispatch=dispatch)
    try:
        said = submit(mailbox, body["to"], message)
    except NeverAccepted as error:
        return Outcome(REFUSED, body["message_id"], {"reason": str(error)[:500]})
    except NotSent:
        offer_dispatch(actor=system("letters.sending"), dispatch=dispatch, back=True)
        raise
    return Outcome(HANDED, body["message_id"], {"said": said})


def _has_gone(dispatch: Dispatch) -> bool:
    return any((dispatch.handed_at, dispatch.accepted_at, dispatch.delivered_at, dispatch.failed_at))


@service("letters.offer_dispatch")
def offer_dispatch(*, actor: Actor, dispatch: Dispatch, back: bool = False) -> Dispatch:
    """Write down that a message is about to be offered to the provider; ``back``: that it certainly did not go."""
    held = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
    if _has_gone(held):
        return unchanged(held)
    held.offered_at = None if back else now()
    held.save(update_fields=["offered_at"])
    return unchanged(held)  # the request it belongs to keeps the history of its tries


def submitted(actor: Actor, request: ExternalRequest) -> None:
    """What the provider's answer has as its consequence (``exchange.on_answer``)."""
    record_submission(actor=actor, request=request)


@service("letters.record_submission")
def record_submission(*, actor: Actor, request: ExternalRequest) -> Dispatch:
    """The provider took the message, or said that it never will. The second time nothing changes."""
    letter, dispatch = locked_dispatch(Dispatch.objects.get(request=request))
    if _has_gone(dispatch):
        return unchanged(dispatch)
    answer = request.answer or {}
    note_object(dispatch)
    if request.outcome == REFUSED:
        end_dispatch(letter, dispatch, failure="refused", text=str(answer.get("reason", "")), at=now())
    else:
        dispatch.offered_at = dispatch.offered_at or now()
        dispatch.handed_at, dispatch.handed_text = now(), str(answer.get("said", ""))[:400]
        dispatch.save(update_fields=["offered_at", "handed_at", "handed_text"])
        look_for_receipts(dispatch.sender)
    return dispatch


def look_for_receipts(address: str) -> None:
    """In a moment, once for all that was handed over meanwhile."""
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    task = app.configure_task(
        "exchange.read_one_mailbox", queueing_lock=f"pec:{address}", schedule_in={"seconds": FIRST_RECEIPT}
    )
    try:
        with transaction.atomic():
            task.defer(address=address)
    except AlreadyEnqueued:
        return
