"""The door of investment: opportunities and enquiries of investors."""

from levante.investment import states
from levante.investment.models import Enquiry, Opportunity
from levante.investment.policies import may_keep_opportunity, may_record_investment
from levante.investment.queries import (
    Announced,
    Realised,
    Totals,
    list_enquiries,
    list_opportunities,
    totals,
    unanswered,
)
from levante.investment.services import (
    count_attempt,
    publish_opportunity,
    receive_enquiry,
    record_opportunity,
    record_realised,
    tie_enquiry,
    verify_opportunity,
    withdraw_opportunity,
)

__all__ = [
    "Announced",
    "Enquiry",
    "Opportunity",
    "Realised",
    "Totals",
    "count_attempt",
    "list_enquiries",
    "list_opportunities",
    "may_keep_opportunity",
    "may_record_investment",
    "publish_opportunity",
    "receive_enquiry",
    "record_opportunity",
    "record_realised",
    "states",
    "tie_enquiry",
    "totals",
    "unanswered",
    "verify_opportunity",
    "withdraw_opportunity",
]
