"""The door of intake: sealing and its tokens, the closing, the rehearsals, the frozen order of a click day."""

from levante.intake.audit import IntakeAudit, audit_intake
from levante.intake.judging import Judgement, judge
from levante.intake.models import IntakeEntry, IntakeHead, IntakeLog, IntakeTicket
from levante.intake.policies import may_run_intake
from levante.intake.queries import (
    Progress,
    find_log,
    frozen_order,
    last_head,
    log_of,
    place_of,
    progress_of,
    rehearsals,
    submissions_of,
)
from levante.intake.services import (
    Issued,
    ToSeal,
    close_log,
    issue_tickets,
    open_log,
    start_rehearsal,
    void_ticket,
    wipe_rehearsal,
)

__all__ = [
    "IntakeAudit",
    "IntakeEntry",
    "IntakeHead",
    "IntakeLog",
    "IntakeTicket",
    "Issued",
    "Judgement",
    "Progress",
    "ToSeal",
    "audit_intake",
    "close_log",
    "find_log",
    "frozen_order",
    "issue_tickets",
    "judge",
    "last_head",
    "log_of",
    "may_run_intake",
    "open_log",
    "place_of",
    "progress_of",
    "rehearsals",
    "start_rehearsal",
    "submissions_of",
    "void_ticket",
    "wipe_rehearsal",
]
