"""What stands in place of a captcha: a field that people do not see, a form that takes a person some seconds, few tries.

The hidden ``token`` carries the instant at which the form was first shown and a key, both signed: the key makes two
submissions of one form one enquiry.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from levante.kernel.api import now

SALT = "levante.enquiry"
#: Nobody reads and fills the form faster; a form older than this is shown again with what was written.
QUICKEST, OLDEST = timedelta(seconds=3), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Token:
    at: datetime
    key: str


def new_token() -> str:
    return signing.dumps({"at": now().isoformat(), "key": secrets.token_urlsafe(16)}, salt=SALT)


def read_token(text: str) -> Token | None:
    """The token of a form of ours; ``None`` for anything else."""
    try:
        data = signing.loads(text, salt=SALT)
        return Token(datetime.fromisoformat(data["at"]), str(data["key"]))
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None


def sources(request: HttpRequest) -> list[str]:
    """Where a try comes from: the address (as our own proxy saw it, when there is one) and the session."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.HTTPS and forwarded:
        address = forwarded.rsplit(",", 1)[-1].strip()
    session = request.session.session_key or ""
    return [f"address:{address}"] + ([f"session:{session}"] if session else [])
