"""The screens of holders, aid, lists and people from outside: no barrier, wide and on a phone, in both languages."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.aid.test_positions import receive

from levante.cases.api import open_case, states
from levante.demo import parties as demo
from levante.identity.api import SavedView, User
from levante.kernel.api import system, today
from levante.parties.api import Enterprise, OwnershipLink

FOLDER = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025" / "demo"


@pytest.fixture
def story(db: None) -> Enterprise:
    demo.load(FOLDER)
    return Enterprise.objects.get(name="Cantieri Scirocco S.r.l.")


def test_desk(visitor: Callable[..., Any], officer: Callable[..., Any], story: Enterprise) -> None:
    user = officer("case_officer")
    SavedView.objects.create(user=user, listing="desk:enterprises", name="Brindisi, le piccole", query="province=BR")
    other = Enterprise.objects.exclude(pk=story.pk).order_by("pk").first()
    assert other is not None
    link = OwnershipLink.objects.create(owned=story, holder_enterprise=other, kind="participation", capital=60)
    aid = receive(
        story, "120000.00", today() - timedelta(days=400), measure_title="Programma integrato di agevolazioni"
    )
    open_case(
        actor=system("test"), kind=states.QUESTION, channel="web", subject="Sites", text="Where?",
        contact={"name": "John Doe", "email": "john@example.org", "organisation": "", "consent_wording": "1"},
    )  # fmt: skip
    window = visitor(user)
    pages = {
        "list": "/ufficio/imprese/?province=BR&hide=ateco",
        "file": f"/ufficio/imprese/{story.pk}/",
        "holder-enterprise": f"/ufficio/imprese/{story.pk}/titolari/nuovo/",
        "holder-institution": f"/en/ufficio/imprese/{story.pk}/titolari/nuovo/?holder=institution",
        "holder-correct": f"/ufficio/imprese/titolari/{link.pk}/correggi/",
        "network": f"/ufficio/imprese/{story.pk}/reti/nuova/",
        "aid": f"/ufficio/aiuti/?code={story.tax_code}",
        "aid-line": f"/ufficio/aiuti/righe/{aid.pk}/",
        "aid-events": "/en/ufficio/aiuti/operazioni/",
        "aid-split": "/ufficio/aiuti/operazioni/scissione/",
        "aid-declare": "/ufficio/aiuti/dichiarati/nuovo/",
        "outside": "/ufficio/persone/esterne/",
    }
    for name, path in pages.items():
        window.open(path)
        window.check_at_both_widths(f"holders-{name}")
    # The effect is told before anything is written.
    page = window.open(f"/ufficio/imprese/titolari/{link.pk}/chiudi/")
    page.fill("[name=on]", date(2026, 1, 31).isoformat())
    page.click("main form.lv-form button.btn-primary")
    page.wait_for_selector("#effect")
    window.check_at_both_widths("holders-effect")
    assert OwnershipLink.objects.get(pk=link.pk).until is None
    page.click("main form.lv-form button[name=save]")
    page.wait_for_url(f"**/imprese/{story.pk}/")
    assert OwnershipLink.objects.get(pk=link.pk).until == date(2026, 1, 31)


def test_a_view_is_kept_with_the_keyboard(
    visitor: Callable[..., Any], officer: Callable[..., Any], story: Enterprise
) -> None:
    window = visitor(officer("case_officer"))
    page = window.open("/ufficio/imprese/?province=BR")
    window.press("j", "j", "k")
    assert window.focused() == page.locator("[data-rows] tbody tr a").first.inner_text()
    page.locator(".lv-list-menus summary").nth(1).focus()
    window.press("Enter")
    page.fill("#view-name", "Brindisi")
    window.press("Enter")
    page.wait_for_selector(".lv-chips a[aria-current]")
    assert page.locator(".lv-chips a[aria-current]").inner_text() == "Brindisi"
    with page.expect_navigation():
        window.press("j", "e")
    assert "/ufficio/imprese/" in page.url


def test_portal(visitor: Callable[..., Any], story: Enterprise) -> None:
    owner = User.objects.get(email="anna.greco@demo.levante.example")
    receive(story, "120000.00", today() - timedelta(days=900), measure_title="Programma integrato")
    receive(story, "9000.00", today() - timedelta(days=90), measure_title="Voucher")
    window = visitor(owner, story)
    pages = {
        "opportunities": "/impresa/opportunita/",
        "opportunities-en": "/en/impresa/opportunita/?outcome=unknown",
        "aid": "/impresa/aiuti/",
        "aid-declare": "/impresa/aiuti/dichiara/",
        "holder": "/impresa/la-mia-impresa/titolari/nuovo/?holder=person",
        "acting": "/impresa/agisci-per/",
        "account": "/utenza/",
    }
    for name, path in pages.items():
        window.open(path)
        window.check_at_both_widths(f"holders-portal-{name}")
