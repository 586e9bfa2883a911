"""The bytes of leaves, receipts and answers, made as fast as Python makes texts.

They are those of ``register.pure`` (``Leaf.data``, ``Receipt.to_bytes``): here the canonical JSON is written in place,
because no text in it needs an escape (the database holds codes and subjects to that). A test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from levante.register.pure.canonical import canonical_bytes
from levante.register.pure.commitment import number_text
from levante.register.pure.heads import Head

#: The kind of every entry of an opening's log.
KIND = "intake.received"
ROME = ZoneInfo("Europe/Rome")


def log_name(code: str) -> str:
    """The name of an opening's log in leaves, heads and receipts."""
    return f"intake.{code}"


def token_digest(token: str) -> bytes:
    """What is kept of a token, and the ``request`` of its leaf: who holds the token recognises it, nobody can read it."""
    return sha256(token.encode()).digest()


def entry_content(code: str, subject: str, seal: bytes) -> str:
    """The canonical content that an entry commits to: ``commitment.content_bytes`` of kind, payload and subject."""
    return f'{{"kind":"{KIND}","payload":{{"opening":"{code}","seal":"{seal.hex()}"}},"subject":"{subject}"}}'


def text_of(instant: datetime) -> str:
    """``commitment.instant_text`` of an instant that is already in UTC."""
    return f"{instant.isoformat(timespec='microseconds')[:26]}Z"


def number_of(instant: datetime, sequence: int) -> str:
    return number_text(instant.astimezone(ROME).year, sequence)


def leaf_hash_of(log: str, number: str, received_at: str, request: bytes, entry_hash: bytes) -> bytes:
    """The leaf of an entry, hashed (RFC 9162, 2.1.1)."""
    data = (
        f'{{"entry_hash":"{entry_hash.hex()}","kind":"{KIND}","log":"{log}","number":"{number}",'
        f'"received_at":"{received_at}","request":"{request.hex()}"}}'
    )
    return sha256(b"\x00" + data.encode()).digest()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ticket as the lane knows it: what was sealed, and what its entry commits to."""

    id: int
    subject: str
    seal: bytes
    salt: bytes
    entry_hash: bytes


class Pen:
    """Writes the answers of one batch: what they have in common is written once."""

    def __init__(self, code: str, head: Head) -> None:
        self._code, self._log = code, log_name(code)
        self._head = canonical_bytes(head.as_json()).decode()
        self._key = head.key_id

    def answer(
        self, ticket: Sealed, request: bytes, sequence: int, received_at: datetime, path: Sequence[bytes]
    ) -> bytes:
        """``{"position", "receipt", "received_at"}``: the same bytes each time they are asked for."""
        instant = text_of(received_at)
        proof = ",".join([f'"{item.hex()}"' for item in path])
        content = entry_content(self._code, ticket.subject, ticket.seal)
        return (
            f'{{"position":{sequence},"receipt":{{"entry":{content},"entry_hash":"{ticket.entry_hash.hex()}",'
            f'"format":"levante.register.receipt/1","head":{self._head},"inclusion_proof":[{proof}],'
            f'"key_id":"{self._key}","leaf_index":{sequence - 1},"log":"{self._log}",'
            f'"number":"{number_of(received_at, sequence)}","received_at":"{instant}","request":"{request.hex()}",'
            f'"salt":"{ticket.salt.hex()}"}},"received_at":"{instant}"}}'
        ).encode()
