"""Time stamps of RFC 3161 with the test authority, over a real socket, checked by OpenSSL as well."""

import shutil
import subprocess
import threading
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from levante.register.pure.timestamps import TimestampError, build_request, read_certificates, verify_response
from levante.register.tsa import FAILURES, Authority, server

DATA = b"a signed head"


@pytest.fixture(scope="module")
def authority():
    return Authority.make()


@pytest.fixture
def address(authority):
    running = server(authority, 0)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    authority.failure = "none"
    yield f"http://127.0.0.1:{running.server_address[1]}/"
    authority.failure = "none"
    running.shutdown()
    running.server_close()
    thread.join()


def ask(address: str, body: bytes) -> bytes:
    request = urllib.request.Request(address, body, {"Content-Type": "application/timestamp-query"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read()


def test_a_stamp_over_the_socket_verifies(authority, address):
    answer = ask(address, build_request(DATA, 42))
    stamp = verify_response(answer, DATA, roots=[authority.root], nonce=42)
    assert abs(stamp.instant - datetime.now(UTC)) < timedelta(seconds=30)
    assert "time stamps" in stamp.authority
    assert stamp.serial > 0


def test_the_root_is_published(authority, address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert read_certificates(answer.read()) == [authority.root]


def test_openssl_agrees(authority, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on this machine")
    (tmp_path / "request").write_bytes(build_request(DATA, 7))
    (tmp_path / "answer").write_bytes(authority.answer((tmp_path / "request").read_bytes()))
    (tmp_path / "root.pem").write_bytes(authority.root_pem)
    run = subprocess.run(
        ["openssl", "ts", "-verify", "-queryfile", "request", "-in", "answer", "-CAfile", "root.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in run.stdout + run.stderr, run.stderr


def test_a_request_made_by_openssl_is_answered(authority, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on this machine")
    (tmp_path / "data").write_bytes(DATA)
    subprocess.run(
        ["openssl", "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "request"], cwd=tmp_path, check=True,
        capture_output=True,
    )  # fmt: skip
    assert verify_response(authority.answer((tmp_path / "request").read_bytes()), DATA, roots=[authority.root])


def test_refusals_say_why(authority):
    answer = authority.answer(build_request(DATA, 1))
    stranger = Authority.make()
    cases = [
        (answer, b"other data", [authority.root], 1, "other data"),
        (answer, DATA, [authority.root], 2, "another request"),
        (answer, DATA, [stranger.root], 1, "not one we trust"),
        (answer, DATA, [], 1, "not one we trust"),
        (authority.answer(b"nonsense"), DATA, [authority.root], 1, "rejection"),
        (b"nonsense", DATA, [authority.root], 1, "not a time stamp"),
        (b"", DATA, [authority.root], 1, "not a time stamp"),
        (answer[:-1], DATA, [authority.root], 1, "not a time stamp"),
    ]
    for response, data, roots, nonce, words in cases:
        with pytest.raises(TimestampError, match=words):
            verify_response(response, data, roots=roots, nonce=nonce)


def test_every_changed_byte_is_refused(authority):
    answer = authority.answer(build_request(DATA, 1))
    stamp = verify_response(answer, DATA, roots=[authority.root], nonce=1)
    for place in range(len(answer)):
        changed = bytearray(answer)
        changed[place] ^= 0x01
        try:
            other = verify_response(bytes(changed), DATA, roots=[authority.root], nonce=1)
        except TimestampError:
            continue
        assert other == stamp, place  # only bytes outside what is signed, which state nothing


def test_a_certificate_out_of_date_is_refused(authority):
    early = Authority.make(now=lambda: datetime(2010, 1, 1, tzinfo=UTC))
    early._now = lambda: datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(TimestampError, match="in force"):
        verify_response(early.answer(build_request(DATA, 1)), DATA, roots=[early.root], nonce=1)


def test_a_certificate_not_for_time_stamps_is_refused(authority):
    impostor = Authority(authority.root, authority.root, authority._key)
    with pytest.raises(TimestampError, match=r"not one for time stamps|not a time stamp|not valid"):
        verify_response(impostor.answer(build_request(DATA, 1)), DATA, roots=[authority.root], nonce=1)


@pytest.mark.parametrize("failure", [name for name in FAILURES if name not in {"none", "error-500", "silence"}])
def test_failures_on_purpose_are_never_taken_for_a_stamp(authority, address, failure):
    authority.failure = failure
    answer = ask(address, build_request(DATA, 5))
    with pytest.raises(TimestampError):
        verify_response(answer, DATA, roots=[authority.root], nonce=5)


def test_an_authority_is_kept_in_its_folder(tmp_path):
    made = Authority.open(tmp_path / "tsa")
    again = Authority.open(tmp_path / "tsa")
    assert again.certificate == made.certificate
    assert (tmp_path / "tsa" / "tsa.key.pem").stat().st_mode & 0o777 == 0o600
    assert verify_response(again.answer(build_request(DATA, 1)), DATA, roots=[made.root])
