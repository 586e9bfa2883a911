"""The body's protocol number: asked after the transmission, once, written beside the register's."""

import threading

import pytest

from levante.applications.api import Application, submit_application
from levante.applications.protocol import ask_missing_numbers, record_protocol_number
from levante.exchange.api import ExternalRequest, deliver
from levante.exchange.simulators.protocol import serve
from levante.kernel.api import system

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent_application(first_come, filled):
    application, actor, _ = filled(first_come)
    return submit_application(actor=actor, application=application)


@pytest.fixture
def protocol_system(settings):
    server = serve(0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.PROTOCOL_URL = f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def test_a_sent_application_gets_its_protocol_number_once(sent_application, protocol_system):
    actor = system("test")
    assert ask_missing_numbers(actor=actor) == 1
    assert ask_missing_numbers(actor=actor) == 0, "asked once, however often the job runs"
    request = ExternalRequest.objects.get(system="protocol")
    deliver(actor=actor, request_id=request.pk)
    application = Application.objects.get(pk=sent_application.pk)
    assert application.protocol_number.endswith("/0000001")
    assert application.protocol_on
    assert application.number == sent_application.number, "the register's number is another thing and stays"
    request.refresh_from_db()
    record_protocol_number(actor=actor, request=request)
    assert Application.objects.get(pk=sent_application.pk).protocol_number == application.protocol_number


def test_a_protocol_system_that_is_down_costs_nothing(sent_application, settings):
    settings.PROTOCOL_URL = "http://127.0.0.1:9"
    actor = system("test")
    ask_missing_numbers(actor=actor)
    request = ExternalRequest.objects.get(system="protocol")
    deliver(actor=actor, request_id=request.pk)
    request.refresh_from_db()
    assert (request.state, request.failures) == ("waiting", 1)
    assert Application.objects.get(pk=sent_application.pk).protocol_number == ""
