"""Buyers in a browser: the office invites one and reads what it answered; the buyer accepts on a telephone; a stranger asks to come."""
# ruff: noqa: F811

import re
from datetime import timedelta

from django.core import mail
from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
from tests.initiatives.world import SYSTEM, called, make_fair

from levante.identity.api import roles
from levante.initiatives.api import BuyerInterest
from levante.kernel.api import today
from levante.participations import api
from levante.participations.inviting_mail import send_buyer_letter
from levante.parties.api import Buyer

PHONE = 360


def test_a_buyer_is_invited_and_accepts_on_a_telephone(desk, officer, visitor):
    found = called(make_fair())
    type(found).objects.filter(pk=found.pk).update(
        open_to_buyers=True, starts_on=today() + timedelta(days=50), ends_on=today() + timedelta(days=54)
    )
    found.refresh_from_db()
    api.set_hospitality(actor=SYSTEM, initiative=found, nights=2, least_meetings=3, owed_percent=50)
    Buyer.objects.create(name="Nordic Boats", country_id="DE", email="anna@nordic.example", looking_for="wooden boats")
    boss = visitor(officer(roles.DIRECTOR))
    boss.open(f"/ufficio/iniziative/{found.code}/buyer/")
    boss.check_at_both_widths("buyers-to-invite")
    boss.page.locator("[name=buyer]").press("Space")
    boss.page.locator("main button", has_text="Scrivi ai buyer scelti").press("Enter")
    boss.page.wait_for_load_state()
    row = api.BuyerInvitation.objects.get()
    send_buyer_letter(invitation_id=row.pk, kind="invited")
    link = re.search(r"https?://[^/]+(/en/fiere/invito/\S+/)", mail.outbox[-1].body)[1]

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
    buyer.open(f"/en/fiere/{found.code}/buyer/")
    buyer.check("buyer-asks")
    boss.open(f"/ufficio/iniziative/{found.code}/buyer/")
    boss.check_at_both_widths("buyers")
