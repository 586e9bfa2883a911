"""A rehearsal walks a call to the end by the real services, says what became of each application, and leaves nothing."""

import hashlib
import json
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.calls.api import Call
from levante.grants.api import rehearse_call
from levante.grants.jobs import run_rehearsal
from levante.grants.rehearsal.apart import without_trace
from levante.kernel.api import Refused, now, system

SYSTEM = system("test")
#: A click day and a call for groups; the others walk in ``test_five_calls``.
NAMES = ("export-digitale", "reti-estero")


@pytest.fixture
def places(db):
    """Where firms have their seats; and the register's key, made by the first thing that is signed: no rehearsal is that."""
    from levante.parties.api import Comune, Country, Province
    from levante.register.signing import signing_key

    signing_key()
    Country.objects.get_or_create(
        code="IT", defaults={"name_it": "Italia", "name_en": "Italy", "eu_since": "1958-01-01"}
    )
    for code, istat, region, region_code in (("BA", "072", "Puglia", "16"), ("MI", "015", "Lombardia", "03")):
        province, _ = Province.objects.get_or_create(
            code=code,
            defaults={"istat_code": istat, "name": code, "region_code": region_code, "region": region, "nuts3": "IT"},
        )
        Comune.objects.get_or_create(
            istat_code=f"{istat}006",
            defaults={"name": code, "cadastral_code": f"A{istat}", "province": province, "caps": ["70121"]},
        )


def of(shipped, name):  # noqa: F811
    return next(call for code, call in shipped.items() if name in code)


def digests() -> dict[str, str]:
    """What every table holds."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM \"{table}\" t"
            )
            found[table] = str(cursor.fetchone())
    return found


def files(folder: Path) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow(reason="walks a call with a dozen applications to the draft of the act, twice")
def test_it_leaves_no_trace_and_the_same_seed_tells_the_same(
    shipped, places, settings, django_capture_on_commit_callbacks  # noqa: F811
):  # fmt: skip
    call = of(shipped, "2018")
    # Where the money ends a part is offered, once those before are decided, and accepted.
    Call.objects.filter(pk=call.pk).update(when_short="partial", partial_days=10)
    call.openings.update(budget="40000.00")
    call = Call.objects.get(pk=call.pk)
    first = rehearse_call(actor=SYSTEM, call=call, count=2, seed=7)  # keys and places of the process are made once
    before, stored, sent = digests(), files(Path(settings.MEDIA_ROOT)), len(mail.outbox)
    with django_capture_on_commit_callbacks() as callbacks:
        again = rehearse_call(actor=SYSTEM, call=call, count=2, seed=7)
    changed = [table for table, value in digests().items() if value != before[table]]
    assert not changed
    assert files(Path(settings.MEDIA_ROOT)) == stored
    assert not callbacks, "nothing is left to be done at the commit"
    assert len(mail.outbox) == sent
    assert any("procrastinate" in table for table in before), "the stored jobs are among the tables"
    assert json.dumps(again.as_json(), sort_keys=True) == json.dumps(first.as_json(), sort_keys=True)
    assert again.reached_the_end
    assert any("in parte" in told.it and "accettare" not in told.it for one in again.applications for told in one.told)
    assert len(again.letters) > 5
    assert again.notices > 5
    assert again.acts[0].data["awards"][0]["name"] == again.acts[0].shares[0].firm


@pytest.mark.slow(reason="walks two shipped calls with a dozen applications to the draft of the act")
@pytest.mark.parametrize("name", NAMES)
def test_it_comes_to_the_end_whatever_the_call(shipped, places, name):  # noqa: F811
    report = rehearse_call(actor=SYSTEM, call=of(shipped, name), count=3, seed=2)
    assert report.stopped is None
    assert [stage.code for stage in report.stages] == [
        "check", "publish", "apply", "examine", "evaluate", "rank", "award",
    ]  # fmt: skip
    ends = {one.tries.en: one.outcome for one in report.applications}
    assert "unfinished" not in ends.values()
    assert ends["a required answer is missing"] == ends["comes after the closing"] == "not_sent"
    assert ends["a formal check is not met"] == "rejected"
    assert ends["withdraws the application"] == "withdrawn"
    assert ends.get("declares a ground of exclusion", "not_sent") == "not_sent"
    assert ends.get("lacks a requirement", "rejected") == "rejected"
    assert report.by_outcome("funded", "partial"), "somebody is funded"
    assert report.awarded == sum(one.amount for one in report.by_outcome("funded", "partial"))
    assert 0 < report.awarded <= report.budget
    assert report.left == report.budget - report.awarded
    for one in report.by_outcome("funded", "partial"):
        assert sum((share.amount for share in one.shares), Decimal(0)) == one.amount


def test_a_call_that_contradicts_itself_is_not_rehearsed(shipped, places):  # noqa: F811
    call = of(shipped, "2018")
    call.checklists = {**call.checklists, "formal": []}
    call.save()
    report = rehearse_call(actor=SYSTEM, call=call, count=1)
    assert [(stage.code, stage.ok) for stage in report.stages] == [("check", False)]
    assert "verifica formale" in report.stopped.it
    assert [one.path for one in report.findings if one.level == "error"] == ["checklists.formal"]


def test_who_may_not_design_the_call_may_not_rehearse_it(shipped, officer, actor_for):  # noqa: F811
    call = of(shipped, "2018")
    with pytest.raises(Refused):
        rehearse_call(actor=actor_for(officer("case_officer")), call=call)
    with pytest.raises(Refused, match="vanno da 1"):
        rehearse_call(actor=actor_for(officer("call_designer")), call=call, count=0)


@pytest.mark.django_db
def test_in_the_worker_too_the_jobs_it_asks_for_are_undone():
    """There what is deferred would go by a connection of the worker's own."""
    asked = ProcrastinateJob.objects.filter(task_name="grants.run_rehearsal", args={"run_id": 987_654})
    with app.replace_connector(app.connector.get_worker_connector()), without_trace():
        run_rehearsal.defer(run_id=987_654)
        assert asked.count() == 1
    assert not asked.exists()


@pytest.mark.django_db(transaction=True)
def test_one_rehearsal_at_a_time():
    """The second does not wait: it is told."""
    inside, told = threading.Event(), []
    done = threading.Event()

    def hold():
        with without_trace():
            inside.set()
            done.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(20)
    try:
        with without_trace():
            pass
    except Refused as refused:
        told.append(refused.reason.en)
    done.set()
    thread.join(20)
    assert told == ["Another rehearsal is at work: try again shortly."]


def test_the_command(shipped, capsys):  # noqa: F811
    from levante.grants.rehearsal.cli import main

    assert main(["rehearse", "nessuno"]) == 2
    call = of(shipped, "2018")
    call.checklists = {**call.checklists, "formal": []}
    call.save()
    assert main(["rehearse", call.code, "--count", "1"]) == 1
    assert "[FERMA] Controllo del bando: la verifica formale non ha voci." in capsys.readouterr().out
    assert main(["rehearse", call.code, "--count", "99"]) == 2
    assert main(["rehearse", call.code, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["call"] == call.code


@pytest.mark.slow(reason="signs and verifies, in a process each, the applications of a rehearsal")
def test_what_is_to_be_signed_is_signed_with_a_test_key_that_nobody_trusts(
    shipped, places, monkeypatch  # noqa: F811
):  # fmt: skip
    from levante.applications import paper, signing
    from levante.documents.api import trial_signatures, verify_upload
    from levante.grants.rehearsal.filling import PDF

    call = of(shipped, "2018")
    type(call).objects.filter(pk=call.pk).update(delivery={**call.delivery, "signature": "required"})
    call.refresh_from_db()
    monkeypatch.setattr(paper, "print_application", lambda *_: PDF)  # what it prints is another test's
    real, found = signing.verify_upload, []

    def verified(*args, **more):
        found.append(real(*args, **more))
        return found[-1]

    monkeypatch.setattr(signing, "verify_upload", verified)
    before = digests()
    report = rehearse_call(actor=SYSTEM, call=call, count=1, seed=3, short=False)
    assert digests() == before
    assert "chiave di prova" in " ".join(one.it for one in report.assumed)
    assert report.stopped is None, [(one.tries.en, [told.en for told in one.told]) for one in report.applications]
    assert report.by_outcome("funded", "partial")
    assert len(found) > 2
    assert all(one.holds and one.format for one in found), [one.reason for one in found]
    with trial_signatures() as signer:
        signed = signer.sign(PDF, given="Prova", family="Prova", tax_code="PRVAAB80A01Z999K")
    upload = SimpleUploadedFile("a.pdf.p7m", signed, content_type="application/pkcs7-mime")
    outside = verify_upload(upload, at=now(), purpose="signed", limit=1 << 20)
    assert not outside.holds, "outside a rehearsal nobody vouches for it"
