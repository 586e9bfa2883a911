"""Signatures of a rehearsal: a key and an authority made for it, which nobody else trusts and which end with it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from levante.documents.signed import trusting
from levante.kernel.api import now

#: Around the instant of the rehearsal, which may be that of an opening of another year.
_AROUND = timedelta(days=3650)
_ROOT = {NameOID.COUNTRY_NAME: "IT", NameOID.ORGANIZATION_NAME: "Prova", NameOID.COMMON_NAME: "Autorità di prova"}


class TrialSigner:
    """An authority of a rehearsal, and whom it certifies: ``sign`` makes a .p7m of a content."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._since, self._until = now() - _AROUND, now() + _AROUND
        self.root = self._certify(_ROOT, self._key)

    def sign(self, content: bytes, *, given: str, family: str, tax_code: str) -> bytes:
        """A .p7m of a content, signed by somebody with a key of this moment."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = {
            NameOID.COUNTRY_NAME: "IT",
            NameOID.GIVEN_NAME: given,
            NameOID.SURNAME: family,
            NameOID.COMMON_NAME: f"{given} {family}",
            NameOID.SERIAL_NUMBER: f"TINIT-{tax_code}",
        }
        certificate = self._certify(names, key, issuer=self.root)
        return _enveloped(content, asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)), key)

    def _certify(
        self, names: dict[x509.ObjectIdentifier, str], key: ec.EllipticCurvePrivateKey, *,
        issuer: x509.Certificate | None = None,
    ) -> x509.Certificate:  # fmt: skip
        subject = x509.Name([x509.NameAttribute(kind, text) for kind, text in names.items()])
        authority = issuer is None
        usage = dict.fromkeys(_USAGES, False) | (
            {"key_cert_sign": True, "crl_sign": True} if authority else {"content_commitment": True}
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.subject if issuer is not None else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_plain(self._since))
            .not_valid_after(_plain(self._until))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
        )
        return builder.sign(self._key, hashes.SHA256())


def _enveloped(content: bytes, certificate: asn1.Certificate, key: ec.EllipticCurvePrivateKey) -> bytes:
    """A CAdES-B envelope; signed at the instant of the clock, which in a rehearsal is the applicant's."""
    mark = tsp.SigningCertificateV2({"certs": [{"cert_hash": sha256(certificate.dump()).digest()}]})
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [sha256(content).digest()]},
            {"type": "signing_time", "values": [cms.Time({"utc_time": core.UTCTime(_plain(now()))})]},
            {"type": "signing_certificate_v2", "values": [mark]},
        ]
    )
    sid = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    digest = {"algorithm": "sha256"}
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier("issuer_and_serial_number", sid),
        "digest_algorithm": digest,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        "signed_attrs": attributes,
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data", "content": content},
        "certificates": [certificate],
        "signer_infos": [info],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
    "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def _plain(at: datetime) -> datetime:
    return at.replace(microsecond=0)


@contextmanager
def trial_signatures() -> Iterator[TrialSigner]:
    """Until the end signatures are verified against an authority of this moment, and no other; the real trust list is neither
    read nor touched, and its key is nowhere but in the memory of this process."""
    signer = TrialSigner()
    with tempfile.TemporaryDirectory(prefix="levante-") as folder:
        roots = Path(folder, "prova.pem")
        roots.write_bytes(signer.root.public_bytes(serialization.Encoding.PEM))
        with trusting(roots):
            yield signer
