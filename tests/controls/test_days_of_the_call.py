"""The days to answer a revocation and to give money back are those of the call, where it says them."""

from datetime import timedelta

import pytest

from levante.calls.api import Call
from levante.controls.api import ask_recovery, notify_revocation, open_revocation
from levante.kernel.api import today
from levante.law.terms import end_of_term

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("terms", "days"), [({"revocation_days": 40}, 40), ({}, 15)])
def test_to_answer_a_revocation(voucher, desk, terms, days):
    Call.objects.filter(pk=voucher.act.call_id).update(terms=terms)
    found = open_revocation(actor=desk, award=voucher, reason_code="obligations", grounds="x")
    told = notify_revocation(actor=desk, revocation=found)
    assert told.answer_by == end_of_term(today(), days, kind="calendar", roll=True).due


@pytest.mark.parametrize(("terms", "days"), [({"recovery_days": 20}, 20), ({}, 60)])
def test_to_give_money_back(recovery, cashier, terms, days):
    Call.objects.filter(pk=recovery.award.act.call_id).update(terms=terms)
    due = ask_recovery(actor=cashier, recovery=recovery).instalments.get().due_on
    assert today() + timedelta(days=days) <= due == end_of_term(today(), days, kind="calendar", roll=True).due
