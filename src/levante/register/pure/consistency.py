"""Whether one signed head continues another: the offline check that nobody rewrote the log in between."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levante.kernel.pure import Bilingual
from levante.register.pure.canonical import CanonicalError, parse_json
from levante.register.pure.heads import Head, HeadError, read_hash, read_head, read_size
from levante.register.pure.malformed import Malformed
from levante.register.pure.receipts import MAX_RECEIPT_BYTES, RECEIPT_FORMAT
from levante.register.pure.tree import verify_consistency

CONSISTENCY_FORMAT = "levante.register.consistency/1"

#: Larger than any head with its proof, and than any receipt that carries one.
MAX_HEAD_BYTES = MAX_RECEIPT_BYTES

#: ``find(log, first size, second size)`` gives a proof from elsewhere (a database), or ``None``.
FindProof = Callable[[str, int, int], Sequence[bytes] | None]


class ProofMissing(Exception):
    """The heads are of different sizes and no proof was given."""


@dataclass(frozen=True, slots=True)
class Published:
    """A head as it is published: alone, or with the proof that it continues the log at ``from_size``."""

    head: Head
    from_size: int | None = None
    path: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Consistency:
    """The outcome; truthy when the second head continues the first."""

    consistent: bool
    log: str | None = None
    from_size: int | None = None
    to_size: int | None = None
    reason: Bilingual = Bilingual("", "")

    def __bool__(self) -> bool:
        return self.consistent

    def as_json(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "consistent": self.consistent,
            "log": self.log,
            "from_size": self.from_size,
            "to_size": self.to_size,
        }
        if not self.consistent:
            result["reason"] = self.reason.en
        return result


def read_published(document: bytes | str) -> Published:
    """A head: bare, in a ``levante.register.consistency/1`` document, or in a receipt. ``HeadError`` otherwise."""
    if len(document) > MAX_HEAD_BYTES:
        raise HeadError("il documento è troppo grande per essere una testa", "the document is too large to be a head")
    try:
        value = parse_json(document)
    except CanonicalError as error:
        raise HeadError(error.it, error.en) from error
    if isinstance(value, dict) and value.get("format") == RECEIPT_FORMAT:
        return Published(read_head(value.get("head")))
    if not isinstance(value, dict) or value.get("format") != CONSISTENCY_FORMAT:
        return Published(read_head(value))
    if set(value) != {"format", "from_size", "head", "path"} or not isinstance(value["path"], list):
        raise HeadError(
            "un documento di coerenza è {format, from_size, head, path}",
            "it is not {format, from_size, head, path}",
        )
    if len(value["path"]) > 128:
        raise HeadError("path è troppo lungo", "path is too long")
    try:
        size = read_size(value["from_size"], "from_size")
        path = tuple(read_hash(item, "path") for item in value["path"])
    except Malformed as error:
        raise HeadError(error.it, error.en) from error
    return Published(read_head(value["head"]), size, path)


def check_consistency(
    first: bytes | str,
    second: bytes | str,
    keys: Mapping[str, Ed25519PublicKey],
    *,
    proof: bytes | str | None = None,
    find_proof: FindProof | None = None,
) -> Consistency:
    """Compare two published heads, in either order: the smaller is the earlier.

    The proof is ``proof`` (a consistency document), or the one either head carries, or what ``find_proof`` finds.
    ``ProofMissing`` when none fits; whatever the documents hold otherwise, the answer is an answer.
    """
    try:
        documents = [read_published(first), read_published(second)]
        carried = [read_published(proof)] if proof is not None else []
    except HeadError as error:
        return Consistency(False, reason=Bilingual(f"non è una testa firmata: {error}", f"not a signed head: {error}"))
    documents.sort(key=lambda item: item.head.size)
    old, new = documents[0].head, documents[1].head

    def no(it: str, en: str) -> Consistency:
        return Consistency(False, new.log, old.size, new.size, Bilingual(it, en))

    if old.log != new.log:
        return no("le teste sono di registri diversi", "the heads are of different logs")
    for head in (old, new):
        key = keys.get(head.key_id)
        if key is None:
            return no(
                "una testa è firmata con una chiave diversa da quelle indicate",
                "a head is signed with another key than those given",
            )
        if not head.is_signed_by(key):
            return no("la firma di una testa non è valida", "the signature of a head is not valid")
    if old.instant > new.instant:
        return no("la testa più lunga è la più vecchia", "the longer head is the older one")
    path = _proof(old, new, [*carried, *documents], find_proof)
    if not verify_consistency(old.size, new.size, old.root, new.root, path):
        return no(
            "la seconda testa non continua la prima: il registro è stato riscritto, o la prova è di altre teste",
            "the second head does not continue the first: the log was rewritten, or the proof is of other heads",
        )
    return Consistency(True, new.log, old.size, new.size)


def _proof(old: Head, new: Head, published: Sequence[Published], find_proof: FindProof | None) -> Sequence[bytes]:
    if old.size in (0, new.size):
        return ()
    for item in published:
        if item.from_size == old.size and item.head.size == new.size:
            return item.path
    found = find_proof(new.log, old.size, new.size) if find_proof else None
    if found is None:
        raise ProofMissing
    return found
