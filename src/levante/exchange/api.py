"""The door of exchange: stored requests to outside systems, and the mailboxes of certified mail."""

from levante.exchange.acts import PENDING, Outcome
from levante.exchange.client import NoUsableAnswer
from levante.exchange.models import Attempt, ExternalRequest, PecMail, PecMailbox
from levante.exchange.pec import (
    SUBMISSION_TIMEOUT,
    Attached,
    Mailbox,
    MaybeSent,
    NeverAccepted,
    NotConfigured,
    NotSent,
    mailbox_at,
    mailbox_of,
    mailboxes,
    submit,
    write_message,
)
from levante.exchange.pec_reading import on_receipt, read_mailbox
from levante.exchange.pec_receipts import FAILURES, Receipt, signed_parts
from levante.exchange.protocol import is_reachable as has_protocol
from levante.exchange.services import (
    asked_by,
    cancel_request,
    deliver,
    may_handle,
    on_answer,
    queue_request,
    send_again,
)
from levante.exchange.simulators.acts import ActSystem
from levante.exchange.simulators.acts import serve as serve_act_system
from levante.exchange.simulators.pec import Running as PecProvider
from levante.exchange.simulators.protocol import serve as serve_protocol

__all__ = [
    "FAILURES",
    "PENDING",
    "SUBMISSION_TIMEOUT",
    "ActSystem",
    "Attached",
    "Attempt",
    "ExternalRequest",
    "Mailbox",
    "MaybeSent",
    "NeverAccepted",
    "NoUsableAnswer",
    "NotConfigured",
    "NotSent",
    "Outcome",
    "PecMail",
    "PecMailbox",
    "PecProvider",
    "Receipt",
    "asked_by",
    "cancel_request",
    "deliver",
    "has_protocol",
    "mailbox_at",
    "mailbox_of",
    "mailboxes",
    "may_handle",
    "on_answer",
    "on_receipt",
    "queue_request",
    "read_mailbox",
    "send_again",
    "serve_act_system",
    "serve_protocol",
    "signed_parts",
    "submit",
    "write_message",
]
