"""Signed heads: the size and the root of a log at an instant, signed with Ed25519 (RFC 8032).

The signed bytes are the canonical JSON of the head without its signature; the ``format`` member keeps them apart from
anything else the same key may sign.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levante.register.pure.canonical import canonical_bytes
from levante.register.pure.commitment import is_name, parse_instant
from levante.register.pure.keys import SigningKey
from levante.register.pure.malformed import Malformed

HEAD_FORMAT = "levante.register.head/1"
SIGNATURE_SIZE = 64
_FIELDS = {"format", "instant", "key_id", "log", "previous", "root", "signature", "size"}


class HeadError(Malformed):
    """This is not a head."""


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head. ``instant`` is the instant of the last entry, in text; hashes and signature are bytes.

    ``previous`` is the size of the head before (0 for the first): heads are a chain, so that none can go missing.
    """

    log: str
    size: int
    previous: int
    root: bytes
    instant: str
    key_id: str
    signature: bytes

    def signed_bytes(self) -> bytes:
        return head_bytes(
            log=self.log,
            size=self.size,
            previous=self.previous,
            root=self.root,
            instant=self.instant,
            key_id=self.key_id,
        )

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        try:
            key.verify(self.signature, self.signed_bytes())
        except InvalidSignature:
            return False
        return True

    def as_json(self) -> dict[str, Any]:
        return {
            "format": HEAD_FORMAT,
            "instant": self.instant,
            "key_id": self.key_id,
            "log": self.log,
            "previous": self.previous,
            "root": self.root.hex(),
            "signature": base64.b64encode(self.signature).decode("ascii"),
            "size": self.size,
        }


def head_bytes(*, log: str, size: int, previous: int, root: bytes, instant: str, key_id: str) -> bytes:
    """The bytes that are signed."""
    return canonical_bytes(
        {
            "format": HEAD_FORMAT,
            "instant": instant,
            "key_id": key_id,
            "log": log,
            "previous": previous,
            "root": root.hex(),
            "size": size,
        }
    )


def sign_head(key: SigningKey, *, log: str, size: int, previous: int, root: bytes, instant: str) -> Head:
    data = head_bytes(log=log, size=size, previous=previous, root=root, instant=instant, key_id=key.key_id)
    return Head(log, size, previous, root, instant, key.key_id, key.sign(data))


def read_hash(value: object, what: str) -> bytes:
    """A SHA-256 in lower-case hexadecimal, and in no other spelling: one value, one text."""
    if isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef"):
        return bytes.fromhex(value)
    raise Malformed(
        f"{what} non è un’impronta di 64 cifre esadecimali minuscole",
        f"{what} is not a hash of 64 lower-case hexadecimal digits",
    )


def read_size(value: object, what: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53:
        return value
    raise Malformed(f"{what} non è un numero intero", f"{what} is not a whole number")


def read_head(value: object) -> Head:
    """The head of a JSON object. ``HeadError`` names the member that is wrong; nothing is verified here."""
    if not isinstance(value, Mapping):
        raise HeadError("una testa è un oggetto JSON", "a head is a JSON object")
    if value.get("format") != HEAD_FORMAT:
        raise HeadError(f"format non è {HEAD_FORMAT}", f"format is not {HEAD_FORMAT}")
    if set(value) != _FIELDS:
        odd = sorted(str(name) for name in set(value) ^ _FIELDS)
        raise HeadError(
            f"campi mancanti o sconosciuti: {', '.join(odd)}", f"missing or unknown members: {', '.join(odd)}"
        )
    try:
        if not is_name(value["log"]):
            raise HeadError("log non è il nome di un registro", "log is not the name of a log")
        parse_instant(value["instant"])
        return Head(
            log=value["log"],
            size=read_size(value["size"], "size"),
            previous=read_size(value["previous"], "previous"),
            root=read_hash(value["root"], "root"),
            instant=value["instant"],
            key_id=read_hash(value["key_id"], "key_id").hex(),
            signature=_read_signature(value["signature"]),
        )
    except HeadError:
        raise
    except Malformed as error:
        raise HeadError(error.it, error.en) from error


def _read_signature(value: object) -> bytes:
    try:
        data = base64.b64decode(value.encode("ascii") if isinstance(value, str) else b"", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise HeadError("signature non è in base64", "signature is not base64") from error
    # The second test refuses the other spellings base64 has for the same bytes.
    if len(data) != SIGNATURE_SIZE or base64.b64encode(data).decode("ascii") != value:
        raise HeadError("signature non è di 64 byte in base64", "signature is not 64 bytes in base64")
    return data
