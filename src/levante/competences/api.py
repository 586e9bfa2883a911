"""The door of competences: the export check-up, and the help that is offered."""

from levante.competences import states
from levante.competences.models import ReadinessAssessment, SupportOffer
from levante.competences.policies import may_ask_for_support, may_assess, may_keep_support
from levante.competences.queries import assessments_of, band_of, comparable, previous_of, support_on
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
from levante.competences.support import (
    SUPPORT_SUBJECT,
    ask_for_support,
    asked_by,
    publish_support,
    record_support,
    withdraw_support,
)

#: The code of the questionnaire that the portal offers.
EXPORT_CHECK_UP = "export-check-up"

__all__ = [
    "EXPORT_CHECK_UP",
    "SUPPORT_SUBJECT",
    "Action",
    "BadQuestionnaire",
    "Incomplete",
    "Offer",
    "OtherVersion",
    "Questionnaire",
    "ReadinessAssessment",
    "Result",
    "SupportOffer",
    "actions_for",
    "ask_for_support",
    "asked_by",
    "assessments_of",
    "band_of",
    "comparable",
    "every_questionnaire",
    "may_ask_for_support",
    "may_assess",
    "may_keep_support",
    "previous_of",
    "progress",
    "publish_support",
    "questionnaire_on",
    "questionnaire_version",
    "read_answers",
    "read_questionnaire",
    "record_assessment",
    "record_support",
    "score",
    "states",
    "support_on",
    "withdraw_support",
]
