"""Calls and applications in a browser: no barrier at the desk and on a phone, autosave, conditions, an expired session."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from tests.applications.conftest import by_ranking, filled, firm, first_come, published_by  # noqa: F401
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.applications.api import (
    Application,
    compute_ranking,
    request_integration,
    start_draft,
    submit_application,
    take_in_charge,
)
from levante.kernel.api import clock_at


def test_every_page_has_no_barrier(visitor, first_come, by_ranking, filled, officer, actor_for):  # noqa: F811
    draft, actor, user = filled(first_come)
    open_draft = start_draft(actor=actor, opening=by_ranking)
    rival, rival_actor, _ = filled(by_ranking, "Altra impresa", given="Ada")
    submit_application(actor=rival_actor, application=rival)
    with clock_at(by_ranking.closes_at + timedelta(hours=1)):
        made = compute_ranking(
            actor=actor_for(officer("director")), opening=by_ranking, line=by_ranking.lines.get(code="a")
        )
        published_by(actor_for(officer("director", given="Ivo")), made)
    window = visitor(user, draft.enterprise)
    mine = f"/impresa/domande/{open_draft.pk}"
    pages = {
        "list": "/bandi/",
        "call": f"/bandi/{first_come.call.code}/",
        "call-ranked": f"/bandi/{by_ranking.call.code}/",
        "check": f"/bandi/{first_come.call.code}/posso-partecipare/",
        "ranking": f"/bandi/{by_ranking.call.code}/graduatorie/{made.pk}/",
        "opportunities": "/impresa/opportunita/",
        "mine": "/impresa/domande/",
        "tasks": f"{mine}/",
        "section": f"{mine}/sezioni/enterprise/?controlla",
        "rows": f"{mine}/sezioni/costs/",
        "summary": f"{mine}/riepilogo/",
        "ready": f"/impresa/domande/{draft.pk}/riepilogo/",
    }
    for name, path in pages.items():
        window.open(path)
        window.check_at_both_widths(f"applications-{name}")
    submit_application(actor=actor, application=draft)
    desk = actor_for(officer(given="Pia"))
    take_in_charge(actor=desk, application=draft, has_conflict=False)
    request_integration(actor=desk, application=draft, items=[{"it": "Preventivo", "en": "Quote"}], text="Manca")
    for name, path in {"receipt": "ricevuta/", "file": ""}.items():
        window.open(f"/impresa/domande/{draft.pk}/{path}")
        window.check_at_both_widths(f"applications-{name}")
    window.open(f"/en/impresa/domande/{draft.pk}/ricevuta/")
    window.check()


def started(opening, firm, actor_for):  # noqa: F811
    made, user = firm()
    return start_draft(actor=actor_for(user, made), opening=opening), user


def test_answers_are_saved_while_they_are_written(visitor, first_come, firm, actor_for):  # noqa: F811
    draft, user = started(first_come, firm, actor_for)
    window = visitor(user, draft.enterprise)
    page = window.open(f"/impresa/domande/{draft.pk}/sezioni/fair/")
    partner = page.locator("#f-stand_with")
    assert not partner.is_visible()
    page.fill("#f-fair_name", "Boot Düsseldorf")
    page.select_option("#f-fair_country", "US")
    page.check("input[name=stand][value=shared]")
    partner.wait_for(state="visible")
    assert "Fuori dall’Unione" in page.inner_text("[data-field=fair_area]")
    assert "salvato" in page.inner_text("[data-stamp]")
    stored = Application.objects.get(pk=draft.pk).answers
    assert (stored["fair_name"], stored["stand"]) == ("Boot Düsseldorf", "shared")
    assert not window.complaints


def sign_in(page, user):
    """Through the pages, as a person does."""
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", "a-long-enough-password")
    page.locator("main form button[type=submit], main form button:not([type])").first.click()


KEPT = "() => Object.entries(localStorage).filter(pair => pair[0].startsWith('levante:kept:'))"


@pytest.mark.parametrize("way", ["autosave", "button", "another tab"])
def test_an_expired_session_loses_nothing(way, visitor, first_come, firm, actor_for, client):  # noqa: F811
    """Signed in again through the pages one is back at the section with what one wrote, on a device whose clock is behind."""
    draft, user = started(first_come, firm, actor_for)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    window = visitor(user, draft.enterprise)
    window.page.add_init_script("{ const real = Date.now; Date.now = () => real() - 5 * 3600 * 1000; }")
    address = f"/impresa/domande/{draft.pk}/sezioni/fair/"
    page = window.open(address)
    client.session.flush()
    page.fill("#f-fair_name", "Scritto a sessione scaduta")
    if way == "button":
        page.locator("button[form=section]").first.click()
    page.locator("[data-notices] [role=alert]").wait_for()
    assert "La sessione è scaduta" in page.inner_text("[data-notices]")
    assert "fair_name" not in Application.objects.get(pk=draft.pk).answers
    assert [name for name, _ in page.evaluate(KEPT)] == [
        f"levante:kept:{user.pk}:{draft.enterprise_id}:{draft.pk}:fair"
    ]
    if way == "another tab":
        other = page.context.new_page()
        other.goto(page.locator("[data-notices] a").evaluate("link => link.href"))
        sign_in(other, user)
        other.wait_for_url(f"**{address}")
        other.close()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        page.locator("[data-notices] [role=alert]").wait_for(state="detached")
        assert Application.objects.get(pk=draft.pk).answers["fair_name"] == "Scritto a sessione scaduta"
        assert page.evaluate(KEPT) == []
        return
    page.locator("[data-notices] a").click()
    sign_in(page, user)
    page.wait_for_url(f"**{address}")  # who has one mandate is not asked for whom
    page.locator("[data-notices] button").first.click()
    assert page.input_value("#f-fair_name") == "Scritto a sessione scaduta"
    page.wait_for_function("() => document.querySelector('[data-stamp]').textContent.includes('adesso')")
    assert Application.objects.get(pk=draft.pk).answers["fair_name"] == "Scritto a sessione scaduta"
    assert page.evaluate(KEPT) == []


def test_a_lost_connection_loses_nothing(visitor, first_come, firm, actor_for):  # noqa: F811
    """What is written while there is no network is saved when it comes back; a page closed meanwhile offers it when opened again."""
    draft, user = started(first_come, firm, actor_for)
    window = visitor(user, draft.enterprise)
    address = f"/impresa/domande/{draft.pk}/sezioni/fair/"
    page = window.open(address)
    saved = "() => document.querySelector('[data-stamp]').textContent.includes('adesso')"

    def stored(name):
        return Application.objects.get(pk=draft.pk).answers.get(name)

    page.context.set_offline(True)
    page.fill("#f-fair_name", "Scritto senza rete")
    page.wait_for_function("() => document.querySelector('[data-stamp]').textContent.includes('connessione')")
    assert stored("fair_name") is None
    page.context.set_offline(False)
    page.wait_for_function(saved)
    assert stored("fair_name") == "Scritto senza rete"
    assert page.evaluate(KEPT) == []
    page.context.set_offline(True)
    page.fill("#f-fair_city", "Düsseldorf")
    page.wait_for_function("() => document.querySelector('[data-stamp]').textContent.includes('connessione')")
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(window.address + address)
    again.locator("[data-notices] button").first.click()
    again.wait_for_function(saved)
    assert stored("fair_city") == "Düsseldorf"
    assert again.evaluate(KEPT) == []


def test_bank_coordinates_are_never_kept_and_the_rest_goes_at_sign_out(visitor, first_come, firm, actor_for):  # noqa: F811
    draft, user = started(first_come, firm, actor_for)
    window = visitor(user, draft.enterprise)
    form = first_come.form.definition
    section = next(item for item in form["sections"] if any(field["id"] == "iban" for field in item["fields"]))["id"]
    page = window.open(f"/impresa/domande/{draft.pk}/sezioni/{section}/")
    page.context.set_offline(True)
    page.fill("#f-iban", "IT60X0542811101000000123456")
    page.wait_for_function("() => Object.keys(localStorage).some(name => name.startsWith('levante:kept:'))")
    assert "0542811101" not in str(page.evaluate(KEPT))
    page.context.set_offline(False)
    page.evaluate("() => localStorage.setItem('levante:kept:1:1:1:fair', JSON.stringify({at: Date.now(), values: []}))")
    with page.expect_navigation():
        page.evaluate("() => document.querySelector('header form[action*=\"/logout/\"]').requestSubmit()")
    assert page.evaluate(KEPT) == []


def test_two_tabs_are_told_and_choose(visitor, first_come, firm, actor_for):  # noqa: F811
    draft, user = started(first_come, firm, actor_for)
    window = visitor(user, draft.enterprise)
    address = f"/impresa/domande/{draft.pk}/sezioni/fair/"
    first = window.open(address)
    second = first.context.new_page()
    second.goto(window.address + address)
    first.fill("#f-fair_name", "Boot")
    first.wait_for_function("() => document.querySelector('[data-stamp]').textContent.includes('adesso')")
    second.fill("#f-fair_name", "Milano Unica")
    second.locator("[data-notices] [role=alert]").wait_for()
    assert "Boot" in second.inner_text("[data-notices]")
    # Until one chooses, theirs stands: neither waiting nor writing elsewhere writes over it.
    second.wait_for_timeout(2600)
    second.select_option("#f-fair_country", "US")
    second.wait_for_function("() => document.querySelector('[data-field=fair_area]').innerText.includes('Fuori')")
    answers = Application.objects.get(pk=draft.pk).answers
    assert (answers["fair_name"], answers["fair_country"]) == ("Boot", "US")
    assert "Boot" in second.inner_text("[data-notices]")
    second.locator("[data-notices] button").first.click()
    second.wait_for_function("() => document.querySelector('[data-stamp]').textContent.includes('adesso')")
    second.wait_for_timeout(500)
    assert Application.objects.get(pk=draft.pk).answers["fair_name"] == "Milano Unica"
