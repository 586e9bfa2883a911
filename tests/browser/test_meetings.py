"""Meetings in a browser: an officer makes the agenda, an enterprise and a buyer ask on a telephone, an operator without a network."""
# ruff: noqa: F811

from datetime import timedelta

from django.db.models import F
from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
from tests.meetings.world import AFTER, SYSTEM, all_ask, make_meetings

from levante.identity.api import roles
from levante.kernel.api import clock_at
from levante.meetings import api
from levante.meetings.arranging import work_run

PHONE = 360


def test_requests_agenda_and_the_day(desk, enterprise, representative, actor_for, person, officer, visitor):
    made = make_meetings(enterprise, representative, actor_for, person)
    code = made.initiative.code

    phone = visitor(made.buyers[0].user, buyer=made.buyers[0].buyer, width=PHONE)
    phone.open(f"/partner/incontri/{code}/")
    phone.check("requests-buyer")
    phone.page.locator("summary", has_text="Chiedi di incontrarlo").first.press("Enter")
    phone.page.locator("[name=message]").first.fill("Barche di legno?")
    phone.page.locator("details[open] button", has_text="Chiedi").first.press("Enter")
    phone.page.wait_for_load_state()
    request = api.MeetingRequest.objects.get()
    assert request.message == "Barche di legno?"

    index = [row.pk for row in made.a].index(request.asked_id)
    seller = visitor(made.world.users[index], made.world.firms[index], width=PHONE)
    seller.open(f"/impresa/incontri/{code}/")
    seller.check("requests-enterprise")
    seller.page.locator("button", has_text="Accetto").first.press("Enter")
    seller.page.wait_for_load_state()
    request.refresh_from_db()
    assert request.state == "accepted"
    seller.open(f"/impresa/incontri/{code}/disponibilita/")
    seller.check("requests-settings")

    with clock_at(AFTER):
        api.withdraw_request(actor=made.buyer_actors[0], request=request)
        all_ask(made)
    boss = visitor(officer(roles.DIRECTOR))
    boss.open(f"/ufficio/iniziative/{code}/incontri/")
    boss.page.locator("button", has_text="Calcola l’agenda").press("Enter")
    boss.page.wait_for_load_state()
    run = api.AgendaRun.objects.get()
    boss.check_at_both_widths("agenda-waiting")
    work_run(run.pk)
    boss.open(f"/ufficio/iniziative/{code}/incontri/")
    boss.page.locator("button", has_text="Usala").press("Enter")
    boss.page.wait_for_load_state()
    boss.check_at_both_widths("agenda-made")
    one = api.Meeting.objects.standing().order_by("pk").first()
    boss.open(f"/ufficio/iniziative/{code}/incontri/modifica/?a={one.a_id}&b={one.b_id}&kind=lock")
    boss.check_at_both_widths("agenda-edit")
    boss.page.locator("button", has_text="Fallo").press("Enter")
    boss.page.wait_for_load_state()
    one.refresh_from_db()
    assert one.locked
    for path, name in (
        ("persone/", "agenda-people"),
        ("impostazioni/", "agenda-settings"),
        ("assenza/", "agenda-absence"),
    ):
        boss.open(f"/ufficio/iniziative/{code}/incontri/{path}")
        boss.check_at_both_widths(name)
    for step in ("close_requests", "publish"):
        api.move_agenda(actor=SYSTEM, agenda=made.agenda, step=step)

    operator = visitor(officer(roles.CASE_OFFICER), width=PHONE)
    made.agenda.slots.update(starts_at=F("starts_at") + timedelta(days=3650))  # what has begun is mended no more
    operator.open(f"/ufficio/iniziative/{code}/incontri/assenza/")
    operator.page.select_option("[name=who]", str(made.b[1].pk))
    operator.page.select_option("[name=start]", str(made.slots[1].pk))
    operator.page.locator("button", has_text="Che cosa cambierebbe?").press("Enter")
    operator.page.wait_for_load_state()
    operator.check("absence-would")
    operator.page.locator("button", has_text="Ripara l’agenda").press("Enter")
    operator.page.wait_for_load_state()
    operator.check("absence-mended")
    left = api.Meeting.objects.standing().filter(b=made.b[1])
    assert {row.slot_id for row in left} <= {made.slots[0].pk}
    assert set(made.b[1].away.all()) == set(made.slots[1:])
    made.agenda.slots.update(starts_at=F("starts_at") - timedelta(days=3650))
    operator.open(f"/ufficio/iniziative/{code}/incontri/oggi/")
    operator.check("board")
    operator.page.context.set_offline(True)
    here = operator.page.locator("[data-checkin-form] button")
    before = here.count()
    here.first.press("Enter")
    operator.page.locator("[data-checkin-state]", has_text="1 ").wait_for()
    assert operator.page.locator("[data-checkin-form] button").count() == before - 1, "it says that the person came"
    assert not api.Arrival.objects.exists(), "nothing has left the telephone"
    operator.page.context.set_offline(False)
    operator.page.locator("[data-checkin-state]:empty").wait_for(state="attached")
    assert api.Arrival.objects.count() == 1

    cookies = operator.page.context.cookies()
    operator.page.context.clear_cookies(name="sessionid")
    here.first.press("Enter")
    operator.page.locator("[data-checkin-state] a", has_text="accedi di nuovo").wait_for()
    assert api.Arrival.objects.count() == 1, "the session is over: nothing was taken"
    operator.page.context.add_cookies([one for one in cookies if one["name"] == "sessionid"])
    operator.open(f"/ufficio/iniziative/{code}/incontri/oggi/")
    operator.page.locator("[data-checkin-state]:empty").wait_for(state="attached")
    assert api.Arrival.objects.count() == 2, "and nothing was lost"

    boss.open(f"/ufficio/iniziative/{code}/incontri/tenuti/")
    boss.check_at_both_widths("held-and-missed")
    boss.page.locator("button", has_text="gli altri sono stati tenuti").first.press("Enter")
    boss.page.wait_for_load_state()
    assert api.Meeting.objects.filter(state="held").exists()

    phone.open(f"/partner/incontri/{code}/")
    phone.check("agenda-buyer")
    link = phone.page.locator("a", has_text="Com’è andato?").first
    alone = link.get_attribute("href")
    link.press("Enter")
    phone.page.locator("main li form [name=quality]:focus").wait_for()
    phone.check("feedback")
    assert phone.page.locator("label", has_text="3 · discreto").count() == 1
    phone.page.locator("[name=quality][value='4']").press("Space")
    phone.page.locator("[name=next_step][value='samples']").press("Space")
    phone.page.locator("main li form button.btn-primary").press("Enter")
    phone.page.locator("[data-mine-state]", has_text="Grazie").wait_for()
    assert api.Feedback.objects.get().quality == 4
    phone.open(alone)
    phone.check("feedback-alone")
    assert phone.page.locator("[name=quality][value='4']").is_checked()

    anybody = visitor(width=PHONE)
    fresh = api.MeetingRequest.objects.filter(state="accepted").first()
    anybody.open(f"/incontri/rispondi/{fresh.token}/")
    anybody.check("answer-closed")
