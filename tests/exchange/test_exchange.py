"""Stored requests over a real socket: slow, down, twice, wrong, killed half-way; always the same act."""

import json
import socket
import subprocess
import sys
import threading
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from levante.exchange import client, services
from levante.exchange.api import ExternalRequest, cancel_request, deliver, on_answer, queue_request, send_again
from levante.exchange.client import NoUsableAnswer, address_of, put_json
from levante.exchange.jobs import sweep
from levante.exchange.services import PAUSES, UNAPPLIED_PAUSES, due_requests
from levante.kernel.api import ANONYMOUS, Refused, clock_at, refuse, system
from levante.web.desk.requests.worklist import my_turn

pytestmark = pytest.mark.django_db
ACTOR = system("test")
START = datetime(2026, 6, 1, 8, tzinfo=UTC)
APPLIED: list[str] = []


def remember(*, actor, request):
    APPLIED.append(request.answer["number"])


@pytest.fixture
def act_system(act_system):
    """There it is the day of these tests."""
    act_system.behave({"day": START.date().isoformat()})
    return act_system


@pytest.fixture(autouse=True)
def _consequence(monkeypatch):
    monkeypatch.setattr(services, "_consequences", {})
    on_answer("acts", "test", f"{__name__}:remember")
    APPLIED.clear()
    with clock_at(START):
        yield


def ask(key="A-1", amount="6000.00"):
    return queue_request(actor=ACTOR, system="acts", kind="test", key=key, body={"amount": amount, "title": "Atto"})


def at(seconds, request):
    """What a worker does some seconds after the start."""
    with clock_at(START + timedelta(seconds=seconds)):
        return deliver(actor=ACTOR, request_id=request.pk)


def test_number_visa_and_publication_come_back(act_system):
    done = at(0, ask())
    assert (done.state, done.outcome, done.tries, done.their_id) == (
        "applied",
        "adopted",
        1,
        "CIFRA-" + done.their_id[6:],
    )
    assert set(done.answer) == {"number", "year", "date", "accounting_visa", "publication"}
    assert [done.answer["number"]] == APPLIED
    assert at(1, done) is None
    assert [done.answer["number"]] == APPLIED


def test_the_same_request_sent_again_gives_the_same_act(act_system):
    first = ask()
    assert ask() == first
    with pytest.raises(Refused):
        ask(amount="7000.00")
    number = at(0, first).answer["number"]
    other = at(0, ask("A-2")).answer["number"]
    assert number != other
    again = put_json(f"{address_of('ACTS_URL', ())}/acts/A-1", {"amount": "6000.00"})
    assert again.body["number"] == number


def test_down_then_up(act_system):
    act_system.behave({"fail": 2})
    request = ask()
    waiting = at(0, request)
    assert (waiting.state, waiting.failures, waiting.last_error) == ("waiting", 1, "their error 503")
    assert waiting.next_try_at == START + timedelta(seconds=PAUSES[0])
    assert at(1, request) is None, "not before its time"
    assert at(5, request).next_try_at == START + timedelta(seconds=5 + PAUSES[1])
    assert at(25, request).state == "applied"
    assert [attempt.status for attempt in request.attempts.all()] == [503, 503, None]


def test_nobody_there(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.ACTS_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert "Connection" in at(0, ask()).last_error


def test_no_address_configured(settings, monkeypatch):
    monkeypatch.delenv("LEVANTE_ACTS_URL", raising=False)
    settings.ACTS_URL = ""
    assert "LEVANTE_ACTS_URL" in at(0, ask()).last_error


def test_still_being_signed_is_not_a_failure(act_system):
    act_system.behave({"pending": 2})
    request = ask()
    assert at(0, request).failures == 0
    assert at(20, request).state == "waiting"
    assert at(40, request).state == "applied"


def test_too_slow(act_system, monkeypatch):
    monkeypatch.setattr(client, "SOCKET_TIMEOUT", 0.2)
    act_system.behave({"delay": 0.6})
    request = ask()
    assert at(0, request).last_error == "no answer in time"
    act_system.behave({})
    assert at(10, request).state == "applied"


@pytest.mark.parametrize("wrong", ["key", "amount", "date", "html", "huge", "incomplete", "status"])
def test_a_wrong_answer_is_no_answer(act_system, wrong):
    act_system.behave({"wrong": wrong})
    request = ask()
    doubtful = at(0, request)
    assert (doubtful.state, doubtful.answer) == ("waiting", None)
    assert doubtful.last_error
    assert APPLIED == []
    done = at(10, request)
    assert done.state == "applied"
    assert len(act_system.acts) == 1


@pytest.mark.slow  # the page and Today
def test_an_act_dated_before_it_was_sent_waits_for_a_person(act_system, officer, actor_for, signed_in):
    act_system.behave({"day": "2026-05-31"})
    request, person = ask(), officer()
    browser, page = signed_in(person), "/ufficio/richieste-esterne/"
    with clock_at(START):
        early = at(0, request)
        assert (early.state, early.is_doubted, early.is_unapplied) == ("answered", True, False)
        assert "del 31/05/2026, prima di essere inviato alla firma (01/06/2026)" in early.problem.it
        assert (due_requests(), list(ExternalRequest.objects.stuck())) == ([], [request])
        sweep(0)
        deliver(actor=ACTOR, request_id=request.pk)
        assert APPLIED == []
        with pytest.raises(IntegrityError, match="doubt_is_settled"), transaction.atomic():
            ExternalRequest.objects.update(state="applied", applied_at=START, failures=0, last_error="")
        with pytest.raises(IntegrityError, match="believed_says_why"), transaction.atomic():
            ExternalRequest.objects.update(believed_at=START, believed_by=person)
        assert "da confermare" in next(iter(my_turn(actor_for(person)))).why
        shown = browser.get(page).content.decode()
        assert "l’atto ha una data precedente al suo invio" in shown
        # Asked again, they say the same; once they mended it, it is an act like others.
        browser.post(f"{page}{request.pk}/rinvia/")
        assert at(0, request).is_doubted
        act_system.acts.clear()
        act_system.behave({})
        browser.post(f"{page}{request.pk}/rinvia/")
        assert at(0, request).state == "applied"
        assert len(APPLIED) == 1
        # Another, which a person believes: not without a reason, and once.
        act_system.behave({"day": "2026-05-30"})
        other = at(0, ask("A-2"))
        assert "Scrivi perché è così." in browser.post(f"{page}{other.pk}/conferma/", follow=True).content.decode()
        browser.post(f"{page}{other.pk}/conferma/", {"reason": "Firmata prima, inviata per errore dopo"})
        assert due_requests() == [other.pk]
        sweep(0)
        browser.post(f"{page}{other.pk}/conferma/", {"reason": "altro"})
    other.refresh_from_db()
    assert (other.state, other.believed_by_id, other.believed_why) == (
        "applied", person.pk, "Firmata prima, inviata per errore dopo",
    )  # fmt: skip
    assert (len(APPLIED), other.last_error) == (2, "")
    browser.post(f"{page}{other.pk}/conferma/", {"reason": "altro"})
    assert ExternalRequest.objects.get(pk=other.pk).believed_why == other.believed_why


def test_an_answer_written_twice_counts_once(act_system):
    act_system.behave({"twice": True})
    assert at(0, ask()).state == "applied"
    assert len(APPLIED) == 1


def test_the_act_was_made_and_the_answer_lost(act_system):
    act_system.behave({"drop": 1})
    request = ask()
    assert at(0, request).state == "waiting"
    (made,) = act_system.acts.values()
    assert at(10, request).answer["number"] == made["number"]
    assert len(act_system.acts) == 1


def test_a_worker_killed_between_the_answer_and_its_record(act_system, monkeypatch):
    request = ask()
    monkeypatch.setattr(services, "record_attempt", lambda **_: (_ for _ in ()).throw(SystemExit("killed")))
    with pytest.raises(SystemExit):
        at(0, request)
    request.refresh_from_db()
    assert request.state == "sending"
    with clock_at(START + timedelta(seconds=30)):
        assert due_requests() == [], "somebody may still be at it"
    with clock_at(START + timedelta(seconds=120)):
        assert due_requests() == [request.pk]


def test_a_request_left_half_way_is_taken_up_again(act_system):
    request = ask()
    services.claim_request(actor=ACTOR, request_id=request.pk)
    assert at(10, request) is None
    done = at(120, request)
    assert (done.state, done.tries) == ("applied", 2)


def test_a_consequence_that_fails_is_written_on_its_request_and_tried_again_by_the_worker(act_system, monkeypatch):
    request = ask()
    monkeypatch.setattr(f"{__name__}.APPLIED", None)
    with pytest.raises(AttributeError):
        at(0, request)
    request.refresh_from_db()
    assert (request.state, request.failures, request.is_unapplied) == ("answered", 1, True)
    assert request.last_error.startswith("AttributeError: ")
    assert not ExternalRequest.objects.stuck().exists(), "once may be a lock that was waited for in vain"
    with clock_at(START + timedelta(seconds=1)):
        assert due_requests() == [], "not before its time"
    monkeypatch.setattr(f"{__name__}.APPLIED", [])
    with clock_at(START + timedelta(seconds=UNAPPLIED_PAUSES[0])):
        sweep(0)
    request.refresh_from_db()
    assert (request.state, request.failures, request.last_error, len(APPLIED)) == ("applied", 0, "", 1)


def refused(*, actor, request):
    """A consequence that the rules do not allow, until somebody mends what stops it."""
    if not APPLIED:
        refuse("Il COR è già di un’altra concessione.", "The COR is of another award.")


@pytest.mark.slow  # the page and Today
def test_a_consequence_that_always_fails_is_seen_by_who_may_try_it_again(act_system, officer, actor_for, signed_in):
    on_answer("acts", "test", f"{__name__}:refused")
    request, person = ask(), officer()
    for seconds in (0, 60, 120):
        with clock_at(START + timedelta(seconds=seconds)):
            sweep(0)
    request.refresh_from_db()
    assert (request.state, request.failures) == ("answered", 3)
    assert request.problem.en == "The COR is of another award."
    with clock_at(START + timedelta(seconds=120)):
        assert list(ExternalRequest.objects.stuck()) == [request]
        (line,) = my_turn(actor_for(person))
        assert (line.count, "non si è potuta registrare" in line.why) == (1, True)
        browser = signed_in(person)
        page = browser.get("/ufficio/richieste-esterne/").content.decode()
        assert "ha risposto, ma qui non è registrato" in page
        assert "Il COR è già di un’altra concessione." in page
        APPLIED.append("corretto")
        browser.post(f"/ufficio/richieste-esterne/{request.pk}/rinvia/")
        assert due_requests() == [request.pk], "now, and not when the worker would"
        sweep(0)
    request.refresh_from_db()
    assert (request.state, request.last_error, request.operator_id) == ("applied", "", person.pk)
    # A worker killed between the answer and what follows from it wrote nothing: after ten minutes it is seen all the same.
    left = ask("A-3")
    ExternalRequest.objects.filter(pk=left.pk).update(state="answered", answered_at=START, answer={"number": "1"})
    for minutes, seen in ((9, []), (11, [left])):
        with clock_at(START + timedelta(minutes=minutes)):
            assert list(ExternalRequest.objects.stuck()) == seen
    # What a register says to be at work on has no term there: after three days a person looks.
    ExternalRequest.objects.filter(pk=left.pk).update(
        state="waiting", system="rna", tries=9, answered_at=None, answer=None
    )
    for days, seen in ((2, []), (4, [left])):
        with clock_at(START + timedelta(days=days)):
            assert list(ExternalRequest.objects.stuck()) == seen


def test_stuck_after_many_failures_and_sent_again_by_a_person(act_system, officer, actor_for):
    act_system.behave({"fail": 1000})
    request, seconds = ask(), 0
    for pause in (*PAUSES, 0):
        assert at(seconds, request).state in {"waiting", "stuck"}
        seconds += pause
    request.refresh_from_db()
    assert (request.state, request.last_error) == ("stuck", "their error 503")
    with pytest.raises(Refused):
        send_again(actor=ANONYMOUS, request=request)
    act_system.behave({})
    with clock_at(START + timedelta(seconds=seconds)):
        send_again(actor=actor_for(officer()), request=request)
        assert deliver(actor=ACTOR, request_id=request.pk).state == "applied"


def test_a_refusal_is_an_answer(act_system):
    on_answer("acts", "test", f"{__name__}:nothing")
    act_system.behave({"refuse": "Manca il parere contabile"})
    done = at(0, ask())
    assert (done.outcome, done.answer) == ("refused", {"reason": "Manca il parere contabile"})


def nothing(*, actor, request):
    """No consequence."""


def test_only_what_has_not_gone_can_be_cancelled(act_system):
    assert cancel_request(actor=ACTOR, request=ask("A-9")).state == "cancelled"
    gone = at(0, ask("A-10"))
    with pytest.raises(Refused):
        cancel_request(actor=ACTOR, request=gone)


@pytest.mark.parametrize(
    "changes",
    [{"state": "answered"}, {"state": "applied"}, {"state": "answered", "answered_at": START, "answer": {}, "failures": 1},
     {"state": "sending"}, {"state": "stuck"}, {"state": "lost"},
     {"next_try_at": None}],
)  # fmt: skip
def test_the_database_refuses_illegal_states(changes):
    request = ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalRequest.objects.filter(pk=request.pk).update(**changes)


def test_an_answer_that_drips_is_cut_off():
    def drip(listener):
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            for _ in range(100):
                connection.sendall(b"x" * 10)
                threading.Event().wait(0.02)
        except OSError:
            return
        finally:
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,), daemon=True)
        thread.start()
        with pytest.raises(NoUsableAnswer, match="too slowly"):
            put_json(f"http://127.0.0.1:{listener.getsockname()[1]}/acts/x", {}, timeout=1, whole=0.3)
        thread.join(timeout=5)


@pytest.mark.slow  # starts a process
def test_the_simulator_is_a_program_that_remembers(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "levante.exchange.simulators.acts", "--port", str(port)]
    command += ["--state", str(tmp_path / "acts.json")]
    numbers = []
    for _ in range(2):
        process = subprocess.Popen(command, env={"PYTHONPATH": "src", "PATH": ""})
        try:
            for _ in range(200):
                try:
                    answer = put_json(f"http://127.0.0.1:{port}/acts/k", {"amount": "1.00"})
                    break
                except NoUsableAnswer:
                    threading.Event().wait(0.05)
            numbers.append(answer.body["number"])
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/acts") as listed:
                assert len(json.load(listed)["acts"]) == 1
        finally:
            process.terminate()
            process.wait(timeout=10)
    assert numbers[0] == numbers[1]
