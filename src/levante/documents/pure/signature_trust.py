"""The trust list one gives, and the path from a signer's certificate to it. Nothing is asked on the net."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtensionOID

from levante.documents.pure.signature_outcome import Unreadable
from levante.kernel.pure import Bilingual

#: The list of the Union has a few thousand services; a folder with more bytes than these is not a trust list.
LARGEST_LIST = 32 * 1024 * 1024
LONGEST_PATH = 8
_FILES = {".pem", ".crt", ".cer", ".der"}
#: Critical extensions this path building knows; one more would be a limit nobody checked (RFC 5280, 4.2).
_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"),  # QcStatements
}
_WEAK = (hashes.MD5, hashes.SHA1)


@dataclass(frozen=True, slots=True)
class TrustPath:
    """From the signer (first) to a certificate of the trust list (last); ``fault`` when there is no such path."""

    certificates: tuple[x509.Certificate, ...]
    fault: Bilingual | None = None

    def in_force(self, instant: datetime) -> bool:
        """Whether every certificate of the path was in force at that instant."""
        return all(item.not_valid_before_utc <= instant <= item.not_valid_after_utc for item in self.certificates)


def read_trust_list(path: str | os.PathLike[str]) -> list[x509.Certificate]:
    """The certificates of a file or of the files of a folder, PEM or DER. ``Unreadable`` names the file that is not."""
    place = Path(path)
    try:
        files = sorted(item for item in place.iterdir() if item.suffix.lower() in _FILES) if place.is_dir() else [place]
        found: list[x509.Certificate] = []
        room = LARGEST_LIST
        for file in files:
            with file.open("rb") as stream:
                data = stream.read(room + 1)
            room -= len(data)
            if room < 0:
                raise Unreadable(
                    Bilingual("l'elenco di fiducia è troppo grande", "the trust list is too large"), "trust"
                )
            found += _certificates(data, file.name)
    except OSError as error:
        raise Unreadable(
            Bilingual(
                f"l'elenco di fiducia «{place.name}» non si può leggere",
                f"the trust list “{place.name}” cannot be read",
            ),
            "trust",
        ) from error
    if not found:
        raise Unreadable(
            Bilingual(
                f"nell'elenco di fiducia «{place.name}» non c'è alcun certificato",
                f"the trust list “{place.name}” holds no certificate",
            ),
            "trust",
        )
    return found


def _certificates(data: bytes, name: str) -> list[x509.Certificate]:
    try:
        if b"-----BEGIN CERTIFICATE-----" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except Exception as error:  # two parsers, many ways of saying no
        raise Unreadable(
            Bilingual(f"«{name}» non è un certificato PEM o DER", f"“{name}” is not a PEM or DER certificate"), "trust"
        ) from error


def find_path(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate]
) -> TrustPath:
    """The path to the trust list through the certificates that came with the signature; time is judged apart."""
    tried: set[bytes] = set()
    fault = Bilingual(
        f"chi ha emesso il certificato ({issuer_name(certificate)}) non è nell'elenco di fiducia",
        f"who issued the certificate ({issuer_name(certificate)}) is not in the trust list",
    )

    def climb(path: tuple[x509.Certificate, ...]) -> tuple[x509.Certificate, ...] | None:
        nonlocal fault
        current = path[-1]
        if current in roots:
            return path
        mark = current.fingerprint(hashes.SHA256())
        if len(path) > LONGEST_PATH or mark in tried:
            return None
        tried.add(mark)
        if refused := _refusal(current):
            fault = refused
            return None
        for root in roots:
            if _issued(current, root, below=len(path) - 1):
                return (*path, root)
        for other in others:
            if other not in path and _issued(current, other, below=len(path) - 1):
                found = climb((*path, other))
                if found:
                    return found
        return None

    path = climb((certificate,))
    return TrustPath(path) if path else TrustPath((certificate,), fault)


def _refusal(certificate: x509.Certificate) -> Bilingual | None:
    """What forbids to follow this certificate upwards: a weak signature, a limit that is not understood."""
    name = certificate.subject.rfc4514_string()
    if isinstance(certificate.signature_hash_algorithm, _WEAK):
        return Bilingual(
            f"il certificato {name} è firmato con un'impronta debole (MD5 o SHA-1)",
            f"the certificate {name} is signed with a weak digest (MD5 or SHA-1)",
        )
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _UNDERSTOOD:
            return Bilingual(
                f"il certificato {name} ha un limite che qui non si sa controllare ({extension.oid.dotted_string})",
                f"the certificate {name} has a limit that cannot be checked here ({extension.oid.dotted_string})",
            )
    return None


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    """Whether ``issuer`` may issue certificates and issued this one; ``below`` authorities stand between it and the signer."""
    if certificate.issuer != issuer.subject:
        return False
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    if not constraints.ca or (constraints.path_length is not None and constraints.path_length < below):
        return False
    try:
        if not issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign:
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def issuer_name(certificate: x509.Certificate) -> str:
    return certificate.issuer.rfc4514_string()
