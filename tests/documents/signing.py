"""A test authority, its people, and files they sign: everything is made when the tests run, nothing is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import new as new_hash
from io import BytesIO
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as ax509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, SignatureObject

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
CONTENT = "Domanda di contributo: il sottoscritto chiede 6.000,00 €.\n".encode()


@dataclass(frozen=True)
class Holder:
    """A key and its certificate; an authority when the certificate says so."""

    key: Any
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def asn1(self) -> ax509.Certificate:
        return ax509.Certificate.load(self.der)


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def qc_statements() -> bytes:
    """QcCompliance, QcSSCD, QcType = electronic signature (ETSI EN 319 412-5)."""

    class Statement(core.Sequence):
        _fields = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]

    class Types(core.SequenceOf):
        _child_spec = core.ObjectIdentifier

    class Statements(core.SequenceOf):
        _child_spec = Statement

    types = Types(["0.4.0.1862.1.6.1"])
    return Statements(
        [{"id": "0.4.0.1862.1.1"}, {"id": "0.4.0.1862.1.4"}, {"id": "0.4.0.1862.1.6", "info": core.Any(types)}]
    ).dump()


def certify(
    names: dict[Any, str],
    issuer: Holder | None,
    *,
    key: Any = None,
    since: datetime = NOW - YEAR,
    until: datetime = NOW + YEAR,
    authority: bool = False,
    path_length: int | None = None,
    non_repudiation: bool | None = True,
    stamps: bool = False,
    digest: Any = None,
    qualified: bool = False,
    critical: x509.ExtensionType | None = None,
    plain: x509.ExtensionType | None = None,
) -> Holder:
    """A certificate in every shape the tests need."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(kind, text) for kind, text in names.items()])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
    )
    if authority or non_repudiation is not None:
        builder = builder.add_extension(_usage(authority, bool(non_repudiation), stamps), critical=True)
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if qualified:
        statements = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), qc_statements())
        builder = builder.add_extension(statements, critical=False)
    if critical:
        builder = builder.add_extension(critical, critical=True)
    if plain:
        builder = builder.add_extension(plain, critical=False)
    signed = builder.sign(issuer.key if issuer else key, digest or hashes.SHA256())
    return Holder(key, signed)


def _usage(authority: bool, non_repudiation: bool, stamps: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=stamps or (not authority and not non_repudiation),
        content_commitment=non_repudiation and not authority and not stamps,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def person(name: str, surname: str, serial: str, issuer: Holder, **how: Any) -> Holder:
    names = {
        NameOID.COUNTRY_NAME: "IT",
        NameOID.GIVEN_NAME: name,
        NameOID.SURNAME: surname,
        NameOID.COMMON_NAME: f"{name} {surname}",
    }
    return certify(names | ({NameOID.SERIAL_NUMBER: serial} if serial else {}), issuer, **how)


@dataclass(frozen=True)
class World:
    """An authority with an intermediate, two people, an authority of time stamps; and a stranger."""

    root: Holder
    middle: Holder
    anna: Holder
    bruno: Holder
    clock: Holder
    stranger: Holder
    impostor: Holder

    @property
    def roots(self) -> list[x509.Certificate]:
        return [self.root.certificate]


@cache
def world() -> World:
    root = certify({NameOID.COMMON_NAME: "Test Root", NameOID.ORGANIZATION_NAME: "Prova"}, None, authority=True)
    middle = certify({NameOID.COMMON_NAME: "Test Signing CA"}, root, authority=True, path_length=0)
    stranger = certify({NameOID.COMMON_NAME: "Another Root"}, None, authority=True)
    return World(
        root=root,
        middle=middle,
        anna=person("Anna", "Rossi", "TINIT-RSSNNA80A41H501W", middle, key=rsa_key(), qualified=True),
        bruno=person("Bruno", "Verdi", "IT:VRDBRN75C15A662K", root),
        clock=certify({NameOID.COMMON_NAME: "Test Time Stamps"}, root, stamps=True, non_repudiation=False),
        stranger=stranger,
        impostor=person("Anna", "Rossi", "TINIT-RSSNNA80A41H501W", stranger),
    )


# -- CMS


def attribute(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "values": [value]}


def signer_info(
    holder: Holder,
    content: bytes,
    *,
    digest: str = "sha256",
    content_type: str = "data",
    signed_at: datetime | None = NOW,
    names_certificate: bool = True,
    pss: bool = False,
    stamp: Callable[[bytes], bytes] | None = None,
    counter: bool = False,
    change: Callable[[list[dict[str, Any]]], None] | None = None,
    digest_value: bytes | None = None,
    bare: bool = False,
) -> dict[str, Any]:
    """One SignerInfo, honest unless told otherwise."""
    attributes = [
        attribute("content_type", content_type),
        attribute("message_digest", digest_value or new_hash(digest, content).digest()),
    ]
    if signed_at:
        attributes.append(attribute("signing_time", cms.Time({"utc_time": core.UTCTime(signed_at)})))
    if names_certificate:
        mark = tsp.SigningCertificateV2({"certs": [{"cert_hash": new_hash("sha256", holder.der).digest()}]})
        attributes.append(attribute("signing_certificate_v2", mark))
    if change:
        change(attributes)
    signed = cms.CMSAttributes(attributes)
    signature, algorithm = _sign(holder.key, content if bare else signed.dump(), digest, pss)
    info: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            name="issuer_and_serial_number",
            value={"issuer": holder.asn1.issuer, "serial_number": holder.asn1.serial_number},
        ),
        "digest_algorithm": {"algorithm": digest},
        "signature_algorithm": algorithm,
        "signature": signature,
    }
    if not bare:
        info["signed_attrs"] = signed
    unsigned = []
    if stamp:
        unsigned.append(attribute("signature_time_stamp_token", cms.ContentInfo.load(stamp(signature))))
    if counter:
        other = signer_info(holder, signature, content_type="data")
        unsigned.append(attribute("counter_signature", cms.SignerInfo(other)))
    if unsigned:
        info["unsigned_attrs"] = cms.CMSAttributes(unsigned)
    return info


def _sign(key: Any, data: bytes, digest: str, pss: bool) -> tuple[bytes, dict[str, Any]]:
    chosen = {
        "md5": hashes.MD5,
        "sha1": hashes.SHA1,
        "sha224": hashes.SHA224,
        "sha256": hashes.SHA256,
        "sha512": hashes.SHA512,
    }[digest]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(chosen)), {"algorithm": f"{digest}_ecdsa"}
    if pss:
        how = padding.PSS(mgf=padding.MGF1(chosen), salt_length=32)
        parameters = algos.RSASSAPSSParams(
            {
                "hash_algorithm": {"algorithm": digest},
                "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": digest}},
                "salt_length": 32,
            }
        )
        return key.sign(data, how, chosen), {"algorithm": "rsassa_pss", "parameters": parameters}
    return key.sign(data, padding.PKCS1v15(), chosen), {"algorithm": "rsassa_pkcs1v15"}


def envelope(
    content: bytes,
    infos: Sequence[dict[str, Any]],
    certificates: Sequence[Holder],
    *,
    detached: bool = False,
    content_type: str = "data",
) -> bytes:
    inner: dict[str, Any] = {"content_type": content_type}
    if not detached:
        inner["content"] = content if content_type == "data" else core.ParsableOctetString(content)
    signed = {
        "version": "v1" if content_type == "data" else "v3",
        "digest_algorithms": [info["digest_algorithm"] for info in infos],
        "encap_content_info": inner,
        "certificates": [holder.asn1 for holder in certificates],
        "signer_infos": list(infos),
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


def p7m(content: bytes = CONTENT, *holders: Holder, detached: bool = False, **how: Any) -> bytes:
    """A .p7m that these people signed, each in the same way."""
    people = holders or (world().anna,)
    infos = [signer_info(holder, content, **how) for holder in people]
    return envelope(content, infos, [*people, world().middle], detached=detached)


def time_stamp(
    data: bytes,
    *,
    at: datetime = NOW,
    clock: Holder | None = None,
    digest: str = "sha256",
    digest_value: bytes | None = None,
) -> bytes:
    """A token of RFC 3161 for these bytes."""
    clock = clock or world().clock
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.3.4",
            "message_imprint": {
                "hash_algorithm": {"algorithm": digest},
                "hashed_message": digest_value or new_hash(digest, data).digest(),
            },
            "serial_number": 7,
            "gen_time": at,
        }
    ).dump()
    signer = signer_info(clock, info, content_type="tst_info", signed_at=None)
    return envelope(info, [signer], [clock], content_type="tst_info")


# -- PDF


def plain_pdf(text: str = "Domanda") -> bytes:
    writer = PdfFileWriter()
    stream = generic.StreamObject(stream_data=f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode())
    font = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Font"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
            generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica"),
        }
    )
    fonts = generic.DictionaryObject({generic.pdf_name("/F1"): font})
    resources = generic.DictionaryObject({generic.pdf_name("/Font"): fonts})
    writer.insert_page(PageObject(contents=writer.add_object(stream), media_box=(0, 0, 595, 842), resources=resources))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_pdf(
    pdf: bytes,
    holder: Holder,
    *,
    field: str = "Firma1",
    digest: str = "sha256",
    claimed: datetime = NOW,
    locked: bool = False,
    **how: Any,
) -> bytes:
    """A PAdES signature in a new revision of the PDF; ``locked`` certifies it as not to be changed any more."""
    place = SignatureObject(timestamp=claimed, subfilter=SigSeedSubFilter.PADES, bytes_reserved=16384)
    lock = SigMDPSetup(digest, certify=True, docmdp_perms=MDPPerm.NO_CHANGES) if locked else None

    def make(value: bytes) -> bytes:
        info = signer_info(holder, b"", digest=digest, digest_value=value, **({"signed_at": None} | how))
        return envelope(b"", [info], [holder, world().middle], detached=True)

    return _embedded(pdf, field, SigObjSetup(sig_placeholder=place, mdp_setup=lock), digest, make)


def stamped_pdf(pdf: bytes, *, field: str = "Marca1", **how: Any) -> bytes:
    """A document time stamp in a new revision of the PDF."""
    setup = SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=16384))
    return _embedded(pdf, field, setup, "sha256", lambda value: time_stamp(b"", digest_value=value, **how))


def _embedded(pdf: bytes, field: str, setup: SigObjSetup, digest: str, make: Callable[[bytes], bytes]) -> bytes:
    writing = PdfCMSEmbedder().write_cms(field_name=field, writer=IncrementalPdfFileWriter(BytesIO(pdf)))
    next(writing)
    writing.send(setup)
    prepared, out = writing.send(SigIOSetup(md_algorithm=digest, output=BytesIO()))
    writing.send(make(prepared.document_digest))
    return out.getvalue()


def with_empty_field(pdf: bytes) -> bytes:
    """A place for a signature, painted over the page, that nobody signed."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("Vuota", box=(10, 10, 300, 300)))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def revised_pdf(pdf: bytes, text: str = "Ne chiede 60.000") -> bytes:
    """The same PDF with another page text, in a revision nobody signed."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Contents")] = writer.add_object(
        generic.StreamObject(stream_data=f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode())
    )
    writer.mark_update(page.container_ref)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
