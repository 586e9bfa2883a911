"""A signed file judged by the test world, and its answer in English."""

from tests.documents.signing import NOW, world

from levante.documents.pure.signature_outcome import Outcome
from levante.documents.pure.signatures import verify


def judged(data: bytes, *, roots=..., content: bytes | None = None, at=NOW) -> Outcome:
    return verify(data, at=at, roots=world().roots if roots is ... else roots, content=content)


def reason(outcome: Outcome) -> str:
    return outcome.as_json("en").get("reason", "")


def notes(outcome: Outcome) -> str:
    return "; ".join(outcome.as_json("en")["notes"])
