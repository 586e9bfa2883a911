"""An award in force with an assessed claim of 6,000 euro, the papers a payment wants, a bank simulated on a real socket."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.claims.conftest import chief, voucher  # noqa: F401
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import admitted, desk, director, filled, firm, first_come, line, worker  # noqa: F401
from tests.kept import kept

IBAN, OTHER = "IT60X0542811101000000123456", "IT40S0542811101000000123456"
PAYER = {"name": "Regione Puglia", "iban": IBAN, "bic": "BITAITRRXXX"}


@pytest.fixture
def bank(settings):
    from levante.exchange.api import serve_bank

    server = serve_bank(0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.BANK_URL = f"http://127.0.0.1:{server.server_address[1]}"
    settings.PAYER = PAYER
    yield server.memory
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture
def cashier(officer, actor_for):
    """Finance: who prepares acts and orders, and sends them to the bank."""
    return kept("cashier", lambda: actor_for(officer("finance", given="Fausta")))


@pytest.fixture
def another(officer, actor_for):
    return kept("another", lambda: actor_for(officer("finance", given="Fabio")))


def claim_on(award, *, due="6000.00", number=1, mode="single", officer=None):
    """A claim as the room of claims leaves it once assessed."""
    from levante.claims.api import Claim
    from levante.kernel.api import now

    return Claim.objects.create(
        award=award, number=number, mode=mode, state="assessed", asked=Decimal(due), register_number=f"R{award.pk}/{number}",
        sent_at=now(), frozen={}, frozen_sha256="0" * 64, officer_id=officer, due=Decimal(due), decided_at=now(), created_at=now(),
    )  # fmt: skip


def loaded(actor, content):
    """A file of the bank that a person loads by hand: nothing moves yet."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from levante.payments.api import load_bank_file

    return load_bank_file(actor=actor, upload=SimpleUploadedFile("banca.xml", content, content_type="application/xml"))


def by_hand(actor, second, content):
    """The same, confirmed by another person."""
    from levante.payments.api import confirm_bank_file

    return confirm_bank_file(actor=second, file=loaded(actor, content))


@pytest.fixture
def claim(voucher, desk):  # noqa: F811
    from levante.calls.api import Call

    def make():
        Call.objects.filter(pk=voucher.act.call_id).update(
            payment={"modes": [{"code": "single"}], "withholding": {"rate": "4"}}
        )
        return claim_on(voucher, officer=desk.user_id)

    made = kept(("claim", voucher.pk, desk), make)
    voucher.act.call.refresh_from_db()
    made.award = voucher
    return made


@pytest.fixture
def papers(cashier):
    """Every paper a payment of an award wants, clear and of today."""
    from levante.kernel.api import today
    from levante.payments.api import record_check

    def record(award):
        kept(("papers", award.pk, cashier), lambda: write(award))

    def write(award):
        for kind in ("durc", "deggendorf", "tax_debts", "recoveries"):
            record_check(
                actor=cashier, enterprise=award.enterprise, kind=kind, outcome="clear", number=f"{kind}-1", issued_on=today(),
                valid_until=today() + timedelta(days=90) if kind == "durc" else None,
            )  # fmt: skip

    return record


@pytest.fixture
def account(chief, desk):  # noqa: F811
    """The enterprise of an award declares its account, and the office verifies it."""
    from levante.payments.api import declare_account, verify_account

    def make(award, iban=IBAN, by=desk):
        def declare():
            made = declare_account(
                actor=chief(award), enterprise=award.enterprise, iban=iban, holder=award.enterprise.name
            )
            return verify_account(actor=by, account=made, how="Attestazione della banca") if by else made

        return kept(("account", award.pk, iban, by), declare)

    return make


@pytest.fixture
def liquidated(claim, papers, account, cashier, director, worker, act_system):  # noqa: F811
    """The row of an act of liquidation in effect: to be paid."""
    from levante.payments.api import draft_liquidation, send_liquidation

    papers(claim.award)
    account(claim.award)

    def make():
        act = draft_liquidation(actor=cashier, claims=[claim])
        send_liquidation(actor=director, act=act)
        worker()
        return act.rows.get(), act_system.kept, act_system.asked

    made, act_system.kept, act_system.asked = kept(("liquidated", claim.pk, cashier, director), make)
    return made


def owes_fifty(enterprises):
    """A room above that says that each of them owes something back."""
    from levante.payments.api import Owed

    return {one: [Owed("R1", Decimal("50.00"))] for one in enterprises}


def owes_eighty(enterprises):
    """The same, when a second recovery is open."""
    from levante.payments.api import Owed

    return {one: [Owed("R1", Decimal("50.00")), Owed("R2", Decimal("30.00"))] for one in enterprises}
