"""Wins in a browser: an enterprise answers and tells a win on a telephone, its customer confirms it, the office reads what came of it."""
# ruff: noqa: F811

from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
from tests.initiatives.world import SYSTEM
from tests.wins.world import over, tell

from levante.identity.api import roles
from levante.wins import api

PHONE = 360


def test_from_the_question_to_the_report(desk, enterprise, representative, actor_for, officer, visitor):
    world = over(enterprise, representative, actor_for)
    win = tell(world)
    api.make_follow_ups(actor=SYSTEM)
    seller = visitor(world.users[0], world.firms[0], width=PHONE)
    for path, name in (
        ("", "wins"),
        ("nuovo/", "win-new"),
        (f"{win.pk}/realizzato/", "win-realised"),
        (f"{win.pk}/correggi/", "win-correct"),
    ):
        seller.open(f"/impresa/affari/{path}")
        seller.check(name)
    seller.open("/impresa/messaggi/promemoria/")
    seller.check("reminders")
    row = api.FollowUp.objects.filter(enterprise=world.firms[0]).first()
    seller.open(f"/impresa/affari/seguito/{row.pk}/")
    seller.check("follow-up")
    seller.page.locator("main form button.btn-primary").press("Enter")
    seller.page.wait_for_load_state()
    row.refresh_from_db()
    assert row.state == "answered", "nothing is an answer"
    seller.open(f"/impresa/affari/{win.pk}/")
    seller.check("win")
    seller.page.locator("a", has_text="Scrivi al cliente").press("Enter")
    seller.page.wait_for_load_state()
    seller.check("win-send")
    seller.page.locator("[name=email]").fill("anna@boote.example")
    seller.page.locator("[name=declared]").press("Space")
    seller.page.locator("main form button.btn-primary").press("Enter")
    seller.page.wait_for_load_state()
    seller.check("win-sent")
    assert api.CustomerLetter.objects.get().email == "anna@boote.example"
    seller.page.locator("button", has_text="Copia il collegamento").press("Enter")
    seller.page.wait_for_load_state()
    seller.check("win-letter")
    letter = seller.page.locator("#letter").input_value()
    link = next(line for line in letter.splitlines() if "/conferma/" in line)

    customer = visitor(width=PHONE)
    customer.open("/" + link.split("/", 3)[3])
    customer.check("win-confirm")
    customer.page.locator("[name=answer][value=yes]").press("Space")
    customer.page.locator("[name=rating][value='5']").press("Space")
    customer.page.locator("main form button.btn-primary").press("Enter")
    customer.page.wait_for_load_state()
    customer.check("win-confirmed")
    win.refresh_from_db()
    assert win.state == "confirmed"

    boss = visitor(officer(roles.DIRECTOR))
    code = world.initiative.code
    for path, name in (
        ("/ufficio/affari/", "desk-wins"), ("/ufficio/affari/seguiti/", "follow-ups"), ("/en/ufficio/affari/seguiti/", "follow-ups-en"),
        ("/ufficio/partecipanti/", "selections"), (f"/ufficio/affari/{win.pk}/", "desk-win"),
        (f"/ufficio/iniziative/{code}/risultati/", "results"), (f"/en/ufficio/iniziative/{code}/risultati/", "results-en"),
    ):  # fmt: skip
        boss.open(path)
        boss.check_at_both_widths(name)
