"""A receipt verifies with the right key and in no other case; whatever the document holds, the answer is an answer."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from levante.register.pure.canonical import canonical_bytes
from levante.register.pure.commitment import is_name, new_salt, parse_instant, sequence_of
from levante.register.pure.heads import HeadError, read_head
from levante.register.pure.keys import SigningKey
from levante.register.pure.receipts import MAX_RECEIPT_BYTES, verify_receipt

function_scoped = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def keys(signer):
    return {signer.key_id: signer.public}


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64])
def test_every_receipt_of_a_log_is_valid(make_receipts, keys, count):
    for receipt in make_receipts(count):
        outcome = verify_receipt(receipt.to_bytes(), keys)
        assert outcome
        assert outcome.as_json() == {
            "valid": True,
            "number": receipt.number,
            "received_at": receipt.received_at,
            "entry_hash": receipt.entry_hash.hex(),
        }


def test_a_receipt_reindented_by_an_editor_is_still_valid(make_receipts, keys):
    value = make_receipts(5, payload={"ragione_sociale": "Caffè dell'Àncora", "x": [1, 1.5, None, True]})[3].as_json()
    assert verify_receipt("\ufeff" + json.dumps(value, indent=4, ensure_ascii=True) + "\r\n", keys)


def test_another_key_is_told_apart_from_a_bad_signature(make_receipts, keys):
    other = SigningKey.generate()
    document = make_receipts(3)[1].to_bytes()
    assert verify_receipt(document, {other.key_id: other.public}).code == "wrong_key"
    assert verify_receipt(document, {}).code == "wrong_key"
    (key_id,) = keys
    assert verify_receipt(document, {key_id: other.public}).code == "bad_signature"


def leaves_of(value, path=()):
    if isinstance(value, dict):
        for name in value:
            yield from leaves_of(value[name], (*path, name))
    elif isinstance(value, list):
        for place in range(len(value)):
            yield from leaves_of(value[place], (*path, place))
    else:
        yield path


def changed(item):
    if isinstance(item, int):
        return item + 1
    last = item[-1]
    return item[:-1] + ("0" if last != "0" else "1")


def test_a_change_in_any_field_is_found(make_receipts, keys):
    receipt = make_receipts(6)[2]
    paths = list(leaves_of(receipt.as_json()))
    assert len(paths) > 18
    for path in paths:
        value = json.loads(receipt.to_bytes())
        place = value
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = changed(place[path[-1]])
        outcome = verify_receipt(json.dumps(value), keys)
        assert not outcome, path
        assert outcome.reason.it, path
        assert outcome.reason.en, path


def test_a_missing_or_added_field_is_found(make_receipts, keys):
    receipt = make_receipts(2)[0]
    for part in ((), ("entry",), ("head",)):
        names = receipt.as_json()
        for name in part:
            names = names[name]
        for name in [*names, "added"]:
            value = json.loads(receipt.to_bytes())
            place = value
            for step in part:
                place = place[step]
            if name == "added":
                place["added"] = 1
            else:
                del place[name]
            assert not verify_receipt(json.dumps(value), keys), (part, name)


@given(st.data())
@function_scoped
def test_any_flipped_bit_is_found(make_receipts, keys, data):
    document = bytearray(make_receipts(4)[1].to_bytes())
    bit = data.draw(st.integers(0, len(document) * 8 - 1))
    document[bit // 8] ^= 1 << bit % 8
    assert not verify_receipt(bytes(document), keys)


@given(st.binary(max_size=200))
def test_garbage_is_answered(data):
    outcome = verify_receipt(data, {})
    assert not outcome
    assert outcome.code in {"not_json", "not_a_receipt"}


@pytest.mark.parametrize(
    "document",
    [b"", b"null", b"[]", b"{}", b'"levante.register.receipt/1"', b"[" * 200_000, b"\x00" * 1000, b"1" * 10_000,
     b'{"format":"levante.register.receipt/1"}', "\ud800", b'{"a":1,"a":1}', b" " * (MAX_RECEIPT_BYTES + 1)],
)  # fmt: skip
def test_hostile_documents_are_answered(document):
    assert verify_receipt(document, {}).as_json()["valid"] is False


@pytest.mark.parametrize(
    ("document", "it"),
    [
        (b"non so", "il documento non si legge: il testo non è JSON alla riga 1, colonna 1"),
        (b"\xff", "il documento non si legge: il testo non è UTF-8"),
        (b"[" * 200_000, "il documento non si legge: il documento ha troppi livelli"),
        (b"1" * 10_000, "il documento non si legge: un numero è troppo lungo"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_language(document, it):
    reason = verify_receipt(document, {}).reason
    assert reason.it == it
    assert reason.en.startswith("the document cannot be read: ")


def test_what_is_malformed_is_told_in_one_language(make_receipts, keys):
    whole = make_receipts(3)[1].as_json()
    for changed, it in (
        ({"salt": "00"}, "salt non è un’impronta di 64 cifre esadecimali minuscole"),
        ({"head": None}, "una testa è un oggetto JSON"),
        ({"received_at": "2026-13-45T99:00:00.000000Z"}, "2026-13-45T99:00:00.000000Z non è un istante"),
        (
            {"entry": {"kind": "x", "payload": 10**30, "subject": ""}},
            "un numero intero cambierebbe: va scritto come testo",
        ),
    ):
        assert verify_receipt(json.dumps(whole | changed), keys).reason.it == f"la ricevuta è malformata: {it}"


@pytest.mark.parametrize(
    ("field", "value"),
    [("inclusion_proof", ["00" * 32] * 65), ("inclusion_proof", {"0": "a"}), ("leaf_index", True), ("leaf_index", 1.0),
     ("leaf_index", -1), ("salt", "00"), ("salt", "A" * 64), ("number", 7), ("number", "2026/0000000002"),
     ("number", "٢٠٢٦/0000002"), ("received_at", "2026-03-02 09:00:01Z"), ("entry", []), ("head", None), ("log", "../x"),
     ("entry", {"kind": "x", "payload": 10**30, "subject": ""})],
)  # fmt: skip
def test_odd_values_are_malformed(make_receipts, keys, field, value):
    document = make_receipts(3)[1].as_json() | {field: value}
    assert verify_receipt(json.dumps(document), keys).code in {"bad_shape", "bad_number"}


def test_a_proof_of_another_leaf_or_a_later_instant_is_refused(make_receipts, keys, signer):
    first, second, third = make_receipts(3)
    assert (
        verify_receipt(replace(first, inclusion_proof=second.inclusion_proof).to_bytes(), keys).code == "not_included"
    )
    assert verify_receipt(replace(third, head=replace(third.head, log="other")).to_bytes(), keys).code == "other_log"
    assert (
        verify_receipt(replace(third, received_at="2027-01-01T00:00:00.000000Z").to_bytes(), keys).code == "bad_instant"
    )


def test_the_same_content_with_another_salt_has_another_hash(make_receipts):
    receipt = make_receipts(1)[0]
    assert replace(receipt, salt=new_salt()).entry_hash != receipt.entry_hash


def test_the_signed_bytes_of_a_head_are_its_canonical_json_without_the_signature(make_receipts, signer):
    head = make_receipts(2)[0].head
    value = head.as_json()
    del value["signature"]
    signer.public.verify(head.signature, canonical_bytes(value))
    assert read_head(head.as_json()) == head


def test_a_signature_has_one_spelling(make_receipts):
    value = make_receipts(1)[0].head.as_json()
    other = value["signature"][:-3] + chr(ord(value["signature"][-3]) + 1) + "=="  # same bytes, other unused bits
    for spelling in (other, value["signature"].rstrip("="), value["signature"] + "\n", "é", None):
        with pytest.raises(HeadError):
            read_head(value | {"signature": spelling})


def test_numbers_and_instants_have_one_spelling():
    assert sequence_of("2026/0000123") == 123
    assert sequence_of("2026/12345678") == 12345678
    for text in ("2026/123", "26/0000123", "2026/00000123", "2026/0000123 ", "2026-0000123"):
        with pytest.raises(ValueError, match="number"):
            sequence_of(text)
    for odd in ("2026-13-01T00:00:00.000000Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000+00:00", None):
        with pytest.raises(ValueError, match=r"instant|time data"):
            parse_instant(odd)
    assert is_name("opening.voucher-2026")
    assert not is_name("Opening")
    assert not is_name("a" * 101)
