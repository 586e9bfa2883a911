"""The guarantee of an advance is given back once, when nothing of it is out any more, by who pays."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.payments.conftest import claim_on

from levante.kernel.api import Refused, today
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect
def test_a_guarantee_is_released_when_the_balance_is_paid(claim, cashier, desk, client):
    from levante.identity.api import User
    from levante.payments.api import gate_of, guarantees_to_release, record_check, release_guarantee

    award = claim.award
    type(award.act.call).objects.filter(pk=award.act.call_id).update(
        payment={"modes": [{"code": "advance", "percent": "40", "guarantee": True}, {"code": "balance"}]}
    )
    advance = claim_on(award, due="2400.00", number=2, mode="advance", officer=desk.user_id)
    paper = record_check(
        actor=cashier, enterprise=award.enterprise, award=award, kind="guarantee", outcome="clear", number="G-1", issued_on=today(),
        valid_until=today() + timedelta(days=400), amount=Decimal("2400.00"), guarantor="Banca", confirmed=True,
    )  # fmt: skip
    type(claim).objects.filter(pk=claim.pk).update(mode="balance")

    def told():
        found = next(one for one in gate_of(advance, on=today()).checks if one.code == "guarantee")
        return found.outcome

    assert told() == "yes"
    assert not guarantees_to_release(cashier).exists()
    with pytest.raises(Refused, match="non è ancora coperto"):
        release_guarantee(actor=cashier, guarantee=paper)
    client.force_login(User.objects.get(pk=cashier.user_id))
    page = f"/ufficio/pagamenti/domande/{claim.pk}/"
    assert "svincola" not in client.get(page).content.decode()
    type(claim).objects.filter(pk=claim.pk).update(state="paid")
    assert list(guarantees_to_release(cashier)) == [paper]
    assert "una fideiussione da svincolare" in client.get("/ufficio/").content.decode()
    with pytest.raises(Refused, match="ragioneria"):
        release_guarantee(actor=desk, guarantee=paper)
    assert "svincola" in client.get(page).content.decode()
    for _ in range(2):
        client.post(f"{page}fideiussione/{paper.pk}/svincola/")
    paper.refresh_from_db()
    assert (paper.release.released_by_id, paper.release.reason_it) == (
        cashier.user_id,
        f"Il saldo è pagato: domanda {claim.register_number}.",
    )
    assert Notice.objects.filter(kind="guarantee-released").count() == 1
    assert not guarantees_to_release(cashier).exists()
    assert told() != "yes", "what was given back covers nothing"
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        type(paper.release).objects.update(reason_it="x")
