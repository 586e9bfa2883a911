"""From the bytes of a file to what is signed in it: DER, base64 and PEM envelopes, PDF, and what is neither."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, parser

from levante.documents.pure.signature_outcome import Unreadable
from levante.kernel.pure import Bilingual

#: More than any form with its attachments; more is refused before it is read.
LARGEST_FILE = 128 * 1024 * 1024
#: Signers of one envelope, and certificates in it: a crowd here is an attack on whoever verifies.
MOST_SIGNERS = 64
MOST_CERTIFICATES = 256

_ARMOUR = re.compile(rb"\A\s*-----BEGIN (PKCS7|CMS|PKCS #7 SIGNED DATA)-----\s(.*?)-----END \1-----\s*\Z", re.DOTALL)
_BLANK = b" \t\r\n\0"
_OTHERS = (
    (b"PK\x03\x04", "un archivio (ASiC o ZIP)", "an archive (ASiC or ZIP)"),
    (b"<", "XML (XAdES o altro)", "XML (XAdES or other)"),
    (b"\xef\xbb\xbf<", "XML (XAdES o altro)", "XML (XAdES or other)"),
    (b"-----BEGIN", "un certificato, una chiave o altro testo PEM", "a certificate, a key or other PEM text"),
    (b"\x89PNG", "un'immagine", "an image"),
    (b"\xff\xd8\xff", "un'immagine", "an image"),
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A CMS SignedData; ``content`` is ``None`` when the signature is detached."""

    signed: Any
    content: bytes | None
    content_type: str


def is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-")


def open_envelope(data: bytes) -> Envelope:
    """The SignedData of a .p7m, in any of its dresses. ``Unreadable`` says what the file is instead."""
    return _parse(_undress(data))


def _undress(data: bytes) -> bytes:
    """DER or BER from DER, base64 or PEM."""
    if not data.strip(_BLANK):
        raise Unreadable(Bilingual("il file è vuoto", "the file is empty"))
    if data[:1] == b"\x30" and not _is_base64(data):
        return data
    if armoured := _ARMOUR.match(data):
        return _decode(armoured.group(2))
    for start, it, en in _OTHERS:
        if data.lstrip().startswith(start):
            raise Unreadable(
                Bilingual(
                    f"il file non è firmato in un formato che qui si verifica (PAdES o CAdES): è {it}",
                    f"the file is not signed in a format verified here (PAdES or CAdES): it is {en}",
                )
            )
    if _is_base64(data):
        return _decode(data)
    raise Unreadable(
        Bilingual("il file non è né un PDF né una busta .p7m", "the file is neither a PDF nor a .p7m envelope")
    )


def _is_base64(data: bytes) -> bool:
    # An envelope begins with the byte 0x30 and a length: in base64 always with an M.
    return data.lstrip()[:1] == b"M" and re.fullmatch(rb"[A-Za-z0-9+/=\s]+", data) is not None


def _decode(text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(
            Bilingual("il testo base64 della busta è guasto", "the base64 text of the envelope is damaged")
        ) from error


def _parse(data: bytes) -> Envelope:
    damaged = Bilingual(
        "la busta .p7m è guasta o incompleta: il file non si può leggere",
        "the .p7m envelope is damaged or cut short: the file cannot be read",
    )
    try:
        # The length first: cutting off blanks blindly would cut a signature that ends with one.
        length = parser.peek(data)
        rest = data[length:]
        info = cms.ContentInfo.load(data[:length], strict=True)
        kind = info["content_type"].native
    except Exception as error:  # the bytes come from outside: whatever the parser trips over, they are no envelope
        raise Unreadable(damaged) from error
    if rest.strip(_BLANK):
        raise Unreadable(
            Bilingual("dopo la busta .p7m ci sono altri dati", "there are other data after the .p7m envelope")
        )
    if kind != "signed_data":
        raise Unreadable(
            Bilingual(
                f"la busta non contiene una firma ma altro ({kind})",
                f"the envelope does not hold a signature but something else ({kind})",
            )
        )
    try:
        signed = info["content"]
        inner = signed["encap_content_info"]
        value = inner["content"]
        content = None if value.native is None else bytes(value)
        crowded = len(signed["signer_infos"]) > MOST_SIGNERS or len(signed["certificates"] or ()) > MOST_CERTIFICATES
        envelope = Envelope(signed, content, inner["content_type"].native)
    except Exception as error:
        raise Unreadable(damaged) from error
    if crowded:
        raise Unreadable(
            Bilingual("nella busta ci sono troppe firme o certificati", "there are too many signatures or certificates")
        )
    return envelope
