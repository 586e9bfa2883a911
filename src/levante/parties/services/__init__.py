"""Every write of parties, a file per concept."""

from levante.parties.services.corrections import (
    accept_correction,
    propose_correction,
    refuse_correction,
    texts_now,
    withdraw_correction,
)
from levante.parties.services.counterparts import (
    correct_counterpart,
    possible_doubles,
    profile_texts,
    propose_profile,
    record_counterpart,
)
from levante.parties.services.differences import decide_difference
from levante.parties.services.enterprises import create_enterprise, record_account, record_accounts, update_enterprise
from levante.parties.services.erasing import Erased, erased_with
from levante.parties.services.imports import request_import, resume_import
from levante.parties.services.invitations import (
    accept_invitation,
    forget_invitations,
    invitation_by,
    invitation_token,
    invitations_to,
    invite,
    withdraw_invitation,
)
from levante.parties.services.mandates import (
    confirm_mandate,
    refuse_mandate,
    request_mandate,
    revoke_mandate,
)
from levante.parties.services.merge import merge_enterprises, merge_preview
from levante.parties.services.merge_pairs import MergePair, merged_pairs
from levante.parties.services.networks import join_chain, join_district, leave_chain, leave_district
from levante.parties.services.ownership import (
    correct_ownership,
    end_ownership,
    record_holder,
    record_ownership,
    verify_ownership,
)
from levante.parties.services.people import (
    correct_person,
    end_contact,
    ensure_person,
    record_consent,
    record_contact,
)
from levante.parties.services.rights import erase_person, export_person
from levante.parties.services.seats import close_seat, move_legal_seat, open_seat

__all__ = [
    "Erased",
    "MergePair",
    "accept_correction",
    "accept_invitation",
    "close_seat",
    "confirm_mandate",
    "correct_counterpart",
    "correct_ownership",
    "correct_person",
    "create_enterprise",
    "decide_difference",
    "end_contact",
    "end_ownership",
    "ensure_person",
    "erase_person",
    "erased_with",
    "export_person",
    "forget_invitations",
    "invitation_by",
    "invitation_token",
    "invitations_to",
    "invite",
    "join_chain",
    "join_district",
    "leave_chain",
    "leave_district",
    "merge_enterprises",
    "merge_preview",
    "merged_pairs",
    "move_legal_seat",
    "open_seat",
    "possible_doubles",
    "profile_texts",
    "propose_correction",
    "propose_profile",
    "record_account",
    "record_accounts",
    "record_consent",
    "record_contact",
    "record_counterpart",
    "record_holder",
    "record_ownership",
    "refuse_correction",
    "refuse_mandate",
    "request_import",
    "request_mandate",
    "resume_import",
    "revoke_mandate",
    "texts_now",
    "update_enterprise",
    "verify_ownership",
    "withdraw_correction",
    "withdraw_invitation",
]
