"""An award in force of 6,000 euro, not paid or paid in full by the bank; who acts for its enterprise, the office, finance."""

import pytest
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.claims.conftest import chief, voucher  # noqa: F401
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import admitted, desk, director, filled, firm, first_come, line, worker  # noqa: F401
from tests.payments.conftest import account, another, bank, cashier, claim, liquidated, papers  # noqa: F401


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
