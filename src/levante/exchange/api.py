"""The door of exchange: stored requests to outside systems, and the mailboxes of certified mail."""

from levante.exchange.acts import PENDING, Outcome
from levante.exchange.client import NoUsableAnswer, address_of, post
from levante.exchange.cup import SYSTEM as CUP
from levante.exchange.cup import (
    Activity,
    Description,
    Financing,
    Master,
    Project,
    Rejected,
    batch_file,
    contributions_to_others,
    incentives_to_firms,
    read_batch_answer,
)
from levante.exchange.cup import Place as ProjectPlace
from levante.exchange.cup import Unwritable as UnwritableProject
from levante.exchange.cup import generation as project_file
from levante.exchange.cup import is_reachable as has_cup
from levante.exchange.models import Attempt, ExternalRequest, PecMail, PecMailbox, WireMessage
from levante.exchange.pagopa import SYSTEM as PAGOPA
from levante.exchange.pagopa import is_notice_number, iuv_of, notice_number, qr_of
from levante.exchange.pagopa import is_reachable as has_pagopa
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
    before_delivery,
    believe_answer,
    cancel_request,
    deliver,
    may_handle,
    named,
    on_answer,
    queue_request,
    require_cancellable,
    send_again,
)
from levante.exchange.simulators.acts import ActSystem
from levante.exchange.simulators.acts import serve as serve_act_system
from levante.exchange.simulators.bank import BankSystem
from levante.exchange.simulators.bank import serve as serve_bank
from levante.exchange.simulators.cup import serve as serve_cup
from levante.exchange.simulators.pagopa import serve as serve_pagopa
from levante.exchange.simulators.pec import Running as PecProvider
from levante.exchange.simulators.protocol import serve as serve_protocol
from levante.exchange.simulators.rna import serve as serve_rna
from levante.exchange.soap import contents_of

__all__ = [
    "AMOUNT_RECALCULATED",
    "CUP",
    "FAILURES",
    "PAGOPA",
    "PENDING",
    "RNA",
    "SUBMISSION_TIMEOUT",
    "ActSystem",
    "Activity",
    "Address",
    "Attached",
    "Attempt",
    "BankSystem",
    "Beneficiary",
    "Component",
    "Concession",
    "Cost",
    "Description",
    "ExternalRequest",
    "Financing",
    "Instrument",
    "Mailbox",
    "Master",
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
    "Project",
    "ProjectPlace",
    "Receipt",
    "Rejected",
    "Unwritable",
    "UnwritableProject",
    "WireMessage",
    "address_of",
    "asked_by",
    "batch_file",
    "before_delivery",
    "believe_answer",
    "cancel_request",
    "contents_of",
    "contributions_to_others",
    "deliver",
    "grant_file",
    "has_cup",
    "has_pagopa",
    "has_protocol",
    "has_rna",
    "incentives_to_firms",
    "is_notice_number",
    "iuv_of",
    "mailbox_at",
    "mailbox_of",
    "mailboxes",
    "may_handle",
    "named",
    "notice_number",
    "on_answer",
    "on_receipt",
    "post",
    "project_file",
    "qr_of",
    "queue_request",
    "read_batch_answer",
    "read_mailbox",
    "require_cancellable",
    "rna_document",
    "send_again",
    "serve_act_system",
    "serve_bank",
    "serve_cup",
    "serve_pagopa",
    "serve_protocol",
    "serve_rna",
    "signed_parts",
    "submit",
    "variation_file",
    "write_message",
]
