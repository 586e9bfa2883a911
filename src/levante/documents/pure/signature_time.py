"""When a file was signed: the time stamps that travel with a signature (RFC 3161), else what the signer claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from levante.documents.pure.signature_cms import (
    HASHES,
    Refused,
    certificates_of,
    check_signature,
    require_strong,
    signer_certificate,
)
from levante.documents.pure.signature_trust import find_path


@dataclass(frozen=True, slots=True)
class Stamp:
    """An authority of the trust list states that the signature existed at ``instant``."""

    instant: datetime
    authority: str


def read_stamp(token: Any, data: Sequence[bytes], roots: Sequence[x509.Certificate]) -> Stamp:
    """The time stamp of ``data`` (in pieces) in a token. ``Refused`` says what does not hold."""
    if token["content_type"].native != "signed_data":
        raise Refused("non è una marca temporale", "it is not a time stamp")
    signed = token["content"]
    envelope = signed["encap_content_info"]
    if envelope["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        raise Refused("non è una marca temporale", "it is not a time stamp")
    content = envelope["content"]
    info = content.parsed
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    require_strong(name)
    digest = hashes.Hash(HASHES[name]())
    for piece in data:
        digest.update(piece)
    if imprint["hashed_message"].native != digest.finalize():
        raise Refused("è di un'altra firma", "it is of another signature")
    signer = signed["signer_infos"][0]
    certificate = signer_certificate(signed, signer)
    check_signature(signer, certificate, [bytes(content)], "tst_info")
    _require_authority(certificate)
    instant: datetime = info["gen_time"].native.astimezone(UTC)
    path = find_path(certificate, certificates_of(signed), roots)
    if path.fault:
        raise Refused(path.fault.it, path.fault.en)
    if not path.in_force(instant):
        raise Refused(
            "un certificato dell'autorità non era in vigore in quell'istante",
            "a certificate of the authority was not in force at that instant",
        )
    return Stamp(instant, certificate.subject.rfc4514_string())


def _require_authority(certificate: x509.Certificate) -> None:
    """RFC 3161, 2.3: a key for time stamps, critically, and for nothing else."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        usage = None
    if usage is None or not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Refused("il certificato non è per marche temporali", "the certificate is not one for time stamps")
