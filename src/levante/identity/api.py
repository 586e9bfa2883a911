"""The door of identity: people who sign in, offices, roles."""

from levante.identity import roles
from levante.identity.models import Office, RoleGrant, RoleOffer, SavedView, User
from levante.identity.queries import (
    Adopting,
    adopting,
    body_of,
    live_sessions,
    office_codes,
    office_people,
    powers_of,
    section,
    section_code,
    verified_addresses,
)
from levante.identity.services import (
    close_account,
    end_sessions,
    forget_view,
    grant_role,
    offer_role,
    personal_data,
    revoke_role,
    save_office,
    save_view,
    set_language,
    withdraw_offer,
)
from levante.identity.signin import used_second_factor

__all__ = [
    "Adopting",
    "Office",
    "RoleGrant",
    "RoleOffer",
    "SavedView",
    "User",
    "adopting",
    "body_of",
    "close_account",
    "end_sessions",
    "forget_view",
    "grant_role",
    "live_sessions",
    "offer_role",
    "office_codes",
    "office_people",
    "personal_data",
    "powers_of",
    "revoke_role",
    "roles",
    "save_office",
    "save_view",
    "section",
    "section_code",
    "set_language",
    "used_second_factor",
    "verified_addresses",
    "withdraw_offer",
]
