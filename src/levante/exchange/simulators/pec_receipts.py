"""The receipts that a provider of certified mail writes, as DM 2/11/2005 has them: readable text, ``daticert.xml``, the message
brought back, all signed (S/MIME) with a key of the provider's own."""

import base64
import secrets
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

ROME = ZoneInfo("Europe/Rome")
PROVIDER = "Gestore PEC simulato"

#: How each subject begins, and what the text says.
WORDS = {
    "accettazione": ("ACCETTAZIONE", "è stato accettato dal sistema ed inoltrato"),
    "non-accettazione": ("AVVISO DI NON ACCETTAZIONE", "non è stato accettato"),
    "presa-in-carico": ("PRESA IN CARICO", "è stato preso in carico"),
    "avvenuta-consegna": ("CONSEGNA", "è stato consegnato nella casella di destinazione"),
    "preavviso-errore-consegna": (
        "AVVISO DI MANCATA CONSEGNA PER SUPERAMENTO TEMPO MASSIMO",
        "non è stato consegnato nelle prime dodici ore",
    ),
    "errore-consegna": ("AVVISO DI MANCATA CONSEGNA", "non è stato consegnato"),
    "rilevazione-virus": ("PROBLEMA DI SICUREZZA", "contiene virus e non è stato consegnato"),
}


class Signer:
    """The provider's key and certificate: made once, kept in ``folder`` when one is given."""

    def __init__(self, folder: Path | None = None) -> None:
        key_file, root = (folder / "provider.key", folder / "provider.pem") if folder else (None, None)
        if key_file is not None and root is not None and key_file.exists():
            key = serialization.load_pem_private_key(key_file.read_bytes(), None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            self.key, self.certificate = key, x509.load_pem_x509_certificate(root.read_bytes())
            return
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = _certificate(self.key)
        if key_file is not None and root is not None:
            key_file.touch(mode=0o600)
            key_file.write_bytes(
                self.key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
            root.write_bytes(self.pem)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def sign(self, content: bytes) -> bytes:
        """The detached signature of these bytes, DER."""
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        builder = builder.add_signer(self.certificate, self.key, hashes.SHA256())
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        return builder.sign(serialization.Encoding.DER, options)


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, PROVIDER)])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * 30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    return builder.sign(key, hashes.SHA256())


def write_receipt(
    signer: Signer,
    kind: str,
    *,
    domain: str,
    sender: str,
    recipient: str,
    subject: str,
    message_id: str,
    at: datetime,
    error: str = "nessuno",
    error_text: str = "",
    original: bytes | None = None,
    signed: bool = True,
) -> bytes:
    """One receipt as it lies in a mailbox. ``signed=False`` is a forgery."""
    prefix, said = WORDS[kind]
    moment = at.astimezone(ROME)
    text = (
        f"{prefix.capitalize()}\n\nIl giorno {moment:%d/%m/%Y} alle ore {moment:%H:%M:%S} ({moment:%z}) il messaggio\n"
        f"«{subject}» proveniente da «{sender}» ed indirizzato a «{recipient}» {said}.\n"
        + (f"\nMotivo: {error_text}\n" if error_text else "")
        + f"\nIdentificativo messaggio: {message_id}\n"
    )
    certified = _daticert(kind, sender, recipient, subject, message_id, moment, error, error_text)
    parts = [
        _part(['Content-Type: text/plain; charset="utf-8"'], text.encode("utf-8")),
        _part(
            [
                'Content-Type: application/xml; name="daticert.xml"',
                'Content-Disposition: inline; filename="daticert.xml"',
            ],
            certified.encode("utf-8"),
        ),
    ]
    if original is not None:
        named = 'Content-Type: message/rfc822; name="postacert.eml"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n'
        parts.append(named.encode("ascii") + original)
    content = _multipart("mixed", parts)
    head = [
        f"X-Ricevuta: {kind}",
        *(["X-TipoRicevuta: completa"] if kind == "avvenuta-consegna" else []),
        *(["X-VerificaSicurezza: errore"] if kind == "rilevazione-virus" else []),
        f"X-Riferimento-Message-ID: {message_id}",
        f"Date: {format_datetime(moment)}",
        f"Subject: {_encoded(f'{prefix}: {subject}')}",
        f"From: posta-certificata@{domain}",
        f"To: {sender}",
        f"Message-ID: <{secrets.token_hex(12)}.{kind}@{domain}>",
        "MIME-Version: 1.0",
    ]
    if signed:
        more = ['Content-Type: application/x-pkcs7-signature; name="smime.p7s"']
        signature = _part([*more, 'Content-Disposition: attachment; filename="smime.p7s"'], signer.sign(content))
        content = _multipart('signed; protocol="application/x-pkcs7-signature"; micalg="sha-256"', [content, signature])
    return "\r\n".join(head).encode("ascii") + b"\r\n" + content


def _part(headers: list[str], content: bytes) -> bytes:
    lines = [*headers, "Content-Transfer-Encoding: base64", "", ""]
    return "\r\n".join(lines).encode("ascii") + base64.encodebytes(content).strip().replace(b"\n", b"\r\n")


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    boundary = f"----------={secrets.token_hex(12)}"
    mark = b"\r\n--" + boundary.encode("ascii")
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'.encode("ascii")
    return head + b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"


def _encoded(text: str) -> str:
    return Header(text, "us-ascii" if text.isascii() else "utf-8").encode(linesep="\r\n")


def _daticert(
    kind: str, sender: str, recipient: str, subject: str, message_id: str, moment: datetime, error: str, error_text: str
) -> str:
    delivered = kind == "avvenuta-consegna"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<postacert tipo={quoteattr(kind)} errore={quoteattr(error)}>",
            "<intestazione>",
            f"<mittente>{escape(sender)}</mittente>",
            f'<destinatari tipo="certificato">{escape(recipient)}</destinatari>',
            f"<risposte>{escape(sender)}</risposte>",
            f"<oggetto>{escape(subject)}</oggetto>",
            "</intestazione>",
            "<dati>",
            f"<gestore-emittente>{PROVIDER}</gestore-emittente>",
            f'<data zona="{moment:%z}"><giorno>{moment:%d/%m/%Y}</giorno><ora>{moment:%H:%M:%S}</ora></data>',
            f"<identificativo>{secrets.token_hex(12)}@{escape(sender.rpartition('@')[2])}</identificativo>",
            f"<msgid>{escape(message_id)}</msgid>",
            *(['<ricevuta tipo="completa"/>', f"<consegna>{escape(recipient)}</consegna>"] if delivered else []),
            *([f"<errore-esteso>{escape(error_text)}</errore-esteso>"] if error_text else []),
            "</dati>",
            "</postacert>",
        ]
    )
