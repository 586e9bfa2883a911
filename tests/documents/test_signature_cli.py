"""``levante signature verify``: its answers, its exit codes, and files made to hurt whoever reads them."""

import json
import os
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from tests.documents.signing import CONTENT, NOW, p7m, plain_pdf, signed_pdf, world

from levante import cli

AT = ("--at", NOW.isoformat())


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("LEVANTE_TRUST_LIST", raising=False)

    def command(data: bytes | str, *options: str):
        path = data if isinstance(data, str) else str(tmp_path / "file")
        if isinstance(data, bytes):
            Path(path).write_bytes(data)
        code = cli.main(["signature", "verify", path, *AT, *options])
        printed = capsys.readouterr()
        assert printed.err == ""
        return code, json.loads(printed.out)

    return command


@pytest.fixture
def roots(tmp_path) -> str:
    path = tmp_path / "roots.pem"
    path.write_bytes(world().stranger.pem + world().root.pem)
    return str(path)


def test_a_signature_that_holds(run, roots):
    code, answer = run(p7m(), "--trust", roots)
    assert code == 0
    assert answer["format"] == "cades"
    assert answer["trusted"] is True
    assert answer["signers"][0]["tax_code"] == "RSSNNA80A41H501W"
    assert "reason" not in answer


@pytest.mark.slow  # the PDF reader takes a second to load
def test_a_signed_pdf_that_holds(run, roots):
    code, answer = run(signed_pdf(plain_pdf(), world().anna), "--trust", roots)
    assert (code, answer["format"]) == (0, "pades")


def test_one_that_does_not_says_why_in_the_language_asked(run, roots):
    data = p7m().replace(b"6.000,00", b"9.000,00")
    code, answer = run(data, "--trust", roots)
    assert (code, answer["intact"]) == (1, False)
    assert answer["reason"] == "il contenuto è cambiato dopo la firma"
    code, answer = run(data, "--trust", roots, "--language", "en")
    assert answer["reason"] == "the content was changed after it was signed"


def test_without_a_trust_list_the_answer_is_not_yes(run):
    code, answer = run(p7m())
    assert (code, answer["intact"], answer["trusted"]) == (1, True, None)
    assert "elenco di fiducia" in answer["reason"]


def test_the_trust_list_of_the_installation(run, roots, monkeypatch):
    monkeypatch.setenv("LEVANTE_TRUST_LIST", roots)
    assert run(p7m())[0] == 0


def test_a_trust_list_may_be_a_folder_of_pem_and_der(run, tmp_path):
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "one.pem").write_bytes(world().stranger.pem)
    (folder / "two.cer").write_bytes(world().root.der)
    (folder / "README.txt").write_text("where these come from")
    assert run(p7m(), "--trust", str(folder))[0] == 0


@pytest.mark.parametrize("what", ["missing", "empty", "garbage"])
def test_a_trust_list_that_is_none(run, tmp_path, what):
    place = tmp_path / "trust"
    if what == "empty":
        place.mkdir()
    elif what == "garbage":
        place.write_bytes(b"-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n")
    code, answer = run(p7m(), "--trust", str(place))
    assert code == 2
    assert answer["error"]["field"] == "trust"
    assert answer["error"]["message"] != answer["error"]["message_en"]


@pytest.mark.slow  # three processes
def test_a_detached_signature_and_its_content(run, roots, tmp_path):
    content = tmp_path / "content"
    content.write_bytes(CONTENT)
    data = p7m(detached=True)
    code, answer = run(data, "--trust", roots)
    assert (code, answer["format"], answer["content_sha256"]) == (1, "cades_detached", None)
    assert run(data, "--trust", roots, "--content", str(content))[0] == 0
    code, answer = run(data, "--trust", roots, "--content", str(tmp_path / "nowhere"))
    assert (code, answer["error"]["field"]) == (2, "content")


@pytest.mark.slow  # three processes
def test_the_instant_of_the_verification(run, roots, capsys):
    assert run(p7m(signed_at=None), "--trust", roots)[0] == 0
    late = (NOW + timedelta(days=3650)).isoformat()
    assert run(p7m(signed_at=None), "--trust", roots, "--at", late)[0] == 1
    for wrong in ("yesterday", "2026-01-01T00:00:00"):
        assert cli.main(["signature", "verify", "x", "--at", wrong]) == 2
        assert "--at" in json.loads(capsys.readouterr().out)["error"]["message"]


@pytest.mark.parametrize("argv", [[], ["verify"], ["sign", "x"], ["verify", "x", "--language", "fr"]])
def test_a_command_that_is_none(argv, capsys):
    assert cli.main(["signature", *argv]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "$"


# -- files made to hurt


@pytest.mark.slow  # five processes
def test_what_is_no_file(run, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for place in (str(tmp_path / "nowhere"), str(tmp_path), str(tmp_path / "pipe"), "/dev/zero", ""):
        code, answer = run(place, "--language", "en")
        assert (code, answer["error"]["field"]) == (2, "file")
        assert (answer["intact"], answer["trusted"], answer["valid_at_signing"]) == (False, False, False)
        assert (answer["signers"], answer["reason"]) == ([], answer["error"]["message"])


@pytest.mark.slow  # a file held whole
@pytest.mark.parametrize(("size", "why"), [(100 * 1024 * 1024, "vuoto"), (3 * 1024**3, "troppo grande")])
def test_zeros_by_the_hundred_megabytes(run, tmp_path, size, why):
    place = tmp_path / "zeros"
    with place.open("wb") as stream:
        stream.truncate(size)
    code, answer = run(str(place))
    assert code == 2
    assert why in answer["error"]["message"]


@pytest.mark.slow  # three large files, each held whole
def test_a_hundred_megabytes_that_begin_well(run, tmp_path):
    for start in (b"%PDF-1.7\n", b"\x30\x84\x06\x00\x00\x00", b"MIIF"):
        place = tmp_path / "large"
        with place.open("wb") as stream:
            stream.write(start)
            stream.truncate(100 * 1024 * 1024)
        code, answer = run(str(place))
        assert code == 2
        assert answer["error"]["message"]


def bomb() -> bytes:
    """A PDF of 4 MB whose list of objects unpacks to 4 GB."""
    packer = zlib.compressobj(9)
    head = packer.compress(bytes(16 * 1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(16 * 1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = head + block * 255 + packer.flush()
    facts = f"/Type /XRef /Size 5 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /Length {len(stream)}"
    body = b"%PDF-1.7\n"
    return body + f"2 0 obj << {facts} >> stream\n".encode() + stream + b"\nendstream endobj\nstartxref\n9\n%%EOF\n"


@pytest.mark.slow  # two gigabytes are unpacked before the ceiling stops them
def test_a_pdf_that_unpacks_to_gigabytes(run):
    code, answer = run(bomb())
    assert code == 2
    assert "troppa memoria" in answer["error"]["message"]


def test_a_pdf_of_arrays_without_end(run):
    deep = b"%PDF-1.7\n1 0 obj " + b"[" * 200_000 + b"\nendobj\nxref\n0 1\n0000000000 65535 f \n"
    code, answer = run(deep + b"trailer << /Size 2 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
    assert code == 2
    assert "PDF" in answer["error"]["message"]
