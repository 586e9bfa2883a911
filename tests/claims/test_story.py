"""The story of the money of an award, for the office, and what the public reads of it."""

import re
from decimal import Decimal

import pytest
from tests.claims.test_claims import BOT, all_complete, spent

from levante.claims.api import (
    assess_claim,
    claim_liquidated,
    claim_paid,
    open_claim,
    send_claim,
    take_claim,
    write_report,
)
from levante.kernel.api import today

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect, and a claim to its payment
def test_every_euro_is_told_and_the_public_reads_what_was_paid(
    award, chief, desk, client, django_user_model, monkeypatch
):
    actor = chief(award)
    claim = open_claim(actor=actor, award=award, mode="sal")
    write_report(actor=actor, claim=claim, report="Siamo stati a Lione.")
    spent(claim, actor, "7", "1000.00")
    claim = send_claim(actor=actor, claim=claim)
    take_claim(actor=desk, claim=claim)
    all_complete(claim, desk)
    assess_claim(actor=desk, claim=claim)
    client.force_login(django_user_model.objects.get(pk=desk.user_id))
    page = f"/ufficio/concessioni/{award.pk}/storia/"
    told = client.get(page).content.decode()
    for words in (
        "Chiesti nella domanda",
        "6.000,00",
        "Riconosciuti",
        "500,00",
        "Impegno",
        f"COR {award.codes[0]}",
        "n. 7",
        "1 spesa",
    ):
        assert words in told, words
    english = re.sub(r'<(\w+) lang="it">.*?</\1>', "", client.get(f"/en{page}").content.decode(), flags=re.S)
    told_in_english = english[english.index('id="chain"') :]
    assert f"application {award.application.number}" in told_in_english
    assert not re.findall(r"[Dd]omanda|[Cc]oncessione|[Ii]mpegno|[Ll]iquidazione,|[Pp]agamento|, n\. ", told_in_english)
    monkeypatch.setattr("levante.web.components.money_story.SHOWN", 0)
    cut = client.get(page).content.decode()
    assert "n. 7" not in cut
    assert "le somme sono di tutte" in cut
    claim_liquidated(actor=BOT, claim=claim)
    claim_paid(actor=BOT, claim=claim, on=today(), amount=Decimal("500.00"))

    client.logout()
    listed = client.get("/contributi/").content.decode()
    assert award.enterprise.name in listed
    assert "500,00" in listed
    assert award.enterprise.name not in client.get("/contributi/?q=nessuno").content.decode()
    year = award.act.act_date.year
    assert award.enterprise.name in client.get(f"/contributi/?year={year}").content.decode()
    assert f'<option value="{year}" selected>' in client.get(f"/contributi/?year={year}").content.decode()
    assert f">{year - 1}</option>" not in listed, "only years that have awards"
    public = client.get(f"/contributi/{award.pk}/").content.decode()
    for words in (award.codes[1], award.enterprise.tax_code, "500,00", award.application.number):
        assert words in public, words
    assert "Messe" not in public
    assert client.get("/contributi/999999/").status_code == 404
    assert client.get(page).status_code == 302, "the whole story is the office's"
