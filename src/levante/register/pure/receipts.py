"""Receipts: what was received, when, in which place of which log, with the proof; and their verification.

A receipt is complete: with the register's public key it is verified by arithmetic alone, with no network and no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levante.kernel.pure import Bilingual
from levante.register.pure.canonical import CanonicalError, Json, canonical_bytes, parse_json
from levante.register.pure.commitment import (
    Leaf,
    content_bytes,
    entry_hash,
    is_name,
    leaf_of,
    parse_instant,
    sequence_of,
)
from levante.register.pure.heads import Head, read_hash, read_head, read_size
from levante.register.pure.malformed import Malformed
from levante.register.pure.numbers import public_number
from levante.register.pure.tree import verify_inclusion

RECEIPT_FORMAT = "levante.register.receipt/1"

#: Larger than any receipt we issue; what is larger is not read.
MAX_RECEIPT_BYTES = 4 * 1024 * 1024

_FIELDS = {
    "entry", "entry_hash", "format", "head", "inclusion_proof", "key_id", "leaf_index", "log", "number", "received_at",
    "request", "salt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt. Hashes and salt are bytes, ``received_at`` is text (UTC, microseconds), ``leaf_index`` starts at 0."""

    log: str
    number: str
    received_at: str
    kind: str
    subject: str
    payload: Json
    salt: bytes
    request: bytes
    leaf_index: int
    inclusion_proof: tuple[bytes, ...]
    head: Head

    @property
    def public_number(self) -> str:
        """As people read it: with what it is before it."""
        return public_number(self.kind, self.number, self.log)

    @property
    def entry_hash(self) -> bytes:
        return entry_hash(self.salt, content_bytes(self.kind, self.subject, self.payload))

    @property
    def leaf(self) -> Leaf:
        return Leaf(self.log, self.number, self.received_at, self.kind, self.request, self.entry_hash)

    def as_json(self) -> dict[str, Any]:
        return {
            "entry": {"kind": self.kind, "payload": self.payload, "subject": self.subject},
            "entry_hash": self.entry_hash.hex(),
            "format": RECEIPT_FORMAT,
            "head": self.head.as_json(),
            "inclusion_proof": [item.hex() for item in self.inclusion_proof],
            "key_id": self.head.key_id,
            "leaf_index": self.leaf_index,
            "log": self.log,
            "number": self.number,
            "received_at": self.received_at,
            "request": self.request.hex(),
            "salt": self.salt.hex(),
        }

    def to_bytes(self) -> bytes:
        """The receipt as it is handed out: canonical, so that the same receipt is always the same bytes."""
        return canonical_bytes(self.as_json())


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a verification. Truthy when the receipt is valid; otherwise ``code`` and ``reason`` say why.

    ``number``, ``received_at`` and ``entry_hash`` are what the document states, proven only when ``valid``.
    """

    valid: bool
    code: str = ""
    reason: Bilingual = Bilingual("", "")
    number: str | None = None
    received_at: str | None = None
    entry_hash: str | None = None
    receipt: Mapping[str, Any] | None = None

    def __bool__(self) -> bool:
        return self.valid

    def as_json(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "valid": self.valid,
            "number": self.number,
            "received_at": self.received_at,
            "entry_hash": self.entry_hash,
        }
        if not self.valid:
            result["reason"] = self.reason.en
        return result


class _Refused(Exception):
    def __init__(self, code: str, it: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.reason = Bilingual(it, en)


def verify_receipt(document: bytes | str, keys: Mapping[str, Ed25519PublicKey]) -> Verification:
    """Whether a receipt is authentic, whole and proven, against the public keys one trusts (by key id).

    Never raises on what the document contains: whatever is not a valid receipt is an invalid one, with the reason.
    """
    number = received_at = digest = None
    value: Any = None
    try:
        if len(document) > MAX_RECEIPT_BYTES:
            raise _Refused(
                "too_large", "il documento è troppo grande per essere una ricevuta",
                "the document is too large to be a receipt",
            )  # fmt: skip
        try:
            value = parse_json(document)
        except CanonicalError as error:
            raise _Refused(
                "not_json", f"il documento non si legge: {error.it}", f"the document cannot be read: {error.en}"
            ) from error
        if isinstance(value, dict):
            number, received_at, digest = (
                item if isinstance(item, str) and item.isprintable() and len(item) <= 64 else None
                for item in (value.get("number"), value.get("received_at"), value.get("entry_hash"))
            )
        _check(value, keys)
    except _Refused as refusal:
        return Verification(False, refusal.code, refusal.reason, number, received_at, digest)
    return Verification(True, "", Bilingual("", ""), number, received_at, digest, value)


def _check(value: Any, keys: Mapping[str, Ed25519PublicKey]) -> None:
    """Each claim of the receipt in turn; raises ``_Refused`` at the first that does not hold."""
    head, path = _read(value)
    _check_content(value)
    if head.log != value["log"] or head.key_id != value["key_id"]:
        raise _Refused(
            "other_log", "la testa firmata non è del registro o della chiave che la ricevuta indica",
            "the signed head is not of the log or of the key the receipt names",
        )  # fmt: skip
    key = keys.get(head.key_id)
    if key is None:
        raise _Refused(
            "wrong_key", "la ricevuta è firmata con una chiave diversa da quella indicata",
            "the receipt is signed with another key than the one given",
        )  # fmt: skip
    if not head.is_signed_by(key):
        raise _Refused(
            "bad_signature", "la firma della testa del registro non è valida",
            "the signature of the log's head is not valid",
        )  # fmt: skip
    if value["received_at"] > head.instant:
        raise _Refused(
            "bad_instant", "la ricevuta è posteriore alla testa che la contiene",
            "the receipt is later than the head that holds it",
        )  # fmt: skip
    leaf = leaf_of(value["log"], value["entry"]["kind"], value).hash()
    if not verify_inclusion(leaf, value["leaf_index"], head.size, path, head.root):
        raise _Refused(
            "not_included", "la prova di inclusione non porta dalla registrazione alla radice firmata",
            "the inclusion proof does not lead from the entry to the signed root",
        )  # fmt: skip


def _read(value: Any) -> tuple[Head, Sequence[bytes]]:
    """The head and the proof of a document that has the shape of a receipt."""
    if not isinstance(value, dict) or value.get("format") != RECEIPT_FORMAT:
        raise _Refused(
            "not_a_receipt", f"il documento non è una ricevuta ({RECEIPT_FORMAT})",
            f"the document is not a receipt ({RECEIPT_FORMAT})",
        )  # fmt: skip
    if set(value) != _FIELDS:
        odd = ", ".join(sorted(set(value) ^ _FIELDS))
        raise _Refused("bad_shape", f"campi mancanti o sconosciuti: {odd}", f"missing or unknown fields: {odd}")
    entry = value["entry"]
    try:
        if not isinstance(entry, dict) or set(entry) != {"kind", "payload", "subject"}:
            raise Malformed("entry non è {kind, payload, subject}", "entry is not {kind, payload, subject}")
        if not is_name(entry["kind"]) or not isinstance(entry["subject"], str) or not is_name(value["log"]):
            raise Malformed("kind, subject o log non è un nome", "kind, subject or log is not a name")
        if not isinstance(value["number"], str) or not isinstance(value["inclusion_proof"], list):
            raise Malformed(
                "number non è un testo o inclusion_proof non è una lista",
                "number is not a text or inclusion_proof is not a list",
            )
        if len(value["inclusion_proof"]) > 64:
            raise Malformed("inclusion_proof è troppo lungo", "inclusion_proof is too long")
        for name in ("entry_hash", "key_id", "request", "salt"):
            read_hash(value[name], name)
        parse_instant(value["received_at"])
        index = read_size(value["leaf_index"], "leaf_index")
        path = [read_hash(item, "inclusion_proof") for item in value["inclusion_proof"]]
        head = read_head(value["head"])
        if sequence_of(value["number"]) != index + 1:
            raise _Refused(
                "bad_number", "il numero non corrisponde al posto nel registro",
                "the number does not match the place in the log",
            )  # fmt: skip
    except Malformed as error:
        raise _Refused(
            "bad_shape", f"la ricevuta è malformata: {error.it}", f"the receipt is malformed: {error.en}"
        ) from error
    return head, path


def _check_content(value: Mapping[str, Any]) -> None:
    entry = value["entry"]
    try:
        content = content_bytes(entry["kind"], entry["subject"], entry["payload"])
    except CanonicalError as error:
        raise _Refused(
            "bad_shape", f"la ricevuta è malformata: {error.it}", f"the receipt is malformed: {error.en}"
        ) from error
    if entry_hash(bytes.fromhex(value["salt"]), content).hex() != value["entry_hash"]:
        raise _Refused(
            "content_changed", "il contenuto non corrisponde all'impronta registrata",
            "the content does not match the hash that was registered",
        )  # fmt: skip
