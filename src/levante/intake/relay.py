"""The lane asked by the portal, for who has no script and where no proxy stands in front (the demonstration).

On a real day browsers talk to the lane: the proxy sends it ``/intake/``. What is relayed here costs a web worker the time
of the answer.
"""

import http.client
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings

#: A little more than the lane makes anybody wait.
PATIENCE = 35.0
MOST_BODY = 4096


#: Told to a program when the lane does not answer: the same shape as the lane's own problems.
LANE_AWAY = {
    "type": "about:blank",
    "title": "Service Unavailable",
    "status": 503,
    "code": "away",
    "detail": "The lane does not answer: send again with the same token, it is never counted twice.",
    "detail_it": "La corsia non risponde: rimanda con lo stesso codice, non viene mai contato due volte.",
    "retry_after": 5,
}


class LaneAway(Exception):
    """The lane does not answer, or nobody said where it is."""


@dataclass(frozen=True, slots=True)
class LaneAnswer:
    """What the lane answered, as it is."""

    status: int
    content_type: str
    retry_after: str | None
    body: bytes


def ask_lane(code: str, body: bytes | None = None, *, patience: float = PATIENCE) -> LaneAnswer:
    """Send a submission to the lane (``body``), or read the counter of an opening. ``LaneAway`` when nobody answers."""
    address = urlsplit(settings.INTAKE_URL)
    if address.scheme != "http" or not address.hostname:
        raise LaneAway("LEVANTE_INTAKE_URL is not set")
    connection = http.client.HTTPConnection(address.hostname, address.port or 80, timeout=patience)
    try:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request("GET" if body is None else "POST", f"/intake/{quote(code, safe='')}", body, headers)
        answer = connection.getresponse()
        told = answer.headers
        return LaneAnswer(
            answer.status, told.get("Content-Type", "application/json"), told.get("Retry-After"), answer.read(1 << 20)
        )
    except (OSError, http.client.HTTPException) as error:
        raise LaneAway(str(error)) from error
    finally:
        connection.close()
