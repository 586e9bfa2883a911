"""What a leaf says in the clear, and what it only commits to.

The content of an entry (kind, subject, payload) may hold personal data, so the tree never sees it: the leaf carries
``entry_hash = SHA-256(salt || canonical content)`` with 32 random bytes of salt. Without the salt a tax code cannot be
guessed from the hash; once salt and content are erased (GDPR art. 17) the leaf, and every proof through it, still stands.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from levante.register.pure.canonical import Json, canonical_bytes
from levante.register.pure.malformed import Malformed
from levante.register.pure.tree import leaf_hash

SALT_SIZE = 32

#: Names of logs and kinds of entries: ``register``, ``opening.voucher-2026``, ``applications.transmitted``.
NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*\Z")
NAME_LENGTH = 100

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z\Z", re.ASCII)
_NUMBER = re.compile(r"(\d{4})/(\d{7,})\Z", re.ASCII)


def is_name(text: object) -> bool:
    return isinstance(text, str) and len(text) <= NAME_LENGTH and NAME.match(text) is not None


def instant_text(instant: datetime) -> str:
    """An instant in UTC with microseconds: ``2026-11-22T17:30:43.123456Z``. ``ValueError`` without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def parse_instant(text: object) -> datetime:
    """The instant written by ``instant_text``; any other spelling is a ``ValueError``."""
    if not isinstance(text, str) or not _INSTANT.match(text):
        raise Malformed(
            "un istante si scrive 2026-11-22T17:30:43.123456Z", "an instant is written 2026-11-22T17:30:43.123456Z"
        )
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError as error:
        raise Malformed(f"{text} non è un istante", f"{text} is not an instant") from error


def number_text(year: int, sequence: int) -> str:
    """The register number people quote: the year of the entry and its place in the log, which never starts again."""
    return f"{year:04d}/{sequence:07d}"


def sequence_of(number: str) -> int:
    """The place in the log that a number states. ``ValueError`` when it is not a number of ours."""
    match = _NUMBER.match(number)
    if not match or number != number_text(int(match[1]), int(match[2])):
        raise Malformed("un numero si scrive 2026/0000123", "a number is written 2026/0000123")
    return int(match[2])


def new_salt() -> bytes:
    return os.urandom(SALT_SIZE)


def new_salts(count: int) -> list[bytes]:
    """Many salts with one call to the system."""
    data = os.urandom(SALT_SIZE * count)
    return [data[at : at + SALT_SIZE] for at in range(0, len(data), SALT_SIZE)]


def content_bytes(kind: str, subject: str, payload: Json) -> bytes:
    """The canonical content of an entry. ``CanonicalError`` when the payload has no canonical form."""
    return canonical_bytes({"kind": kind, "payload": payload, "subject": subject})


def entry_hash(salt: bytes, content: bytes) -> bytes:
    """The commitment to a content."""
    if len(salt) != SALT_SIZE:
        raise ValueError("a salt is 32 bytes")
    return sha256(salt + content).digest()


def request_digest(idempotency_key: str) -> bytes:
    """What the leaf says of the idempotency key: whoever made the request can recognise it, nobody can read it."""
    return sha256(idempotency_key.encode("utf-8")).digest()


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the tree holds of an entry, in the clear: nothing here is personal data, so it is never erased."""

    log: str
    number: str
    received_at: str
    kind: str
    request: bytes
    entry_hash: bytes

    def data(self) -> bytes:
        """The bytes that are hashed into the tree."""
        return canonical_bytes(
            {
                "entry_hash": self.entry_hash.hex(),
                "kind": self.kind,
                "log": self.log,
                "number": self.number,
                "received_at": self.received_at,
                "request": self.request.hex(),
            }
        )

    def hash(self) -> bytes:
        return leaf_hash(self.data())


def leaf_of(log: str, kind: str, fields: Mapping[str, Any]) -> Leaf:
    """The leaf of a receipt's fields (hashes in hexadecimal, already checked)."""
    return Leaf(
        log=log,
        number=fields["number"],
        received_at=fields["received_at"],
        kind=kind,
        request=bytes.fromhex(fields["request"]),
        entry_hash=bytes.fromhex(fields["entry_hash"]),
    )
