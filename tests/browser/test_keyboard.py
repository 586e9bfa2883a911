"""The whole way with the keyboard alone: sign in, apply to the two real calls, examine, ask, admit, award, see the outcome."""
# ruff: noqa: F811

import pytest
from allauth.account.models import EmailAddress
from tests.applications.conftest import IBAN, PDF, by_ranking, firm, first_come  # noqa: F401
from tests.browser.hands import Hands
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import line, worker  # noqa: F401

from levante.applications.api import Application
from levante.grants.api import AwardAct, record_cor_cup

PASSWORD = "a-long-enough-password"

FIRST_COME = {
    "enterprise": {"contact_name": "Anna Greco", "contact_email": "anna@example.org", "pec": "ditta@pec.example.org"},
    "fair": {
        "fair_name": "Boot",
        "fair_city": "Düsseldorf",
        "fair_country": "Germania",
        "fair_from": "2027-01-18",
        "fair_to": "2027-01-26",
        "stand": "own",
    },
    "objectives": {"exports_today": "no", "goal": "Dieci importatori"},
    "declarations": {
        "no_insolvency": True,
        "no_illegal_aid": True,
        "no_revocation": True,
        "iban": IBAN,
        "privacy": True,
    },
}
RANKING = {
    "enterprise": {
        "contact_name": "Anna Greco",
        "pec": "ditta@pec.example.org",
        "turnover": "500000,00",
        "export_turnover": "50000,00",
        "english_website": "no",
        "export_manager": "no",
    },
    "fair": {"fair_kind": "a", "fair_name": "Boot", "fair_country": "Germania", "fair_from": "2027-01-18"},
    "costs": {"cost_items-0-item": "space", "cost_items-0-amount": "4000,00"},
    "declarations": {"true_statements": True, "iban": IBAN, "privacy": True},
}


@pytest.fixture
def quote(tmp_path):
    path = tmp_path / "conferma.pdf"
    path.write_bytes(PDF)
    return path


def sign_in(visitor, user, enterprise=None):
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    hands = Hands(visitor())
    hands.page.goto(hands.address + "/accounts/login/")
    hands.fill({"login": user.email, "password": PASSWORD}, until="Accedi")
    assert "/accounts/login" not in hands.page.url, hands.page.inner_text("main")
    if enterprise is not None:
        hands.page.goto(hands.address + "/impresa/agisci-per/")
        hands.follow(enterprise.name)
    return hands


def apply(hands, opening, answers, quote):
    """From the public page of the call to the receipt."""
    hands.page.goto(f"{hands.address}/bandi/{opening.call.code}/")
    hands.follow("Fai domanda")
    draft = Application.objects.get(opening=opening, state="draft")
    for section, given in answers.items():
        hands.page.goto(f"{hands.address}/impresa/domande/{draft.pk}/sezioni/{section}/")
        hands.fill(given, until="Salva e continua", file=quote)
    hands.page.goto(f"{hands.address}/impresa/domande/{draft.pk}/riepilogo/")
    hands.follow("Invia la domanda")
    assert "Ricevuta" in hands.page.title(), hands.page.inner_text("main")
    return Application.objects.get(pk=draft.pk)


def test_from_signing_in_to_the_award(
    visitor,
    first_come,
    firm,
    officer,
    actor_for,
    line,
    act_system,
    worker,
    quote,
):
    made, user = firm()
    owner = sign_in(visitor, user, made)
    sent = apply(owner, first_come, FIRST_COME, quote)
    file = f"/ufficio/pratiche/{sent.pk}/"

    carla = officer(given="Carla", family="Ricci")
    desk = sign_in(visitor, carla)
    desk.page.goto(desk.address + "/ufficio/")
    desk.follow(sent.number)
    assert desk.page.url.endswith(file)
    desk.fill({"conflict": "no"}, until="", box="take_in_charge")
    desk.fill({"items": "Preventivo firmato", "text": "Manca la firma"}, until="", box="request_integration")
    assert Application.objects.get(pk=sent.pk).state == "integration"

    owner.page.goto(owner.address + "/impresa/")
    owner.follow(sent.number)
    assert "Tocca a te" in owner.page.inner_text("#standing")
    owner.fill({"text": "Eccolo"}, until="Invia la risposta")

    desk.page.goto(desk.address + file)
    for item in sent.opening.call.checklists["formal"]:
        desk.fill({"source": "Registro delle imprese"}, until="Registra", item=f"check-formal-{item['code']}")
    desk.fill({}, until="", box="admit")
    assert Application.objects.get(pk=sent.pk).state == "admitted"
    desk.follow("Prepara l’atto")
    act = AwardAct.objects.get()

    director = sign_in(visitor, officer("director", given="Dora", family="Neri"))
    director.page.goto(director.address + "/ufficio/")
    director.follow(act.title)
    director.follow("Dichiara su 1 pratica")  # art. 6-bis L. 241/1990: about each file of the act
    director.follow("Nessun conflitto")
    director.fill({"without_codes": "Il RNA non è collegato."}, until="Firma e invia al sistema degli atti")
    worker()

    owner.page.goto(owner.address + "/impresa/")
    owner.follow(sent.number)
    standing = owner.page.inner_text("main")
    assert "6.000,00" in standing
    assert "non è registrato nel RNA" in standing  # art. 52(3) L. 234/2012: without its COR the award has no effect yet
    record_cor_cup(actor=actor_for(carla), award=act.awards.get(), cor="15838384", cup="")
    owner.page.reload()
    assert "Contributo concesso" in owner.page.inner_text("#standing")


def test_the_ranking_call_too(visitor, by_ranking, firm, quote):
    made, user = firm()
    sent = apply(sign_in(visitor, user, made), by_ranking, RANKING, quote)
    assert sent.state == "submitted"
    assert sent.requested_amount == 3000
