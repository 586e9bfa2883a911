"""Pictures of the documentation, taken of a demonstration that is being served: ``make demo``, then
``.venv/bin/python scripts/pictures.py`` (``LEVANTE_VAR`` names its folder when it is not ``var``; ``--url`` another address).
"""

import argparse
import io
import json
import os
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parents[1]
OUT = HERE / "docs" / "images"
PLACES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
WIDE, PHONE = (1280, 900), (360, 740)

#: Name, who looks, where, the window, and whether the whole page is taken.
PICTURES = (
    ("home", "", "/", WIDE, True),
    ("home-phone", "", "/", PHONE, False),
    ("call", "", "/bandi/voucher-fiere-2018/", WIDE, False),
    ("call-phone", "", "/bandi/voucher-fiere-2018/", PHONE, False),
    ("verify", "", "/verifica/", WIDE, False),
    ("today-enterprise", "legal_representative", "/impresa/", WIDE, False),
    ("application", "legal_representative", "first application", WIDE, False),
    ("today-desk", "case_officer", "/ufficio/", WIDE, False),
    ("file", "case_officer", "first file", (1440, 1000), False),
    ("designer", "call_designer", "/ufficio/bandi/voucher-digitali-dimostrazione/progetto/money/", WIDE, False),
    ("evaluator", "evaluator", "first evaluated file", WIDE, False),
    ("claim", "case_officer", "first claim", WIDE, False),
    ("gate", "finance", "first gate", WIDE, False),
    ("story", "finance", "first story", WIDE, False),
    ("received-phone", "", "/contributi/", PHONE, False),
    ("places", "director", "/ufficio/iniziative/nautica-boot/partecipanti/", WIDE, False),
    ("stand", "director", "/ufficio/iniziative/nautica-boot/stand/", WIDE, False),
    ("agenda", "director", "/ufficio/iniziative/incoming-bari/incontri/", WIDE, False),
    ("meetings-phone", "buyer", "/partner/incontri/incoming-bari/", PHONE, False),
    ("programme", "director", "/ufficio/programma/", (1440, 1000), False),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url")
    parser.add_argument("names", nargs="*")
    chosen = parser.parse_args()
    told = json.loads((Path(os.environ.get("LEVANTE_VAR", HERE / "var")) / "demo.json").read_text())
    url = (chosen.url or told["url"]).rstrip("/")
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("LEVANTE_CHROMIUM") or next(filter(os.path.exists, PLACES), PLACES[-1]),
            args=["--no-sandbox"],
        )
        for name, role, path, size, whole in PICTURES:
            if not chosen.names or name in chosen.names:
                page = _page(browser, url, told["people"], role, size)
                page.goto(url + _address(page, url, path), wait_until="networkidle")
                _keep(page.screenshot(full_page=whole), OUT / f"{name}.png")
                page.context.close()
        browser.close()


def _page(browser: Browser, url: str, people: list[dict[str, str]], role: str, size: tuple[int, int]) -> Any:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="it-IT", timezone_id="Europe/Rome"
    )
    page = context.new_page()
    if role:
        person = next(row for row in people if row["role"] == role)
        page.goto(url + "/accounts/login/")
        page.fill("[name=login]", person["email"])
        page.fill("[name=password]", person["password"])
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda address: "/accounts/login" not in address)
        if "agisci-per" in page.url:
            page.locator(".lv-choose button").first.click()
            page.wait_for_url("**/impresa/")
    return page


#: The first thing of a list: where the list is, and which of its links leads there. An evaluation is itself in a list.
FIRST = {
    "first application": ("/impresa/domande/", "main tbody th a"),
    "first file": ("/ufficio/pratiche/?state=under_check", "main tbody th a"),
    "first evaluation": ("/ufficio/valutazioni/", "main a[href*='/valutazioni/']"),
    "first claim": ("/ufficio/rendicontazioni/", "main tbody th a"),
    "first gate": ("/ufficio/pagamenti/", "main a[href*='/pagamenti/domande/']"),
    "first recovery": ("/ufficio/recuperi/?state=all", "main tbody tr:last-child th a"),
    "first story": ("first recovery", "main a[href$='/storia/']"),
    "first evaluated file": ("first evaluation", "main a[href*='/domande/']"),
}


def _address(page: Any, url: str, path: str) -> str:
    """An address as it is, or that of the first thing in a list."""
    if path not in FIRST:
        return path
    where, link = FIRST[path]
    page.goto(url + _address(page, url, where))
    return str(page.locator(link).first.get_attribute("href"))


def _keep(picture: bytes, path: Path) -> None:
    """A small PNG: two thirds of the width where the page is wide, 128 colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    if image.width > 1000:
        image = image.resize((1000, round(image.height * 1000 / image.width)), Image.Resampling.LANCZOS)
    image.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(HERE)} {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
