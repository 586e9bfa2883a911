"""The click day on the served demonstration, with its lane: one waits and sends at the instant by the keyboard, another has
no scripts. The opening is moved near, because nobody waits twenty minutes in a test."""

import json

import psycopg
import pytest

pytestmark = pytest.mark.timeout(900)

DAY = "a[href*='/click-day/']"


def the_day(demo_portal, seconds: float) -> None:
    """The next day of the demonstration opens in so many seconds."""
    address = (demo_portal.folder / "pg" / "socket-address").read_text().strip()
    with psycopg.connect(address) as connection:
        connection.execute(
            "UPDATE calls_opening SET opens_at = now() + %s * interval '1 second' WHERE closes_at > now()"
            " AND call_id IN (SELECT id FROM calls_call WHERE procedure = 'click_day')",
            [seconds],
        )


def opened(demo_visitor, enterprise):
    """A representative on the page of the sealed application."""
    person = demo_visitor("legal_representative", enterprise=enterprise)
    person.open("/impresa/domande/")
    person.page.locator(DAY).first.click()
    person.page.wait_for_url("**/click-day/")
    return person


def test_one_key_sends_at_the_instant_and_the_place_is_shown(demo_visitor, demo_portal):
    the_day(demo_portal, 3600)
    person = opened(demo_visitor, "Cantieri Scirocco S.r.l.")
    page = person.page
    assert not person.barriers()
    assert ":" in page.inner_text("[role=timer]")
    the_day(demo_portal, 6)
    page.reload()
    page.locator("[data-send] button").focus()
    person.press("Enter")
    page.wait_for_selector("[data-send] button[aria-pressed=true]")
    assert not person.barriers()
    person.press("Enter")  # a second thought
    page.wait_for_selector("[data-send] button[aria-pressed=false]")
    person.press("Enter")
    page.wait_for_selector("text=Il tuo posto", timeout=60_000)
    assert not person.barriers()
    page.set_viewport_size({"width": 360, "height": 800})
    assert not person.too_wide()
    assert not person.small_targets()
    receipt = page.request.get(person.address + page.get_attribute("a[href$='ricevuta.json']", "href")).json()
    counter = json.loads(page.request.get(f"{person.address}/intake/{receipt['log'].removeprefix('intake.')}").body())
    assert counter["opens_at"] <= receipt["received_at"]
    assert counter["received"] >= receipt["leaf_index"] + 1
    assert not person.complaints

    # Who has no scripts presses the button of the form, and the portal sends.
    other = opened(demo_visitor, "Ceramiche Li Cotimi Grottaglie")
    plain = other.page.context.browser.new_context(
        java_script_enabled=False, storage_state=other.page.context.storage_state(), locale="it-IT"
    )
    try:
        window = plain.new_page()
        window.goto(other.page.url)
        window.click("[data-send] button")
        assert "Il tuo posto" in window.inner_text("main")
    finally:
        plain.close()


def test_the_frozen_order_of_the_day_that_ended_is_public(demo_visitor):
    guest = demo_visitor()
    guest.open("/bandi/")
    guest.page.get_by_role("link", name="click day").first.click()
    guest.page.wait_for_load_state()
    code = guest.page.url.rstrip("/").rsplit("/", 1)[1]
    guest.open(f"/bandi/{code}/click-day/prima-giornata/")
    assert not guest.barriers()
    assert guest.page.locator("tbody tr").count() == 3
    order = guest.page.request.get(f"{guest.page.url}ordine.json").json()
    assert [row["position"] for row in order["entries"]] == [1, 2, 3]
    guest.page.set_viewport_size({"width": 360, "height": 800})
    assert not guest.too_wide()
    number = f"CD1-{order['entries'][2]['number']}"
    guest.page.get_by_role("link", name="Ricalcolalo qui").click()
    guest.page.wait_for_load_state()
    guest.page.fill("#numero", number)
    guest.page.get_by_role("button", name="Ricalcola ora").click()
    guest.page.wait_for_selector("#outcome")
    guest.check_at_both_widths("click-day-recomputed")
    assert "Torna" in guest.page.inner_text("#outcome")
