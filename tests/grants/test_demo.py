"""The demonstration's aid and acts: loaded through the ordinary ways, telling what they should, changing nothing twice."""

from pathlib import Path

import pytest

from levante.aid.api import AidRecord, QuarantinedAid, position
from levante.claims.api import Acceptance, Claim
from levante.grants.api import ACT_STATES, Award, AwardAct
from levante.kernel.api import today
from levante.parties.api import Enterprise
from levante.payments.api import GuaranteeRelease, Payment, PaymentOrder, stopped_in

DEMO = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025"

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # the whole demonstration
def test_the_demonstration_tells_its_story_once(demonstration):
    from levante.demo import aid, grants

    assert {act.state for act in AwardAct.objects.all()} == set(ACT_STATES)
    assert Award.objects.filter(state="effective").count() == 10
    assert Award.objects.filter(state="revoked").count() == 1
    assert sum(all(award.codes) for award in Award.objects.effective()) == 9, "one award in effect awaits its COR"
    ranked = Award.objects.filter(application__opening__call__procedure="ranking")
    assert ranked.count() == 9
    for award in ranked:
        row = award.application.ranking_rows.get(ranking__state="published")
        assert (row.outcome in {"funded", "partial"}, award.amount <= row.amount) == (True, True), award.application
    assert "Il massimale de minimis non basta" in Award.objects.get(state="act_returned").stop_reason_it
    assert QuarantinedAid.objects.count() == 2
    assert sorted(Claim.objects.values_list("state", flat=True)) == [
        "assessed", "draft", "integration", "liquidated", "liquidated", "paid", "paid", "paid", "paid", "paid", "under_review",
    ]  # fmt: skip
    assert sorted(Payment.objects.values_list("state", "code")) == [
        *[("executed", "")] * 5, ("ordered", ""), ("ordered", ""), ("rejected", "AC04"),
    ]  # fmt: skip
    (order,) = PaymentOrder.objects.filter(state="ready")
    held = [one.payment.account.enterprise.name for one in stopped_in(order, on=today())]
    assert (order.count, held) == (2, ["Calzature Serre Salentine S.r.l."]), (
        "prepared again without it, the other is paid"
    )
    late = Acceptance.objects.get(late_act__isnull=False)
    assert (late.state, late.late_act.number) == ("accepted", "DEMO-27"), "forfeited, then taken late by an act"
    by_agency = Payment.objects.filter(order__paid_by__code="puglia-sviluppo").order_by("pk")
    assert [str(one.amount) for one in by_agency] == ["600.00", "600.00", "900.00"], (
        "an agency pays its own, to the end"
    )
    told = next(one for one in by_agency[0].gate["checks"] if one["code"] == "guarantee")
    assert "DEMO-FID-1" in str(told)
    assert GuaranteeRelease.objects.get().guarantee.number == "DEMO-FID-1"

    def found(name):
        return position(Enterprise.objects.get(name__startswith=name), on=today())

    assert found("Aerocomponenti Capitanata")["residual"] == "0.00"
    soon = found("Calzature Serre Salentine")
    assert 0 < float(soon["residual"]) < 30_000
    bridal = found("Atelier Sposa")
    assert len(bridal["undertaking"]) == 2
    assert found("Calzaturificio Disfida")["decision_required"]
    before = (AidRecord.objects.count(), Award.objects.count(), AwardAct.objects.count())
    aid.load(DEMO / "demo")
    grants.load(DEMO / "demo")
    assert (AidRecord.objects.count(), Award.objects.count(), AwardAct.objects.count()) == before
