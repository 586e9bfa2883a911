"""Time stamps of RFC 3161: the request, the answer, and whether an answer proves that a head existed at an instant.

The authority is outside the house: it signs the hash of a head with its own key and its own clock, so that not even
whoever holds the register's key can later pretend another past.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class TimeStampResp(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """RFC 3161 2.4.2; asn1crypto's own wants a token even in a rejection."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class TimestampError(ValueError):
    """The answer is not a time stamp of what was asked, or nobody we trust made it."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What an authority states: at ``instant`` (UTC) the data with this hash existed. ``serial`` is its own number."""

    instant: datetime
    serial: int
    authority: str
    policy: str


def build_request(data: bytes, nonce: int) -> bytes:
    """A TimeStampReq (DER) for the SHA-256 of ``data``, asking for the authority's certificate."""
    request: bytes = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": sha256(data).digest()},
            "nonce": nonce,
            "cert_req": True,
        }
    ).dump()
    return request


def verify_response(
    response: bytes, data: bytes, *, roots: Sequence[x509.Certificate], nonce: int | None = None
) -> Timestamp:
    """The time stamp of ``data`` in a TimeStampResp (DER). ``TimestampError`` says what does not hold.

    ``roots`` are the certificates one trusts; ``nonce`` is the one of the request, when it is known.
    """
    try:
        return _verify(response, data, roots, nonce)
    except TimestampError:
        raise
    except Exception as error:
        # The bytes come from outside and two parsers read them lazily: whatever they trip over, and however they say it,
        # the answer is not a time stamp.
        raise TimestampError(f"the answer is not a time stamp: {error}") from error


def _verify(response: bytes, data: bytes, roots: Sequence[x509.Certificate], nonce: int | None) -> Timestamp:
    answer = TimeStampResp.load(response, strict=True)
    status = answer["status"]["status"].native
    if status not in {"granted", "granted_with_mods"}:
        words = answer["status"]["status_string"].native or []
        raise TimestampError(f"the authority answered {status}: {'; '.join(words)}".rstrip(": "))
    token = answer["time_stamp_token"]
    if token["content_type"].native != "signed_data":
        raise TimestampError("the token is not signed data")
    signed = token["content"]
    if signed["encap_content_info"]["content_type"].native != "tst_info":
        raise TimestampError("the token does not hold a time stamp")
    content = signed["encap_content_info"]["content"]
    info = content.parsed
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise TimestampError("the time stamp uses another hash than the one asked")
    if imprint["hashed_message"].native != sha256(data).digest():
        raise TimestampError("the time stamp is of other data")
    if nonce is not None and info["nonce"].native != nonce:
        raise TimestampError("the time stamp answers another request")
    instant = info["gen_time"].native.astimezone(UTC)
    certificate = _verify_signature(signed, bytes(content))
    _verify_chain(certificate, signed, roots, instant)
    return Timestamp(
        instant=instant,
        serial=info["serial_number"].native,
        authority=certificate.subject.rfc4514_string(),
        policy=info["policy"].native,
    )


def _verify_signature(signed: Any, content: bytes) -> x509.Certificate:
    """The certificate of the one signer, once its signature over the signed attributes holds."""
    if len(signed["signer_infos"]) != 1:
        raise TimestampError("a time stamp has one signer")
    signer = signed["signer_infos"][0]
    attributes = {item["type"].native: item["values"] for item in signer["signed_attrs"]}
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if algorithm not in _HASHES:
        raise TimestampError(f"the signer uses {algorithm}")
    digest = hashes.Hash(_HASHES[algorithm]())
    digest.update(content)
    if attributes["message_digest"][0].native != digest.finalize():
        raise TimestampError("the time stamp was changed after it was signed")
    if attributes["content_type"][0].native != "tst_info":
        raise TimestampError("the signature is of something else than a time stamp")
    certificate = _signer_certificate(signed, signer)
    _check_signing_certificate(attributes, certificate)
    # What is signed is the DER of the attributes as a SET, not with the implicit tag they travel with (RFC 5652, 5.4).
    signed_bytes = signer["signed_attrs"].untag().dump(force=False)
    _verify_bytes(certificate, signer["signature"].native, signed_bytes, _HASHES[algorithm]())
    return certificate


def _signer_certificate(signed: Any, signer: Any) -> x509.Certificate:
    for choice in signed["certificates"] or ():
        if choice.name != "certificate":
            continue
        candidate = choice.chosen
        sid = signer["sid"]
        if sid.name == "issuer_and_serial_number":
            wanted = sid.chosen
            if candidate.serial_number == wanted["serial_number"].native and candidate.issuer == wanted["issuer"]:
                return x509.load_der_x509_certificate(candidate.dump())
        elif candidate.key_identifier == sid.chosen.native:
            return x509.load_der_x509_certificate(candidate.dump())
    raise TimestampError("the certificate of the authority is not in the time stamp")


def _check_signing_certificate(attributes: dict[str, Any], certificate: x509.Certificate) -> None:
    """RFC 3161 2.4.2 and RFC 5816: the signature names the hash of the certificate that made it."""
    found = False
    for name, default in (("signing_certificate_v2", "sha256"), ("signing_certificate", "sha1")):
        if name not in attributes:
            continue
        first = attributes[name][0]["certs"][0]
        algorithm = first["hash_algorithm"]["algorithm"].native if name.endswith("v2") else default
        kind = hashes.SHA1() if algorithm == "sha1" else _HASHES[algorithm]()  # noqa: S303 - ESSCertID is SHA-1 by RFC 2634
        if first["cert_hash"].native != certificate.fingerprint(kind):
            raise TimestampError("the time stamp was signed with another certificate than the one it names")
        found = True
    if not found:
        raise TimestampError("the time stamp does not name its certificate")


def _verify_bytes(
    certificate: x509.Certificate, signature: bytes, data: bytes, algorithm: hashes.HashAlgorithm
) -> None:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(algorithm))
        else:
            raise TimestampError("the authority's key is neither RSA nor of an elliptic curve")
    except InvalidSignature as error:
        raise TimestampError("the signature of the time stamp is not valid") from error


def _verify_chain(
    certificate: x509.Certificate, signed: Any, roots: Sequence[x509.Certificate], instant: datetime
) -> None:
    """From the authority's certificate to one we trust, each in force at the instant stated."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as error:
        raise TimestampError("the certificate is not one for time stamps (RFC 3161, 2.3)") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise TimestampError("the certificate is not one for time stamps (RFC 3161, 2.3)")
    others = [
        x509.load_der_x509_certificate(choice.chosen.dump())
        for choice in signed["certificates"] or ()
        if choice.name == "certificate"
    ]
    current = certificate
    for _ in range(6):
        if not current.not_valid_before_utc <= instant <= current.not_valid_after_utc:
            raise TimestampError("a certificate of the authority was not in force at that instant")
        if any(current == root for root in roots):
            return
        root = next((item for item in roots if _issued(current, item)), None)
        if root is not None:
            if not root.not_valid_before_utc <= instant <= root.not_valid_after_utc:
                raise TimestampError("the trusted certificate was not in force at that instant")
            return
        above = next((item for item in others if item != current and _is_ca(item) and _issued(current, item)), None)
        if above is None:
            break
        current = above
    raise TimestampError("the authority is not one we trust")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def read_certificates(data: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM text. ``TimestampError`` when there is none."""
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise TimestampError("no certificate in PEM form") from error
