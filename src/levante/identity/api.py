"""The door of identity: people who sign in, offices, roles."""

from levante.identity import roles
from levante.identity.models import Office, RoleGrant, SavedView, User
from levante.identity.queries import grants_of
from levante.identity.services import (
    close_account,
    end_sessions,
    forget_view,
    grant_role,
    personal_data,
    revoke_role,
    save_office,
    save_view,
)

__all__ = [
    "Office",
    "RoleGrant",
    "SavedView",
    "User",
    "close_account",
    "end_sessions",
    "forget_view",
    "grant_role",
    "grants_of",
    "personal_data",
    "revoke_role",
    "roles",
    "save_office",
    "save_view",
]
