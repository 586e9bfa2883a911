"""An act of reduction that cannot have effect is given up: with a reason, or by itself once a revocation took the award as low."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.claims.conftest import award  # noqa: F401
from tests.claims.test_reducing import lowered

from levante.claims import carrying_states as states
from levante.claims.api import Claim, Reduction, draft_reduction, give_up_reduction, send_reduction
from levante.controls.api import send_revocation
from levante.grants.api import Award
from levante.kernel.api import Refused, now

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.mark.slow  # an award to its effect, two acts
def test_what_a_revocation_in_part_does_already_is_given_up(
    award,  # noqa: F811
    chief,
    desk,
    director,
    worker,
    proposed,
    client,
    django_user_model,
):
    variation = lowered(award, chief(award), desk)
    wrong = draft_reduction(actor=desk, variation=variation)
    with pytest.raises(Refused, match="Scrivi perché"):
        give_up_reduction(actor=desk, reduction=wrong, reason=" ")
    with pytest.raises(Refused):
        give_up_reduction(actor=chief(award), reduction=wrong, reason="x")
    page = f"/ufficio/variazioni/{variation.pk}/"
    client.force_login(django_user_model.objects.get(pk=desk.user_id))
    assert "Abbandona l’atto" in client.get(page).content.decode()
    client.post(f"{page}azioni/abbandona/", {"reason": "Premesse sbagliate"})
    wrong.refresh_from_db()
    assert (wrong.state, wrong.given_up_reason) == (states.GIVEN_UP, "Premesse sbagliate")
    shown = client.get(page).content.decode()
    assert "Premesse sbagliate" in shown
    assert "Scrivi l’atto di riduzione" in shown, "the award is still to be brought down"
    with pytest.raises(IntegrityError), transaction.atomic():
        Reduction.objects.filter(pk=wrong.pk).update(given_up_reason="")

    act = draft_reduction(actor=desk, variation=variation)
    assert act.pk != wrong.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Reduction.objects.filter(pk=wrong.pk).update(state="drafted", given_up_at=None, given_up_reason="")
    send_reduction(actor=director, reduction=act)
    with pytest.raises(Refused, match="alla firma"):
        give_up_reduction(actor=desk, reduction=act, reason="x")
    # More than is left is verified as due while the act is signed: it comes back and stands still, until a revocation does the same.
    paid = Claim.objects.create(
        award=award, number=1, mode="sal", state="liquidated", asked=D(2400), due=D(2400), register_number="PAG-T/1", sent_at=now(),
        frozen={}, frozen_sha256="0" * 64, decided_at=now(), created_at=now(), officer_id=desk.user_id,
    )  # fmt: skip
    worker()
    act.refresh_from_db()
    assert act.state == states.RETURNED
    assert "revoca parziale" in act.stop_reason_it
    Claim.objects.filter(pk=paid.pk).update(due=D(1000))
    send_revocation(actor=director, revocation=proposed(award, reason_code="not_eligible", amount=D("4000.00")))
    worker()
    assert Award.objects.get(pk=award.pk).amount == D("2000.00")
    act.refresh_from_db()
    assert (act.state, act.stop_reason_it) == (states.GIVEN_UP, "")
    assert act.number, "the act stays what it is"
    assert "già di 2.000,00" in act.given_up_reason
    assert "Scrivi l’atto di riduzione" not in client.get(page).content.decode()
