"""One's meetings on a telephone without a network: they are there, no other page is, and they go with who signs out."""
# ruff: noqa: F811

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from playwright.sync_api import Error
from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
from tests.meetings.world import MORNING, all_ask, arranged, make_meetings, published

from levante.identity.api import roles
from levante.kernel.api import now
from levante.meetings.api import Arrival, Feedback, Meeting
from levante.web.desk.meetings import site

PHONE = 360
IS_KEPT = "[data-worker-src]:not([hidden])"
AS_IT_WAS = "[data-kept]:not([hidden])"
LOOKED_AT = "() => document.dispatchEvent(new Event('visibilitychange'))"


def test_the_agenda_without_a_network(desk, enterprise, representative, actor_for, person, visitor):
    made = published(arranged(all_ask(make_meetings(enterprise, representative, actor_for, person))))
    buyer = made.buyers[0]
    other = made.a[0].name
    phone = visitor(buyer.user, buyer=buyer.buyer, width=PHONE, service_workers="allow")
    page, context = phone.page, phone.page.context
    path = f"/partner/incontri/{made.initiative.code}/"

    def is_not_there(where):
        with pytest.raises(Error, match="ERR_"):
            page.goto(phone.address + where)
        page.wait_for_url("chrome-error://**")  # the browser's own page of the failure is a navigation too

    phone.open(path)
    page.locator(IS_KEPT).wait_for()
    phone.check("agenda-kept")

    context.set_offline(True)
    page.reload()
    page.locator(AS_IT_WAS).wait_for()
    assert other in page.locator("main").inner_text()
    assert page.evaluate("() => [...document.styleSheets].every(one => one.cssRules.length)"), "with its styles"
    phone.picture("agenda-offline")
    # By its own clock: the meeting under way and the next, and what is said of the first is kept until the network is back.
    mine = Meeting.objects.standing().filter(b=made.b[0]).order_by("slot__starts_at")
    during = mine[0].slot.starts_at + timedelta(minutes=5)
    shown, links = page.locator("[data-panel]:not([hidden]) h2"), page.locator("a[data-say]:not([hidden])")
    assert (shown.count(), links.count()) == (0, 3), "all of them are over"
    page.clock.set_fixed_time(during)
    page.evaluate(LOOKED_AT)
    assert [words.split(":")[0] for words in shown.all_inner_texts()] == ["Ora", "Prossimo incontro"]
    assert links.count() == 1, "of what has not begun nothing is said"
    links.press("Enter")
    page.locator("main li form [name=quality][value='4']").press("Space")
    page.locator("main li form button.btn-primary").press("Enter")
    assert page.locator("main li form").count() == 1, "what comes next is missing"
    page.locator("main li form [name=next_step][value='samples']").press("Space")
    page.locator("main li form [name=expected]").fill("1.500,50")
    page.locator("main li form button.btn-primary").press("Enter")
    page.locator("[data-mine-state]", has_text="1.").wait_for()
    page.reload()
    page.locator("[data-mine-state]", has_text="1.").wait_for()
    phone.picture("feedback-offline")
    assert not Feedback.objects.exists(), "nothing has left the telephone"
    is_not_there("/partner/")
    page.goto(phone.address + "/oggi/")
    phone.picture("offline-start")
    page.locator(f"a[href='{path}']").click()
    page.locator(AS_IT_WAS).wait_for()

    context.set_offline(False)
    phone.open(path)
    assert page.locator(AS_IT_WAS).count() == 0, "the network comes first"
    page.locator("[data-mine-state]", has_text="Grazie").wait_for()
    said = Feedback.objects.get()
    assert (said.quality, said.next_step, said.expected, said.confidential) == (4, "samples", Decimal("1500.50"), True)
    assert said.at == during, "when it was said"
    cookies = context.cookies()
    context.clear_cookies(name="sessionid")
    phone.open(path)
    context.set_offline(True)
    is_not_there(path)

    context.set_offline(False)
    context.add_cookies([one for one in cookies if one["name"] == "sessionid"])
    phone.open(path)
    page.locator(IS_KEPT).wait_for()
    page.locator("form[action*='/logout/']").evaluate("form => form.requestSubmit()")
    page.wait_for_url(lambda address: path not in address)
    context.set_offline(True)
    is_not_there(path)


def test_arrivals_are_told_without_a_network(
    desk, enterprise, representative, actor_for, person, officer, visitor, monkeypatch
):
    """The telephone opens the page again with the network cut, tells who came, and sends it when the network is back."""
    made = published(arranged(all_ask(make_meetings(enterprise, representative, actor_for, person, firms=1, buyers=1))))
    monkeypatch.setattr(site, "FEW", 1)
    operator = visitor(officer(roles.CASE_OFFICER), width=PHONE, service_workers="allow")
    page, context = operator.page, operator.page.context
    path = f"/ufficio/iniziative/{made.initiative.code}/incontri/oggi/"
    operator.open(path)
    page.locator(IS_KEPT).wait_for()
    operator.check("arrivals")
    context.set_offline(True)
    page.goto(f"{operator.address}/en{path}")
    page.locator(AS_IT_WAS).wait_for()  # a badge printed in another language
    page.goto(operator.address + path)
    page.locator(AS_IT_WAS).wait_for()
    page.locator("#find").fill("bÙyer")
    assert page.locator(".lv-arrival:visible").count() == 1, "found by name on the telephone itself"
    page.locator("#find").fill("")
    assert page.locator("[data-board-stale]:visible").count() == 0
    page.evaluate("() => htmx.ajax('GET', location.pathname, '#now').catch(() => null)")
    page.locator("[data-board-stale]:visible").wait_for()
    page.locator("[data-checkin-form] button").first.press("Enter")
    page.locator("[data-checkin-state]", has_text="1 ").wait_for()
    page.reload()
    page.locator("[data-checkin-state]", has_text="1 ").wait_for()
    assert page.locator("[data-checkin-form] button").count() == 1, "it still says that one came"
    operator.picture("arrivals-offline")
    came = Arrival.objects.all()
    assert not came.exists(), "nothing has left the telephone"
    context.set_offline(False)
    # A page that came from the telephone is never told that it was offline by this browser without a window: the telephone is looked at
    # again, as out of a pocket.
    page.evaluate(LOOKED_AT)
    page.locator("[data-checkin-state]:empty").wait_for(state="attached")
    assert came.count() == 1
    operator.open(path)
    assert page.locator("[data-checkin-form] button").count() == 1, "and the office reads it"
    last = made.agenda.attendees.get(arrivals=None)
    page.evaluate("badge => { location.hash = badge; }", str(last.pk))
    page.locator(f"[data-checkin-form] button[value='{last.pk}']:focus").wait_for()
    # Whether the meeting was held is kept too, unless another says it meanwhile.
    met = Meeting.objects.get()
    operator.open(f"{path}?slot={met.slot_id}")
    context.set_offline(True)
    page.locator(".lv-told button[value=yes]").press("Enter")
    page.locator("[data-held-state]:visible", has_text="1.").wait_for()
    assert page.locator(".lv-told button[aria-pressed=true]").get_attribute("value") == "yes"
    met.refresh_from_db()
    assert met.state == "planned", "nothing has left the telephone"
    context.set_offline(False)
    page.evaluate(LOOKED_AT)
    page.locator("[data-held-state]").wait_for(state="hidden")
    met.refresh_from_db()
    assert met.state == "held"
    Meeting.objects.filter(pk=met.pk).update(state="missed", missed_by="a")
    page.locator(".lv-told button[value=b]").press("Enter")
    page.locator("[data-held-state]:visible", has_text="qualcun altro").wait_for()
    met.refresh_from_db()
    assert (met.state, met.missed_by) == ("missed", "a")
    operator.picture("held-meanwhile")
    # On the next day, without a network, the list that was kept waits for everybody again.
    made.agenda.slots.update(starts_at=F("starts_at") + (now() - MORNING))
    operator.open(path)
    page.locator(IS_KEPT).wait_for()
    context.set_offline(True)
    page.clock.set_fixed_time(now() + timedelta(days=1))
    page.evaluate(LOOKED_AT)
    assert page.locator("[data-checkin-form] button").count() == 2
    page.locator("[data-checkin-form] button").first.press("Enter")
    page.clock.set_fixed_time(now() + timedelta(days=2))
    page.evaluate(LOOKED_AT)
    assert page.locator("[data-checkin-form] button").count() == 2, "and so does the page left open, on the day after"
