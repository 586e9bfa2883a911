"""The money of an award in a browser, each person in turn and by keyboard: the account, the checks, the act, the order, the bank;
then a visit on a phone, a revocation answered, what is given back by instalments; at the end a citizen reads who received what."""
# ruff: noqa: F811

import base64
from datetime import timedelta

import pytest
from tests.browser.hands import Hands
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.claims.conftest import chief, voucher  # noqa: F401
from tests.claims.world import pdf
from tests.controls.conftest import controller, pay  # noqa: F401
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import admitted, desk, director, filled, firm, first_come, line, worker  # noqa: F401
from tests.payments.conftest import IBAN, account, another, bank, cashier, claim, liquidated, papers  # noqa: F401

from levante.claims.api import Claim, SimplifiedCost
from levante.controls.api import Recovery, Revocation, Visit
from levante.kernel.api import today
from levante.payments.api import BankAccount, Liquidation, PaymentOrder

PHONE = 360
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture
def window(visitor, django_user_model):
    """A person of the test at a window of theirs, with their hands: at the desk, or on a phone for an enterprise."""

    def make(actor, enterprise=None):
        user = django_user_model.objects.get(pk=actor.user_id)
        seen = visitor(user, enterprise, width=PHONE) if enterprise is not None else visitor(user)
        return seen, Hands(seen)

    return make


def test_a_claim_is_paid(claim, cashier, another, desk, director, chief, bank, worker, window, visitor, tmp_path):
    firm = claim.award.enterprise
    evidence = tmp_path / "iban.pdf"
    evidence.write_bytes(pdf().read())

    phone, hands = window(chief(claim.award), firm)
    phone.open("/impresa/conto/")
    phone.check("money-no-account")
    hands.follow("Indica il conto")
    hands.give("iban", "IT60X05428")
    hands.follow("Salva il conto")
    phone.check("money-wrong-iban")
    hands.give("iban", IBAN)
    phone.page.set_input_files("[type=file]", evidence)
    hands.follow("Salva il conto")
    assert BankAccount.objects.get().iban == IBAN
    phone.check("money-account")

    case, _ = window(desk)
    gate = f"/ufficio/pagamenti/domande/{claim.pk}/"
    case.open(gate)
    case.check_at_both_widths("money-gate-missing")
    case.open(f"/en{gate}")
    case.check("money-gate-missing-en")

    till, fingers = window(cashier)
    till.open("/ufficio/pagamenti/")
    till.check_at_both_widths("money-payments")
    fingers.follow(claim.register_number)
    fingers.give("how", "Estratto conto con l’intestazione")
    fingers.follow("Verificalo")
    for kind in ("durc", "deggendorf", "tax_debts", "recoveries"):
        till.page.get_by_text("Registra un documento").first.click()
        till.page.select_option("[name=kind]", kind)
        till.page.select_option("[name=outcome]", "clear")
        till.page.fill("[name=number]", f"{kind}/1")
        days = {"issued_on": today()} | ({"valid_until": today() + timedelta(days=90)} if kind == "durc" else {})
        for name, day in days.items():
            field = till.page.locator(f"[name={name}]")
            field.fill(day.isoformat() if field.get_attribute("type") == "date" else f"{day:%d/%m/%Y}")
        fingers.follow("Registra")
    till.check_at_both_widths("money-gate-open")
    code = claim.award.act.call.code
    till.open(f"/ufficio/pagamenti/?call={code}")
    fingers.give("claims", True)
    fingers.follow("Controlla e prepara l’atto")
    till.check_at_both_widths("money-act-draft")
    act = Liquidation.objects.get()

    room, pen = window(director)
    room.open(f"/ufficio/pagamenti/atti/{act.pk}/")
    pen.follow("Firma e invia al sistema degli atti")
    worker()
    room.open(f"/ufficio/pagamenti/atti/{act.pk}/")
    room.check_at_both_widths("money-act-effective")
    room.open("/ufficio/pagamenti/atti/")
    room.check_at_both_widths("money-acts")

    till.open("/ufficio/pagamenti/da-pagare/")
    till.check_at_both_widths("money-due")
    fingers.follow("Controlla di nuovo e prepara l’ordine")
    worker()
    order = PaymentOrder.objects.get()
    till.open(f"/ufficio/pagamenti/ordini/{order.pk}/")
    till.check_at_both_widths("money-order-ready")

    second, keys = window(another)
    second.open(f"/ufficio/pagamenti/ordini/{order.pk}/")
    keys.follow("Invia alla banca")
    for seconds in (0, 30, 60):
        worker(seconds)
    second.open(f"/ufficio/pagamenti/ordini/{order.pk}/")
    second.check_at_both_widths("money-order-done")
    for name in ("ordini", "ritenute"):
        second.open(f"/ufficio/pagamenti/{name}/")
        second.check_at_both_widths(f"money-{name}")

    phone.open("/impresa/conto/")
    phone.check("money-paid")
    assert "eseguito" in phone.page.inner_text("main")
    room.open(f"/ufficio/concessioni/{claim.award_id}/storia/")
    room.check_at_both_widths("money-story")
    citizen = visitor(width=PHONE)
    citizen.open("/contributi/")
    citizen.check("money-public")
    assert firm.name in citizen.page.inner_text("main")


def test_a_revocation_is_answered_and_its_money_given_back(
    liquidated, pay, desk, director, controller, cashier, chief, worker, window, tmp_path
):
    pay(liquidated)
    award, firm = liquidated.claim.award, liquidated.claim.award.enterprise
    SimplifiedCost.objects.create(claim=liquidated.claim, quantity=1, kept=1)
    photograph, file = tmp_path / "stand.png", tmp_path / "memoria.pdf"
    photograph.write_bytes(PIXEL)
    file.write_bytes(pdf().read())

    # Who reviewed the claim does not control it: another person of the office does.
    Claim.objects.filter(pk=liquidated.claim_id).update(decided_by=desk.user_id)
    case, clerk = window(controller(award))
    case.open(f"/ufficio/visite/nuova/{liquidated.claim_id}/")
    case.check_at_both_widths("money-visit-new")
    day = today() + timedelta(days=3)
    field = case.page.locator("[name=planned_on]")
    field.fill(day.isoformat() if field.get_attribute("type") == "date" else f"{day:%d/%m/%Y}")
    case.page.fill("[name=place]", "Bari, via Sparano 1")
    with case.page.expect_navigation():
        case.page.locator("main form button").last.click()
    visit = Visit.objects.get()
    # On the spot: the controller has a phone.
    case.page.set_viewport_size({"width": PHONE, "height": 800})
    case.open(f"/ufficio/visite/{visit.pk}/")
    case.check("money-visit-phone")
    case.page.select_option("[name=outcome]", "not_eligible")
    case.page.fill("[name=text]", "Lo stand non c’era.")
    clerk.follow("Di’ che cosa hai trovato")
    case.page.get_by_text("Aggiungi una fotografia").first.click()
    case.page.set_input_files("[name=photograph]", photograph)
    clerk.give("caption", "Il padiglione")
    clerk.follow("Aggiungi una fotografia")
    case.page.get_by_text("Scrivi il verbale").first.click()
    clerk.give("present", "Anna Greco, titolare")
    clerk.give("minutes", "Al padiglione 4 non c’è nessuno stand dell’impresa.")
    clerk.follow("Scrivi il verbale")
    case.check("money-visit-minutes")
    clerk.follow("Prepara il verbale da firmare")
    case.page.get_by_text("Carica il verbale firmato").first.click()
    case.page.set_input_files("[name=file]", photograph)
    clerk.follow("Carica il verbale firmato")
    case.check("money-visit-signed")
    Visit.objects.update(observe_by=today() - timedelta(days=1))
    case.open(f"/ufficio/visite/{visit.pk}/")
    clerk.follow("Apri la revoca di ciò che non regge")
    found = Revocation.objects.get()
    case.check("money-revocation-drafted-phone")
    case.page.set_viewport_size({"width": 1280, "height": 800})
    clerk.follow("Comunica l’avvio del procedimento")
    case.check_at_both_widths("money-revocation-noticed")
    case.open("/ufficio/revoche/")
    case.check_at_both_widths("money-revocations")

    phone, hands = window(chief(award), firm)
    phone.open("/impresa/revoche/")
    phone.check("money-revocations-phone")
    phone.open(f"/impresa/revoche/{found.pk}/")
    phone.check("money-revocation-phone")
    phone.page.select_option("[name=kind]", "memo")
    hands.give("text", "Lo stand era al padiglione 5: ecco il catalogo.")
    phone.page.set_input_files("#files", file)
    if phone.page.locator("[name=is_last]").count():
        phone.page.check("[name=is_last]")
    hands.follow("Invia all’ufficio")
    phone.check("money-revocation-answered")

    case.open(f"/ufficio/revoche/{found.pk}/")
    clerk.give("reasons", "Il catalogo è dell’edizione precedente.")
    clerk.key("Tab")
    clerk.press()
    case.check_at_both_widths("money-revocation-proposed")
    room, pen = window(director)
    room.open(f"/ufficio/revoche/{found.pk}/")
    pen.follow("Firma e invia al sistema degli atti")
    worker()
    room.open(f"/ufficio/revoche/{found.pk}/")
    room.check_at_both_widths("money-revocation-effective")

    recovery = Recovery.objects.get()
    till, fingers = window(cashier)
    till.open(f"/ufficio/recuperi/{recovery.pk}/")
    till.check_at_both_widths("money-recovery-open")
    fingers.follow("Chiedi la restituzione")
    till.check_at_both_widths("money-recovery-asked")
    phone.open(f"/impresa/recuperi/{recovery.pk}/")
    phone.check("money-recovery-phone")
    phone.page.locator("main summary", has_text="rate").first.click()
    hands.give("count", "3")
    hands.give("why", "Una fiera pagata e non incassata.")
    hands.key("Tab")
    hands.press()
    phone.check("money-recovery-plan-asked")
    till.open(f"/ufficio/recuperi/{recovery.pk}/")
    till.check_at_both_widths("money-recovery-plan")
    till.open("/ufficio/recuperi/")
    till.check_at_both_widths("money-recoveries")
