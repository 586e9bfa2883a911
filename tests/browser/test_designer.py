"""A call built from nothing in the browser, published and applied to: no file, no code."""

from datetime import timedelta
from typing import Any

from tests.applications.conftest import firm  # noqa: F401
from tests.calls.conftest import programme  # noqa: F401

from levante.applications.api import Application
from levante.calls.api import Call
from levante.kernel.api import ROME, now


def test_a_call_is_built_published_and_applied_to(visitor: Any, programme: Any, officer: Any, firm: Any) -> None:  # noqa: F811
    window = visitor(officer("director"))
    page = window.page
    window.open("/ufficio/bandi/")
    page.click("text=Nuovo bando")
    page.fill("[name=title_it]", "Voucher per una fiera")
    page.click("text=Comincia")
    page.wait_for_url("**/bandi/voucher-per-una-fiera/")
    base = "/ufficio/bandi/voucher-per-una-fiera/"
    # The frame: both languages, an act, and the save button of the keyboard.
    window.open(f"{base}progetto/frame/")
    for name in ("summary", "who", "what"):
        page.fill(f"[name='{name}.it']", "Un aiuto per andare in fiera")
    page.select_option("[name=act]", index=1)
    page.click("button[value=save]:visible")
    page.wait_for_selector("text=Salvato.")
    # The form: a section, and a question whose kind is chosen from the menu.
    window.open(f"{base}progetto/modulo/")
    page.click("text=Aggiungi una sezione")
    page.fill("[name='piece.title.it']", "La spesa")
    page.click("button[value=save]:visible")
    page.click("text=Aggiungi una domanda")
    page.select_option("[name='piece.kind']", "money")
    page.wait_for_selector("[name='piece.min']")
    page.fill("[name='piece.label.it']", "Spese previste")
    page.wait_for_selector("#beside >> text=Spese previste")
    page.click("button[value=save]:visible")
    page.wait_for_selector("#piece-spese_previste")
    # The money: the example is reckoned while one types.
    window.open(f"{base}progetto/money/")
    page.select_option("[name='money.kind']", "percentage")
    page.fill("[name='money.rate']", "50")
    page.select_option("[name='money.base']", "spese_previste")
    page.fill("[name='money.cap']", "5.000")
    page.keyboard.press("Tab")
    page.wait_for_selector(".lv-example-sum >> text=5.000,00")
    window.check_at_both_widths()
    page.click("button[value=save]:visible")
    page.wait_for_selector("text=Salvato.")
    # The formal check, with the list's buttons; then the opening.
    window.open(f"{base}progetto/checks/")
    page.click("#add-checklists-formal")
    page.fill("[name='checklists.formal.0.it']", "La domanda è completa")
    page.click("button[value=save]:visible")
    page.wait_for_selector("text=Salvato.")
    opens = now().astimezone(ROME) - timedelta(days=1)
    window.open(f"{base}progetto/openings/")
    page.click("#add-openings")
    page.fill("[name='openings.0.code']", "prima")
    page.fill("[name='openings.0.opens_at']", opens.strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name='openings.0.closes_at']", (opens + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name='openings.0.budget']", "100.000")
    page.check("[name='openings.0.demonstration']")
    page.click("button[value=save]:visible")
    page.wait_for_selector("text=Salvato.")
    window.open(base)
    page.click(".lv-step button")
    page.wait_for_selector("text=Fatto: Approva.")
    page.click(".lv-step:has-text('Pubblica') button")
    page.wait_for_selector("text=Fatto: Pubblica.")
    assert not window.complaints
    call = Call.objects.get(code="voucher-per-una-fiera")
    assert call.state == "published"
    # And who asks for it finds it.
    made, user = firm()
    applicant = visitor(user, made)
    form = applicant.open(f"/impresa/domande/nuova/{call.openings.get().pk}/")
    form.click("main form button")
    form.wait_for_url("**/impresa/domande/*/")
    draft = Application.objects.get(opening__call=call)
    applicant.open(f"/impresa/domande/{draft.pk}/sezioni/la_spesa/")
    form.fill("#f-spese_previste", "8.000")
    form.locator("button[form=section]").first.click()
    form.wait_for_url("**/riepilogo/")
    form.click("main form .btn-primary")
    form.wait_for_url("**/ricevuta/")
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert str(draft.requested_amount) == "4000.00"
