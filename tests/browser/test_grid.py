"""The grid of an agenda with the pointer and by keyboard: what a place costs is read before a meeting is put there."""
# ruff: noqa: F811

from datetime import timedelta

from django.db.models import F
from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
from tests.meetings.test_steps_by_hand import placed, places, settings_with
from tests.meetings.world import AFTER, SYSTEM, make_meetings

from levante.identity.api import roles
from levante.kernel.api import clock_at
from levante.meetings import api

SAYS = "[data-grid-says]"


def test_meetings_are_dragged_carried_and_put_back(
    desk, enterprise, representative, actor_for, person, officer, visitor
):
    made = make_meetings(enterprise, representative, actor_for, person, firms=2, buyers=2)
    with clock_at(AFTER):
        api.set_agenda(actor=SYSTEM, agenda=made.agenda, **settings_with(made, tables=2))
    one, other = placed(made)
    made.agenda.slots.update(starts_at=F("starts_at") + timedelta(days=3650))  # what has begun takes no meeting
    start = places(made)
    boss = visitor(officer(roles.DIRECTOR))
    boss.open(f"/ufficio/iniziative/{made.initiative.code}/incontri/?side=tables")
    page = boss.page
    card = page.locator(f"[data-meeting='{one.a_id}-{one.b_id}']")

    def cell(table, slot):
        return page.locator(f"tr[data-row=t{table}] td[data-slot='{slot.pk}']")

    def over(box):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)

    page.locator(".lv-grid").scroll_into_view_if_needed()
    # With the pointer: to another table of the same hour; what breaks a rule is told, and stays where it was.
    over(card.bounding_box())
    page.mouse.down()
    over(cell(2, made.slots[1]).bounding_box())
    page.locator(SAYS, has_text="due incontri nello stesso momento").wait_for()
    page.mouse.up()
    assert places(made) == start
    over(card.bounding_box())
    page.mouse.down()
    over(cell(2, made.slots[0]).bounding_box())
    page.locator(SAYS, has_text="Si può fare: punti 0.").wait_for()
    page.mouse.up()
    cell(2, made.slots[0]).locator("[data-meeting]").wait_for()
    assert places(made)[one.a_id, one.b_id][:2] == (made.slots[0].pk, 2)

    # By keyboard: carried to the hour and the table of the other, with which it changes places; given up; undone.
    card.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.locator(SAYS, has_text="Resta dov’era").wait_for()
    for key in ("Space", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    page.locator(SAYS, has_text="al posto di").filter(has_text="Si può fare").wait_for()
    page.keyboard.press("Enter")
    page.locator(SAYS, has_text="Salvato").wait_for()
    assert places(made)[one.a_id, one.b_id][:2] == start[other.a_id, other.b_id][:2]
    assert card.evaluate("card => card === document.activeElement"), "the focus stays on what was carried"
    boss.check_at_both_widths("grid")

    # Somebody else edits meanwhile: told, and nothing is overrun; loaded again, the steps are undone.
    edit = api.Edit("lock", str(other.a_id), str(other.b_id))
    with clock_at(AFTER):
        api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit)
    now = places(made)
    for key in ("Enter", "ArrowRight"):
        page.keyboard.press(key)
    page.locator(SAYS, has_text="Qualcuno ha cambiato l’agenda").wait_for()
    page.keyboard.press("Enter")
    assert places(made) == now
    page.reload()
    for _ in range(3):
        page.locator("[data-grid-undo] button").press("Enter")
        page.locator(SAYS, has_text="È tornato com’era").wait_for()
        page.evaluate("document.querySelector('[data-grid-says]').textContent = ''")
    assert places(made) == start
