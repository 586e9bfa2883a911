"""Appending to the real database: numbers, order, receipts, retries, erasure, rotation."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from levante.kernel.api import Refused, clock_at, system
from levante.register import services
from levante.register.api import (
    Draft,
    Entry,
    Head,
    IdempotencyConflict,
    KeyProblem,
    Log,
    append_batch,
    append_entry,
    entries_about,
    erase_entry_content,
    find_entry,
    head_document,
    key_ring,
    receipt_of,
    receipts_of,
    rotate_key,
    verify_receipt,
)
from levante.register.audit import audit_register
from levante.register.models import Subtree
from levante.register.pure.canonical import CanonicalError
from levante.register.pure.heads import read_head
from levante.register.pure.tree import verify_consistency

pytestmark = pytest.mark.django_db
ACTOR = system("test")
AT = datetime(2026, 5, 4, 8, 30, 15, 654321, tzinfo=UTC)


def add(key: str, log: str = "register", **fields):
    values = {"kind": "applications.transmitted", "subject": f"application:{key}", "payload": {"amount": "6000.00"}}
    return append_entry(actor=ACTOR, log=log, idempotency_key=key, **(values | fields))


def is_valid(receipt) -> bool:
    return bool(verify_receipt(receipt.to_bytes(), key_ring().public_keys()))


def test_a_receipt_says_what_when_and_where():
    with clock_at(AT):
        add("a")
        receipt = add("b")
    assert (receipt.number, receipt.received_at) == ("2026/0000002", "2026-05-04T08:30:15.654321Z")
    assert receipt.leaf_index == 1
    assert receipt.head.size == 2
    assert is_valid(receipt)
    entry = find_entry("2026/0000002")
    assert entry is not None
    assert receipt_of(entry) == receipt
    assert find_entry("2025/0000002") is None
    assert find_entry("not a number") is None
    assert entries_about("application:b") == [entry]


def test_the_year_of_the_number_is_the_italian_one():
    with clock_at(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        assert add("new year").number.startswith("2027/")


def test_a_retry_gives_the_same_bytes_whatever_came_between():
    first = add("a", payload={"name": "Caffè", "n": 1.5})
    for i in range(5):
        add(f"later {i}")
    again = add("a", payload={"n": 1.5, "name": "Caffè"})
    assert again.to_bytes() == first.to_bytes()
    assert Entry.objects.count() == 6


def test_the_same_key_for_something_else_is_refused():
    add("a")
    with pytest.raises(IdempotencyConflict):
        add("a", payload={"amount": "9000.00"})
    with pytest.raises(IdempotencyConflict):
        add("a", subject="application:other")
    add("a", log="opening.1")  # another log, another request
    assert Entry.objects.count() == 2


def test_instants_never_decrease_when_the_clock_is_set_back():
    with clock_at(AT):
        first = add("a")
    with clock_at(AT - timedelta(days=3)):
        second = add("b")
    with clock_at(AT + timedelta(seconds=1)):
        third = add("c")
    assert first.received_at == second.received_at < third.received_at
    assert [r.leaf_index for r in (first, second, third)] == [0, 1, 2]
    assert is_valid(second)


def test_a_batch_has_one_head_and_its_receipts_in_order():
    add("before")
    drafts = [Draft("import.row", f"row:{i}", {"i": i}, f"row {i}") for i in range(600)]
    receipts = append_batch(actor=ACTOR, drafts=drafts)
    assert [r.payload["i"] for r in receipts] == list(range(600))
    assert {r.head.size for r in receipts} == {601}
    assert Head.objects.count() == 2
    assert all(is_valid(receipts[i]) for i in (0, 1, 254, 255, 256, 300, 598, 599))
    assert [tuple(row) for row in Subtree.objects.values_list("level", "index")] == [(1, 0), (1, 1)]
    stored = list(Entry.objects.order_by("id")[1:])
    assert [r.to_bytes() for r in receipts_of(stored)] == [r.to_bytes() for r in receipts]


def test_a_batch_that_comes_back_in_part_adds_only_what_is_new():
    first = append_batch(
        actor=ACTOR, drafts=[Draft("import.row", "row:1", 1, "1"), Draft("import.row", "row:2", 2, "2")]
    )
    second = append_batch(
        actor=ACTOR,
        drafts=[
            Draft("import.row", "row:3", 3, "3"),
            Draft("import.row", "row:2", 2, "2"),
            Draft("import.row", "row:3", 3, "3"),
        ],
    )
    assert [r.leaf_index for r in second] == [2, 1, 2]
    assert second[1].to_bytes() == first[1].to_bytes()
    assert append_batch(actor=ACTOR, drafts=[]) == []
    with pytest.raises(IdempotencyConflict):
        append_batch(actor=ACTOR, drafts=[Draft("a.b", "x", 1, "9"), Draft("a.b", "x", 2, "9")])
    assert Entry.objects.count() == Log.objects.get().size == 3


def test_an_append_that_fails_leaves_no_trace_and_no_gap():
    add("a")

    def fails():
        with transaction.atomic():
            add("b")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert add("c").leaf_index == 1
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("payload", [float("nan"), 2**60 + 1, {"a": b"bytes"}, "\ud800"])
def test_what_is_not_json_is_refused(payload):
    with pytest.raises(CanonicalError):
        add("a", payload=payload)
    assert not Entry.objects.exists()


def test_odd_texts_survive_storage():
    payload = {"nul": "a\x00b", "emoji": "\U0001f600", "line": "\u2028", "": [None, True, -0.0, 1e300]}
    receipt = add("a", payload=payload)
    assert is_valid(receipt)
    assert receipt_of(Entry.objects.get()).to_bytes() == receipt.to_bytes()


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "Not A Name"), ("kind", "register.content_erased"), ("log", "A b")]
)
def test_names_are_checked(field, value):
    with pytest.raises(ValueError, match="not"):
        add("a", **{field: value})


def test_an_append_costs_few_queries(django_assert_max_num_queries):
    add("a")
    with django_assert_max_num_queries(7):  # savepoint, lock, known?, rows, head, audit, release
        add("b")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_entry SET content = replace(content, '6000', '9000')",
        "UPDATE register_entry SET received_at = received_at - interval '1 day'",
        "UPDATE register_entry SET content = NULL, salt = NULL, subject = '', number = '2026/0000009'",
        "UPDATE register_entry SET content = NULL",
        "DELETE FROM register_entry",
        "UPDATE register_head SET size = 7",
        "DELETE FROM register_head",
        "UPDATE register_log SET size = size - 1",
        "UPDATE register_log SET last_instant = last_instant - interval '1 second'",
        "UPDATE register_log SET name = 'other'",
        "DELETE FROM register_log",
        "UPDATE register_subtree SET root = ''",
        "DELETE FROM register_subtree",
        "INSERT INTO register_entry (id, log_id, sequence, number, received_at, kind, subject, request, entry_hash, leaf_hash)"
        " SELECT 1, log_id, 99, number, received_at, kind, '', 'x', entry_hash, leaf_hash FROM register_entry LIMIT 1",
    ],
)
def test_the_database_refuses_changes(statement):
    append_batch(actor=ACTOR, drafts=[Draft("a.b", "x", {"amount": "6000.00"}, str(i)) for i in range(256)])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["log", "entry", "head", "subtree", "anchor"])
def test_no_table_is_emptied_at_once(table):
    add("a")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the rows just written are what stops it
        with pytest.raises(DatabaseError, match="not emptied"):
            cursor.execute(f"TRUNCATE register_{table} CASCADE")
        transaction.set_rollback(True)


def test_erasing_a_content_keeps_every_proof():
    before = [add(str(i), payload={"codice_fiscale": "RSSMRA80A01A662X"}) for i in range(3)]
    entry = find_entry(before[1].number)
    erased = erase_entry_content(actor=ACTOR, entry=entry, reason="request 12/2026, GDPR art. 17")
    entry.refresh_from_db()
    assert entry.is_erased
    assert (entry.content, entry.salt, entry.subject) == (None, None, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM register_entry e WHERE e::text LIKE '%RSSMRA80A01A662X%'")
        assert cursor.fetchone() == (2,)
    assert all(is_valid(receipt) for receipt in [*before, erased])  # who kept the receipt can still prove it
    assert receipt_of(find_entry(before[2].number)).to_bytes() == before[2].to_bytes()
    assert erased.payload["number"] == before[1].number
    assert erase_entry_content(actor=ACTOR, entry=entry, reason="again").to_bytes() == erased.to_bytes()
    with pytest.raises(ValueError, match="erased"):
        receipt_of(entry)
    with pytest.raises(IdempotencyConflict, match="erased"):
        add("1", payload={"codice_fiscale": "RSSMRA80A01A662X"})


def test_erasure_wants_a_reason_and_spares_the_registers_own_entries():
    receipt = add("a")
    with pytest.raises(Refused):
        erase_entry_content(actor=ACTOR, entry=find_entry(receipt.number), reason=" ")
    erased = erase_entry_content(actor=ACTOR, entry=find_entry(receipt.number), reason="act 3")
    with pytest.raises(Refused):
        erase_entry_content(actor=ACTOR, entry=find_entry(erased.number), reason="act 4")


def test_after_a_rotation_old_and_new_receipts_verify_each_with_its_key(settings, tmp_path):
    settings.REGISTER_KEYS = tmp_path / "keys"
    old = add("a")
    statement = rotate_key(actor=ACTOR)
    new = add("b")
    assert old.head.key_id != new.head.key_id == statement.head.key_id
    keys = key_ring().public_keys()
    assert verify_receipt(old.to_bytes(), {old.head.key_id: keys[old.head.key_id]})
    assert verify_receipt(new.to_bytes(), {new.head.key_id: keys[new.head.key_id]})
    assert verify_receipt(old.to_bytes(), {new.head.key_id: keys[new.head.key_id]}).code == "wrong_key"
    assert add("a").to_bytes() == old.to_bytes()
    assert statement.payload["from"] == old.head.key_id
    assert statement.payload["to"] == new.head.key_id


def test_a_rotation_whose_commit_failed_is_registered_with_the_next_entry(settings, tmp_path):
    settings.REGISTER_KEYS = tmp_path / "keys"
    old = add("a").head.key_id
    with transaction.atomic():
        rotate_key(actor=ACTOR)
        transaction.set_rollback(True)  # the server went away before the commit
    assert not Entry.objects.filter(kind=services.ROTATED).exists()
    assert key_ring().current_id() != old, "the ring is a file: it did not come back"
    receipt = add("b")
    assert receipt.subject == "application:b", "who asked gets the receipt of what was asked"
    entry = Entry.objects.get(kind=services.ROTATED)
    statement = receipt_of(entry).payload
    assert (statement["from"], statement["to"]) == (old, receipt.head.key_id)
    assert verify_receipt(receipt_of(entry).to_bytes(), key_ring().public_keys())
    add("c")
    rotate_key(actor=ACTOR)
    assert Entry.objects.filter(kind=services.ROTATED).count() == 2
    assert audit_register(key_ring().public_keys()).as_json()["ok"]


def test_a_lost_ring_is_never_replaced_in_silence(settings, tmp_path):
    settings.REGISTER_KEYS = tmp_path / "keys"
    add("a")
    settings.REGISTER_KEYS = tmp_path / "elsewhere"
    with pytest.raises(KeyProblem, match="backup"):
        add("b")
    assert not (tmp_path / "elsewhere" / "ring.json").exists()


def test_heads_are_published_with_their_consistency_proof():
    for i in range(20):
        add(str(i))
    old, document = read_head(head_document("register", 7)), head_document("register", since=7)
    new = read_head(document["head"])
    path = [bytes.fromhex(item) for item in document["path"]]
    assert verify_consistency(7, 20, old.root, new.root, path)
    assert head_document("register", 99) is None
    assert head_document("none") is None


def test_the_audit_entry_names_the_number_and_holds_no_content():
    from levante.kernel.models import AuditEntry

    receipt = add("a", payload={"codice_fiscale": "RSSMRA80A01A662X"})
    entry = AuditEntry.objects.get(verb="register.append_entry")
    assert entry.data == {"log": "register", "number": receipt.number}


def test_own_kinds_are_reserved():
    assert services.ERASED.startswith(services.OWN_KINDS)
    assert services.ROTATED.startswith(services.OWN_KINDS)
