"""The register at the desk: logs, entries and heads by place, stamps, keys, protocol numbers, audits as jobs."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.applications.conftest import filled, firm, first_come  # noqa: F401
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.kernel.api import Refused, clock_at, now, system, today
from levante.register import audit_runs
from levante.register.api import (
    AuditRun,
    Draft,
    Entry,
    Log,
    append_batch,
    append_entry,
    entries_before,
    erase_entry_content,
    find_entry,
    find_head,
    key_ring,
    receipt_of,
    request_audit,
    rotate_key,
)
from levante.register.audit_runs import carry_out_audit

ACTOR = system("test")
#: A log of these tests alone: the register also tells of its own keys.
LOG = "things"


def entries(count: int, log: str = LOG, first: int = 1) -> None:
    for i in range(first, first + count):
        append_entry(
            actor=ACTOR, log=log, kind="test.entry", subject=f"thing:{i}", payload={"i": i}, idempotency_key=f"k{i}"
        )


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    """A ring of one's own: what is rotated here stays here."""
    settings.REGISTER_KEYS = tmp_path / "keys"


@pytest.fixture
def reader(officer, signed_in):
    return signed_in(officer("auditor"))


@pytest.mark.django_db
def test_the_first_page_tells_logs_heads_stamps_keys_and_the_last_audit(reader):
    entries(3)
    entries(2, log="applications")
    old = key_ring().current_id()
    rotate_key(actor=ACTOR)
    page = reader.get("/ufficio/registro/").content.decode()
    assert "/ufficio/registro/log/applications/" in page
    assert "/ufficio/registro/log/things/" in page
    assert old in page
    assert key_ring().current_id() in page
    assert page.count("ritirata") == 1
    assert "non marcata" in page
    assert "Nessun controllo è ancora arrivato alla fine" in page


@pytest.mark.django_db
def test_entries_go_by_place_fifty_at_a_time(reader):
    drafts = [Draft("test.entry", f"thing:{i}", {"i": i}, f"k{i}") for i in range(1, 121)]
    append_batch(actor=ACTOR, log=LOG, drafts=drafts)
    entries(2, log="zz")  # a log whose ids are all higher
    seen, address = [], "/ufficio/registro/log/things/"
    while address:
        page = reader.get(address).content.decode()
        seen += re.findall(r">REG-(\d{4}/\d{7})</a>", page)
        following = re.search(r'rel="next" href="(\?after=\d+)"', page)
        address = f"/ufficio/registro/log/things/{following[1]}" if following else ""
    assert [int(number[5:]) for number in seen] == list(range(120, 0, -1))
    entry = Entry.objects.get(log__name=LOG, sequence=120)
    page = reader.get("/ufficio/registro/log/things/").content.decode()
    assert bytes(entry.entry_hash).hex() in page
    assert "test.entry" in page
    assert "thing:120" not in page  # what it is about is on its own page


@pytest.mark.django_db
@pytest.mark.parametrize("after", ["x", "-5", "99999999999999999999", "٣", "0"])
def test_a_place_that_is_none_breaks_nothing(reader, after):
    entries(1)
    assert reader.get("/ufficio/registro/log/things/", {"after": after}).status_code == 200
    assert reader.get("/ufficio/registro/log/things/teste/", {"after": after}).status_code == 200


@pytest.mark.django_db
def test_a_number_leads_to_its_entry(reader):
    entries(2)
    number = Entry.objects.get(log__name=LOG, sequence=2).number
    answer = reader.get("/ufficio/registro/log/things/", {"number": number}, follow=True)
    assert answer.redirect_chain[-1][0] == "/ufficio/registro/log/things/2/"
    assert "thing:2" in answer.content.decode()
    missing = reader.get("/ufficio/registro/log/things/", {"number": "2026/9999999"}).content.decode()
    assert "non contiene la registrazione 2026/9999999" in missing
    for nowhere in ("/ufficio/registro/log/none/", "/ufficio/registro/log/things/77/"):
        assert reader.get(nowhere).status_code == 404


@pytest.mark.django_db
def test_an_erased_content_says_so(reader):
    entries(1)
    erase_entry_content(actor=ACTOR, entry=Entry.objects.get(log__name=LOG, sequence=1), reason="art. 17 GDPR")
    assert "contenuto cancellato" in reader.get("/ufficio/registro/log/things/").content.decode()
    assert "contenuto cancellato" in reader.get("/ufficio/registro/log/things/1/").content.decode()


@pytest.mark.django_db
def test_the_protocol_number_stands_beside_the_register_number(reader, signed_in, officer, first_come, filled):  # noqa: F811
    from levante.applications.api import submit_application

    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    entry = find_entry(sent.number, "applications")
    address = "/ufficio/registro/log/applications/"
    assert "AOO_DEMO/2026/77" not in reader.get(address).content.decode()
    type(sent).objects.filter(pk=sent.pk).update(protocol_number="AOO_DEMO/2026/77", protocol_on=today())
    assert "AOO_DEMO/2026/77" in reader.get(address).content.decode()
    # The same number in another log is another entry: it has no protocol number.
    entries(1)
    assert Entry.objects.get(log__name=LOG, sequence=1).number == entry.number
    assert "AOO_DEMO/2026/77" not in reader.get("/ufficio/registro/log/things/").content.decode()
    one = reader.get(f"{address}{entry.sequence}/").content.decode()
    assert "AOO_DEMO/2026/77" in one
    assert f"/ufficio/pratiche/{sent.pk}/" in one
    manager = signed_in(officer("system"))  # reads the register, not the applications
    one = manager.get(f"{address}{entry.sequence}/").content.decode()
    assert "AOO_DEMO/2026/77" in one
    assert f"/ufficio/pratiche/{sent.pk}/" not in one


@pytest.mark.django_db
def test_the_register_is_the_sections(officer, signed_in):
    entries(1)
    for role, office, status in [
        ("director", "sezione", 200), ("case_officer", "sezione", 200), ("system", "sezione", 200),
        ("auditor", "sezione", 200), ("finance", "sezione", 403), ("director", "agency", 403), ("auditor", "agency", 403),
    ]:  # fmt: skip
        client = signed_in(officer(role, office))
        assert client.get("/ufficio/registro/").status_code == status, (role, office)
        assert client.get("/ufficio/registro/log/things/1/").status_code == status
        assert ('href="/ufficio/registro/"' in client.get("/ufficio/").content.decode()) == (status == 200)


@pytest.mark.django_db
def test_an_audit_is_asked_once_at_a_time(reader):
    entries(2)
    first = reader.post("/ufficio/registro/controlli/nuovo/")
    again = reader.post("/ufficio/registro/controlli/nuovo/")
    run = AuditRun.objects.get()
    assert first["Location"] == again["Location"] == f"/ufficio/registro/controlli/{run.pk}/"
    assert ProcrastinateJob.objects.filter(task_name="register.audit").count() >= 1
    page = reader.get(first["Location"]).content.decode()
    assert f"/ufficio/registro/controlli/{run.pk}/avanzamento/" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditRun.objects.create(operator="x", requested_at=now(), moved_at=now())


@pytest.mark.django_db
def test_an_audit_whose_worker_died_gives_way_to_another(reader):
    run = request_audit(actor=ACTOR)
    with clock_at(now() + timedelta(minutes=3)):
        assert "hx-get" not in reader.get(f"/ufficio/registro/controlli/{run.pk}/").content.decode()
        other = request_audit(actor=ACTOR)
    run.refresh_from_db()
    assert other.pk != run.pk
    assert (run.state, other.state) == ("failed", "waiting")


@pytest.mark.django_db
def test_only_who_reads_the_register_has_it_audited(officer, actor_for):
    with pytest.raises(Refused):
        request_audit(actor=actor_for(officer("finance")))


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow(reason="really commits, and reads with a second connection")
def test_the_job_audits_while_its_progress_is_seen(reader, monkeypatch):
    entries(4)
    moves = []
    real, audit = audit_runs.note_audit_progress, audit_runs.audit_register

    def slowly(keys, roots, progress, known):
        def told(done, total):
            progress(done, total)
            while not moves or moves[-1][0] < done:  # until the page could show it
                pass

        return audit(keys, roots, told)

    def noted(*, actor, run_id, done, total):
        assert real(actor=actor, run_id=run_id, done=done, total=total)
        run = AuditRun.objects.get(pk=run_id)
        moves.append((run.entries_done, run.entries_total))
        return True

    monkeypatch.setattr(audit_runs, "audit_register", slowly)
    monkeypatch.setattr(audit_runs, "note_audit_progress", noted)
    monkeypatch.setattr(audit_runs, "EVERY", 0.01)
    run = request_audit(actor=ACTOR)
    carry_out_audit(actor=ACTOR, run_id=run.pk)
    run.refresh_from_db()
    held = sum(Log.objects.values_list("size", flat=True))
    assert moves[-1] == (held, held)
    assert (run.state, run.problem_count, run.entries_done) == ("ended", 0, held)
    assert "ogni bit è come fu scritto" in reader.get("/ufficio/registro/").content.decode()
    carry_out_audit(actor=ACTOR, run_id=run.pk)  # the job comes twice: nothing more
    assert AuditRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow(reason="really commits, and reads with a second connection")
def test_what_was_changed_behind_our_back_is_on_the_page(reader, monkeypatch):
    monkeypatch.setattr(audit_runs, "EVERY", 0.01)
    entries(3)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE register_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE register_entry SET kind = 'test.another' WHERE sequence = 2 AND kind = 'test.entry'")
        cursor.execute("ALTER TABLE register_entry ENABLE TRIGGER USER")
    run = request_audit(actor=ACTOR)
    carry_out_audit(actor=ACTOR, run_id=run.pk)
    page = reader.get(f"/ufficio/registro/controlli/{run.pk}/").content.decode()
    assert "qualcosa non torna" in page
    assert "entry 2" in page
    assert "qualcosa non torna" in reader.get("/ufficio/registro/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow(reason="really commits, and reads with a second connection")
def test_an_audit_that_cannot_be_carried_out_says_why(reader, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(audit_runs, "EVERY", 0.01)
    entries(1)
    settings.REGISTER_KEYS = tmp_path / "nowhere"
    run = request_audit(actor=ACTOR)
    with pytest.raises(Exception, match="no signing key"):
        carry_out_audit(actor=ACTOR, run_id=run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "non eseguito" in reader.get(f"/ufficio/registro/controlli/{run.pk}/").content.decode()
    assert "non si leggono" in reader.get("/ufficio/registro/").content.decode()


@pytest.mark.django_db
def test_every_question_about_a_place_goes_through_the_primary_key():
    """Two logs, each with ids of its own: with millions of entries in one, the other's page must not walk over them."""
    entries(3)
    entries(3, log="other")
    log = Log.objects.get(name=LOG)
    with connection.cursor() as cursor:  # what the planner does of a large table
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    asked = []

    def watch(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        entries_before(log, before=3)
        found = find_entry(Entry.objects.of_log(log.pk).first().number, LOG)
        receipt_of(found)
        find_head(LOG)
        find_head(LOG, 2)
    bounded = 0
    for sql, params in asked:
        if (
            '"register_entry"' not in sql.split(" FROM ")[1][:20]
            and '"register_head"' not in sql.split(" FROM ")[1][:20]
        ):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", params)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert re.search(r"Index Cond: \(\(?\(?id ", plan), f"{sql}\n{plan}"
        assert "Sort" not in plan, plan
        bounded += 1
    assert bounded >= 5
