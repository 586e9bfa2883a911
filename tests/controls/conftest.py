"""An award in force of 6,000 euro, not paid or paid in full by the bank; who acts for its enterprise, the office, finance."""

import threading
from decimal import Decimal

import pytest
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.claims.conftest import chief, voucher  # noqa: F401
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import admitted, desk, director, filled, firm, first_come, line, worker  # noqa: F401
from tests.payments.conftest import account, another, bank, cashier, claim, liquidated, papers  # noqa: F401


@pytest.fixture
def controller(officer, actor_for):
    """Who makes visits, another person than ``desk``: ``controller(award)``, who declared no conflict about it."""
    from levante.applications.api import declare_conflict

    made = []

    def make(award):
        if not made:
            made.append(actor_for(officer(given="Cora")))
        declare_conflict(actor=made[0], application=award.application, has_conflict=False)
        return made[0]

    return make


@pytest.fixture
def pay(cashier, another, bank, worker):  # noqa: F811
    """Pay a row of an act of liquidation, as finance and the bank do."""
    from levante.payments.api import prepare_order, send_order

    def make(row):
        send_order(actor=another, order=prepare_order(actor=cashier, rows=[row]))
        for seconds in (0, 30, 60):
            worker(seconds)
        row.refresh_from_db()
        assert row.state == "paid"
        return row

    return make


@pytest.fixture
def proposed(desk, chief):  # noqa: F811
    """A revocation of an award up to the proposal: noticed, answered, proposed."""
    from levante.controls.api import notify_revocation, open_revocation, propose_revocation, send_paper

    def make(award, **more):
        more = {"reason_code": "obligations", "grounds": "La fiera non si è tenuta.", **more}
        found = notify_revocation(actor=desk, revocation=open_revocation(actor=desk, award=award, **more))
        send_paper(actor=chief(award), revocation=found, kind="memo", text="Non è vero.", is_last=True)
        return propose_revocation(actor=desk, revocation=found, reasons="Le memorie non provano il contrario.")

    return make


@pytest.fixture
def partner(settings):
    """The partner of pagoPA on a socket, which can be told how to behave."""
    from levante.exchange.api import serve_pagopa
    from levante.kernel.api import today

    server = serve_pagopa(0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.PAGOPA_URL = f"http://127.0.0.1:{server.server_address[1]}"
    settings.PAGOPA = {"creditor": "80017210727", "name": "Regione", "segregation": "01"}
    server.memory.behave({"day": today().isoformat()})
    yield server.memory
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture
def recovery(voucher, desk, line):  # noqa: F811
    """6,000 euro to be given back, as a review leaves them; what was paid is on the budget."""
    from tests.payments.conftest import claim_on

    from levante.controls.api import Recovery
    from levante.kernel.api import now, system, today
    from levante.programme.api import liquidate, pay

    award = voucher
    act = award.act.programme_act
    more = {
        "actor": system("test"), "line": line, "amount": Decimal("6000.00"), "act": act, "exercise": today().year,
        "subject_type": "grants.Award", "subject_id": str(award.pk), "subject_label": "x",
    }  # fmt: skip
    line.refresh_from_db()
    liquidate(**more)
    pay(**more)
    found = claim_on(award, officer=desk.user_id)
    return Recovery.objects.create(
        award=award, claim=found, principal=Decimal("6000.00"), parts=[{"amount": "6000.00", "paid_on": today().isoformat()}], act=act,
        created_at=now(),
    )  # fmt: skip


def forfeited(award):
    """Its acceptance, as it is once the office decided that the award is forfeited."""
    from datetime import timedelta

    from levante.claims.api import Acceptance
    from levante.kernel.api import now, today

    return Acceptance.objects.create(
        award=award, state="lapsed", asked_on=today() - timedelta(days=40), due_on=today() - timedelta(days=10),
        reason="Due termini passati", decided_at=now(),
    )  # fmt: skip
