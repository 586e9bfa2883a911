"""Barring anti-mafia information after the money went out: the office is told to revoke what went out under the condition."""

from datetime import timedelta
from decimal import Decimal

import pytest

from levante.controls.api import Revocation, barring_of
from levante.grants.api import Award
from levante.kernel.api import clock_at, now, today
from levante.kernel.pure import Bilingual
from levante.payments.api import LiquidationRow, Payment, PaymentOrder, draft_liquidation, record_check
from levante.payments.pure.gate_facts import ANTIMAFIA, YES, Check
from levante.web.desk.controls.worklist import my_turn

pytestmark = pytest.mark.django_db
D = Decimal
BARRED = "informazione antimafia interdittiva"


def executed(claim, account, cashier, *, condition):
    """A payment of a claim that the bank executed, with what its gate said of the anti-mafia information."""
    row = LiquidationRow.objects.create(
        liquidation=draft_liquidation(actor=cashier, claims=[claim]), claim=claim, state="dropped", stop_reason_it="x",
        gross=claim.due, subject=0, rate=0, withheld=0, net=claim.due,
    )  # fmt: skip
    order = PaymentOrder.objects.create(
        message_id="M1",
        version="x",
        state="done",
        execute_on=today(),
        count=1,
        sent_at=now(),
        closed_at=now(),
        created_at=now(),
    )
    told = Check(ANTIMAFIA, YES, Bilingual("", ""), "", condition=Bilingual(condition, condition)).as_json()
    return Payment.objects.create(
        order=order, row=row, end_to_end_id="E1", state="executed", gross=claim.due, withheld=0, kept=claim.due, amount=0,
        account=account, iban=account.iban, holder=account.holder, gate={"checks": [told]}, executed_on=today(),
    )  # fmt: skip


@pytest.mark.slow  # an award to its effect, a few pages
def test_what_was_paid_under_the_condition_is_to_be_revoked(
    claim, account, papers, cashier, desk, client, django_user_model
):
    award, told = claim.award, {"actor": cashier, "enterprise": claim.award.enterprise, "kind": "antimafia"}
    papers(award)
    payment = executed(claim, account(award), cashier, condition="si paga sotto condizione risolutiva")
    record_check(**told, outcome="waiting", number="A1", issued_on=today() - timedelta(days=40))
    assert barring_of(desk, award) is None, "nothing is barring yet"
    with clock_at(now() + timedelta(days=1)):
        record_check(
            **told, outcome="not_clear", number="A2", issued_on=today() - timedelta(days=40), released_on=today()
        )
        found = barring_of(desk, award)
        assert (found.granted, found.payments, found.conditional) == (False, (payment.end_to_end_id,), True)
        line = next(one for one in my_turn(desk) if BARRED in one.why)
        assert line.url == f"/ufficio/revoche/nuova/{award.pk}/?reason=anti_mafia"
        client.force_login(django_user_model.objects.get(pk=desk.user_id))
        assert "n. A2" in client.get(f"/ufficio/concessioni/{award.pk}/storia/").content.decode()
        assert "n. A2" in client.get(f"/ufficio/atti/{award.act_id}/").content.decode()
        form = client.get(line.url).content.decode()
        assert "interdittiva n. A2" in form
        assert "utilità conseguite" in form, "what the norm saves is the office's to weigh"
        client.post(line.url, {"reason_code": "anti_mafia", "grounds": found.grounds})
        begun = Revocation.objects.get()
        assert (begun.reason_code, begun.is_whole) == ("anti_mafia", True)
        assert barring_of(desk, award) is None
        Revocation.objects.update(state="archived", closed_at=now(), closing_reason="Il TAR ha sospeso l’informazione.")
        assert not [one for one in my_turn(desk) if BARRED in one.why], "the office decided, with a reason"

    # Another information since: what was paid with a clear one is for the office to weigh, and what was awarded without an answer is not.
    with clock_at(now() + timedelta(days=3)):
        record_check(**told, outcome="not_clear", number="A3", issued_on=today(), released_on=today())
        Payment.objects.update(gate={"checks": []})
        assert not [one for one in my_turn(desk) if BARRED in one.why]
        assert "n. A3, arrivata dopo" in client.get(f"/ufficio/concessioni/{award.pk}/storia/").content.decode()
        Award.objects.filter(pk=award.pk).update(amount=D("200000.00"))
        assert barring_of(desk, award).granted, "asked forty days before the act, and not answered"
