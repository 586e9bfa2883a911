"""An initiative in a browser from the plan to the quota paid, and its buyers: one invited, one that asks from its own area, a stranger."""
# ruff: noqa: F811

import re
from datetime import date, timedelta
from decimal import Decimal

from django.core import mail
from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
from tests.initiatives.world import SYSTEM
from tests.programme.conftest import make_programme

from levante.identity.api import roles
from levante.initiatives.api import BuyerInterest, Initiative
from levante.kernel.api import now, today
from levante.participations import api
from levante.participations.inviting_mail import send_buyer_letter
from levante.parties.api import Buyer, Mandate
from levante.programme.api import Direction, allocate

PHONE = 360


def test_from_the_plan_to_the_quota_paid(desk, enterprise, representative, person, officer, visitor):
    programme = make_programme()
    direction = Direction.objects.create(
        programme=programme.root, code="B", name_it="Promozione", name_en="Promotion", text_it="t", text_en="t"
    )
    line, act = programme.second.lines[0], programme.second.act
    line.direction = direction
    line.save(update_fields=["direction"])
    allocate(actor=SYSTEM, line=line, amount=Decimal("1000.00"), act=act, exercise=2023, on=date(2023, 2, 1))
    boss = visitor(officer(roles.DIRECTOR))
    plan(boss, line, act)
    found = Initiative.objects.get()
    here = f"/ufficio/iniziative/{found.code}/"
    fill_act(boss, "approve", "Approva", "31")
    line.refresh_from_db()
    assert line.committed == Decimal("400.00")
    boss.page.locator("a", has_text="Scrivi le regole").press("Enter")
    boss.page.wait_for_load_state()
    boss.page.fill("[name=quota]", "500,00")
    press(boss, "Salva le regole")
    boss.open(here)
    boss.page.locator("summary", has_text="Apri la raccolta").press("Enter")
    press(boss, "Apri la raccolta")

    firm = enterprise("Cantieri Riuniti", size="small", size_on=date(2026, 1, 1))
    user = representative(firm)
    phone = visitor(user, firm, width=PHONE)
    phone.open("/impresa/fiere/")
    phone.page.locator("a", has_text="Mare in fiera").first.press("Enter")
    phone.page.wait_for_load_state()
    phone.check("interest-to-express")
    phone.page.fill("[name=products]", "Barche di legno")
    press(phone, "Manifesta interesse")
    phone.check("interest-expressed")

    boss.open(here)
    fill_act(boss, "close", "Chiudi la raccolta", "32", reason="I posti sono pochi")
    boss.open(f"{here}partecipanti/aiuto/")
    boss.page.locator("[name=is_aid][value=no]").press("Space")
    boss.page.fill("[name=reason]", "La quota è il prezzo di mercato")
    boss.page.select_option("[name=act]", act.code)
    press(boss, "Decidi")
    fill_act(boss, "decide", "Decidi la lista", "33")

    phone.open(f"/impresa/fiere/{found.code}/")
    press(phone, "Accetta il posto")
    phone.page.locator("#place ~ dl a", has_text="da pagare").press("Enter")
    phone.page.wait_for_load_state()
    phone.check("quota-to-pay")
    till = visitor(officer(roles.FINANCE))
    till.open("/ufficio/quote/")
    till.page.locator("a", has_text="Cantieri Riuniti").press("Enter")
    till.page.wait_for_load_state()
    money = till.page.locator("form[action*='versamento']")
    till.page.locator("summary", has_text="Registra").press("Enter")
    money.locator("[name$=reference]").fill("Bolletta 7")
    money.locator("[name$=amount]").fill("500,00")
    money.locator("button").press("Enter")
    till.page.wait_for_load_state()
    till.check("quota-told")
    assert api.Participation.objects.get().due.state == "due", "another person confirms it"
    second = visitor(officer(roles.FINANCE, given="Fabio"))
    second.open(f"/ufficio/quote/{api.Participation.objects.get().due_id}/")
    second.page.locator("form[action*='conferma-'] button").press("Enter")
    second.page.wait_for_load_state()
    place = api.Participation.objects.get()
    assert (place.state, place.due.state, place.due.amount) == ("confirmed", "paid", Decimal("500.00"))
    phone.open(f"/impresa/fiere/{found.code}/")
    assert "confermato" in phone.page.locator("#place").inner_text()

    a_buyer_is_invited(boss, visitor, found)
    a_buyer_asks_from_its_area(visitor, found, person())


def plan(boss, line, act):
    """The officer writes it in the plan: one place, in fifty days, open to buyers, its call open since yesterday."""
    boss.open("/ufficio/iniziative/nuova/")
    boss.check_at_both_widths("initiative-to-plan")
    first, page = today() + timedelta(days=50), boss.page
    for name, text in {
        "title_it": "Mare in fiera", "title_en": "Sea fair", "city": "Kiel", "starts_on": first.isoformat(),
        "ends_on": (first + timedelta(days=2)).isoformat(), "cost": "400,00", "places": "1",
        "opens_at": f"{today() - timedelta(days=1)}T09:00", "closes_at": f"{today() + timedelta(days=9)}T12:00",
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", text)
    for name, code in (("market", "DE"), ("budget_line", line.code), ("planning_act", act.code)):
        page.select_option(f"[name={name}]", code)
    page.locator("[name=sectors][value=nautica]").press("Space")
    page.locator("[name=open_to_buyers]").press("Space")
    press(boss, "Metti nel piano")
    boss.check_at_both_widths("initiative-planned")
    boss.open(f"/ufficio/iniziative/piano/?year={first.year}&direction=B&market=DE&by=direction")
    boss.check_at_both_widths("plan-of-the-year")
    page.locator("a", has_text="Mare in fiera").press("Enter")
    page.wait_for_load_state()


def fill_act(boss, name, words, number, reason=""):
    """Open the step, write a determination of today, press its button."""
    boss.page.locator("summary", has_text=words).press("Enter")
    if reason:
        boss.page.fill(f"[name={name}-reason]", reason)
    boss.page.fill(f"[name={name}-number]", number)
    boss.page.fill(f"[name={name}-adopted_on]", today().isoformat())
    boss.page.locator(f"form:has([name={name}-number]) button").press("Enter")
    boss.page.wait_for_load_state()


def press(visitor, words):
    visitor.page.locator("main button", has_text=words).last.press("Enter")
    visitor.page.wait_for_load_state()


def a_buyer_asks_from_its_area(visitor, found, user):
    """A buyer with its account finds the initiative in its language, reads the terms, asks, and reads what is arranged."""
    yachts = Buyer.objects.create(name="Baltic Yachts", country_id="DE", looking_for="tenders")
    Mandate.objects.create(
        user=user, buyer=yachts, kind="legal_representative", scopes=[], state=Mandate.CONFIRMED, since=date(2024, 1, 1),
        requested_at=now(), decided_at=now(), act="x",
    )  # fmt: skip
    buyer = visitor(user, buyer=yachts, width=PHONE)
    buyer.open("/de/partner/fiere/")
    buyer.check("buyer-fairs")
    buyer.page.locator("a", has_text="Sea fair").first.press("Enter")
    buyer.page.wait_for_load_state()
    buyer.check("buyer-asks-to-take-part")
    buyer.page.locator("[name=terms]").press("Space")
    press(buyer, "Um Teilnahme bitten")
    assert BuyerInterest.objects.get(buyer=yachts).looking_for == "tenders"
    buyer.page.locator("a", has_text="Ihre Reise und Ihr Aufenthalt").press("Enter")
    buyer.page.wait_for_load_state()
    buyer.check("buyer-travel")


def a_buyer_is_invited(boss, visitor, found):
    """The office writes to one of its list, that accepts on a telephone without an account."""
    api.set_hospitality(actor=SYSTEM, initiative=found, nights=2, least_meetings=3, owed_percent=50)
    Buyer.objects.create(
        name="Nordic Boats", country_id="DE", languages=["de"], email="anna@nordic.example", looking_for="wooden boats"
    )
    boss.open(f"/ufficio/iniziative/{found.code}/buyer/")
    boss.check_at_both_widths("buyers-to-invite")
    boss.page.locator("[name=buyer]").press("Space")
    press(boss, "Scrivi ai buyer scelti")
    row = api.BuyerInvitation.objects.get()
    send_buyer_letter(invitation_id=row.pk, kind="invited")
    link = re.search(r"https?://[^/]+(/de/fiere/invito/\S+/)", mail.outbox[-1].body)[1]

    buyer = visitor(width=PHONE)
    buyer.open(link)
    buyer.check("buyer-invited")
    buyer.page.locator("[name=answer][value=yes]").press("Space")
    buyer.page.locator("main form button.btn-primary").press("Enter")
    buyer.page.wait_for_load_state()
    buyer.check("buyer-invited-wrong")
    buyer.page.locator("[name=terms]").press("Space")
    buyer.page.locator("main form button.btn-primary").press("Enter")
    buyer.page.wait_for_load_state()
    buyer.check("buyer-accepted")
    assert BuyerInterest.objects.standing().get().looking_for == "wooden boats"
    buyer.open(f"/de/fiere/{found.code}/buyer/")
    buyer.check("buyer-asks")
    boss.open(f"/ufficio/iniziative/{found.code}/buyer/")
    boss.check_at_both_widths("buyers")
