"""What the page of a rejected application tells the enterprise it can still do."""

from datetime import UTC, datetime

import pytest

from levante.applications.api import (
    give_rejection_notice,
    reject_application,
    send_observations,
    submit_application,
    take_in_charge,
)
from levante.applications.models import Application

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an application sent, heard and rejected before the page
def test_the_remedies_and_their_last_days(first_come, filled, officer, actor_for, signed_in):
    draft, actor, user = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desk = actor_for(officer())
    take_in_charge(actor=desk, application=sent, has_conflict=False)
    give_rejection_notice(actor=desk, application=sent, reasons="Non ha sede in Puglia")
    send_observations(actor=actor, application=sent, text="La sede è a Bari")
    reject_application(actor=desk, application=sent, reason="La sede è chiusa", answer="Non lo prova")
    Application.objects.filter(pk=sent.pk).update(decided_at=datetime(2025, 7, 2, 9, tzinfo=UTC))
    browser = signed_in(user, sent.enterprise)
    page = browser.get(f"/impresa/domande/{sent.pk}/").content.decode()
    for words in (
        "Se non sei d’accordo",
        "60 giorni",
        "120 giorni",
        "non accolte: Non lo prova.",
        "2025-10-01",
        "2025-10-30",
        "art. 54, comma 2",
    ):
        assert words in page
