"""The audit finds one changed bit anywhere, changed behind the application's back; anchoring with a real socket."""

import json
import threading
from dataclasses import replace

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from levante.kernel.api import Refused, system
from levante.register import cli
from levante.register.anchoring import anchor_heads, heads_outside
from levante.register.api import (
    Anchor,
    Draft,
    Entry,
    Head,
    Log,
    append_batch,
    append_entry,
    erase_entry_content,
    find_entry,
    key_ring,
    rotate_key,
)
from levante.register.audit import audit_register
from levante.register.cli import main
from levante.register.tsa import Authority, server

ACTOR = system("test")
TABLES = ["register_log", "register_entry", "register_head", "register_subtree", "register_anchor"]

#: One changed bit (or as little as a type allows) in a column of each type.
FLIPS = {
    "bytea": "set_byte({0}, mod({1}, octet_length({0})), get_byte({0}, mod({1}, octet_length({0}))) # 1)",
    "bigint": "{0} # 1",
    "smallint": "({0} # 1)::smallint",
    "integer": "{0} # 1",
    "numeric": "{0} + 1",
    "text": "overlay({0} placing chr(ascii(substr({0}, 1 + mod({1}, length({0})), 1)) # 1)"
    " from 1 + mod({1}, length({0})) for 1)",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
}
FLIPS["character varying"] = FLIPS["text"]


#: A high bit, which makes of an instant one that no calendar of four figures holds.
FAR = {
    "timestamp with time zone": "{0} + interval '9000 years'",
    "numeric": "'NaN'::numeric",
}


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


@pytest.fixture
def history(db, settings, tmp_path, address, authority):
    """A register with some life: two logs, batches, an erasure, a rotation, calls refused and failed, stamps."""
    settings.REGISTER_KEYS = tmp_path / "keys"
    drafts = [Draft("test.row", f"row:{i}", {"i": i}, f"row {i}") for i in range(270)]
    append_batch(actor=ACTOR, drafts=drafts)
    receipt = append_entry(actor=ACTOR, kind="test.personal", subject="p:1", payload={"cf": "X"}, idempotency_key="p")
    erase_entry_content(actor=ACTOR, entry=find_entry(receipt.number), reason="act 5")
    rotate_key(actor=ACTOR)
    append_entry(actor=ACTOR, log="opening.1", kind="test.row", subject="o:1", payload=None, idempotency_key="o")
    append_entry(actor=ACTOR, log="opening.1", kind="test.row", subject="o:2", payload=[1.5], idempotency_key="o2")
    outcomes = []
    for authority.failure in ("rejection", "error-500", "none"):
        outcomes += [anchor.outcome for anchor in anchor_heads(actor=ACTOR, url=address, roots=[authority.root])]
    assert outcomes == ["refused"] * 2 + ["failed"] * 2 + ["granted"] * 3


def problems(authority) -> list:
    return audit_register(key_ring().public_keys(), [authority.root]).as_json()["problems"]


def change(statement: str, parameters=()) -> int:
    """Change rows as an intruder who owns the database would: without triggers and checks."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c'"
            " AND conrelid::regclass::text = ANY(%s)",
            [TABLES],
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(statement, parameters)
        return cursor.rowcount


def columns() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_name = ANY(%s)"
            " AND table_schema = 'public' ORDER BY 1, ordinal_position",
            [TABLES],
        )
        return cursor.fetchall()


def test_an_untouched_register_passes(history, authority):
    report = audit_register(key_ring().public_keys(), [authority.root]).as_json()
    assert report["ok"], report["problems"]
    assert [(log["log"], log["size"], log["erased"]) for log in report["logs"]] == [
        ("register", 273, 1),
        ("opening.1", 2, 0),
        ("anchoring", 7, 0),
    ]


def test_stamps_that_could_not_be_checked_are_told(history, authority):
    checked = audit_register(key_ring().public_keys(), [authority.root]).as_json()
    assert checked["anchors"] == {"checked": 3, "unchecked": 0}
    blind = audit_register(key_ring().public_keys()).as_json()
    assert (blind["ok"], blind["anchors"]) == (True, {"checked": 0, "unchecked": 3})
    change("UPDATE register_anchor SET nonce = nonce + 1")
    assert not audit_register(key_ring().public_keys()).as_json()["ok"], "what was asked is checked without roots too"


def test_the_command_finds_the_roots_of_the_installations_own_authority(
    history, authority, capsys, monkeypatch, tmp_path
):
    monkeypatch.setattr(cli, "var_folder", lambda: tmp_path)
    assert cli.main(["audit"]) == 0
    assert json.loads(capsys.readouterr().out)["anchors"] == {"checked": 0, "unchecked": 3}
    (tmp_path / "tsa").mkdir()
    (tmp_path / "tsa" / "root.pem").write_bytes(authority.root_pem)
    assert cli.main(["audit"]) == 0
    assert json.loads(capsys.readouterr().out)["anchors"] == {"checked": 3, "unchecked": 0}


@pytest.mark.slow  # one audit for each column and row tried
def test_one_changed_bit_in_any_column_is_found(history, authority):
    tried, refused, missed = 0, 0, []
    for table, column, kind in columns():
        key = "ctid"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key}::text FROM {table} WHERE {column} IS NOT NULL ORDER BY ctid")
            rows = [row[0] for row in cursor.fetchall()]
        for row, offset in {(rows[0], 0), (rows[len(rows) // 2], 13), (rows[-1], 31)} if rows else ():
            for way in filter(None, (FLIPS[kind], FAR.get(kind))):
                try:
                    with transaction.atomic():
                        empty = f" AND {column}::text NOT IN ('', '\\x')"
                        flip = way.format(column, offset)
                        changed = change(f"UPDATE {table} SET {column} = {flip} WHERE ctid = %s::tid{empty}", [row])
                        tried += changed
                        if changed and not problems(authority):
                            missed.append((table, column, row))
                        transaction.set_rollback(True)
                except (IntegrityError, DataError):
                    refused += 1  # a key or a type that is still there
    assert not missed, missed
    assert tried > 60
    assert refused < tried / 2, "most of what is changed is of its type, and is looked at"
    assert not problems(authority)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM register_entry WHERE sequence = 100",
        "DELETE FROM register_entry WHERE sequence = 273",
        "DELETE FROM register_head WHERE size = 270",
        "DELETE FROM register_subtree",
        "UPDATE register_entry SET content = NULL, salt = NULL, subject = '' WHERE sequence = 7",
        "UPDATE register_entry SET content = NULL, salt = NULL, subject = '' WHERE kind = 'register.content_erased'",
        "UPDATE register_entry SET content = '{}', salt = decode(repeat('00', 32), 'hex') WHERE content IS NULL",
        "DELETE FROM register_anchor WHERE outcome = 'refused'",
        "DELETE FROM register_anchor",
        "UPDATE register_anchor SET reason = 'another' WHERE outcome = 'failed'",
        "UPDATE register_anchor SET response = NULL WHERE outcome = 'refused'",
        "INSERT INTO register_anchor (head_id, authority, asked_at, nonce, request, outcome, serial, reason, operator)"
        " SELECT head_id, authority, asked_at, nonce, request, outcome, serial, reason, operator FROM register_anchor"
        " WHERE outcome = 'failed'",
        "DELETE FROM register_entry WHERE kind = 'register.anchored' AND sequence = 7",
        "UPDATE register_log SET frontier = ''",
        "UPDATE register_entry SET content = ' ' || content WHERE sequence = 7",
        "UPDATE register_entry SET content = 'nonsense' WHERE sequence = 7",
        "UPDATE register_head SET key_id = (SELECT max(key_id) FROM register_head h WHERE h.key_id <> register_head.key_id)",
        "INSERT INTO register_subtree (log_id, level, index, root) SELECT id, 1, 1, '' FROM register_log LIMIT 1",
        "INSERT INTO register_head (id, log_id, size, previous, root, instant, key_id, signature)"
        " SELECT id + 1, log_id, size + 1, size, root, instant, key_id, signature FROM register_head"
        " ORDER BY id DESC LIMIT 1",
    ],
)
def test_larger_tampering_is_found(history, authority, statement):
    assert change(statement) > 0
    assert problems(authority)


def test_a_whole_log_written_again_with_the_key_is_given_away_by_its_stamp(history, authority):
    """Who holds the key and the database can sign another past: the authority's stamp is of the true one."""
    other = Head.objects.filter(log__name="opening.1").order_by("-id").first()
    stamped = Head.objects.filter(log__name="register").order_by("-id").first()
    change("UPDATE register_anchor SET head_id = %s WHERE head_id = %s", [other.pk - 1, stamped.pk])
    assert any("than a stamp of this head" in problem["what"] for problem in problems(authority))


@pytest.mark.parametrize("far", ["infinity", "-infinity", "0044-03-15 BC"])
def test_an_instant_of_no_calendar_is_a_finding_and_not_a_failure(history, authority, far):
    for table, column in (
        ("entry", "received_at"),
        ("head", "instant"),
        ("log", "last_instant"),
        ("anchor", "asked_at"),
    ):
        with transaction.atomic():
            assert change(f"UPDATE register_{table} SET {column} = %s::timestamptz", [far])
            assert problems(authority), (table, column)
            transaction.set_rollback(True)


@pytest.fixture
def no_authority_here(monkeypatch, tmp_path):
    """A checkout in which the demonstration was served has a test authority of its own, which stamped nothing of these."""
    monkeypatch.setenv("LEVANTE_VAR", str(tmp_path / "var"))


def test_a_log_cut_short_or_gone_is_found_by_what_was_kept_outside(
    history, authority, address, settings, tmp_path, capsys, no_authority_here
):
    """Who owns the database can cut the end of a log coherently: what was given out, or kept elsewhere, gives it away."""
    settings.REGISTER_HEADS_FOLDER = str(tmp_path / "outside")
    before = Log.objects.get(name="opening.1")
    receipt = append_entry(
        actor=ACTOR, log="opening.1", kind="test.row", subject="o:3", payload=3, idempotency_key="o3"
    )
    (tmp_path / "receipt.json").write_bytes(receipt.to_bytes())
    cut = [
        ("DELETE FROM register_head WHERE log_id = %s AND size > %s", [before.pk, before.size]),
        ("DELETE FROM register_entry WHERE log_id = %s AND sequence > %s", [before.pk, before.size]),
        ("UPDATE register_log SET size = %s, last_instant = %s, frontier = %s WHERE id = %s",
         [before.size, before.last_instant, before.frontier, before.pk]),
    ]  # fmt: skip
    with transaction.atomic():
        for statement, parameters in cut:
            assert change(statement, parameters) == 1
        assert not problems(authority), "nothing inside the database tells of it"
        assert main(["audit", "--head", str(tmp_path / "receipt.json")]) == 1
        assert "was given out, and the log has 2 entries" in capsys.readouterr().out
        transaction.set_rollback(True)
    anchor_heads(actor=ACTOR, url=address, roots=[authority.root])
    kept = sorted(path.name for path in (tmp_path / "outside").iterdir())
    assert kept == ["anchoring-8.json", "anchoring-8.tsr", "opening.1-3.json", "opening.1-3.tsr"]
    assert main(["audit"]) == 0
    known = heads_outside()
    assert audit_register(key_ring().public_keys(), known=known).count == 0
    forged = [replace(known[1], root=bytes(32))]
    assert audit_register(key_ring().public_keys(), known=forged).count == 1
    other = [replace(known[1], log="opening.9")]
    assert "its log is not there" in str(audit_register(key_ring().public_keys(), known=other).as_json())
    (tmp_path / "outside" / "opening.1-3.json").write_text("{}")
    assert main(["audit"]) == 2


@pytest.mark.slow  # goes through a few thousand entries in portions
def test_the_audit_reads_in_portions(db, settings, tmp_path):
    settings.REGISTER_KEYS = tmp_path / "keys"
    drafts = [Draft("test.row", f"row:{i}", {"i": i}, f"row {i}") for i in range(6000)]
    append_batch(actor=ACTOR, drafts=drafts)
    assert audit_register(key_ring().public_keys()).as_json()["ok"]


def test_the_command_prints_json_and_an_exit_code(history, authority, capsys, tmp_path, no_authority_here):
    (tmp_path / "root.pem").write_bytes(authority.root_pem)
    assert main(["audit", "--tsa-roots", str(tmp_path / "root.pem")]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    change("UPDATE register_entry SET subject = 'row:x' WHERE sequence = 9")
    assert main(["audit"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["problem_count"]) == (False, 1)
    assert report["problems"][0]["where"] == "entry 9"


def test_an_untrusted_key_is_a_finding(history):
    audit = audit_register({})
    assert audit.count == Head.objects.count()


def test_heads_are_stamped_once_and_again_when_they_move(history, address, authority):
    assert anchor_heads(actor=ACTOR, url=address, roots=[authority.root]) == []
    append_entry(actor=ACTOR, kind="test.row", subject="x", payload=1, idempotency_key="later")
    anchor, of_calls = anchor_heads(actor=ACTOR, url=address, roots=[authority.root])
    assert anchor.head.size == 274
    assert anchor.instant is not None
    assert (of_calls.head.log.name, of_calls.head.size) == ("anchoring", 8), "and the log of the calls with it"
    assert anchor_heads(actor=ACTOR, url=address, roots=[authority.root]) == []


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [("rejection", "refused"), ("garbage", "refused"), ("other-data", "refused"), ("other-nonce", "refused"),
     ("error-500", "failed"), ("silence", "failed")],
)  # fmt: skip
def test_a_failed_call_is_written_down_and_tried_again(db, address, authority, failure, outcome):
    append_entry(actor=ACTOR, kind="test.row", subject="x", payload=1, idempotency_key="x")
    authority.failure = failure
    (anchor,) = anchor_heads(actor=ACTOR, url=address, roots=[authority.root])
    assert (anchor.outcome, anchor.instant) == (outcome, None)
    assert anchor.reason
    assert bytes(anchor.request)
    authority.failure = "none"
    anchor, _ = anchor_heads(actor=ACTOR, url=address, roots=[authority.root])
    assert anchor.outcome == Anchor.GRANTED
    assert Anchor.objects.count() == 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "file:///etc/passwd", "nonsense"])
def test_an_authority_that_is_not_there_is_a_failed_call(db, url):
    append_entry(actor=ACTOR, kind="test.row", subject="x", payload=1, idempotency_key="x")
    (anchor,) = anchor_heads(actor=ACTOR, url=url, roots=[])
    assert anchor.outcome == Anchor.FAILED


def test_without_an_authority_nothing_is_asked(db, settings):
    settings.REGISTER_TSA_URL = ""
    append_entry(actor=ACTOR, kind="test.row", subject="x", payload=1, idempotency_key="x")
    with pytest.raises(Refused):
        anchor_heads(actor=ACTOR)
    assert main(["anchor"]) == 2
    assert not Anchor.objects.exists()
    assert Entry.objects.count() == 1
