"""The door of the register: append, give receipts, answer about logs and heads, erase, anchor, verify."""

from levante.register.audit_runs import request_audit
from levante.register.jobs import defer_audit, defer_stamps
from levante.register.models import Anchor, AuditRun, Entry, Head, Log
from levante.register.policies import ERASERS, READERS, may_audit_register, may_erase_content, may_read_register
from levante.register.printing import RECEIPT_TEMPLATE, receipt_page
from levante.register.pure.canonical import CanonicalError
from levante.register.pure.commitment import parse_instant
from levante.register.pure.keys import KeyProblem
from levante.register.pure.receipts import MAX_RECEIPT_BYTES, Receipt, Verification, verify_receipt
from levante.register.queries import (
    anchors_of,
    consistency_path,
    entries_about,
    entries_before,
    entries_numbered,
    find_entry,
    find_head,
    head_document,
    head_over,
    heads_before,
    holds,
    last_anchors,
    last_audit,
    last_heads,
    log_names,
    receipt_of,
    receipts_of,
    recent_heads,
)
from levante.register.services import (
    OWN_KINDS,
    REGISTER,
    Draft,
    IdempotencyConflict,
    append_batch,
    append_entry,
    append_within,
    erase_entry_content,
    logs_apart,
    rotate_key,
)
from levante.register.signing import key_ring, signing_key, signing_problem
from levante.register.words import kind_in_words, log_in_words

__all__ = [
    "ERASERS",
    "MAX_RECEIPT_BYTES",
    "OWN_KINDS",
    "READERS",
    "RECEIPT_TEMPLATE",
    "REGISTER",
    "Anchor",
    "AuditRun",
    "CanonicalError",
    "Draft",
    "Entry",
    "Head",
    "IdempotencyConflict",
    "KeyProblem",
    "Log",
    "Receipt",
    "Verification",
    "anchors_of",
    "append_batch",
    "append_entry",
    "append_within",
    "consistency_path",
    "defer_audit",
    "defer_stamps",
    "entries_about",
    "entries_before",
    "entries_numbered",
    "erase_entry_content",
    "find_entry",
    "find_head",
    "head_document",
    "head_over",
    "heads_before",
    "holds",
    "key_ring",
    "kind_in_words",
    "last_anchors",
    "last_audit",
    "last_heads",
    "log_in_words",
    "log_names",
    "logs_apart",
    "may_audit_register",
    "may_erase_content",
    "may_read_register",
    "parse_instant",
    "receipt_of",
    "receipt_page",
    "receipts_of",
    "recent_heads",
    "request_audit",
    "rotate_key",
    "signing_key",
    "signing_problem",
    "verify_receipt",
]
