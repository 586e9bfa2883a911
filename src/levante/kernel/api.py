"""The door of the kernel."""

from levante.kernel.actor import ANONYMOUS, BUYER, ENTERPRISE, INVESTOR, PARTY_KINDS, Actor, Party, system
from levante.kernel.clock import ROME, clock_at, day_of, now, today
from levante.kernel.codes import code_from_name
from levante.kernel.languages import language_now, offered, prefix_of, screens_in, written_day
from levante.kernel.queue import defer_each
from levante.kernel.services import (
    NotYours,
    Refused,
    after_commit,
    audit_each,
    note,
    note_object,
    refuse,
    require,
    service,
    unchanged,
    unname,
)
from levante.kernel.triggers import NEVER_EMPTIED
from levante.kernel.workflow import Missing, Transition, Workflow

__all__ = [
    "ANONYMOUS",
    "BUYER",
    "ENTERPRISE",
    "INVESTOR",
    "NEVER_EMPTIED",
    "PARTY_KINDS",
    "ROME",
    "Actor",
    "Missing",
    "NotYours",
    "Party",
    "Refused",
    "Transition",
    "Workflow",
    "after_commit",
    "audit_each",
    "clock_at",
    "code_from_name",
    "day_of",
    "defer_each",
    "language_now",
    "note",
    "note_object",
    "now",
    "offered",
    "prefix_of",
    "refuse",
    "require",
    "screens_in",
    "service",
    "system",
    "today",
    "unchanged",
    "unname",
    "written_day",
]
