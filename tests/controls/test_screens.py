"""The pages of a revocation and of a recovery, for the office and for the enterprise."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.claims.world import pdf

from levante.controls.api import Recovery, Revocation
from levante.kernel.api import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(django_user_model, client):
    """The browser of whoever acts."""

    def make(actor):
        client.force_login(
            django_user_model.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend"
        )
        if actor.enterprise_id is not None:
            session = client.session
            session["acting_for"] = f"enterprise:{actor.enterprise_id}"
            session.save()
        return client

    return make


@pytest.mark.slow  # an award to its effect and its payment, an act to its effect, some twenty pages
def test_a_revocation_from_its_notice_to_the_instalments_on_its_pages(
    liquidated, pay, desk, director, cashier, another, chief, worker, enter
):
    pay(liquidated)
    award = liquidated.claim.award
    office = enter(desk)
    act = office.get(f"/ufficio/atti/{award.act_id}/").content.decode()
    assert f"/ufficio/revoche/nuova/{award.pk}/" in act
    new = f"/ufficio/revoche/nuova/{award.pk}/"
    assert "6.000,00" in office.get(new).content.decode()
    wrong = office.post(new, {"reason_code": "obligations", "grounds": "x", "amount": "9.999,00"})
    assert "da un centesimo a" in wrong.content.decode()
    office.post(new, {"reason_code": "obligations", "grounds": "La fiera non si è tenuta."})
    found = Revocation.objects.get()
    page = f"/ufficio/revoche/{found.pk}/"
    assert office.get(new).headers["Location"] == page
    shown = office.get(page).content.decode()
    assert "Comunica l’avvio del procedimento" in shown
    office.post(f"{page}azioni/avvia/")
    assert "Attende" not in office.get("/ufficio/revoche/").content.decode()
    assert "La fiera" in office.get(page).content.decode()
    again = office.post(f"{page}azioni/avvia/", follow=True).content.decode()
    assert "guarda che cosa è cambiato" in again
    kept = office.post(f"{page}azioni/archivia/", {"reason": "x"}, follow=True)
    assert "guarda che cosa è cambiato" in kept.content.decode()

    firm = enter(chief(award))
    assert "Tocca a te" in firm.get(f"/impresa/revoche/{found.pk}/").content.decode()
    assert found.award.application.number in firm.get("/impresa/revoche/").content.decode()
    assert f"/impresa/revoche/{found.pk}/" in firm.get("/impresa/").content.decode(), "it waits in Today"
    empty = firm.post(f"/impresa/revoche/{found.pk}/risposta/", {"kind": "memo"})
    assert empty.status_code == 409
    said = firm.post(
        f"/impresa/revoche/{found.pk}/risposta/",
        {"kind": "memo", "text": "Ci siamo stati.", "files": [pdf("foto.pdf")], "is_last": "on"},
        follow=True,
    ).content.decode()
    assert "Inviato e registrato" in said
    file = found.papers.get().files.get()
    assert b"".join(firm.get(f"/impresa/revoche/{found.pk}/documenti/{file.pk}/").streaming_content).startswith(b"%PDF")

    office = enter(desk)
    assert b"".join(office.get(f"{page}documenti/{file.pk}/").streaming_content).startswith(b"%PDF")
    assert office.get(f"{page}documenti/999999/").status_code == 404
    office.post(f"{page}azioni/proponi/", {"reasons": "Le foto non sono della fiera."})
    assert "Si revoca 6.000,00" in office.get(page).content.decode()
    assert "Firma e invia" not in office.get(page).content.decode()
    boss = enter(director)
    assert "Firma e invia" in boss.get(page).content.decode()
    boss.post(f"{page}azioni/firma/")
    worker()
    assert "Il recupero" in boss.get(page).content.decode()
    boss.post(
        f"{page}azioni/ricorso/",
        {"court": "tar", "reference": "12/2026", "lodged_on": f"{today():%d/%m/%Y}"},
    )
    assert "12/2026" in boss.get(page).content.decode()

    recovery = Recovery.objects.get()
    till = enter(cashier)
    owed = f"/ufficio/recuperi/{recovery.pk}/"
    assert "Chiedi la restituzione" in till.get(owed).content.decode()
    till.post(f"{owed}azioni/chiedi/")
    assert "Come sono calcolati gli interessi?" in till.get(owed).content.decode()
    firm = enter(chief(award))
    grant = firm.get(f"/impresa/concessioni/{award.pk}/").content.decode()
    assert f"Revoca: atto n. {recovery.revocation.number}" in grant
    assert f"/impresa/revoche/{found.pk}/" in grant
    mine = f"/impresa/recuperi/{recovery.pk}/"
    assert "Il prossimo pagamento" in firm.get(mine).content.decode()
    assert mine in firm.get("/impresa/").content.decode(), "it waits in Today"
    assert firm.post(f"{mine}rate/", {"count": "99", "why": "x"}).status_code == 409
    firm.post(f"{mine}rate/", {"count": "3", "why": "Liquidità"})
    assert "Rate chieste" in firm.get(mine).content.decode()
    till = enter(cashier)
    till.post(f"{owed}azioni/rate/", {"granted": "yes", "first_due": f"{today() + timedelta(days=30):%d/%m/%Y}"})
    first = recovery.instalments.filter(state="due").first()
    bad = till.post(
        f"{owed}azioni/versamento/", {"source": "treasury", "reference": "", "on": "1/1/2020", "amount": "1"}
    )
    assert bad.status_code == 409
    assert str(first.amount).replace(".", ",")[-6:] in till.get(owed).content.decode()
    till.post(
        f"{owed}azioni/versamento/",
        {
            "source": "treasury",
            "reference": "Q1",
            "on": f"{today():%d/%m/%Y}",
            "amount": str(first.amount).replace(".", ","),
        },
    )
    assert not recovery.incomings.exists(), "said by one, it counts when another confirms it"
    waits = recovery.told.get()
    shown = till.get(owed).content.decode()
    assert "Versamenti da confermare" in shown
    assert "Lo conferma un’altra persona" in shown
    assert f"conferma-{waits.pk}" not in shown
    second = enter(another)
    assert owed in second.get("/ufficio/").content.decode()
    assert "Said to have come in, to be confirmed" in second.get(f"/en{owed}").content.decode()
    second.post(f"{owed}azioni/conferma-{waits.pk}/")
    assert recovery.incomings.get().capital == Decimal("2000.00")
    assert "Q1" in till.get(owed).content.decode()
    assert "2.000,00" in till.get("/ufficio/recuperi/").content.decode()
    csv = b"".join(till.get("/ufficio/revoche/?state=all&export=csv").streaming_content).decode()
    assert award.enterprise.name in csv
    assert "Q1" in enter(chief(award)).get(mine).content.decode()
