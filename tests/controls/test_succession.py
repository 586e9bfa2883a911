"""What an enterprise owes back, and what is to be given back to it, passes with a deed to who takes its place."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.conftest import vat_number

from levante.aid.api import aid_of_party, record_merger, record_split
from levante.controls.api import Refund, ask_recovery, record_incoming
from levante.controls.paid import owed_by
from levante.grants.api import Award, Succession, approve_succession, refuse_succession
from levante.kernel.api import clock_at, now, today

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.mark.slow  # an award to its effect
def test_debts_and_refunds_pass_and_close_the_gate_of_the_survivor_before_anybody_decides(
    recovery, desk, director, cashier, enterprise
):
    award, firm = recovery.award, recovery.award.enterprise
    branch, heir, last = (
        enterprise(name, vat_number(70 + place)) for place, name in enumerate(("Ramo", "Erede", "Ultima"))
    )
    with clock_at(now() + timedelta(days=1)):
        # A split gives the award to the firm that takes its aid, and not to the other.
        (aid,) = aid_of_party(firm.tax_code, before=today())
        shares = [
            {"enterprise": firm.tax_code, "equity": D("10.00"), "takes": []},
            {"enterprise": branch.tax_code, "equity": D("10.00"), "takes": [aid.id]},
        ]
        split = {"actor": director, "on": today(), "party": firm.tax_code, "deed": "Notaio Bianchi, rep. 1"}
        record_split(**split, shares=shares)
        one = Succession.objects.get()
        assert (one.award, one.firm, one.heir) == (award, firm, branch)
        refuse_succession(actor=desk, succession=one, reason="Il ramo non ha il progetto", unfounded=True)

        ask_recovery(actor=cashier, recovery=recovery)
        more = {"actor": cashier, "recovery": recovery, "source": "treasury", "on": today()}
        deed = {"actor": director, "on": today(), "deed": "Notaio Verdi, rep. 2"}
        record_merger(**deed, parties=[firm.tax_code], into=heir.tax_code)
        told = owed_by({heir.pk, branch.pk})
        assert {pk: [(one.amount, one.asked) for one in owed] for pk, owed in told.items()} == {
            heir.pk: [(D("6000.00"), False)]
        }, "it owes it already, and nothing is set off before the office decided"
        record_incoming(**more, reference="Q1", amount=D("6100.00"))
        refund = Refund.objects.get()
        assert refund.enterprise == firm
        approve_succession(actor=desk, succession=Succession.objects.get(heir=heir), act="AD 3/2026")
        refund.refresh_from_db()
        assert refund.enterprise == heir

        # Of an award that was revoked only debts are left: they pass by the law.
        Award.objects.filter(pk=award.pk).update(
            state="revoked", granted=award.amount, granted_gge=award.gge, amount=0, gge=0, reduced_on=today(), closed_at=now()
        )  # fmt: skip
        event = record_merger(**deed, parties=[heir.tax_code], into=last.tax_code)
    assert "a Ultima: ciò che resta da restituire" in event.passed[0]["it"]
    passed = Succession.objects.get(heir=last)
    assert (passed.state, passed.act, passed.award.enterprise) == ("approved", "art. 2504-bis c.c.", last)
