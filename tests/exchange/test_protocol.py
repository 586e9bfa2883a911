"""The body's protocol number, asked of the simulator over a real socket, on good days and bad."""

import threading

import pytest

from levante.exchange.api import ExternalRequest, NoUsableAnswer, deliver, queue_request
from levante.exchange.protocol import ask
from levante.exchange.simulators.protocol import AOO, serve
from levante.kernel.api import system

BODY = {
    "register": "register", "number": "2026/0000007", "received_at": "2026-03-02T09:00:00.000001Z",
    "entry_hash": "ab" * 32, "direction": "in", "subject": "application:7", "counterpart": "00000019991",
}  # fmt: skip


@pytest.fixture
def memory(settings):
    server = serve(0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.PROTOCOL_URL = f"http://127.0.0.1:{server.server_address[1]}"
    yield server.memory
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def queued() -> ExternalRequest:
    return queue_request(actor=system("test"), system="protocol", kind="test", key="application:7", body=BODY)


@pytest.mark.django_db
def test_a_number_comes_back_once(memory):
    memory.behave({"day": "2026-03-02"})
    request = queued()
    assert queued() == request
    done = deliver(actor=system("test"), request_id=request.pk)
    assert (done.state, done.outcome) == (ExternalRequest.APPLIED, "registered")
    assert done.answer == {
        "aoo": AOO, "number": "0000001", "year": 2026, "date": "2026-03-02", "text": f"{AOO}/2026/0000001",
    }  # fmt: skip
    assert ask("application:7", BODY).body["number"] == "0000001"
    assert ask("application:8", BODY).body["number"] == "0000002"


@pytest.mark.django_db
def test_an_answer_lost_on_the_way_costs_no_second_number(memory):
    memory.behave({"drop": 1})
    request = queued()
    waiting = deliver(actor=system("test"), request_id=request.pk)
    assert (waiting.state, waiting.failures) == (ExternalRequest.WAITING, 1)
    ExternalRequest.objects.filter(pk=request.pk).update(next_try_at=request.created_at)
    done = deliver(actor=system("test"), request_id=request.pk)
    assert done.state == ExternalRequest.APPLIED
    assert len(memory.acts) == 1


@pytest.mark.parametrize("how", ["key", "hash", "html", "huge", "incomplete", "status"])
def test_a_wrong_answer_is_no_answer(memory, how):
    memory.behave({"wrong": how})
    with pytest.raises(NoUsableAnswer):
        ask("k", BODY)
    assert ask("k", BODY).state == "registered"


def test_waiting_and_refusal_are_told(memory):
    memory.behave({"pending": 1, "refuse": "the register of today is closed"})
    assert ask("k", BODY).state == "pending"
    refused = ask("k", BODY)
    assert (refused.state, refused.body) == ("refused", {"reason": "the register of today is closed"})


def test_without_a_system_nothing_is_asked(settings, monkeypatch):
    settings.PROTOCOL_URL = ""
    monkeypatch.delenv("LEVANTE_PROTOCOL_URL", raising=False)
    with pytest.raises(NoUsableAnswer, match="configured"):
        ask("k", BODY)


def test_numbers_outlive_a_restart(tmp_path):
    first = serve(0, state=tmp_path / "numbers.json")
    assert first.memory.answer("a", BODY)[1]["number"] == "0000001"
    first.server_close()
    second = serve(0, state=tmp_path / "numbers.json")
    assert second.memory.answer("b", BODY)[1]["number"] == "0000002"
    assert second.memory.answer("a", BODY)[1]["number"] == "0000001"
    second.server_close()
