"""What the verification of a signed file answers: of each signer, and of the file as a whole."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from levante.kernel.pure import Bilingual


class Unreadable(Exception):
    """The file (or an argument) cannot be read as what it should be; ``field`` names which, ``reason`` says why.

    Of the file it is answered in the shape of every answer, with nothing in it: who reads answers by machine finds no other.
    """

    def __init__(self, reason: Bilingual, field: str = "file") -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.field = field

    def as_json(self, language: str = "it") -> dict[str, Any]:
        words = {"field": self.field, "message": self.reason.in_language(language), "message_en": self.reason.en}
        if self.field != "file":
            return {"error": words}
        nothing = {"format": None, "intact": False, "trusted": False, "valid_at_signing": False}
        return {**nothing, "signers": [], "content_sha256": None, "reason": words["message"], "error": words}


@dataclass(slots=True)
class SignerOutcome:
    """One signature: what holds, and what its certificate says of the person. ``None`` is "cannot be said"."""

    layer: int
    name: str = ""
    tax_code: str | None = None
    serial_number: str | None = None
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    qualified: bool = False
    non_repudiation: bool | None = None
    signed_at: datetime | None = None
    #: Who says the instant: ``timestamp`` an authority we trust, ``claimed`` the signer, ``None`` nobody.
    signed_at_from: str | None = None
    intact: bool = False
    trusted: bool | None = None
    valid_at_signing: bool = False
    #: Why the signature does not hold; what one should know although it does.
    faults: list[Bilingual] = field(default_factory=list)
    notes: list[Bilingual] = field(default_factory=list)

    def as_json(self, language: str) -> dict[str, Any]:
        answer: dict[str, Any] = {"name": self.name}
        if self.tax_code:
            answer["tax_code"] = self.tax_code
        answer |= {
            "issuer": self.issuer,
            "not_before": instant_text(self.not_before),
            "not_after": instant_text(self.not_after),
        }
        if self.signed_at:
            answer |= {"signed_at": instant_text(self.signed_at), "signed_at_from": self.signed_at_from}
        answer |= {
            "serial_number": self.serial_number,
            "qualified": self.qualified,
            "non_repudiation": self.non_repudiation,
            "layer": self.layer,
            "intact": self.intact,
            "trusted": self.trusted,
            "valid_at_signing": self.valid_at_signing,
        }
        if self.faults:
            answer["reason"] = _sentences(self.faults, language)
        return answer


@dataclass(slots=True)
class Outcome:
    """The file: ``format`` of its outermost envelope, every signature in it, the content under all envelopes."""

    format: str
    signers: list[SignerOutcome]
    content_sha256: str | None
    #: Of the file and not of one signature: "the PDF carries no signature".
    faults: list[Bilingual] = field(default_factory=list)
    #: Why nothing can be said of trust: the one fault that leaves the file intact.
    untold: Bilingual | None = None
    notes: list[Bilingual] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return bool(self.signers) and not self.faults and all(signer.intact for signer in self.signers)

    @property
    def trusted(self) -> bool | None:
        """No trust list, no answer; one signer nobody vouches for, no."""
        answers = [signer.trusted for signer in self.signers]
        if not answers or any(answer is False for answer in answers):
            return False
        return None if any(answer is None for answer in answers) else True

    @property
    def valid_at_signing(self) -> bool:
        return bool(self.signers) and all(signer.valid_at_signing for signer in self.signers)

    def __bool__(self) -> bool:
        return self.intact and self.trusted is True and self.valid_at_signing

    def as_json(self, language: str = "it") -> dict[str, Any]:
        answer: dict[str, Any] = {
            "format": self.format,
            "intact": self.intact,
            "trusted": self.trusted,
            "valid_at_signing": self.valid_at_signing,
            "signers": [signer.as_json(language) for signer in self.signers],
            "content_sha256": self.content_sha256,
        }
        faults = [*self.faults, *(fault for signer in self.signers for fault in signer.faults)]
        if self.untold:
            faults.append(self.untold)
        if faults:
            answer["reason"] = _sentences(faults, language)
        notes = [*self.notes, *(note for signer in self.signers for note in signer.notes)]
        if notes:
            answer["notes"] = list(dict.fromkeys(note.in_language(language) for note in notes))
        return answer


def _sentences(faults: list[Bilingual], language: str) -> str:
    return "; ".join(dict.fromkeys(fault.in_language(language) for fault in faults))


def instant_text(instant: datetime | None) -> str | None:
    """UTC, to the second: certificates and signatures say no more."""
    return None if instant is None else instant.strftime("%Y-%m-%dT%H:%M:%SZ")
