"""The door of intake: sealing and its tokens, the closing, the rehearsals, the frozen order of a click day."""

from levante.intake.audit import IntakeAudit, audit_intake
from levante.intake.judging import Judgement, judge
from levante.intake.models import IntakeEntry, IntakeHead, IntakeLog, IntakeTicket
from levante.intake.policies import may_run_intake
from levante.intake.queries import (
    Progress,
    find_log,
    find_received,
    frozen_order,
    last_head,
    log_of,
    place_of,
    progress_of,
    public_number,
    receipt_of_entry,
    received_after,
    rehearsals,
    submissions_of,
    ticket_of,
)
from levante.intake.relay import LaneAnswer, LaneAway, ask_lane
from levante.intake.services import (
    Issued,
    ToSeal,
    close_log,
    issue_tickets,
    issue_within,
    log_within,
    open_log,
    start_rehearsal,
    void_ticket,
    void_within,
    wipe_rehearsal,
)
from levante.intake.tokens import token_of

__all__ = [
    "IntakeAudit",
    "IntakeEntry",
    "IntakeHead",
    "IntakeLog",
    "IntakeTicket",
    "Issued",
    "Judgement",
    "LaneAnswer",
    "LaneAway",
    "Progress",
    "ToSeal",
    "ask_lane",
    "audit_intake",
    "close_log",
    "find_log",
    "find_received",
    "frozen_order",
    "issue_tickets",
    "issue_within",
    "judge",
    "last_head",
    "log_of",
    "log_within",
    "may_run_intake",
    "open_log",
    "place_of",
    "progress_of",
    "public_number",
    "receipt_of_entry",
    "received_after",
    "rehearsals",
    "start_rehearsal",
    "submissions_of",
    "ticket_of",
    "token_of",
    "void_ticket",
    "void_within",
    "wipe_rehearsal",
]
