"""Who takes part in a fair, in a browser: the director decides, the enterprise accepts on a telephone, the office draws and prepares."""
# ruff: noqa: F811

from datetime import timedelta

from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
from tests.participations.world import make_world

from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import today
from levante.participations import api

PHONE = 360


def test_from_the_order_to_the_place(desk, enterprise, representative, actor_for, officer, visitor):
    made = make_world(enterprise, representative, actor_for)
    code = made.initiative.code
    ahead = today() + timedelta(days=60)
    Initiative.objects.filter(pk=made.initiative.pk).update(starts_on=ahead, ends_on=ahead + timedelta(days=2))

    boss = visitor(officer(roles.DIRECTOR))
    for path, name in (
        ("partecipanti/", "places-order"),
        ("partecipanti/regole/", "places-rules"),
        ("partecipanti/aiuto/", "places-aid"),
    ):
        boss.open(f"/ufficio/iniziative/{code}/{path}")
        boss.check_at_both_widths(name)
    boss.page.locator("[name=is_aid][value=no]").press("Space")
    boss.page.fill("[name=reason]", "La quota è di mercato")
    boss.page.select_option("[name=act]", made.act.code)
    boss.page.locator("main form button.btn-primary").press("Enter")
    boss.page.wait_for_load_state()
    boss.page.locator("summary", has_text="Decidi la lista con un atto").press("Enter")
    boss.page.select_option("[name=decide-act]", made.act.code)
    boss.page.locator("button", has_text="Decidi la lista").press("Enter")
    boss.page.wait_for_load_state()
    assert made.states() == ["offered", "offered", "listed", "listed"]
    boss.check_at_both_widths("places-decided")

    phone = visitor(made.users[0], made.firms[0], width=PHONE)
    phone.open(f"/impresa/fiere/{code}/")
    phone.check("place-offered")
    phone.page.locator("button", has_text="Accetta il posto").press("Enter")
    phone.page.wait_for_load_state()
    assert made.row(made.firms[0]).state == "confirmed"
    phone.page.locator("a", has_text="Insegna, esigenze, catalogo").press("Enter")
    phone.page.wait_for_load_state()
    phone.check("place-details")
    phone.page.fill("[name=graphic_name]", "IMPRESA UNO")
    phone.page.fill("[name=text_it]", "Barche di legno")
    phone.page.locator("main form button.btn-primary").press("Enter")
    phone.page.wait_for_load_state()
    phone.check("place-confirmed")

    boss.open(f"/ufficio/iniziative/{code}/stand/")
    boss.page.locator("button", has_text="Disegna un modulo").press("Enter")
    boss.page.wait_for_load_state()
    element = api.StandElement.objects.order_by("code").first()
    boss.page.select_option(f"[name=m{element.pk}-holder]", str(made.row(made.firms[0]).pk))
    boss.page.locator("button", has_text="Salva le assegnazioni").press("Enter")
    boss.page.wait_for_load_state()
    assert "IMPRESA UNO" in boss.page.content()
    boss.check_at_both_widths("stand")
    boss.open(f"/ufficio/iniziative/{code}/preparazione/")
    boss.page.locator("summary", has_text="Registra un contratto").press("Enter")
    boss.check_at_both_widths("preparation")

    anybody = visitor(width=PHONE)
    anybody.open(f"/fiere/{code}/catalogo/")
    anybody.check("catalogue")
    assert "Barche di legno" in anybody.page.content()
