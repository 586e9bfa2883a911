"""What a certificate says of its holder: name, Italian tax code, whether it is qualified, what its key is for."""

import re
from dataclasses import dataclass
from typing import Any

from asn1crypto import core
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

#: ETSI EN 319 412-5: the certificate is qualified (4.2.1), its key is in a signature device (4.2.2), what it is for (4.2.3).
_QC_STATEMENTS = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_QC_COMPLIANCE, _QC_DEVICE, _QC_TYPE = "0.4.0.1862.1.1", "0.4.0.1862.1.4", "0.4.0.1862.1.6"
_QC_TYPES = {"0.4.0.1862.1.6.1": "signature", "0.4.0.1862.1.6.2": "seal", "0.4.0.1862.1.6.3": "web"}

_FOR_MACHINES = {
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.OCSP_SIGNING,
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CODE_SIGNING,
}
#: A person's code, homocodes included (DM 23/12/1976), or the eleven digits of other subjects.
_CODE = r"([A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]|[0-9]{11})"
#: ETSI EN 319 412-1, 5.1.3-5.1.4 (``TINIT-``, ``VATIT-``, ``PNOIT-``); ``IT:`` of the first Italian rules; ``CF/`` older still.
_SERIAL_NUMBER = re.compile(rf"(?:(?:TIN|VAT|PNO)IT-|IT:|CF[:/ -]|)(?:IT)?{_CODE}", re.IGNORECASE)
#: The cards of health and services, and the oldest certificates, have it in the common name: ``RSSMRA…/7420…``, ``…/CF/…``.
_IN_COMMON_NAME = re.compile(rf"(?:^|/)(?:CF[:/ -])?{_CODE}(?:/|$)", re.IGNORECASE)


class _QcStatement(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]


class _QcStatements(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _QcStatement


class _ObjectIdentifiers(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.ObjectIdentifier


@dataclass(frozen=True, slots=True)
class Qualification:
    """What the certificate states of itself; that its issuer may state it is for the trust list to say."""

    qualified: bool
    in_device: bool
    types: tuple[str, ...]


def name_of(certificate: x509.Certificate) -> str:
    """Name and surname, else the common name, else the body."""
    subject = certificate.subject
    given, surname = _first(subject, NameOID.GIVEN_NAME), _first(subject, NameOID.SURNAME)
    if given and surname:
        return f"{given} {surname}"
    for kind in (NameOID.COMMON_NAME, NameOID.PSEUDONYM, NameOID.ORGANIZATION_NAME):
        if text := _first(subject, kind):
            return text
    return subject.rfc4514_string()


def issuer_in_words(issuer: str) -> str:
    """Of an issuer as a verification tells it (RFC 4514), what people call it: its common name, else its organisation."""
    try:
        name = x509.Name.from_rfc4514_string(issuer)
    except ValueError:
        return issuer
    return _first(name, NameOID.COMMON_NAME) or _first(name, NameOID.ORGANIZATION_NAME) or issuer


def serial_number_of(certificate: x509.Certificate) -> str | None:
    return _first(certificate.subject, NameOID.SERIAL_NUMBER) or None


def tax_code_of(certificate: x509.Certificate) -> str | None:
    """The Italian tax code the issuer wrote; codes of other countries are no tax code here."""
    subject = certificate.subject
    for kind in (NameOID.SERIAL_NUMBER, NameOID.DN_QUALIFIER, NameOID.ORGANIZATION_IDENTIFIER):
        found = _SERIAL_NUMBER.fullmatch(_first(subject, kind).strip())
        # Eleven bare digits are a number of the issuer's own; only where the body is named are they its code.
        if found and not found.group(0).isdigit():
            return found.group(1).upper()
    found = _IN_COMMON_NAME.search(_first(subject, NameOID.COMMON_NAME))
    return found.group(1).upper() if found and not found.group(1).isdigit() else None


def qualification_of(certificate: x509.Certificate) -> Qualification:
    """The QcStatements; an unreadable extension qualifies nothing."""
    try:
        extension: Any = certificate.extensions.get_extension_for_oid(_QC_STATEMENTS).value
        statements = {
            item["id"].dotted: item["info"] for item in _QcStatements.load(extension.public_bytes(), strict=True)
        }
        types = statements.get(_QC_TYPE)
        named = () if types is None else _ObjectIdentifiers.load(types.dump(), strict=True)
        kinds = tuple(_QC_TYPES.get(item.dotted, item.dotted) for item in named)
    except (x509.ExtensionNotFound, ValueError, TypeError, KeyError):
        return Qualification(False, False, ())
    return Qualification(_QC_COMPLIANCE in statements, _QC_DEVICE in statements, kinds)


def non_repudiation_of(certificate: x509.Certificate) -> bool | None:
    """Whether the key is meant to commit to a content (RFC 5280, 4.2.1.3); ``None`` when the certificate does not say."""
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    except x509.ExtensionNotFound:
        return None


def may_sign(certificate: x509.Certificate) -> bool:
    """A key for something else (issuing certificates, agreeing on keys, serving pages) signs no document."""
    extensions = certificate.extensions
    try:
        purposes = set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        purposes = set()
    if purposes and purposes <= _FOR_MACHINES:
        return False
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.content_commitment or usage.digital_signature


def _first(subject: x509.Name, kind: x509.ObjectIdentifier) -> str:
    found = subject.get_attributes_for_oid(kind)
    return str(found[0].value) if found else ""
