"""An office that writes, an enterprise with a PEC address, a provider of certified mail on real sockets."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from levante.documents import pdf
from levante.documents.api import PdfUnavailable
from levante.exchange.api import ExternalRequest, deliver, mailboxes, read_mailbox
from levante.kernel.api import clock_at, now, system

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACTOR = system("test")
TO = "ditta@pec.example.org"


@pytest.fixture(autouse=True)
def without_pdf(request, monkeypatch):
    """Printing is tried where it is the matter; elsewhere letters go as they do where Pango is missing."""
    if request.node.get_closest_marker("slow") is None:

        def missing():
            raise PdfUnavailable

        monkeypatch.setattr(pdf, "_weasyprint", missing)


@pytest.fixture
def pec(settings):
    from levante.exchange.simulators.pec import Running

    running = Running()
    settings.PEC = [running.mailbox("sezione@pec.example.org")]
    yield running
    running.stop()


@pytest.fixture
def protocol(settings):
    from levante.exchange.simulators.protocol import serve

    server = serve(0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.PROTOCOL_URL = f"http://127.0.0.1:{server.server_address[1]}"
    yield server.memory
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture
def desk(officer, actor_for):
    return actor_for(officer(given="Pia", family="Serra"))


@pytest.fixture
def firm(enterprise):
    return enterprise("Cantieri & figli S.r.l.", pec=TO)


@pytest.fixture
def letter(desk, firm):
    """Write a letter about the enterprise: ``letter(kind="rejected")``."""
    from levante.identity.api import Office
    from levante.letters.api import About, same, write_letter

    def make(kind="rejected", key="", at=START, **more):
        values = {
            "call": same("Voucher fiere"), "sent_on": same("01/02/2026"), "reasons": same("Non ha sede in Puglia."),
            "decided_on": same("02/03/2026"), "days": same("10"), "due_on": same("12/03/2026"), "items": same("- Visura"),
        }  # fmt: skip
        with clock_at(at):
            return write_letter(
                actor=desk, key=key or f"test:{kind}", kind=kind, office=Office.objects.get(code="sezione"),
                enterprise=more.pop("enterprise", firm), about=About(firm, "2026/7", desk.user_id),
                values={**values, **more.pop("values", {})}, **more,
            )  # fmt: skip

    return make


@pytest.fixture
def post():
    """What workers do with a letter at an instant: ``post(letter, minutes=5)`` gives it back as it is then."""
    from levante.letters.sending import advance

    def work(letter, *, minutes=1, read=True):
        with clock_at(START + timedelta(minutes=minutes)):
            for _ in range(3):
                advance(actor=ACTOR, letter_id=letter.pk)
                for request in ExternalRequest.objects.filter(state__in=["waiting", "sending", "answered"]):
                    deliver(actor=ACTOR, request_id=request.pk)
            if read:
                for mailbox in mailboxes():
                    read_mailbox(actor=ACTOR, mailbox=mailbox)
            assert now() == START + timedelta(minutes=minutes)
        letter.refresh_from_db()
        return letter

    return work
