"""Before money is given back a person looks at what the law wants, and another pays."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from levante.kernel.api import Refused, clock_at, now, today

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect
def test_a_refund_asks_tax_debts_and_what_is_owed(recovery, cashier, another, client):
    from levante.controls.api import Refund, dispose_refund
    from levante.identity.api import User
    from levante.payments.api import record_check

    firm = recovery.award.enterprise
    refund = Refund.objects.create(
        kind="not_due", recovery=recovery, enterprise=firm, amount=Decimal("5000.01"), reason="x", created_at=now()
    )
    with pytest.raises(Refused, match="la verifica non c’è"):
        dispose_refund(actor=cashier, refund=refund, why="lo stesso")
    told = {"actor": cashier, "enterprise": firm, "kind": "tax_debts", "issued_on": today()}
    record_check(outcome="not_clear", number="1", debt=Decimal("10.00"), **told)
    with pytest.raises(Refused, match="sospeso fino al"):
        dispose_refund(actor=cashier, refund=refund, why="lo stesso")
    record_check(outcome="clear", number="2", **told)
    client.force_login(User.objects.get(pk=cashier.user_id))
    page = client.get(f"/ufficio/recuperi/{recovery.pk}/").content.decode()
    assert "Disponi che si rendano 5.000,01" in page
    assert "deve restituire 6.000,00" in page
    refused = client.post(f"/ufficio/recuperi/{recovery.pk}/azioni/disponi-{refund.pk}/", {"why": ""})
    assert (refused.status_code, "Scrivi perché si rende lo stesso" in refused.content.decode()) == (409, True)
    client.post(f"/ufficio/recuperi/{recovery.pk}/azioni/disponi-{refund.pk}/", {"why": "Compensato con M9"})
    refund.refresh_from_db()
    assert (refund.disposed_by_id, refund.disposed_why) == (cashier.user_id, "Compensato con M9")
    assert [one["why"] for one in refund.gate] == [False, True]
    assert "resa-" not in client.get(f"/ufficio/recuperi/{recovery.pk}/").content.decode(), "another person records it"
    client.force_login(User.objects.get(pk=another.user_id))
    assert f"resa-{refund.pk}" in client.get(f"/ufficio/recuperi/{recovery.pk}/").content.decode()
    with pytest.raises(IntegrityError, match="refund_recorded_by_another"), transaction.atomic():
        Refund.objects.update(recorded_by=cashier.user_id)


def test_an_order_of_the_collector_in_force_is_obeyed_and_what_was_disposed_is_paid_in_time(recovery, cashier, another):
    from levante.controls.api import Refund, asked_before, dispose_refund, record_refund
    from levante.payments.api import confirm_default, record_check, record_collector_order, tax_check_of

    firm = recovery.award.enterprise
    refund = Refund.objects.create(
        kind="not_due", recovery=recovery, enterprise=firm, amount=Decimal("100.00"), reason="x", created_at=now()
    )
    assert [one.why for one in asked_before(refund, on=today())] == [False, True]
    paper = record_check(
        actor=cashier, enterprise=firm, kind="tax_debts", issued_on=today(), outcome="not_clear", number="1", debt=Decimal("10.00")
    )  # fmt: skip
    served = record_collector_order(actor=cashier, paper=paper, number="O1", amount=Decimal("10.00"), served_on=today())
    confirm_default(actor=another, outcome=served)
    assert [one.kept for one in asked_before(refund, on=today() + timedelta(days=1))] == [
        Decimal("10.00"),
        Decimal("0.00"),
    ]

    # Disposed today, it is paid from today on, while what was looked at holds; the collector has its own, once.
    Refund.objects.filter(pk=refund.pk).update(created_at=now() - timedelta(days=9))
    refund = dispose_refund(actor=cashier, refund=refund, why="A rate")
    told = {"actor": another, "refund": refund, "reference": "M1"}
    with pytest.raises(Refused, match="quando si è disposto"):
        record_refund(**told, on=today() - timedelta(days=1))
    with clock_at(now() + timedelta(days=40)), pytest.raises(Refused, match="disposta di nuovo"):
        record_refund(**told, on=today())
    with pytest.raises(Refused, match="10,00"):
        record_refund(**told, on=today())
    assert tax_check_of(firm.pk, Decimal("100.00"), on=today()).kept == 0, "the order takes its amount once"
    done = record_refund(**told, on=today(), collector_reference="M2")
    assert (done.kept, done.kept_reference) == (Decimal("10.00"), "M2")
