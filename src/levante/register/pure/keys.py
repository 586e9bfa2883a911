"""The register's signing keys: Ed25519, a ring of them in one folder, readable by its owner alone.

The folder holds ``ring.json`` (which key signs now, since when each is there, who succeeded whom) and for each key
``KEYID.public.pem`` (SubjectPublicKeyInfo) and ``KEYID.private.pem`` (PKCS #8, mode 0600, encrypted when there is a
passphrase). A key is named by the SHA-256 of its SubjectPublicKeyInfo. Keys are never deleted: what an old key signed is
verified with the old key.
"""

import base64
import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from levante.register.pure.canonical import CanonicalError, canonical_bytes, parse_json
from levante.register.pure.commitment import instant_text

RING_FORMAT = "levante.register.keyring/1"
BACKUP_FORMAT = "levante.register.key-backup/1"
SUCCESSION_FORMAT = "levante.register.key-succession/1"

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)


class KeyProblem(Exception):
    """A key is missing, unreadable or not what it should be; the message says which and why."""


def spki_der(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def key_id_of(key: Ed25519PublicKey) -> str:
    """SHA-256 of the SubjectPublicKeyInfo, in hexadecimal."""
    return sha256(spki_der(key)).hexdigest()


def public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def read_public_keys(data: bytes) -> dict[str, Ed25519PublicKey]:
    """Every Ed25519 public key of a PEM text (one file may hold a key and its predecessors), by key id."""
    found: dict[str, Ed25519PublicKey] = {}
    for match in _PEM.finditer(data):
        if match[1] != b"PUBLIC KEY":
            raise KeyProblem(f"the file holds a {match[1].decode('ascii')}, not a PUBLIC KEY")
        try:
            key = serialization.load_pem_public_key(match[0])
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyProblem("the PEM block is not a public key") from error
        if not isinstance(key, Ed25519PublicKey):
            raise KeyProblem("the public key is not an Ed25519 key")
        found[key_id_of(key)] = key
    if not found:
        raise KeyProblem("no PUBLIC KEY in PEM form")
    return found


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its name."""

    key_id: str
    private: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    @classmethod
    def of(cls, private: Ed25519PrivateKey) -> "SigningKey":
        return cls(key_id_of(private.public_key()), private)

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls.of(Ed25519PrivateKey.generate())


class KeyRing:
    """The keys of a folder. Every call reads the folder again, so a rotation is seen by every process at once."""

    def __init__(self, folder: Path | str, passphrase: str | None = None) -> None:
        self.folder = Path(folder)
        self._passphrase = passphrase.encode("utf-8") if passphrase else None

    # -- reading

    def description(self) -> dict[str, Any]:
        """``ring.json``: ``{format, current, keys[{id, created_at, retired_at}], successions[...]}``."""
        try:
            ring = parse_json((self.folder / "ring.json").read_bytes())
        except FileNotFoundError as error:
            raise KeyProblem(
                f"there is no signing key in {self.folder}: make one with “levante register key create”"
            ) from error
        except (OSError, CanonicalError) as error:
            raise KeyProblem(f"the key ring of {self.folder} cannot be read: {error}") from error
        if not isinstance(ring, dict) or ring.get("format") != RING_FORMAT:
            raise KeyProblem(f"{self.folder / 'ring.json'} is not a key ring")
        return ring

    def exists(self) -> bool:
        return (self.folder / "ring.json").exists()

    def current_id(self) -> str:
        return str(self.description()["current"])

    def current(self) -> SigningKey:
        """The key that signs now."""
        return self._private(self.current_id())

    def public_keys(self) -> dict[str, Ed25519PublicKey]:
        """Every public key, retired ones too, by key id."""
        found = {}
        for entry in self.description()["keys"]:
            path = self.folder / f"{entry['id']}.public.pem"
            try:
                keys = read_public_keys(path.read_bytes())
            except OSError as error:
                raise KeyProblem(f"{path} cannot be read: {error}") from error
            if set(keys) != {entry["id"]}:
                raise KeyProblem(f"{path} does not hold the key it is named after")
            found.update(keys)
        return found

    def public_bundle(self) -> bytes:
        """All public keys as PEM, the current one first: what is published and handed to ``--key``."""
        keys = self.public_keys()
        current = self.current_id()
        order = [current, *(key_id for key_id in reversed(keys) if key_id != current)]
        return b"".join(public_pem(keys[key_id]) for key_id in order)

    def _private(self, key_id: str) -> SigningKey:
        path = self.folder / f"{key_id}.private.pem"
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), self._passphrase)
        except OSError as error:
            raise KeyProblem(f"the private key {path} cannot be read: {error}") from error
        except (TypeError, ValueError, UnsupportedAlgorithm) as error:
            raise KeyProblem(f"the private key {path} does not open with this passphrase") from error
        if not isinstance(key, Ed25519PrivateKey) or key_id_of(key.public_key()) != key_id:
            raise KeyProblem(f"{path} does not hold the key it is named after")
        return SigningKey(key_id, key)

    # -- writing

    def create(self, now: datetime) -> SigningKey:
        """The first key. ``KeyProblem`` when there is one already: a second key comes by rotation."""
        with self._locked():
            if self.exists():
                raise KeyProblem(f"{self.folder} already holds keys: use “levante register key rotate”")
            key = SigningKey.generate()
            self._store(key)
            entry = {"id": key.key_id, "created_at": instant_text(now), "retired_at": None}
            self._write_ring({"format": RING_FORMAT, "current": key.key_id, "keys": [entry], "successions": []})
            return key

    def rotate(self, now: datetime) -> SigningKey:
        """A new key signs from now on; the old one signs a statement that it is succeeded, and stays to verify."""
        with self._locked():
            ring = self.description()
            old, key = self._private(ring["current"]), SigningKey.generate()
            self._store(key)
            instant = instant_text(now)
            for entry in ring["keys"]:
                if entry["id"] == old.key_id:
                    entry["retired_at"] = instant
            ring["keys"].append({"id": key.key_id, "created_at": instant, "retired_at": None})
            ring["successions"].append(succession(old, key, instant))
            ring["current"] = key.key_id
            self._write_ring(ring)
            return key

    def backup(self, target: Path, passphrase: str) -> None:
        """All keys in one file (mode 0600, never overwriting), the private ones encrypted with ``passphrase``."""
        if not passphrase:
            raise KeyProblem("a backup needs a passphrase")
        ring = self.description()
        encryption = serialization.BestAvailableEncryption(passphrase.encode("utf-8"))
        private = {
            entry["id"]: _private_pem(self._private(entry["id"]), encryption).decode("ascii") for entry in ring["keys"]
        }
        document = {"format": BACKUP_FORMAT, "ring": ring, "private": private}
        _write_new(target, json.dumps(document, indent=1).encode("ascii") + b"\n", 0o600)

    def restore(self, source: Path, passphrase: str) -> None:
        """The keys of a backup, into a folder that holds none."""
        with self._locked():
            if self.exists():
                raise KeyProblem(f"{self.folder} already holds keys")
            try:
                document = parse_json(source.read_bytes())
            except (OSError, CanonicalError) as error:
                raise KeyProblem(f"the backup cannot be read: {error}") from error
            if not isinstance(document, dict) or document.get("format") != BACKUP_FORMAT:
                raise KeyProblem("this is not a backup of keys")
            for key_id, pem in document["private"].items():
                try:
                    key = serialization.load_pem_private_key(pem.encode("ascii"), passphrase.encode("utf-8"))
                except (TypeError, ValueError) as error:
                    raise KeyProblem("the backup does not open with this passphrase") from error
                if not isinstance(key, Ed25519PrivateKey) or key_id_of(key.public_key()) != key_id:
                    raise KeyProblem("the backup holds a key that is not the one it names")
                self._store(SigningKey(key_id, key))
            self._write_ring(document["ring"])

    def _store(self, key: SigningKey) -> None:
        encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if self._passphrase:
            encryption = serialization.BestAvailableEncryption(self._passphrase)
        _write_new(self.folder / f"{key.key_id}.private.pem", _private_pem(key, encryption), 0o600)
        _write_new(self.folder / f"{key.key_id}.public.pem", public_pem(key.public), 0o644)

    def _write_ring(self, ring: dict[str, Any]) -> None:
        fresh = self.folder / "ring.json.new"
        fresh.unlink(missing_ok=True)
        _write_new(fresh, json.dumps(ring, indent=1).encode("ascii") + b"\n", 0o644)
        fresh.replace(self.folder / "ring.json")  # the moment the change happens
        _sync_folder(self.folder)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time changes the ring."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise KeyProblem(f"keys cannot be written in {self.folder}: {error}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def succession(old: SigningKey, new: SigningKey, instant: str) -> dict[str, str]:
    """The old key's signed statement that the new one succeeds it: who trusts the old key can trust the new one."""
    statement = {"format": SUCCESSION_FORMAT, "from": old.key_id, "instant": instant, "to": new.key_id}
    signature = old.sign(canonical_bytes(statement))
    return {
        **statement,
        "public_key": public_pem(new.public).decode("ascii"),
        "signature": base64.b64encode(signature).decode("ascii"),
    }


def _private_pem(key: SigningKey, encryption: serialization.KeySerializationEncryption) -> bytes:
    return key.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def _write_new(path: Path, data: bytes, mode: int) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise KeyProblem(f"{path} cannot be written: {error}") from error
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
