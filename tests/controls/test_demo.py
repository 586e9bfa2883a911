"""The demonstration tells controls to their end: instalments, a recovery cancelled, a sample with its visit, a receipt of nothing."""

import pytest

from levante.controls.api import Due, PaymentReceipt, Recovery, Refund, Revocation, Sample, Visit
from levante.demo.load import demo_folder
from levante.grants.api import RegisterTask
from levante.kernel.api import today

pytestmark = pytest.mark.django_db


def counts():
    return [
        model.objects.count()
        for model in (Revocation, Recovery, Sample, Visit, PaymentReceipt, Due, Refund, RegisterTask)
    ]


def test_controls_are_told_to_their_end_and_once(demonstration):
    from levante.demo import controls, participations

    states = sorted(Recovery.objects.values_list("state", flat=True))
    assert states == ["cancelled", "in_instalments", "in_instalments", "owed"]
    excess = Recovery.objects.get(claim__isnull=False)
    assert (excess.state, excess.principal, excess.collected_by.code) == (
        "owed",
        excess.claim.excess,
        "puglia-sviluppo",
    )
    plans = Recovery.objects.filter(state="in_instalments").order_by("pk")
    assert [sorted(one.instalments.values_list("state", flat=True)) for one in plans] == [
        ["due", "due", "paid", "replaced"],
        ["due", "due", "due", "replaced"],
    ]
    assert [one.instalments.filter(state="due", due_on__lt=today()).count() for one in plans] == [0, 1], "one is late"
    assert plans[1].award.state == "revoked", "the whole was revoked, once it was paid"
    annulled = Revocation.objects.get(state="annulled")
    assert (annulled.award.state, annulled.award.amount, annulled.award.restored_on is not None) == (
        "effective", annulled.award.first_amount, True,
    )  # fmt: skip
    given_up = Revocation.objects.get(by_enterprise=True)
    assert (given_up.state, given_up.recover, given_up.award.is_suspended) == ("heard", 0, True)
    visit = Visit.objects.get()
    assert (visit.state, visit.row.sample, visit.photographs.count()) == ("signed", Sample.objects.get(), 1)
    assert PaymentReceipt.objects.to_look_at().count() == 1
    assert Due.objects.filter(state="paid").count() == 1
    refunds = {one.state: one for one in Refund.objects.all()}
    assert (refunds["to_refund"].disposed_at is not None, refunds["refunded"].reference) == (True, "DEMO-MAN-1")
    assert set(RegisterTask.objects.values_list("register", "state")) >= {
        ("cup", "done"),
        ("cup", "open"),
        ("rna", "open"),
    }
    before = counts()
    for room in (controls, participations):
        room.load(demo_folder())
    assert counts() == before
