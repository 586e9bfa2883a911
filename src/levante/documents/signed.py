"""A stored file's digital signatures, verified apart and told in both languages, ready to be kept with what they are of."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from levante.documents.models import StoredFile
from levante.documents.pure.signature_apart import verify_apart
from levante.documents.services import Upload, inspected
from levante.documents.storage import path_of
from levante.kernel.pure import Bilingual

_trusted: ContextVar[Path | None] = ContextVar("trusted_apart", default=None)


@contextmanager
def trusting(roots: Path) -> Iterator[None]:
    """Verify against these roots in the place of the trust list, here and until the end: a rehearsal has its own."""
    token = _trusted.set(roots)
    try:
        yield
    finally:
        _trusted.reset(token)


@dataclass(frozen=True, slots=True)
class Signed:
    """``holds`` when every signature is intact, trusted and valid at signing, and the file is the one that was to be signed.

    ``signers`` are those of ``levante signature verify`` (name, tax_code?, issuer, not_before, not_after, signed_at?, …).
    """

    holds: bool
    reason: Bilingual | None
    format: str = ""
    signers: list[dict[str, Any]] = field(default_factory=list)
    notes: list[Bilingual] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "holds": self.holds,
            "reason": self.reason.as_json() if self.reason else None,
            "format": self.format,
            "signers": self.signers,
            "notes": [note.as_json() for note in self.notes],
        }


def verify_signatures(file: StoredFile, *, at: datetime, original: StoredFile | None = None) -> Signed:
    """The signatures of a stored file at an instant; with ``original``, that it is that file and nothing else, signed.

    A process of its own, a second of processor: never on a page that only shows. Nothing is asked on the net.
    """
    return _verified(path_of(file.sha256), at=at, original=original)


def verify_upload(
    upload: Upload, *, at: datetime, purpose: str, limit: int, original: StoredFile | None = None
) -> Signed:
    """The same of what a browser sends, before anything of it is kept; of a kind that the purpose takes, or refused."""
    content = inspected(upload, purpose=purpose, limit=limit)
    try:
        return _verified(content.path, at=at, original=original)
    finally:
        content.discard()


def _verified(path: Path, *, at: datetime, original: StoredFile | None) -> Signed:
    trust = _trusted.get() or settings.TRUST_LIST
    code, answer = verify_apart(
        str(path),
        at=at,
        trust=str(trust) if trust else None,
        original=str(path_of(original.sha256)) if original is not None else None,
        language="both",
    )
    it, en = answer["it"], answer["en"]
    if "error" in it:
        return Signed(False, Bilingual(it["error"]["message"], en["error"]["message"]))
    reasons = [_without_options(it["reason"], en["reason"])] if "reason" in it else []
    if "not_the_original" in answer:
        reasons.insert(0, Bilingual(**answer["not_the_original"]))
    reason = (
        Bilingual("; ".join(each.it for each in reasons), "; ".join(each.en for each in reasons)) if reasons else None
    )
    notes = [Bilingual(*pair) for pair in zip(it.get("notes", ()), en.get("notes", ()), strict=True)]
    return Signed(code == 0, reason, it["format"], it["signers"], notes)


def _without_options(it: str, en: str) -> Bilingual:
    """A reason without what only the command line can do about it."""
    return Bilingual(it.replace(_OPTION, ""), en.replace(_OPTION, ""))


_OPTION = " (--content FILE)"
