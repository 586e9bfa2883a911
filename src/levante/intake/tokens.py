"""The one-time tokens: kept nowhere, made again for who sealed (ADR 16).

A token is a MAC of what was sealed under a key of the installation. The database holds its digest alone: who reads the
database cannot send for another; who lost the paper finds the token in the portal, signed in, as long as the key is the same.
"""

import base64
import hmac
from hashlib import sha256

from django.conf import settings

from levante.intake.lane.answers import token_digest
from levante.intake.models import IntakeTicket


def make_token(code: str, subject: str, seal_salt: bytes) -> str:
    """The token of a ticket: 256 bits, 43 letters that fit an address."""
    return _token(settings.SECRET_KEY, code, subject, seal_salt)


def token_of(ticket: IntakeTicket) -> str | None:
    """The token of a stored ticket, its log loaded; ``None`` when the installation's key is no longer the one that made it."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _token(secret, ticket.log.code, ticket.subject, bytes(ticket.seal_salt))
        if hmac.compare_digest(token_digest(token), bytes(ticket.token_digest)):
            return token
    return None


def _token(secret: str | bytes, code: str, subject: str, seal_salt: bytes) -> str:
    secret = secret.encode() if isinstance(secret, str) else secret
    key = hmac.digest(secret, b"levante.intake.token", sha256)
    told = f"{code}\n{subject}\n".encode() + seal_salt
    return base64.urlsafe_b64encode(hmac.digest(key, told, sha256)).rstrip(b"=").decode()
