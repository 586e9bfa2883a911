"""The register at the desk, wide and on a phone: nothing too wide, nothing that hinders, the audit follows itself."""

import re

import pytest
from playwright.sync_api import expect

from levante.kernel.api import now, system
from levante.register.api import AuditRun, append_entry, rotate_key


@pytest.fixture
def written(db, settings, tmp_path):
    settings.REGISTER_KEYS = tmp_path / "keys"
    for i in range(60):
        append_entry(
            actor=system("test"), log="things", kind="test.entry", subject=f"thing:{i}", payload={"i": i},
            idempotency_key=f"k{i}",
        )  # fmt: skip
    rotate_key(actor=system("test"))
    at = now()
    ended = AuditRun.objects.create(
        state="ended", operator="Anna Greco", requested_at=at, moved_at=at, finished_at=at, entries_total=60,
        entries_done=60, problem_count=1, problems=[{"log": "things", "where": "entry 7", "what": "its leaf is not the hash"}],
        logs=[{"log": "things", "size": 60, "root": "ab" * 32, "heads": 60, "erased": 0}],
    )  # fmt: skip
    going = AuditRun.objects.create(
        state="running", operator="Anna Greco", requested_at=at, moved_at=at, entries_total=60, entries_done=20
    )
    return ended, going


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_register_wide_and_narrow(written, visitor, officer, prefix):
    ended, going = written
    desk = visitor(officer("auditor"))
    for name, path in (
        ("register", ""), ("entries", "log/things/"), ("heads", "log/things/teste/"), ("entry", "log/things/7/"),
        ("audits", "controlli/"), ("audit", f"controlli/{ended.pk}/"), ("audit-going", f"controlli/{going.pk}/"),
    ):  # fmt: skip
        desk.open(f"{prefix}/ufficio/registro/{path}")
        desk.check_at_both_widths(f"register-{name}{prefix.replace('/', '-')}")


def test_an_audit_under_way_follows_itself(written, visitor, officer):
    _, going = written
    desk = visitor(officer("auditor"))
    desk.open(f"/ufficio/registro/controlli/{going.pk}/")
    expect(desk.page.locator("#audit-bar")).to_have_attribute("value", "33")
    AuditRun.objects.filter(pk=going.pk).update(entries_done=45, moved_at=now())
    expect(desk.page.locator("#audit-bar")).to_have_attribute("value", "75")
    AuditRun.objects.filter(pk=going.pk).update(state="ended", entries_done=60, finished_at=now())
    expect(desk.page.locator("#audit")).not_to_have_attribute("hx-get", re.compile("."))
