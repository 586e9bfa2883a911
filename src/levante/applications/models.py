"""Applications from the first draft to the decision, and what is attached to them."""

from levante.applications.models_application import Application, ApplicationEvent, Saving
from levante.applications.models_appraisal import (
    CheckOutcome,
    ConflictDeclaration,
    IntegrationRequest,
    RejectionNotice,
)
from levante.applications.models_documents import Attachment, LaterDocument
from levante.applications.models_ranking import Ranking, RankingRow
from levante.applications.models_scoring import Score
from levante.applications.models_together import Presence

__all__ = [
    "Application",
    "ApplicationEvent",
    "Attachment",
    "CheckOutcome",
    "ConflictDeclaration",
    "IntegrationRequest",
    "LaterDocument",
    "Presence",
    "Ranking",
    "RankingRow",
    "RejectionNotice",
    "Saving",
    "Score",
]
