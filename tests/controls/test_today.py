"""What controls say in “Today”: to the enterprise by when, to each person of the office what waits for them alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.controls.test_dues import ask, fair  # noqa: F401

from levante.controls.api import (
    Revocation,
    ask_recovery,
    hear_receipt,
    notify_revocation,
    open_revocation,
    refund_receipt,
)
from levante.kernel.api import clock_at, now, system, today
from levante.web.desk.controls.visit_work import of_visits
from levante.web.desk.controls.worklist import my_turn as at_desk
from levante.web.portal.controls.worklist import my_turn as of_firm

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # an award to its effect


def said(items):
    return [(item.url, item.tone) for item in items]


def test_each_reads_what_waits_for_them(recovery, fair, desk, director, cashier, chief):  # noqa: F811
    award = recovery.award
    firm = chief(award)
    assert said(of_firm(firm)) == said(at_desk(desk)) == said(at_desk(director)) == []
    assert [item.url for item in at_desk(cashier)] == ["/ufficio/recuperi/?state=to_ask"]
    ask_recovery(actor=cashier, recovery=recovery)
    due = ask(desk, fair, award.enterprise)
    more = {"award": award, "reason_code": "not_eligible", "grounds": "x", "amount": Decimal("10.00")}
    found = notify_revocation(actor=desk, revocation=open_revocation(actor=desk, **more))
    mine = [f"/impresa/revoche/{found.pk}/", f"/impresa/recuperi/{recovery.pk}/", f"/impresa/quote/{due.pk}/"]
    assert sorted(said(of_firm(firm))) == sorted((url, "waiting") for url in mine)
    with clock_at(now() + timedelta(days=90)):
        assert sorted(said(of_firm(firm))) == sorted((url, "late") for url in mine[1:])
        assert said(at_desk(cashier)) == [("/ufficio/recuperi/?state=late", "late")]
        assert [item.title for item in at_desk(cashier)] == ["1 recupero scaduto"]
    Revocation.objects.update(state="heard", heard_at=now())
    assert said(at_desk(desk)) == said(at_desk(director)) == [(f"/ufficio/revoche/{found.pk}/", "waiting")]
    (by,) = [item.due for item in at_desk(director)]
    assert by >= max(found.answer_by, today() + timedelta(days=30))
    told = {"iur": "X1", "nav": "301999999999999999", "creditor": "x", "amount": "5.00", "paid_on": today().isoformat()}
    receipt = hear_receipt(actor=system("test"), told=told)
    assert said(at_desk(cashier)) == [("/ufficio/incassi/", "waiting")]
    refund_receipt(actor=cashier, receipt=receipt, reason="Non è per noi")
    assert [item.title for item in at_desk(cashier)] == ["1 somma da rendere"]


def test_who_sees_no_sample_is_told_of_none(officer, actor_for):
    """An agency draws no samples: what it cannot see is no number, and is not told."""
    assert list(of_visits(actor_for(officer("agency_staff", office="arti", given="Ada")))) == []
