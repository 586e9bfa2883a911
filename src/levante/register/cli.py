"""``levante register …``: verification without a database, audit with one, keys, the test authority.

Exit codes: 0 yes, 1 no (the receipt is not valid, the heads do not agree, the audit found something), 2 the request could
not be understood or done. Standard output is JSON, except for keys in PEM form.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levante.embedded import var_folder
from levante.kernel.starting import prepare_django
from levante.register.pure.consistency import MAX_HEAD_BYTES, ProofMissing, check_consistency, read_published
from levante.register.pure.heads import HeadError
from levante.register.pure.keys import KeyProblem, KeyRing, read_public_keys
from levante.register.pure.receipts import MAX_RECEIPT_BYTES, verify_receipt


class UsageError(Exception):
    """The command cannot be carried out as asked; printed as JSON, exit 2."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def main(argv: Sequence[str]) -> int:
    try:
        arguments = _parser().parse_args(list(argv))
        return int(arguments.run(arguments))
    except (UsageError, KeyProblem) as error:
        _print({"error": str(error)})
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="levante register", description="The register: receipts, heads, audit, keys.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    verify = commands.add_parser("verify", help="is this receipt valid? (offline)")
    verify.add_argument("receipt", help="the receipt's JSON file, or - for the standard input")
    verify.add_argument("--key", action="append", required=True, help="PEM file of the public key; may be repeated")
    verify.set_defaults(run=_verify)

    consistency = commands.add_parser("consistency", help="does one signed head continue another? (offline)")
    consistency.add_argument("first", metavar="HEAD_A", help="a head, or a receipt: it carries one")
    consistency.add_argument("second", metavar="HEAD_B", help="another, in either order")
    consistency.add_argument(
        "--proof", help="a consistency document; otherwise the one a head carries, or the database"
    )
    consistency.add_argument("--key", action="append", help="PEM file of the public keys (default: the installation's)")
    consistency.set_defaults(run=_consistency)

    audit = commands.add_parser("audit", help="compute the whole register again and compare every bit (database)")
    audit.add_argument("--key", action="append", help="PEM file of the public keys (default: the installation's)")
    audit.add_argument(
        "--tsa-roots",
        help="PEM file of the certificates trusted for time stamps (default: LEVANTE_TSA_ROOTS, or the test authority's)",
    )
    audit.add_argument(
        "--head",
        action="append",
        default=[],
        help="a head or a receipt given out before: the register must continue it (default: those of LEVANTE_HEADS_FOLDER)",
    )
    audit.set_defaults(run=_audit)

    receipt = commands.add_parser("receipt", help="print the receipt of an entry again (database)")
    receipt.add_argument("number", help="the register number: 2026/0000123")
    receipt.add_argument("--log", default="register")
    receipt.set_defaults(run=_receipt)

    erase = commands.add_parser(
        "erase", help="erase the content of an entry, keeping its proofs (GDPR art. 17) (database)"
    )
    erase.add_argument("number", help="the register number: 2026/0000123")
    erase.add_argument("--log", default="register")
    erase.add_argument("--reason", required=True, help="the ground or the act, without personal data")
    erase.set_defaults(run=_erase)

    head = commands.add_parser("head", help="print a signed head, with its consistency proof if asked (database)")
    head.add_argument("--log", default="register")
    head.add_argument("--size", type=int, help="of the head (default: the last)")
    head.add_argument("--since", type=int, help="add the proof that it continues the log of this size")
    head.set_defaults(run=_head)

    anchor = commands.add_parser("anchor", help="have the last heads stamped by the authority (database)")
    anchor.add_argument("--url", help="the authority's address (default: LEVANTE_TSA_URL)")
    anchor.add_argument("--roots", help="PEM file of the certificates trusted for it (default: LEVANTE_TSA_ROOTS)")
    anchor.set_defaults(run=_anchor)

    tsa = commands.add_parser("tsa", help="serve a test time-stamping authority (RFC 3161)")
    tsa.add_argument("--port", type=int, required=True)
    tsa.add_argument("--folder", help="where its keys are kept (default: var/tsa)")
    tsa.add_argument("--fail", default="none", help="fail on purpose: rejection, garbage, error-500, silence…")
    tsa.set_defaults(run=_tsa)

    key = commands.add_parser("key", help="create, rotate, publish, back up and restore the signing keys")
    key.add_argument("action", choices=["create", "rotate", "public", "backup", "restore"])
    key.add_argument("file", nargs="?", help="of backup and restore")
    key.add_argument("--keys", help="the ring's folder (default: LEVANTE_REGISTER_KEYS, or var/keys)")
    key.add_argument("--if-missing", action="store_true", help="create: say nothing when there is a key already")
    key.add_argument("--all", action="store_true", help="public: the retired keys too")
    key.add_argument("--passphrase-file", help="of backup and restore (default: LEVANTE_BACKUP_PASSPHRASE)")
    key.set_defaults(run=_key)
    return parser


# -- without a database


def _verify(arguments: argparse.Namespace) -> int:
    keys = _public_keys(arguments.key)
    outcome = verify_receipt(_read(arguments.receipt, MAX_RECEIPT_BYTES), keys)
    _print(outcome.as_json())
    return 0 if outcome else 1


def _consistency(arguments: argparse.Namespace) -> int:
    keys = _public_keys(arguments.key) if arguments.key else _ring(None).public_keys()
    first, second = (_read(path, MAX_HEAD_BYTES) for path in (arguments.first, arguments.second))
    proof = _read(arguments.proof, MAX_HEAD_BYTES) if arguments.proof else None
    try:
        outcome = check_consistency(first, second, keys, proof=proof)
    except ProofMissing:
        if proof is not None:
            raise UsageError("the proof given is of other sizes than the two heads") from None
        outcome = check_consistency(first, second, keys, find_proof=_proof_from_database)
    _print(outcome.as_json())
    return 0 if outcome else 1


def _tsa(arguments: argparse.Namespace) -> int:
    from levante.register.tsa import FAILURES, Authority, server

    if arguments.fail not in FAILURES:
        raise UsageError(f"--fail is one of: {', '.join(FAILURES)}")
    folder = Path(arguments.folder) if arguments.folder else var_folder() / "tsa"
    authority = Authority.open(folder)
    authority.failure = arguments.fail
    try:
        running = server(authority, arguments.port)
    except (OSError, OverflowError) as error:
        raise UsageError(f"the port {arguments.port} cannot be served: {error}") from error
    _print({"url": f"http://127.0.0.1:{running.server_address[1]}/", "root": str(folder / "root.pem")})
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        running.server_close()
    return 0


def _key(arguments: argparse.Namespace) -> int:
    if arguments.action == "rotate":
        return _rotate(arguments)
    ring = _ring(arguments.keys)
    if arguments.action == "create":
        if arguments.if_missing and ring.exists():
            _print({"key_id": ring.current_id(), "created": False})
            return 0
        key = ring.create(datetime.now(UTC))
        _print({"key_id": key.key_id, "created": True, "folder": str(ring.folder)})
    elif arguments.action == "public":
        bundle = ring.public_bundle()
        if not arguments.all:
            bundle = bundle[: bundle.index(b"-----END PUBLIC KEY-----\n") + len(b"-----END PUBLIC KEY-----\n")]
        sys.stdout.write(bundle.decode("ascii"))
    else:
        if not arguments.file:
            raise UsageError(f"levante register key {arguments.action} FILE")
        passphrase = _passphrase(arguments.passphrase_file)
        if arguments.action == "backup":
            ring.backup(Path(arguments.file), passphrase)
        else:
            ring.restore(Path(arguments.file), passphrase)
        _print({"file": arguments.file, "keys": sorted(ring.public_keys())})
    return 0


# -- with a database: Django is loaded here and nowhere above


def _audit(arguments: argparse.Namespace) -> int:
    prepare_django()
    from levante.register.anchoring import heads_outside, trusted_roots
    from levante.register.audit import audit_register
    from levante.register.signing import key_ring

    keys = _public_keys(arguments.key) if arguments.key else key_ring().public_keys()
    roots = _certificates(arguments.tsa_roots) if arguments.tsa_roots else trusted_roots() or _roots_at_hand()
    try:
        known = [read_published(_read(path, MAX_HEAD_BYTES)).head for path in arguments.head] or heads_outside()
    except HeadError as error:
        raise UsageError(str(error)) from error
    audit = audit_register(keys, roots, known=known)
    _print(audit.as_json())
    return 1 if audit.count else 0


def _roots_at_hand() -> list[Any]:
    """The certificate of this installation's own test authority, when it has one and nobody named another."""
    path = var_folder() / "tsa" / "root.pem"
    return _certificates(str(path)) if path.exists() else []


def _receipt(arguments: argparse.Namespace) -> int:
    prepare_django()
    from levante.register.queries import find_entry, receipt_of

    entry = find_entry(arguments.number, arguments.log)
    if entry is None:
        raise UsageError(f"the log {arguments.log} has no entry {arguments.number}")
    if entry.is_erased:
        raise UsageError("the content of this entry was erased: only who kept the receipt has it")
    sys.stdout.write(receipt_of(entry).to_bytes().decode("utf-8") + "\n")
    return 0


def _erase(arguments: argparse.Namespace) -> int:
    prepare_django()
    from levante.kernel.api import Refused, system
    from levante.register.queries import find_entry
    from levante.register.services import erase_entry_content

    entry = find_entry(arguments.number, arguments.log)
    if entry is None:
        raise UsageError(f"the log {arguments.log} has no entry {arguments.number}")
    actor = system("levante register erase")
    try:
        receipt = erase_entry_content(actor=actor, entry=entry, reason=arguments.reason)
    except Refused as refusal:
        raise UsageError(refusal.reason.en) from refusal
    _print({"erased": arguments.number, "log": arguments.log, "number": receipt.number})
    return 0


def _head(arguments: argparse.Namespace) -> int:
    prepare_django()
    from levante.register.queries import head_document

    try:
        document = head_document(arguments.log, arguments.size, arguments.since)
    except (LookupError, ValueError) as error:
        raise UsageError(str(error)) from error
    if document is None:
        raise UsageError(f"the log {arguments.log} has no such head")
    _print(document)
    return 0


def _anchor(arguments: argparse.Namespace) -> int:
    prepare_django()
    from levante.kernel.api import Refused, system
    from levante.register.anchoring import anchor_heads

    roots = _certificates(arguments.roots) if arguments.roots else None
    try:
        anchors = anchor_heads(actor=system("levante register anchor"), url=arguments.url, roots=roots)
    except Refused as refusal:
        raise UsageError(refusal.reason.en) from refusal
    _print(
        [
            {"log": row.head.log.name, "size": row.head.size, "outcome": row.outcome, "reason": row.reason}
            for row in anchors
        ]
    )
    return 0 if all(row.outcome == row.GRANTED for row in anchors) else 1


def _rotate(arguments: argparse.Namespace) -> int:
    if arguments.keys:
        os.environ["LEVANTE_REGISTER_KEYS"] = arguments.keys
    prepare_django()
    from levante.kernel.api import system
    from levante.register.services import rotate_key

    receipt = rotate_key(actor=system("levante register key rotate"))
    _print({"key_id": receipt.head.key_id, "number": receipt.number})
    return 0


def _proof_from_database(log: str, first: int, second: int) -> Sequence[bytes] | None:
    try:
        prepare_django()
        from levante.register.queries import consistency_path

        return consistency_path(log, first, second)
    except Exception as error:
        cause = str(error).strip().split("\n")[0] or type(error).__name__
        raise UsageError(
            f"no proof was given (levante register head --since {first} prints one), and the database cannot give it: {cause}"
        ) from error


# -- files


def _ring(folder: str | None) -> KeyRing:
    chosen = folder or os.environ.get("LEVANTE_REGISTER_KEYS") or var_folder() / "keys"
    return KeyRing(Path(chosen), os.environ.get("LEVANTE_REGISTER_PASSPHRASE"))


def _read(path: str, largest: int) -> bytes:
    """The file, or a little more than what could be accepted of it: the rest would be refused anyway."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(largest + 1)
        with open(path, "rb") as file:
            return file.read(largest + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path!r} cannot be read: {error}") from error


def _public_keys(paths: Sequence[str]) -> dict[str, Ed25519PublicKey]:
    keys: dict[str, Ed25519PublicKey] = {}
    for path in paths:
        try:
            keys.update(read_public_keys(_read(path, MAX_HEAD_BYTES)))
        except KeyProblem as error:
            raise UsageError(f"{path}: {error}") from error
    return keys


def _certificates(path: str) -> list[Any]:
    from levante.register.pure.timestamps import TimestampError, read_certificates

    try:
        return list(read_certificates(_read(path, 1024 * 1024)))
    except TimestampError as error:
        raise UsageError(f"{path}: {error}") from error


def _passphrase(path: str | None) -> str:
    if path:
        return _read(path, 4096).decode("utf-8", "replace").rstrip("\r\n")
    return os.environ.get("LEVANTE_BACKUP_PASSPHRASE", "")


def _print(value: Any) -> None:
    # ASCII, so that a terminal in any encoding can show it.
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
