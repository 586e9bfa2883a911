"""A small time-stamping authority (RFC 3161) over a real socket: for tests, the demonstration and rehearsals.

It has its own keys and its own clock and answers as a real one does; it can also fail on purpose. Its stamps have no
legal value: in service the register is anchored with a qualified authority (Reg. (EU) 910/2014, art. 42).
"""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from levante.register.pure.timestamps import TimeStampResp

#: A policy identifier under the arc for examples (2.999): this authority makes no promise.
POLICY = "2.999.3161.1"

#: Ways to fail on purpose, as authorities do on bad days.
FAILURES = ("none", "rejection", "garbage", "error-500", "other-data", "other-nonce", "silence")

_LARGEST_REQUEST = 64 * 1024


class Authority:
    """Its root, its certificate for time stamps, and the answers it signs."""

    def __init__(
        self,
        root: x509.Certificate,
        certificate: x509.Certificate,
        key: ec.EllipticCurvePrivateKey,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.root = root
        self.certificate = certificate
        self.failure = "none"
        self._key = key
        self._now = now
        self._lock = threading.Lock()
        self._last_serial = 0

    @classmethod
    def make(cls, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> "Authority":
        """A new authority, with a root that signs its certificate."""
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root_name, name = _name("Levante demonstration root"), _name("Levante demonstration time stamps")
        root = (
            _certificate(root_name, root_name, root_key.public_key(), now())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(root_key, hashes.SHA256())
        )
        certificate = (
            _certificate(name, root_name, key.public_key(), now())
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
            .sign(root_key, hashes.SHA256())
        )
        return cls(root, certificate, key, now)

    @classmethod
    def open(cls, folder: Path) -> "Authority":
        """The authority kept in a folder (``root.pem``, ``tsa.pem``, ``tsa.key.pem``), made when it is not there."""
        paths = [folder / name for name in ("root.pem", "tsa.pem", "tsa.key.pem")]
        if not paths[0].exists():
            made = cls.make()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            pem = serialization.Encoding.PEM
            handle = os.open(paths[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(
                    made._key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
                )
            paths[1].write_bytes(made.certificate.public_bytes(pem))
            paths[0].write_bytes(made.root.public_bytes(pem))
        key = serialization.load_pem_private_key(paths[2].read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{paths[2]} is not the key of this authority")
        root, certificate = (x509.load_pem_x509_certificate(path.read_bytes()) for path in paths[:2])
        return cls(root, certificate, key)

    @property
    def root_pem(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.PEM)

    def answer(self, body: bytes) -> bytes:
        """The TimeStampResp (DER) to a TimeStampReq (DER)."""
        try:
            request = tsp.TimeStampReq.load(body, strict=True)
            imprint, nonce = request["message_imprint"], request["nonce"].native
            if imprint["hash_algorithm"]["algorithm"].native != "sha256" or len(imprint["hashed_message"].native) != 32:
                return _rejection("bad_alg", "only SHA-256 is stamped here")
        except (ValueError, TypeError):
            return _rejection("bad_data_format", "this is not a request for a time stamp")
        if self.failure == "rejection":
            return _rejection("time_not_available", "the clock is being set")
        hashed = imprint["hashed_message"].native
        if self.failure == "other-data":
            hashed = sha256(hashed).digest()
        if self.failure == "other-nonce":
            nonce = (nonce or 0) + 1
        return self._granted(hashed, nonce)

    def _granted(self, hashed: bytes, nonce: int | None) -> bytes:
        instant = self._now()
        with self._lock:  # a serial is never given twice, not even when the clock stands still
            serial = self._last_serial = max(int(instant.timestamp() * 1_000_000), self._last_serial + 1)
        info: dict[str, Any] = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashed},
            "serial_number": serial,
            "gen_time": instant.replace(microsecond=0),
        }
        if nonce is not None:
            info["nonce"] = nonce
        content = tsp.TSTInfo(info).dump()
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        own = asn1_x509.Certificate.load(der)
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [sha256(content).digest()]},
                {"type": "signing_certificate_v2", "values": [{"certs": [{"cert_hash": sha256(der).digest()}]}]},
            ]
        )
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
                "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
                "signature": self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
            }
        )
        token = cms.ContentInfo(
            {
                "content_type": "signed_data",
                "content": {
                    "version": "v3",
                    "digest_algorithms": [{"algorithm": "sha256"}],
                    "encap_content_info": {
                        "content_type": "tst_info",
                        "content": core.ParsableOctetString(content),
                    },
                    "certificates": [own],
                    "signer_infos": [signer],
                },
            }
        )
        response: bytes = TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
        return response


def _rejection(info: str, words: str) -> bytes:
    response: bytes = TimeStampResp(
        {"status": {"status": "rejection", "status_string": [words], "fail_info": {info}}}
    ).dump()
    return response


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
    )


def server(authority: Authority, port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """A web server that answers time-stamp requests (POST) and gives its root (GET). Port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            self._send(200, "application/x-pem-file", authority.root_pem)

        def do_POST(self) -> None:
            try:
                length = int(self.headers.get("Content-Length", ""))
            except ValueError:
                length = -1
            if not 0 <= length <= _LARGEST_REQUEST:
                self.close_connection = True
                self._send(413, "text/plain", b"a request for a time stamp is small and says its length")
                return
            body = self.rfile.read(length)
            if authority.failure == "silence":
                self.close_connection = True
                return
            if authority.failure == "error-500":
                self._send(500, "text/plain", b"failing on purpose")
                return
            answer = b"failing on purpose" if authority.failure == "garbage" else authority.answer(body)
            self._send(200, "application/timestamp-reply", answer)

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: who asked keeps the record."""

    return ThreadingHTTPServer((host, port), Handler)
