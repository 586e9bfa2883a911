"""The door of promotion: the register of agreements, their parties and commitments."""

from levante.promotion import states
from levante.promotion.models import Agreement, AgreementParty, Commitment
from levante.promotion.policies import may_close_commitment, may_keep_agreements
from levante.promotion.queries import count_by_state, list_agreements, next_commitments, overdue_commitments
from levante.promotion.services import add_commitment, close_commitment, end_agreement, record_agreement

__all__ = [
    "Agreement",
    "AgreementParty",
    "Commitment",
    "add_commitment",
    "close_commitment",
    "count_by_state",
    "end_agreement",
    "list_agreements",
    "may_close_commitment",
    "may_keep_agreements",
    "next_commitments",
    "overdue_commitments",
    "record_agreement",
    "states",
]
