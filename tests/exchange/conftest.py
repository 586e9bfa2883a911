import threading

import pytest
from tests.exchange.rna_world import cup, rna  # noqa: F401 - fixtures

from levante.exchange.simulators.acts import serve


@pytest.fixture
def act_system(settings, monkeypatch):
    """The Region's act system, simulated, on a real socket; ``behave({...})`` makes it misbehave. Its day is that of who asks, unless told
    otherwise."""
    from levante.exchange import acts
    from levante.kernel.api import today

    server = serve(0)
    ask = acts.put_json

    def on_the_day(where, body):
        server.memory.day = server.memory.behaviour.get("day") or today().isoformat()
        return ask(where, body)

    monkeypatch.setattr(acts, "put_json", on_the_day)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.ACTS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    yield server.memory
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture
def pec(settings):
    """A provider of certified mail, simulated, on real sockets; ``.provider.behave({...})`` makes it misbehave."""
    from levante.exchange.simulators.pec import Running

    running = Running()
    settings.PEC = [running.mailbox("sezione@pec.example.org")]
    yield running
    running.stop()
