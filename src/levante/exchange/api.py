"""The door of exchange: stored requests to outside systems, and the mailboxes of certified mail."""

from levante.exchange.acts import PENDING, Outcome
from levante.exchange.client import NoUsableAnswer
from levante.exchange.models import Attempt, ExternalRequest, PecMail, PecMailbox, WireMessage
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
from levante.exchange.rna import (
    AMOUNT_RECALCULATED,
    Address,
    Beneficiary,
    Component,
    Concession,
    Cost,
    Instrument,
    Member,
    Place,
    Unwritable,
)
from levante.exchange.rna import SYSTEM as RNA
from levante.exchange.rna import is_reachable as has_rna
from levante.exchange.rna import written as grant_file
from levante.exchange.rna import written_variation as variation_file
from levante.exchange.rna.kept import document_in as rna_document
from levante.exchange.services import (
    asked_by,
    cancel_request,
    deliver,
    may_handle,
    named,
    on_answer,
    queue_request,
    send_again,
)
from levante.exchange.simulators.acts import ActSystem
from levante.exchange.simulators.acts import serve as serve_act_system
from levante.exchange.simulators.pec import Running as PecProvider
from levante.exchange.simulators.protocol import serve as serve_protocol
from levante.exchange.simulators.rna import serve as serve_rna
from levante.exchange.soap import contents_of

__all__ = [
    "AMOUNT_RECALCULATED",
    "FAILURES",
    "PENDING",
    "RNA",
    "SUBMISSION_TIMEOUT",
    "ActSystem",
    "Address",
    "Attached",
    "Attempt",
    "Beneficiary",
    "Component",
    "Concession",
    "Cost",
    "ExternalRequest",
    "Instrument",
    "Mailbox",
    "MaybeSent",
    "Member",
    "NeverAccepted",
    "NoUsableAnswer",
    "NotConfigured",
    "NotSent",
    "Outcome",
    "PecMail",
    "PecMailbox",
    "PecProvider",
    "Place",
    "Receipt",
    "Unwritable",
    "WireMessage",
    "asked_by",
    "cancel_request",
    "contents_of",
    "deliver",
    "grant_file",
    "has_protocol",
    "has_rna",
    "mailbox_at",
    "mailbox_of",
    "mailboxes",
    "may_handle",
    "named",
    "on_answer",
    "on_receipt",
    "queue_request",
    "read_mailbox",
    "rna_document",
    "send_again",
    "serve_act_system",
    "serve_protocol",
    "serve_rna",
    "signed_parts",
    "submit",
    "variation_file",
    "write_message",
]
