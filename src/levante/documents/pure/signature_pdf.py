"""The signatures inside a PDF (PAdES, ETSI EN 319 142-1): what each covers, and what was added after it.

Signing a PDF again adds a revision to the file; so does changing it. Of what follows a signature only further
signatures, time stamps and the proofs kept for the long term are let through: no field filled in, no note, no page.
"""

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms, parser
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON, ROOT_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from levante.documents.pure.signature_envelope import MOST_SIGNERS
from levante.documents.pure.signature_outcome import Unreadable
from levante.kernel.pure import Bilingual


def _policy(*, root_keys: frozenset[str] = frozenset(), form_keys: frozenset[str] = frozenset()) -> StandardDiffPolicy:
    """pyHanko's own policy without the rule that lets fields be filled in; the keys named may change besides."""
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(ROOT_EXEMPT_STRICT_COMPARISON | root_keys),  # type: ignore[no-untyped-call]
            DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
            XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
            ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
            DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
            MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),  # type: ignore[no-untyped-call]
        ],
        form_rule=FormUpdatingRule(
            field_rules=[SigFieldCreationRule(), SigFieldModificationRule()],  # type: ignore[no-untyped-call]
            ignored_acroform_keys=ACROFORM_EXEMPT_STRICT_COMPARISON | form_keys,
        ),
    )


_ONLY_SIGNATURES = _policy()
#: The same for a PDF that nobody had signed yet: its first signature also says so in the form, and may certify the document.
FIRST_SIGNATURE = _policy(root_keys=frozenset({"/Perms"}), form_keys=frozenset({"/SigFlags"}))
#: Where a PDF has its end mark (ISO 32000-1, annex H: the last 1,024 bytes), with some patience.
_TAIL = 4096
_CHANGED = Bilingual("il PDF è cambiato dopo la firma", "the PDF was changed after it was signed")
_ADDED = Bilingual(
    "dopo l'ultima firma è stato aggiunto qualcosa al PDF", "something was added to the PDF after the last signature"
)
_UNCOVERED = Bilingual(
    "la firma non copre tutto il PDF com'era quando fu firmato",
    "the signature does not cover the whole PDF as it was when it was signed",
)
_DAMAGED = Bilingual(
    "il PDF è guasto o incompleto: le firme non si possono leggere",
    "the PDF is damaged or cut short: its signatures cannot be read",
)
_ENCRYPTED = Bilingual("il PDF è protetto da una password", "the PDF is protected by a password")


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """One signature (or document time stamp) of a PDF; ``content`` is what it covers, in two pieces."""

    token: Any
    content: tuple[bytes, bytes]
    claimed: datetime | None
    is_stamp: bool
    #: In the order of the file: a time stamp vouches for the signatures of earlier revisions.
    revision: int
    fault: Bilingual | None


def read_signatures(data: bytes) -> tuple[list[PdfSignature], Bilingual | None]:
    """The signatures in order, and the fault of the file as a whole. ``Unreadable`` when it cannot be judged."""
    if b"%%EOF" not in data[-_TAIL:]:
        raise Unreadable(_DAMAGED)  # the reader would look for it through the whole file, and slowly
    silence()
    try:
        reader = PdfFileReader(BytesIO(data))
        if reader.encrypted:
            raise Unreadable(_ENCRYPTED)
        embedded = list(reader.embedded_signatures)
        if len(embedded) > MOST_SIGNERS:
            raise Unreadable(Bilingual("nel PDF ci sono troppe firme", "there are too many signatures in the PDF"))
        for item in embedded:
            item.compute_integrity_info(diff_policy=_ONLY_SIGNATURES)
        found = [_read(item, data) for item in embedded]
        if found and not _ends_with_its_last_revision(reader, data):
            return found, _ADDED
        return found, _added_at_the_end(embedded)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a PDF from outside: whatever the reader trips over, it cannot vouch for the file
        raise Unreadable(_DAMAGED) from error


def silence() -> None:
    """What pyHanko would log is in the answer."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)


def _read(item: EmbeddedPdfSignature, data: bytes) -> PdfSignature:
    before, start, length = (int(item.byte_range[index]) for index in (1, 2, 3))
    return PdfSignature(
        token=cms.ContentInfo.load(item.pkcs7_content),
        content=(data[:before], data[start : start + length]),
        claimed=_claimed(item),
        is_stamp=item.sig_object_type == "/DocTimeStamp",
        revision=item.signed_revision,
        fault=_fault(item, data),
    )


def _fault(item: EmbeddedPdfSignature, data: bytes) -> Bilingual | None:
    if not _gap_is_the_signature(item, data):
        return _UNCOVERED
    if item.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return None
    if item.coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return _UNCOVERED
    if not isinstance(item.diff_result, DiffResult) or not item.summarise_integrity_info()["docmdp_ok"]:
        return _CHANGED
    return None


def _gap_is_the_signature(item: EmbeddedPdfSignature, data: bytes) -> bool:
    """From the first byte to the end but for the signature itself: nothing else may hide where nobody signed."""
    numbers = [int(number) for number in item.byte_range]
    if len(numbers) != 4 or numbers[0] != 0 or min(numbers) < 0 or not numbers[1] < numbers[2] <= len(data):
        return False
    if numbers[2] + numbers[3] > len(data):
        return False
    gap = data[numbers[1] : numbers[2]]
    # One case of letters, so that not even the case of one can be changed unseen.
    if not re.fullmatch(rb"<(?:[0-9a-f]*|[0-9A-F]*)>", gap) or len(gap) % 2:
        return False
    written = bytes.fromhex(gap[1:-1].decode("ascii"))
    return written == item.pkcs7_content and not written[parser.peek(written) :].strip(b"\0")


def _ends_with_its_last_revision(reader: PdfFileReader, data: bytes) -> bool:
    """After the table of the last revision there is its end mark and no other: what is written behind, with an end mark of
    its own that leads back to that table, is in no revision, yet programs that mend a PDF would show it."""
    end = data[reader.last_startxref :].split(b"%%EOF")
    return len(end) == 2 and not end[1].strip(b"\0\t\n\f\r ")


def _added_at_the_end(embedded: list[EmbeddedPdfSignature]) -> Bilingual | None:
    """After the last signature of a person only proofs may follow: an empty field can paint over the page as well."""
    people = [item for item in embedded if item.sig_object_type != "/DocTimeStamp"]
    if not people:
        return None
    last = max(people, key=lambda item: item.signed_revision)
    if last.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return None
    result = last.diff_result
    added = isinstance(result, DiffResult) and result.modification_level > ModificationLevel.LTA_UPDATES
    return _ADDED if added else None


def _claimed(item: EmbeddedPdfSignature) -> datetime | None:
    """The instant the signer claims: the signed attribute, else the ``/M`` of the dictionary, which is covered as well."""
    try:
        instant = item.self_reported_timestamp
    except Exception:  # an unreadable date claims nothing
        return None
    return instant.astimezone(UTC) if instant and instant.tzinfo else None
