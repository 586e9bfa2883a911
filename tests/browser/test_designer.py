"""A call from nothing to its publication in the browser, by keyboard alone: no file, no code, no barrier on the way."""

from datetime import timedelta
from typing import Any

import pytest
from tests.browser.hands import Hands
from tests.calls.conftest import programme  # noqa: F401

from levante.calls.api import Call
from levante.kernel.api import ROME, now
from levante.programme.api import Act

pytestmark = pytest.mark.django_db
BASE = "/ufficio/bandi/voucher-per-una-fiera/"


def test_a_call_is_written_and_published_by_keyboard(visitor: Any, programme: Any, officer: Any) -> None:  # noqa: F811
    window = visitor(officer("director"))
    page, hands = window.page, Hands(window)
    window.open("/ufficio/bandi/nuovo/")
    hands.fill({"title_it": "Voucher per una fiera"}, until="Comincia")
    assert page.url.endswith(BASE)
    assert "manca" in page.inner_text("main"), "what is missing is listed"
    said = "Un aiuto per andare in fiera"
    window.open(f"{BASE}progetto/frame/")
    texts = {f"{name}.it": said for name in ("summary", "who", "what")}
    hands.fill({**texts, "act": Act.objects.order_by("code")[0].told_it}, until="Salva")
    saved(page)
    # A section, and a question whose kind draws the page again and is seen beside while it is typed.
    window.open(f"{BASE}progetto/modulo/")
    hands.follow("Aggiungi una sezione")
    hands.fill({"piece.title.it": "La spesa"}, until="Salva")
    hands.follow("Aggiungi una domanda")
    hands.give("piece.kind", "importo")
    page.wait_for_selector("[name='piece.min']")
    hands.give("piece.label.it", "Spese previste")
    page.wait_for_selector("#beside >> text=Spese previste")
    hands.fill({}, until="Salva")
    page.wait_for_selector("#piece-spese_previste")
    window.check_at_both_widths()
    # The money: the example is reckoned while one types.
    window.open(f"{BASE}progetto/money/")
    hands.give("money.kind", "percentuale delle spese")
    page.wait_for_selector("[name='money.rate']")
    money = {"money.rate": "50", "money.cap": "5.000", "money.base": "Spese previste"}
    for name, value in money.items():
        hands.give(name, value)
    page.locator(".lv-example-sum", has_text="5.000,00").wait_for()
    window.check_at_both_widths()
    hands.fill({}, until="Salva")
    saved(page)
    # The form walked: what is typed while another answer draws it again stays, where it was typed, and counts.
    window.open(f"{BASE}prova/domanda/")
    hands.give("tax_code", "nessuno")
    hands.give("spese_previste", "4.000")
    hands.tab()
    page.locator(".lv-example-sum", has_text="2.000,00").wait_for()
    check = page.inner_text("#walk-check")
    typed = [page.input_value(f"[name='{name}']") for name in ("tax_code", "spese_previste")]
    assert (*typed, window.focused()) == ("nessuno", "4000,00", check)
    window.open(f"{BASE}progetto/checks/")
    hands.reach("add-checklists-formal")
    hands.key("Enter")
    page.wait_for_selector("[name='checklists.formal.0.it']", state="attached")
    hands.fill({"checklists.formal.0.it": "La domanda è completa"}, until="Salva")
    saved(page)
    opens = now().astimezone(ROME).replace(hour=10, minute=0) + timedelta(days=20)
    window.open(f"{BASE}progetto/openings/")
    hands.reach("add-openings")
    hands.key("Enter")
    page.wait_for_selector("[name='openings.0.code']", state="attached")
    hands.fill(
        {
            "openings.0.code": "prima", "openings.0.budget": "100.000",
            "openings.0.opens_at": opens.strftime("%Y-%m-%dT%H:%M"),
            "openings.0.closes_at": (opens + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M"),
        },
        until="Salva",
    )  # fmt: skip
    saved(page)
    window.open(BASE)
    window.check_at_both_widths()
    for step in ("Approva", "Pubblica"):
        hands.follow(step)
        page.wait_for_selector(f"text=Fatto: {step}.")
    assert not window.complaints
    call = Call.objects.get(code="voucher-per-una-fiera")
    assert (call.state, call.openings.get().budget, call.openings.get().opens_at) == (
        "published", 100_000, opens.replace(second=0, microsecond=0),
    )  # fmt: skip
    assert said in window.open("/bandi/voucher-per-una-fiera/").inner_text("main")


def saved(page: Any) -> None:
    page.wait_for_selector("text=Salvato.")
