"""The door of cases: every request, its owner, its term, its referrals."""

from levante.cases import states
from levante.cases.contacts import erase_contact, export_contact
from levante.cases.models import Case, CaseMessage, ExternalContact, Referral, tells_people
from levante.cases.opening import open_case
from levante.cases.policies import WRITES, may_open_case, may_write
from levante.cases.queries import Discipline, case_of, discipline, list_cases, referable_offices, with_people
from levante.cases.services import (
    accept_referral,
    answer_case,
    assign_case,
    close_case,
    note_in_case,
    refer_case,
    refuse_referral,
    reopen_case,
    tie_case,
    write_in_case,
)
from levante.cases.terms import Level, due_of, level_for
from levante.cases.workflow import CASES

__all__ = [
    "CASES",
    "WRITES",
    "Case",
    "CaseMessage",
    "Discipline",
    "ExternalContact",
    "Level",
    "Referral",
    "accept_referral",
    "answer_case",
    "assign_case",
    "case_of",
    "close_case",
    "discipline",
    "due_of",
    "erase_contact",
    "export_contact",
    "level_for",
    "list_cases",
    "may_open_case",
    "may_write",
    "note_in_case",
    "open_case",
    "refer_case",
    "referable_offices",
    "refuse_referral",
    "reopen_case",
    "states",
    "tells_people",
    "tie_case",
    "with_people",
    "write_in_case",
]
