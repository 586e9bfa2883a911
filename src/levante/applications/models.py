"""Applications from the first draft to the decision, and what is attached to them."""

from levante.applications.models_application import Application, ApplicationEvent, Saving
from levante.applications.models_appraisal import (
    CheckOutcome,
    ConflictDeclaration,
    IntegrationRequest,
    RejectionNotice,
)
from levante.applications.models_bulk import BulkItem, BulkRun
from levante.applications.models_charge import Absence, AssignmentRule
from levante.applications.models_deadline import Deadline, Reminder
from levante.applications.models_delivery import ApplicationSignature, SigningCopy, StampMark
from levante.applications.models_documents import Attachment, LaterDocument
from levante.applications.models_evaluation import (
    Evaluation,
    EvaluationEvent,
    EvaluationFile,
    Score,
    Seat,
    SeatDeclaration,
    Sheet,
)
from levante.applications.models_group import APPLICANT_KINDS, MEMBER_STATES, GroupMember
from levante.applications.models_moves import OrderMove
from levante.applications.models_office import OfficeFilling
from levante.applications.models_ranking import PlaceOffer, Ranking, RankingOrder, RankingRow
from levante.applications.models_session import Attendance, EvaluationSession, FileDecision, Vote
from levante.applications.models_together import Presence

__all__ = [
    "APPLICANT_KINDS",
    "MEMBER_STATES",
    "Absence",
    "Application",
    "ApplicationEvent",
    "ApplicationSignature",
    "AssignmentRule",
    "Attachment",
    "Attendance",
    "BulkItem",
    "BulkRun",
    "CheckOutcome",
    "ConflictDeclaration",
    "Deadline",
    "Evaluation",
    "EvaluationEvent",
    "EvaluationFile",
    "EvaluationSession",
    "FileDecision",
    "GroupMember",
    "IntegrationRequest",
    "LaterDocument",
    "OfficeFilling",
    "OrderMove",
    "PlaceOffer",
    "Presence",
    "Ranking",
    "RankingOrder",
    "RankingRow",
    "RejectionNotice",
    "Reminder",
    "Saving",
    "Score",
    "Seat",
    "SeatDeclaration",
    "Sheet",
    "SigningCopy",
    "StampMark",
    "Vote",
]
