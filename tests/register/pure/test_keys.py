"""The ring of keys: made once, rotated, never lost, never readable by others."""

import base64
import threading
from datetime import UTC, datetime

import pytest

from levante.register.pure.canonical import canonical_bytes
from levante.register.pure.keys import KeyProblem, KeyRing, key_id_of, read_public_keys

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_private_keys_are_for_their_owner_alone(tmp_path):
    key = KeyRing(tmp_path / "ring").create(NOW)
    assert (tmp_path / "ring").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "ring" / f"{key.key_id}.private.pem").stat().st_mode & 0o777 == 0o600
    assert key_id_of(key.public) == key.key_id


def test_with_a_passphrase_the_private_key_is_encrypted(tmp_path):
    made = KeyRing(tmp_path, "salento").create(NOW)
    assert b"ENCRYPTED" in (tmp_path / f"{made.key_id}.private.pem").read_bytes()
    assert KeyRing(tmp_path, "salento").current().key_id == made.key_id
    for passphrase in (None, "gargano"):
        with pytest.raises(KeyProblem, match="passphrase"):
            KeyRing(tmp_path, passphrase).current()
    assert set(KeyRing(tmp_path).public_keys()) == {made.key_id}  # publishing needs no secret


def test_rotation_keeps_the_old_key_and_its_word_about_the_new(tmp_path):
    ring = KeyRing(tmp_path)
    old = ring.create(NOW)
    new = ring.rotate(NOW)
    assert ring.current().key_id == new.key_id != old.key_id
    assert set(ring.public_keys()) == {old.key_id, new.key_id}
    assert list(read_public_keys(ring.public_bundle())) == [new.key_id, old.key_id]
    (statement,) = ring.description()["successions"]
    signature = base64.b64decode(statement.pop("signature"))
    assert list(read_public_keys(statement.pop("public_key").encode())) == [new.key_id]
    old.public.verify(signature, canonical_bytes(statement))
    assert [entry["retired_at"] is None for entry in ring.description()["keys"]] == [False, True]


def test_a_ring_is_created_once_whoever_comes_first(tmp_path):
    outcomes = []

    def create():
        try:
            outcomes.append(KeyRing(tmp_path / "ring").create(NOW).key_id)
        except KeyProblem:
            outcomes.append(None)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(item is not None for item in outcomes) == 1
    assert KeyRing(tmp_path / "ring").current_id() in outcomes


def test_damage_is_said(tmp_path):
    ring = KeyRing(tmp_path)
    with pytest.raises(KeyProblem, match="no signing key"):
        ring.current()
    first, second = KeyRing(tmp_path / "a").create(NOW), KeyRing(tmp_path / "b").create(NOW)
    public = tmp_path / "a" / f"{first.key_id}.public.pem"
    public.write_bytes((tmp_path / "b" / f"{second.key_id}.public.pem").read_bytes())
    with pytest.raises(KeyProblem, match="named after"):
        KeyRing(tmp_path / "a").public_keys()
    (tmp_path / "b" / "ring.json").write_text("{")
    with pytest.raises(KeyProblem, match="cannot be read"):
        KeyRing(tmp_path / "b").current()
    (tmp_path / "b" / "ring.json").write_text("{}")
    with pytest.raises(KeyProblem, match="not a key ring"):
        KeyRing(tmp_path / "b").current()
