"""What a number says of what it is, and the ways people write it."""

import pytest

from levante.kernel.api import system
from levante.register.api import append_entry, entries_numbered, find_entry
from levante.register.pure.numbers import PREFIXES, public_number, quoted
from levante.register.words import KINDS

ACTOR = system("test")


def test_each_kind_has_letters_of_its_own():
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert PREFIXES.keys() <= KINDS.keys()
    assert public_number("letter.written", "2026/0000001") == "LET-2026/0000001"
    assert public_number("register.key_rotated", "2026/0000001") == "REG-2026/0000001"
    assert public_number("intake.received", "2026/0000001") == "2026/0000001", "its room says which click day"


@pytest.mark.parametrize("text", ["DOM-2026/0000012", "dom-2026/12", "dom 2026-12", "2026/12"])
def test_an_application_may_have_been_given_the_number_with_letters_or_without(text):
    assert quoted(text).written("application.submitted") == ["DOM-2026/0000012", "2026/0000012"]


def test_letters_of_another_kind_are_another_thing():
    assert quoted("LET-2026/12").written("application.submitted") == []
    assert quoted("R2026/12").may_be("R")
    assert not quoted("DOM2026/12").may_be("R")


@pytest.mark.django_db
def test_an_entry_is_found_by_either_form_and_not_by_another_s_letters():
    receipt = append_entry(
        actor=ACTOR, log="interests", kind="interest.expressed", subject="interest:1", payload={}, idempotency_key="1"
    )
    assert receipt.public_number == f"MAN-{receipt.number}"
    entry = find_entry(receipt.number, "interests")
    assert entry == find_entry(receipt.public_number, "interests")
    assert entry.public_number == receipt.public_number
    assert find_entry(f"DOM-{receipt.number}", "interests") is None
    append_entry(
        actor=ACTOR, log="applications", kind="application.submitted", subject="application:1", payload={},
        idempotency_key="1",
    )  # fmt: skip
    assert [row.log.name for row in entries_numbered(quoted(receipt.number))] == ["applications", "interests"]
    assert [row.log.name for row in entries_numbered(quoted(receipt.public_number))] == ["interests"]
