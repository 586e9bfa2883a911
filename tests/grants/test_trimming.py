"""Where the call wants so, a grant is reduced to the de minimis headroom that is left; and what its act says of its own."""

from decimal import Decimal

import pytest
from tests.grants.test_awards import aid_of

from levante.aid.api import Reservation
from levante.calls.api import Call
from levante.grants.api import act_preview, draft_award_act
from levante.kernel.api import Refused, today

pytestmark = pytest.mark.django_db


def test_a_grant_is_reduced_to_the_headroom_with_its_reason(admitted, desk):
    application = admitted()
    Call.objects.update(trim_to_headroom=True)
    aid_of(application.enterprise, "296000.00")
    application.refresh_from_db()
    said = act_preview(application, on=today())
    assert said.amount == Decimal("4000.00")
    assert "ridotti" in said.why[1].it
    act = draft_award_act(actor=desk, applications=[application])
    award = act.awards.get()
    assert (award.amount, award.gge) == (Decimal("4000.00"), Decimal("4000.00"))
    assert award.checks["trimmed"]["from"] == "6000.00"
    assert "ridotti" in award.checks["trimmed"]["steps"][0]["text"]
    assert Reservation.objects.get().amount == Decimal("4000.00")
    assert act.document.data["total_amount"] == "4000.00"
    assert "4.000,00" in act.document.data["awards"][0]["reduced"]


def test_without_headroom_there_is_nothing_to_reduce_to(admitted, desk):
    application = admitted()
    Call.objects.update(trim_to_headroom=True)
    aid_of(application.enterprise, "300000.00")
    with pytest.raises(Refused, match="massimale de minimis non basta"):
        draft_award_act(actor=desk, applications=[application])


def test_the_act_says_what_the_call_wants_it_to_say(admitted, desk):
    said = {"recitals": [{"it": "Vista la convenzione", "en": "Given the agreement"}], "provisions": []}
    basis = [
        {"it": "Norma abrogata", "en": "Repealed", "reference": "", "url": "", "until": "2001-01-01"},
        {"it": "Norma vigente", "en": "In force", "reference": "L. 1/2000", "url": "", "until": "2999-01-01"},
    ]
    application = admitted()
    Call.objects.update(templates={"letters": {}, "acts": {"award": said}}, legal_basis=basis)
    data = draft_award_act(actor=desk, applications=[application]).document.data
    assert data["recitals"] == ["Vista la convenzione"]
    assert data["legal_basis"][-1] == "Norma vigente (L. 1/2000)"
    assert "2023/2831" in data["legal_basis"][0]
    assert data["legal_history"] == ["Norma abrogata, su cui si fondava l’avviso, in vigore fino al 01/01/2001"]
