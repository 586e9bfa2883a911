"""The demonstration tells controls to their end: instalments, a recovery cancelled, a sample with its visit, a receipt of nothing."""

import pytest

from levante.controls.api import Due, PaymentReceipt, Recovery, Revocation, Sample, Visit
from levante.demo.load import demo_folder
from levante.kernel.api import today

pytestmark = pytest.mark.django_db


def counts():
    return [model.objects.count() for model in (Revocation, Recovery, Sample, Visit, PaymentReceipt, Due)]


def test_controls_are_told_to_their_end_and_once(demonstration):
    from levante.demo import controls, quotas

    assert sorted(Recovery.objects.values_list("state", flat=True)) == ["cancelled", "in_instalments"]
    plan = Recovery.objects.get(state="in_instalments")
    assert sorted(plan.instalments.values_list("state", flat=True)) == ["due", "due", "paid", "replaced"]
    visit = Visit.objects.get()
    assert (visit.state, visit.row.sample, visit.photographs.count()) == ("signed", Sample.objects.get(), 1)
    assert PaymentReceipt.objects.to_look_at().count() == 1
    assert Due.objects.filter(state="due", due_on__lt=today()).count() == 1
    assert Due.objects.filter(state="paid").count() == 1
    before = counts()
    for room in (controls, quotas):
        room.load(demo_folder())
    assert counts() == before
