"""A grant as it is registered, and a worker that tries until there is nothing to wait for."""

import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from levante.exchange.api import ExternalRequest, deliver, queue_request, serve_cup, serve_rna
from levante.exchange.rna import Beneficiary, Component, Concession, Cost, Instrument, Member, Place, written
from levante.kernel.api import clock_at, now, system

ACTOR = system("test")
START = datetime(2026, 6, 1, 8, tzinfo=UTC)
TAX_CODE = "04145400265"


def component(gge="6000.00", procedure=1):
    tools = (Instrument("S1", 37, Decimal(gge), Decimal(gge)),)
    return Component("C1", procedure, "CE2831/2023", 502004, tools, may_cumulate=True, activities=("C.30.1",))


def concession(own_key="LEV-1", gge="6000.00", **more):
    given = {
        "beneficiary": Beneficiary("1", TAX_CODE, "CANTIERI DELL’ADRIATICO S.R.L.", 11, "3112", legal_form="SR",
                                   members=(Member("00000019991", "Vele S.r.l."),)),
        "places": (Place("L1", "16", "072006", "Bari", "70121", "Lungomare 1"),),
        "costs": (Cost("K1", "1", Decimal("12000.00")),),
        "components": (component(gge),),
        "asked_on": date(2026, 3, 2),
    }  # fmt: skip
    return Concession(own_key=own_key, title="Fiera di Oslo", **{**given, **more})


def register(own_key="LEV-1", gge="6000.00", key=""):
    body = {"own_key": own_key, "notice": 4711, "file": written(concession(own_key, gge), notice=4711)}
    return queue_request(actor=ACTOR, system="rna", kind="register", key=key or f"rna:{own_key}", body=body)


def ask(kind, key, **body):
    return queue_request(actor=ACTOR, system="rna", kind=kind, key=key, body=body)


def until_done(request, tries=12):
    """What workers do, each at the hour the request says, until it waits for nothing."""
    for _ in range(tries):
        request = ExternalRequest.objects.get(pk=request.pk)
        if request.state not in {"waiting", "sending"}:
            break
        at = request.next_try_at or request.claimed_until + timedelta(seconds=1)
        with clock_at(max(at, now())):
            deliver(actor=ACTOR, request_id=request.pk)
    return ExternalRequest.objects.get(pk=request.pk)


@contextmanager
def running(server):
    """A simulator at work until this ends; its memory."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.memory
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@pytest.fixture
def rna(settings):
    """The RNA, simulated, on a real socket, with its account; ``behave({...})`` makes it misbehave."""
    server = serve_rna(0, credentials=("levante", "s3cret"))
    address = f"http://127.0.0.1:{server.server_address[1]}/rnas"
    settings.RNA = [{"address": address, "user": "levante", "password": "s3cret", "caller": "LEVANTE"}]
    with running(server) as memory:
        memory.behave({"day": "2026-06-01"})
        yield memory


@pytest.fixture
def cup(settings):
    """The CUP system, simulated, on a real socket, with its account; ``behave({...})`` makes it misbehave."""
    server = serve_cup(0, credentials=("levante", "s3cret"))
    address = f"http://127.0.0.1:{server.server_address[1]}/cup"
    settings.CUP = [{"address": address, "user": "levante", "password": "s3cret", "soggetto_titolare": "321"}]
    with running(server) as memory:
        memory.behave({"day": "2026-06-01"})
        yield memory
