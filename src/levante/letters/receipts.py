"""What the provider certifies, and what it means for a letter. The same receipt twice changes nothing."""

import os
from datetime import datetime
from typing import Any

from django.conf import settings

from levante.documents.api import store_bytes
from levante.documents.pure.signature_outcome import Unreadable
from levante.documents.pure.signature_trust import read_trust_list
from levante.documents.pure.signatures import verify
from levante.exchange.api import FAILURES, NoUsableAnswer, Receipt, signed_parts
from levante.kernel.api import Actor, note, now, service, unchanged
from levante.letters import states
from levante.letters.locking import locked_dispatch
from levante.letters.models import Dispatch, Letter, LetterReceipt
from levante.letters.subjects import module_of

#: What an error of ``daticert.xml`` is here.
REASONS = {"no-dest": "unknown_address", "no-dominio": "unknown_domain", "virus": "virus"}
ACCEPTED, DELIVERED, NOT_ACCEPTED = "accettazione", "avvenuta-consegna", "non-accettazione"


def take(*, actor: Actor, mailbox: str, receipt: Receipt, raw: bytes) -> bool:
    """Keep a receipt about one of our messages (``exchange.on_receipt``); false when the message is not ours."""
    dispatch = Dispatch.objects.filter(message_id=receipt.message_id, sender=mailbox).first()
    if dispatch is None:
        return False
    keep_receipt(actor=actor, dispatch=dispatch, receipt=receipt, raw=raw)
    return True


@service("letters.keep_receipt")
def keep_receipt(*, actor: Actor, dispatch: Dispatch, receipt: Receipt, raw: bytes) -> LetterReceipt:
    """The mail as it came, what it certifies, and what follows from it if it is believed."""
    letter, held = locked_dispatch(dispatch)
    known = LetterReceipt.objects.filter(dispatch=held, receipt_id=receipt.receipt_id).first()
    if known is not None:
        return unchanged(known)
    signature = signature_of(raw)
    believed = bool(signature["intact"]) and signature["trusted"] is not False
    about_us = receipt.kind == ACCEPTED or not receipt.recipient or receipt.recipient.lower() == held.address.lower()
    if believed and not about_us:
        signature["reason"] = f"parla di un altro indirizzo: {receipt.recipient}"
    file = store_bytes(
        actor=actor, name=f"{receipt.kind}-{held.letter_id}-{held.serial}.eml", content=raw, purpose="mail"
    )
    row = LetterReceipt.objects.create(
        dispatch=held,
        kind=receipt.kind,
        receipt_id=receipt.receipt_id,
        at=receipt.at,
        received_at=now(),
        provider=receipt.provider,
        recipient=receipt.recipient,
        error=receipt.error,
        error_text=receipt.error_text,
        signature=signature,
        counted=believed and about_us,
        file=file,
    )
    note(kind=receipt.kind, letter=held.letter_id, counted=row.counted, sha256=file.sha256)
    if row.counted:
        _follow(actor, letter, held, receipt)
    return row


def _follow(actor: Actor, letter: Letter, dispatch: Dispatch, receipt: Receipt) -> None:
    """A receipt of delivery is the proof whatever else was said; a notice of failure counts while there is none."""
    if receipt.kind == ACCEPTED:
        if dispatch.accepted_at is None:
            dispatch.accepted_at = receipt.at
            dispatch.save(update_fields=["accepted_at"])
        if letter.state == states.QUEUED and _is_last(letter, dispatch):
            letter.state, letter.sent_at = states.SENT, receipt.at
            letter.save(update_fields=["state", "sent_at"])
    elif receipt.kind == DELIVERED:
        deliver_dispatch(actor, letter, dispatch, receipt.at)
    elif receipt.kind in FAILURES and dispatch.is_open:
        failure = "not_accepted" if receipt.kind == NOT_ACCEPTED else REASONS.get(receipt.error, "other")
        end_dispatch(letter, dispatch, failure=failure, text=receipt.error_text, at=receipt.at)


def deliver_dispatch(actor: Actor, letter: Letter, dispatch: Dispatch, at: datetime) -> None:
    """It arrived: the first instant that says so stands. Terms that run from receipt begin here."""
    if dispatch.delivered_at is not None:
        return
    dispatch.delivered_at, dispatch.failed_at, dispatch.failure, dispatch.failure_text = at, None, "", ""
    dispatch.save(update_fields=["delivered_at", "failed_at", "failure", "failure_text"])
    if letter.state == states.DELIVERED:
        return
    letter.state, letter.delivered_at, letter.channel = states.DELIVERED, at, dispatch.channel
    letter.sent_at = letter.sent_at or dispatch.accepted_at
    letter.failed_at, letter.failure, letter.failure_text = None, "", ""
    letter.save(update_fields=["state", "delivered_at", "channel", "sent_at", "failed_at", "failure", "failure_text"])
    module = module_of(letter.subject_type)
    if module is not None and hasattr(module, "delivered"):
        module.delivered(actor, letter)


def end_dispatch(letter: Letter, dispatch: Dispatch, *, failure: str, text: str, at: datetime) -> None:
    """It did not arrive, and why: it becomes a task for who follows the letter, unless it went by another way meanwhile."""
    dispatch.failed_at, dispatch.failure, dispatch.failure_text = at, failure, text[:500]
    dispatch.save(update_fields=["failed_at", "failure", "failure_text"])
    if letter.state in {states.QUEUED, states.SENT} and _is_last(letter, dispatch):
        letter.state, letter.failed_at, letter.failure, letter.failure_text = (
            states.NOT_DELIVERED,
            at,
            failure,
            text[:500],
        )
        letter.save(update_fields=["state", "failed_at", "failure", "failure_text"])


def _is_last(letter: Letter, dispatch: Dispatch) -> bool:
    """An earlier going no longer says how the letter stands."""
    return not letter.dispatches.filter(serial__gt=dispatch.serial).exists()


def signature_of(raw: bytes) -> dict[str, Any]:
    """Whether the provider's signature holds: ``{signed, intact, trusted, signer, reason}``; ``trusted`` is null without a list
    of certificates (``LEVANTE_PEC_TRUST``)."""
    answer: dict[str, Any] = {"signed": False, "intact": False, "trusted": None, "signer": "", "reason": ""}
    roots = _roots()
    parts = signed_parts(raw)
    if parts is None:
        return {**answer, "reason": "la ricevuta non è firmata"}
    try:
        outcome = verify(parts[1], at=now(), roots=roots, content=parts[0])
    except Unreadable as error:
        return {**answer, "signed": True, "reason": error.reason.it}
    signers = ", ".join(signer.name for signer in outcome.signers)
    faults = [*outcome.faults, *(fault for signer in outcome.signers for fault in signer.faults)]
    return {
        "signed": True,
        "intact": outcome.intact,
        "trusted": outcome.trusted,
        "signer": signers[:200],
        "reason": "; ".join(fault.it for fault in faults)[:500],
    }


def _roots() -> Any:
    """The certificates providers are believed by; a list that cannot be read stops the reading, and the mailbox says so."""
    place = getattr(settings, "PEC_TRUST", None) or os.environ.get("LEVANTE_PEC_TRUST")
    try:
        return read_trust_list(place) if place else None
    except Unreadable as error:
        raise NoUsableAnswer(f"LEVANTE_PEC_TRUST: {error.reason.en}") from error
