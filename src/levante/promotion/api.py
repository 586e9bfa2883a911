"""The door of promotion: the register of agreements, their parties and commitments."""

from levante.promotion import states
from levante.promotion.commitments import add_commitment, close_commitment
from levante.promotion.models import Agreement, AgreementParty, Commitment
from levante.promotion.policies import may_close_commitment, may_keep_agreements
from levante.promotion.queries import count_by_state, list_agreements, next_commitments, overdue_commitments
from levante.promotion.services import (
    correct_agreement,
    end_agreement,
    record_agreement,
    renew_agreement,
    sign_agreement,
    tell_expiries,
    turn_agreements,
)

__all__ = [
    "Agreement",
    "AgreementParty",
    "Commitment",
    "add_commitment",
    "close_commitment",
    "correct_agreement",
    "count_by_state",
    "end_agreement",
    "list_agreements",
    "may_close_commitment",
    "may_keep_agreements",
    "next_commitments",
    "overdue_commitments",
    "record_agreement",
    "renew_agreement",
    "sign_agreement",
    "states",
    "tell_expiries",
    "turn_agreements",
]
