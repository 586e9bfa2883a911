"""One signature of a CMS envelope (RFC 5652): who made it, whether it is of this content, with what digest.

The signed attributes are held to CAdES (ETSI EN 319 122-1): without them the signature is not one of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from levante.kernel.pure import Bilingual

#: Loading ``tsp`` teaches ``cms`` the attributes of time stamps and of signing certificates; without it they are unknown.
SIGNING_CERTIFICATE = tsp.SigningCertificateV2
#: What ETSI TS 119 312 still recommends; MD5 and SHA-1 are known, to be refused by name.
HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}
WEAK = {"md2": "MD2", "md4": "MD4", "md5": "MD5", "sha1": "SHA-1"}
#: Algorithms that leave the digest to the content's; the last is "a key of a curve", written where ECDSA is meant.
_WITHOUT_DIGEST = {"rsassa_pkcs1v15", "ed25519", "ed448", "ecdsa", "1.2.840.10045.2.1"}
#: Below these a key can be broken (ETSI TS 119 312, 8.2).
SHORTEST_RSA = 2048
SHORTEST_CURVE = 256


class Refused(Exception):
    """The signature does not hold; ``reason`` says why, ``attributes`` are whatever could be read before."""

    def __init__(self, it: str, en: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(it, en)


@dataclass(frozen=True, slots=True)
class Checked:
    """A signature that holds: its signed attributes by name, and whether they name the signer's certificate."""

    attributes: dict[str, Any]
    names_certificate: bool


def certificates_of(signed: Any) -> list[x509.Certificate]:
    """The certificates that travel with the signature; one that cannot be read is as good as absent."""
    found: list[x509.Certificate] = []
    for choice in signed["certificates"] or ():
        if choice.name != "certificate":
            continue
        try:
            found.append(x509.load_der_x509_certificate(choice.chosen.dump()))
        except (ValueError, TypeError, UserWarning):
            continue
    return found


def signer_certificate(signed: Any, signer: Any) -> x509.Certificate:
    """The certificate the signature says it was made with."""
    sid = signer["sid"]
    for choice in signed["certificates"] or ():
        if choice.name != "certificate":
            continue
        candidate = choice.chosen
        if sid.name == "issuer_and_serial_number":
            wanted = sid.chosen
            same = candidate.serial_number == wanted["serial_number"].native and candidate.issuer == wanted["issuer"]
        else:
            same = candidate.key_identifier == sid.chosen.native
        if same:
            try:
                return x509.load_der_x509_certificate(candidate.dump())
            except (ValueError, TypeError, UserWarning) as error:
                raise Refused(
                    "il certificato di chi firma non si può leggere", "the signer's certificate cannot be read"
                ) from error
    raise Refused(
        "nella firma non c'è il certificato di chi firma", "the signature does not carry the signer's certificate"
    )


def check_signature(signer: Any, certificate: x509.Certificate, content: Sequence[bytes], content_type: str) -> Checked:
    """That this signer signed this content (in pieces) as ``content_type``. ``Refused`` says what does not hold."""
    digest_name = signer["digest_algorithm"]["algorithm"].native
    signature_hash = _signature_hash(signer, digest_name)
    for name in (digest_name, signature_hash):
        require_strong(name)
    attributes = _attributes(signer)
    if attributes["content_type"].native != content_type:
        raise Refused(
            "gli attributi firmati sono di un altro contenuto", "the signed attributes are of another content"
        )
    digest = hashes.Hash(HASHES[digest_name]())
    for piece in content:
        digest.update(piece)
    if attributes["message_digest"].native != digest.finalize():
        raise Refused("il contenuto è cambiato dopo la firma", "the content was changed after it was signed")
    names_certificate = _check_signing_certificate(attributes, certificate)
    # What is signed is the DER of the attributes as a SET, not with the implicit tag they travel with (RFC 5652, 5.4).
    signed_bytes = signer["signed_attrs"].untag().dump(force=False)
    _verify(signer, certificate, signed_bytes, HASHES[signature_hash]())
    return Checked(attributes, names_certificate)


def require_strong(name: str) -> None:
    """Refuse a digest two documents can be made to share, and one nobody here knows."""
    if name in WEAK:
        raise Refused(
            f"la firma usa l'impronta {WEAK[name]}, che non è più sicura",
            f"the signature uses the digest {WEAK[name]}, which is no longer safe",
        )
    if name not in HASHES:
        raise Refused(
            f"la firma usa un'impronta non ammessa ({name})", f"the signature uses a digest not accepted ({name})"
        )


def _signature_hash(signer: Any, digest_name: str) -> str:
    """The digest inside the signature; where its algorithm does not name one, it is the content's."""
    algorithm = signer["signature_algorithm"]
    name = algorithm["algorithm"].native
    if name == "rsassa_pss":
        return str(algorithm["parameters"]["hash_algorithm"]["algorithm"].native)
    if name in _WITHOUT_DIGEST:
        return digest_name
    head: str = name.rpartition("_")[0]
    if not name.endswith(("_rsa", "_ecdsa")):
        raise Refused(
            f"l'algoritmo della firma non è ammesso ({name})",
            f"the algorithm of the signature is not accepted ({name})",
        )
    return head


def _attributes(signer: Any) -> dict[str, Any]:
    """The signed attributes by name, each with its one value; two of a kind would be two answers."""
    if not isinstance(signer["signed_attrs"], cms.CMSAttributes):
        raise Refused(
            "la firma non ha attributi firmati: non è CAdES", "the signature has no signed attributes: not CAdES"
        )
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        values = attribute["values"]
        single = name in {
            "content_type",
            "message_digest",
            "signing_time",
            "signing_certificate",
            "signing_certificate_v2",
        }
        if single and (name in found or len(values) != 1):
            raise Refused(
                f"gli attributi firmati sono ambigui ({name})", f"the signed attributes are ambiguous ({name})"
            )
        if single:
            found[name] = values[0]
    for name in ("content_type", "message_digest"):
        if name not in found:
            raise Refused(f"tra gli attributi firmati manca {name}", f"{name} is missing among the signed attributes")
    return found


def _check_signing_certificate(attributes: dict[str, Any], certificate: x509.Certificate) -> bool:
    """RFC 5035: the signature names the hash of its certificate, so that no other of the same key can take its place."""
    named = False
    for name in ("signing_certificate_v2", "signing_certificate"):
        if name not in attributes:
            continue
        first = attributes[name]["certs"][0]
        algorithm = first["hash_algorithm"]["algorithm"].native if name.endswith("v2") else "sha1"
        kind = hashes.SHA1() if algorithm == "sha1" else HASHES.get(algorithm, hashes.SHA256)()  # noqa: S303 - RFC 2634 knows no other
        if first["cert_hash"].native != certificate.fingerprint(kind):
            raise Refused(
                "la firma nomina un altro certificato da quello che porta",
                "the signature names another certificate than the one it carries",
            )
        named = named or isinstance(attributes[name], SIGNING_CERTIFICATE)
    return named


def _verify(signer: Any, certificate: x509.Certificate, data: bytes, algorithm: hashes.HashAlgorithm) -> None:
    key = certificate.public_key()
    signature = signer["signature"].native
    wrong = Refused(
        "la firma non corrisponde al certificato o agli attributi firmati",
        "the signature does not match the certificate or the signed attributes",
    )
    try:
        if isinstance(key, rsa.RSAPublicKey):
            if key.key_size < SHORTEST_RSA:
                raise _short(key.key_size)
            key.verify(signature, data, _padding(signer, algorithm), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            if key.key_size < SHORTEST_CURVE:
                raise _short(key.key_size)
            key.verify(signature, data, ec.ECDSA(algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, data)
        else:
            raise Refused(
                "la chiave di chi firma è di un tipo non ammesso", "the signer's key is of a kind not accepted"
            )
    except InvalidSignature as error:
        raise wrong from error


def _padding(signer: Any, algorithm: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    chosen = signer["signature_algorithm"]
    if chosen["algorithm"].native != "rsassa_pss":
        return padding.PKCS1v15()
    parameters = chosen["parameters"]
    inner = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
    require_strong(inner)
    return padding.PSS(mgf=padding.MGF1(HASHES[inner]()), salt_length=int(parameters["salt_length"].native))


def _short(bits: int) -> Refused:
    return Refused(
        f"la chiave di chi firma è troppo corta ({bits} bit)", f"the signer's key is too short ({bits} bits)"
    )
