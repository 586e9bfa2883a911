"""The door of the API room: keys for programs, for the screens that make and revoke them."""

from levante.api.models import ApiToken
from levante.api.services import create_token, revoke_token

__all__ = ["ApiToken", "create_token", "revoke_token"]
