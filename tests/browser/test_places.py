"""Who takes part in a fair, in a browser: the director decides, a place that is aid has its COR before the act that gives it, the
enterprise accepts on a telephone, the office draws and prepares."""
# ruff: noqa: F811

from datetime import timedelta

from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
from tests.exchange.rna_world import rna  # noqa: F401 - fixture
from tests.grants.test_registers import CODES, carry
from tests.participations.world import make_world

from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import today
from levante.participations import api

PHONE = 360


def test_from_the_order_to_the_place(desk, enterprise, representative, actor_for, officer, visitor, rna):
    rna.behave({"day": today().isoformat()})
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
    boss.page.locator("[name=is_aid][value=yes]").press("Space")
    boss.page.fill("[name=value]", "1.000,00")
    boss.page.fill("[name=reason]", "Il posto è gratuito: vale il listino dell’organizzatore")
    for name in ("notice", "procedure", "regulation", "objective", "instrument"):
        boss.page.fill(f"[name={name}]", str(CODES["rna"][name]))
    boss.page.select_option("[name=act]", made.act.code)
    boss.page.locator("main form button.btn-primary").press("Enter")
    boss.page.wait_for_load_state()
    boss.page.locator("summary", has_text="Decidi la lista con un atto").press("Enter")
    boss.page.select_option("[name=decide-act]", made.act.code)
    boss.page.locator("button", has_text="Decidi la lista").press("Enter")
    boss.page.wait_for_load_state()
    assert made.states() == ["registering", "registering", "listed", "listed"]
    carry()
    boss.open(f"/ufficio/iniziative/{code}/partecipanti/")
    boss.page.locator("a", has_text="Visure").first.press("Enter")
    boss.page.wait_for_load_state()
    assert "Ci sono tutte e tre" in boss.page.content()
    boss.check_at_both_widths("place-visure")
    boss.open(f"/ufficio/iniziative/{code}/partecipanti/")
    boss.page.locator("summary", has_text="Ammetti con un atto").press("Enter")
    cor = made.row(made.firms[0]).cor
    boss.page.locator(f"[name=admit-cors][value='{cor}']").press("Space")
    boss.page.fill("[name=admit-number]", "91")
    boss.page.fill("[name=admit-adopted_on]", today().isoformat())
    boss.check_at_both_widths("places-admitting")
    boss.page.locator("button", has_text="Ammetti").last.press("Enter")
    boss.page.wait_for_load_state()
    assert made.states() == ["offered", "registering", "listed", "listed"], "the act cites one of the two"

    phone = visitor(made.users[0], made.firms[0], width=PHONE)
    phone.open(f"/impresa/fiere/{code}/")
    assert "1.000,00" in phone.page.locator("#place ~ dl").inner_text()
    phone.check("place-offered")
    phone.page.locator("button", has_text="Accetta il posto").press("Enter")
    phone.page.wait_for_load_state()
    assert made.row(made.firms[0]).state == "confirmed"
    phone.open("/impresa/aiuti/")
    for words in (cor, "1.000,00", "299.000,00"):
        assert words in phone.page.content(), "it counts as any other aid"
    phone.open(f"/impresa/fiere/{code}/")
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
    move_the_parts(boss, made)
    boss.open(f"/ufficio/iniziative/{code}/preparazione/")
    boss.page.locator("summary", has_text="Registra un contratto").press("Enter")
    boss.check_at_both_widths("preparation")

    anybody = visitor(width=PHONE)
    anybody.open(f"/fiere/{code}/catalogo/")
    anybody.check("catalogue")
    assert "Barche di legno" in anybody.page.content()


def move_the_parts(boss, made):
    """A1 and A2, of 3 m by 3 side by side: moved and resized with the pointer and by keyboard, kept with the numbers."""
    page, says = boss.page, boss.page.locator("[data-stand-says]")
    first, second = (page.locator(f"[data-part='{number}']") for number in (0, 1))

    def drag(part, dx, dy, *, corner=False):
        box = part.locator(".lv-stand-corner" if corner else "rect >> nth=0").bounding_box()
        scale = part.locator("rect >> nth=0").bounding_box()["width"] / int(
            part.locator("rect >> nth=0").get_attribute("width")
        )
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + dx * scale, y + dy * scale, steps=3)
        page.mouse.up()

    def numbers(row):
        return [int(page.input_value(f"[name=parts-{row}-{name}]")) for name in ("x", "y", "width", "depth")]

    page.fill("[name=hall_width]", "800")
    page.fill("[name=hall_depth]", "400")
    first.scroll_into_view_if_needed()
    drag(first, 150, 0)
    says.filter(has_text="A1, A2: si sovrappongono. Resta dov’era.").wait_for()
    drag(second, 100, 50)
    says.filter(has_text="Non ancora salvato").wait_for()
    assert (numbers(0), numbers(1)) == ([0, 0, 300, 300], [400, 50, 300, 300])
    drag(first, 0, 60, corner=True)
    assert numbers(0) == [0, 0, 300, 360]
    second.focus()
    for keys in ("ArrowRight", "Shift+ArrowUp", "Control+ArrowLeft", "Control+Shift+ArrowLeft", "ArrowUp"):
        page.keyboard.press(keys)
    assert numbers(1) == [410, 40, 190, 300], "out of the space at the top: not moved by a metre"
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    says.filter(has_text="A2: esce dallo spazio. Resta dov’era.").wait_for()
    boss.check_at_both_widths("stand-moved")
    page.locator("button", has_text="Salva la pianta").press("Enter")
    page.wait_for_load_state()
    kept = made.selection.elements.order_by("code").values_list("x", "y", "width", "depth")
    assert list(kept) == [(0, 0, 300, 360), (610, 40, 190, 300)]
