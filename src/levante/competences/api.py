"""The door of competences: the export check-up."""

from levante.competences.models import ReadinessAssessment
from levante.competences.policies import may_assess
from levante.competences.queries import assessments_of, comparable, previous_of
from levante.competences.questionnaire import (
    BadQuestionnaire,
    Questionnaire,
    every_questionnaire,
    questionnaire_on,
    questionnaire_version,
    read_questionnaire,
)
from levante.competences.scoring import (
    Action,
    Incomplete,
    Offer,
    OtherVersion,
    Result,
    actions_for,
    progress,
    read_answers,
    score,
)
from levante.competences.services import record_assessment

#: The code of the questionnaire that the portal offers.
EXPORT_CHECK_UP = "export-check-up"

__all__ = [
    "EXPORT_CHECK_UP",
    "Action",
    "BadQuestionnaire",
    "Incomplete",
    "Offer",
    "OtherVersion",
    "Questionnaire",
    "ReadinessAssessment",
    "Result",
    "actions_for",
    "assessments_of",
    "comparable",
    "every_questionnaire",
    "may_assess",
    "previous_of",
    "progress",
    "questionnaire_on",
    "questionnaire_version",
    "read_answers",
    "read_questionnaire",
    "record_assessment",
    "score",
]
