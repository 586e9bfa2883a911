"""The public page: valid, not valid, printed; the key and the heads to check without us."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from levante.kernel.api import system
from levante.register.api import append_entry, find_entry, key_ring, rotate_key, verify_receipt
from levante.register.pure.consistency import check_consistency
from levante.register.pure.keys import read_public_keys
from levante.register.pure.receipts import MAX_RECEIPT_BYTES

pytestmark = pytest.mark.django_db
ACTOR = system("test")


@pytest.fixture
def receipts():
    return [
        append_entry(
            actor=ACTOR, kind="applications.transmitted", subject=f"application:{i}",
            payload={"nome": "Caffè <b>d'Àncora</b>"}, idempotency_key=f"k{i}",
        )
        for i in range(3)
    ]  # fmt: skip


def post(client, prefix="", **data) -> str:
    answer = client.post(f"{prefix}/verifica/", data)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_pasted_receipt_is_valid_in_both_languages(client, receipts):
    text = receipts[1].to_bytes().decode()
    italian, english = post(client, text=text), post(client, "/en", text=text)
    assert "Ricevuta valida" in italian
    assert "Valid receipt" in english
    for page in (italian, english):
        assert receipts[1].number in page
        assert receipts[1].received_at in page
        assert "application:1" in page
        assert receipts[1].entry_hash.hex() in page
        assert "&lt;b&gt;" in page
        assert "<b>" not in page


def test_a_dropped_file_is_valid_with_no_script(client, receipts):
    page = post(client, file=SimpleUploadedFile("receipt.json", receipts[2].to_bytes(), "application/json"))
    assert "Ricevuta valida" in page


@pytest.mark.parametrize(
    "content", [b"\x00\x01", b"{}", b"", b"[" * 100_000, b"<?xml version='1.0'?>", b"\xff" * 2000, b" " * (MAX_RECEIPT_BYTES + 9)]
)  # fmt: skip
def test_whatever_is_dropped_is_answered(client, receipts, content):
    assert "La ricevuta non è valida" in post(
        client, file=SimpleUploadedFile("receipt.json", content, "application/json")
    )


def test_a_tampered_receipt_says_why(client, receipts):
    text = receipts[0].to_bytes().decode().replace("application:0", "application:9")
    page = post(client, text=text)
    assert "La ricevuta non è valida" in page
    assert "impronta registrata" in page
    assert "registered" in post(client, "/en", text=text)


def test_nothing_handed_in_is_a_form_error(client):
    answer = client.post("/verifica/", {"text": "  "})
    assert answer.status_code == 422
    assert "Scegli un file" in answer.content.decode()


def test_the_page_stands_before_anything_is_registered(client, settings, tmp_path):
    settings.REGISTER_KEYS = tmp_path / "none"
    assert client.get("/verifica/").status_code == 200
    assert client.get("/verifica/chiave.pem").status_code == 404
    assert client.get("/verifica/register/testa.json").status_code == 404
    assert "La ricevuta non è valida" in post(client, text="{}")


def test_the_qr_of_a_printed_receipt_is_answered(client, receipts):
    query = {"number": receipts[1].number, "hash": receipts[1].entry_hash.hex()}
    assert "Il registro contiene questa registrazione" in client.get("/verifica/", query).content.decode()
    for wrong in ({"hash": "00"}, {"number": "x"}, {"number": receipts[0].number}, {"log": "none"}, {"hash": ""}):
        assert "Non è nel registro" in client.get("/verifica/", query | wrong).content.decode()


def test_key_and_heads_are_enough_to_check_without_us(client, receipts):
    rotate_key(actor=ACTOR)
    keys = read_public_keys(client.get("/verifica/chiave.pem").content)
    assert set(keys) == set(key_ring().public_keys())
    assert verify_receipt(receipts[0].to_bytes(), keys)
    old = client.get("/verifica/register/testa.json?size=2").content
    new = client.get("/verifica/register/testa.json?since=2").content
    assert check_consistency(old, new, keys)
    assert json.loads(old)["size"] == 2


@pytest.mark.parametrize(
    "query", ["size=99", "size=x", "size=-1", "since=99", "size=1&since=2", "size=" + "9" * 30, "since=-1"]
)
def test_heads_that_are_not_there_are_not_found(client, receipts, query):
    assert client.get(f"/verifica/register/testa.json?{query}").status_code == 404


def test_the_page_lists_keys_and_heads_and_no_content(client, receipts):
    page = client.get("/verifica/").content.decode()
    assert receipts[0].head.key_id in page
    assert page.count("testa.json?size=") == 3
    assert "Caffè" not in page
    assert not re.search(r"[^/]application:\d", page)
    assert find_entry(receipts[0].number)
