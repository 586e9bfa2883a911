"""Letters by the thousand: prepared, looked at, started, stopped, resumed after a worker's death; each letter once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests.letters import run_world
from tests.letters.conftest import ACTOR, START

from levante.identity.api import Office, User
from levante.kernel.api import Refused, clock_at
from levante.kernel.pure import Bilingual
from levante.letters import jobs, runs
from levante.letters.api import Letter, LetterRun, look_at, prepare_run, progress_of, retry_run, start_run, stop_run

TITLE = Bilingual("Prova", "Trial")


@pytest.fixture
def world(monkeypatch):
    from levante.letters import subjects

    monkeypatch.setitem(subjects._modules, "test.Source", "tests.letters.run_world")
    run_world.TOLD.clear()


@pytest.fixture
def prepare(world, desk, enterprise):
    """A run to so many firms: ``prepare("A", "B")``."""

    def make(*names, body="In merito a {call}.", **more):
        firms = [enterprise(name, pec=f"f{place}@pec.example.org") for place, name in enumerate(names)]
        with clock_at(START):
            return prepare_run(
                actor=desk, key=more.pop("key", "test"), kind="communication", office=Office.objects.get(code="sezione"),
                title=TITLE, source_type="test.Source", subjects=[(firm.pk, firm.name) for firm in firms],
                subject=more.pop("subject", "Avviso n. {number}"), body=body, **more,
            )  # fmt: skip

    return make


def letters_of(run):
    return list(Letter.objects.filter(run_item__run=run).order_by("pk"))


@pytest.mark.django_db
def test_a_run_is_looked_at_started_once_and_finished(prepare, desk):
    run = prepare("Alfa", "Beta", "Vuota", "Guasta", "Gamma")
    first = run.items.first()
    look = look_at(actor=desk, run=run, subject_id=first.subject_id)
    assert (look.pk, look.subject, look.body) == (
        None,
        f"Avviso n. 2026/{first.subject_id}",
        "In merito a Voucher fiere.",
    )
    assert not Letter.objects.exists(), "a look keeps nothing"
    runs.go_on(actor=ACTOR, run_id=run.pk)
    assert not Letter.objects.exists(), "nobody has started it"
    with clock_at(START):
        start_run(actor=desk, run=run)
        start_run(actor=desk, run=run)
        runs.go_on(actor=ACTOR, run_id=run.pk)
        runs.go_on(actor=ACTOR, run_id=run.pk)
    run.refresh_from_db()
    progress = progress_of(run)
    assert (run.state, progress.written, progress.failed, progress.waiting) == ("finished", 3, 2, 0)
    assert [one.addressee["name"] for one in letters_of(run)] == ["Alfa", "Beta", "Gamma"]
    assert {one.author_id for one in letters_of(run)} == {desk.user_id}, "in the name of who started it"
    assert len(run_world.TOLD) == 3
    problems = list(run.items.filter(state="failed").values_list("problem_it", flat=True))
    assert problems == ["Non ha una pratica.", "Errore imprevisto (KeyError): avvisa l’assistenza."]


@pytest.mark.django_db
def test_what_could_not_be_written_is_tried_again_alone(prepare, desk):
    run = prepare("Alfa", "Vuota", start=True)
    runs.go_on(actor=ACTOR, run_id=run.pk)
    run.items.get(state="failed")
    from levante.parties.models import Enterprise

    Enterprise.objects.filter(name="Vuota").update(name="Piena")
    run = retry_run(actor=desk, run=run)
    assert run.state == "running"
    runs.go_on(actor=ACTOR, run_id=run.pk)
    assert len(letters_of(run)) == 2
    run.refresh_from_db()
    assert run.state == "finished"
    assert retry_run(actor=desk, run=run).state == "finished"


@pytest.mark.django_db
def test_letters_the_provider_has_not_taken_have_not_left(prepare, desk):
    run = prepare("Alfa", "Beta", "Gamma", start=True)
    runs.go_on(actor=ACTOR, run_id=run.pk)
    first, second, _ = letters_of(run)
    told = progress_of(run)
    assert (told.leaving, told.queued, told.left, told.is_moving) == (3, 0, 0, True)
    Letter.objects.filter(pk=first.pk).update(problem="no_mailbox")
    Letter.objects.filter(pk=second.pk).update(state="cancelled", cancelled_at=START, cancel_reason="Errore")
    told = progress_of(run)
    assert (told.leaving, told.held, told.left) == (1, 1, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow  # two officers, in the real database
def test_two_officers_prepare_and_start_one_run(world, desk, enterprise):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections
    from procrastinate.contrib.django.models import ProcrastinateJob

    def at_once(work):
        def one(_):
            try:
                return work()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(one, range(2)))

    firm = enterprise("Alfa", pec="f@pec.example.org")

    def prepared():
        return prepare_run(
            actor=desk, key="test", kind="communication", office=Office.objects.get(code="sezione"), title=TITLE,
            source_type="test.Source", subjects=[(firm.pk, "Alfa")], subject="Avviso", body="In merito a {call}.",
        )  # fmt: skip

    first, second = at_once(prepared)
    assert first.pk == second.pk
    at_once(lambda: start_run(actor=desk, run=first))
    assert ProcrastinateJob.objects.filter(task_name="letters.write_run", args={"run_id": first.pk}).count() == 1


@pytest.mark.django_db
def test_stopped_it_writes_no_more_and_goes_on_later(prepare, desk, monkeypatch):
    run = prepare(*(f"Ditta {place}" for place in range(5)), start=True)
    monkeypatch.setattr(runs, "BATCH", 2)
    written = runs.write_next

    def stop_at_three(*, actor, run_id):
        item = written(actor=actor, run_id=run_id)
        if item is not None and item.serial == 3:
            stop_run(actor=desk, run=run)
        return item

    monkeypatch.setattr(runs, "write_next", stop_at_three)
    runs.go_on(actor=ACTOR, run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, len(letters_of(run))) == ("stopped", 3)
    start_run(actor=desk, run=run)
    runs.go_on(actor=ACTOR, run_id=run.pk)
    assert len(letters_of(run)) == 5


@pytest.mark.django_db
def test_a_run_is_asked_once_and_its_text_is_checked(prepare, desk, officer, actor_for, world):
    run = prepare("Alfa")
    assert prepare("Beta").pk == run.pk, "the same key is the same run"
    with pytest.raises(Refused, match=r"\{cliente\} non esiste"):
        prepare("Gamma", key="b", body="Gentile {cliente}")
    with pytest.raises(Refused, match="oggetto"):
        prepare("Gamma", key="b", subject="")
    with pytest.raises(Refused, match="nessuno a cui scrivere"):
        prepare(key="b")
    with pytest.raises(Refused):
        start_run(actor=actor_for(officer("auditor", given="Ada")), run=run)


@pytest.mark.django_db
def test_a_run_whose_worker_died_is_taken_up_by_the_sweep(prepare):
    from procrastinate.contrib.django.models import ProcrastinateJob

    run = prepare("Alfa", start=True)
    waiting = ProcrastinateJob.objects.filter(task_name="letters.write_run")
    assert waiting.count() == 1
    with clock_at(START + timedelta(minutes=1)):
        assert runs.take_up() == 0, "its worker may still be at it"
    with clock_at(START + timedelta(minutes=3)):
        assert runs.take_up() == 1
        assert waiting.count() == 1, "one job waits, however often it is asked for"
        jobs.write_run(run_id=run.pk)
        assert runs.take_up() == 0
    run.refresh_from_db()
    assert run.state == "finished"


@pytest.mark.django_db
def test_a_long_run_is_prepared_block_by_block_and_lets_the_other_jobs_by(prepare, monkeypatch):
    from procrastinate.contrib.django.models import ProcrastinateJob

    monkeypatch.setattr(runs, "BLOCK", 2)
    monkeypatch.setattr(runs, "BATCH", 1)
    monkeypatch.setattr(runs, "TURN", 2)
    run = prepare("Alfa", "Beta", "Gamma", "Delta", "Epsilon", start=True)
    assert list(run.items.order_by("serial").values_list("serial", "reference"))[::2] == [
        (1, "Alfa"), (3, "Gamma"), (5, "Epsilon"),
    ]  # fmt: skip
    again = ProcrastinateJob.objects.filter(task_name="letters.write_run")
    written = []
    for _ in range(3):
        with connection.cursor() as cursor:  # the worker took it
            cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'letters.write_run'")
        jobs.write_run(run_id=run.pk)
        written.append((len(letters_of(run)), again.count()))
    assert written == [(2, 1), (4, 1), (5, 0)]
    sending = ProcrastinateJob.objects.filter(task_name="letters.send_letter")
    assert set(sending.values_list("priority", flat=True)) == {jobs.BEHIND}, "whatever else waits goes before"


@pytest.mark.django_db(transaction=True)
def test_workers_killed_and_two_at_once_write_each_letter_once(prepare, monkeypatch):
    """A worker dies between a letter and the next; two go on together from there."""
    run = prepare(*(f"Ditta {place}" for place in range(12)), start=True)
    written = runs.write_next
    died = []

    def dies(*, actor, run_id):
        if not died and len(letters_of(run)) == 4:
            died.append(1)
            raise SystemExit
        return written(actor=actor, run_id=run_id)

    monkeypatch.setattr(runs, "write_next", dies)
    with pytest.raises(SystemExit):
        runs.go_on(actor=ACTOR, run_id=run.pk)
    assert len(letters_of(run)) == 4
    gate = threading.Barrier(2)

    def work():
        gate.wait()
        try:
            runs.go_on(actor=ACTOR, run_id=run.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    run.refresh_from_db()
    assert run.state == "finished"
    assert len(letters_of(run)) == 12 == Letter.objects.values("enterprise").distinct().count()
    assert LetterRun.objects.count() == 1


@pytest.mark.django_db
def test_the_run_on_screen(prepare, desk, signed_in):
    run = prepare("Alfa", "Vuota")
    browser = signed_in(User.objects.get(pk=desk.user_id))
    page = browser.get(f"/ufficio/lettere/invii/{run.pk}/").content.decode()
    assert "Scrivi e spedisci 2 lettere" in page
    assert "In merito a Voucher fiere." in page
    assert "Non ha una pratica." in page
    today = browser.get("/ufficio/").content.decode()
    assert "Lettere da avviare" in today
    browser.post(f"/ufficio/lettere/invii/{run.pk}/passo/start/")
    runs.go_on(actor=ACTOR, run_id=run.pk)
    piece = f"/ufficio/lettere/invii/{run.pk}/avanzamento/"
    assert browser.get(f"{piece}?seen=prepared").headers["HX-Refresh"] == "true", "the whole page is another"
    part = browser.get(f"{piece}?seen=finished").content.decode()
    assert "1 di 2" in part
    assert "every 10s" in part, "its letters are followed until they have left"
    assert [row["letter"] for row in browser.get(f"/ufficio/lettere/?run={run.pk}").context["rows"]] == letters_of(run)
    assert "Prova" in browser.get("/ufficio/lettere/invii/").content.decode()
