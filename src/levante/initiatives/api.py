"""The door of initiatives: fairs, editions, initiatives, expressions of interest."""

from levante.initiatives import states
from levante.initiatives.models import ExpressionOfInterest, Fair, FairEdition, Initiative
from levante.initiatives.policies import may_express, may_plan, may_withdraw
from levante.initiatives.queries import calendar, list_initiatives, open_to_interest, receipt_for
from levante.initiatives.services import (
    complete_initiative,
    express_interest,
    move_initiative,
    plan_initiative,
    record_edition,
    record_fair,
    withdraw_interest,
)
from levante.initiatives.workflow import INITIATIVES

__all__ = [
    "INITIATIVES",
    "ExpressionOfInterest",
    "Fair",
    "FairEdition",
    "Initiative",
    "calendar",
    "complete_initiative",
    "express_interest",
    "list_initiatives",
    "may_express",
    "may_plan",
    "may_withdraw",
    "move_initiative",
    "open_to_interest",
    "plan_initiative",
    "receipt_for",
    "record_edition",
    "record_fair",
    "states",
    "withdraw_interest",
]
