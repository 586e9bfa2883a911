"""The served demonstration, walked from its links: each kind of page once, wide, on a phone, in both languages.

A page that a later journey adds is walked too as soon as something leads to it.
"""

import re

import pytest
from tests.browser.walking import links_of

WIDE, PHONE = 1280, 360

#: Parts of an address that name a thing: two pages that differ only in them are of one kind.
THINGS = re.compile(r"\d+|(?<=/)(?:bandi|fiere|settori|direttrici|opportunita|dati|info)/[^/]+")

#: Addresses that are not pages of this portal's own, or that end the walk.
LEFT_OUT = re.compile(r"/logout|^/admin|^/api/|^/static/|\.(csv|xlsx|json|pdf|pem)\b|esporta|/accounts/|/documenti/")

#: No walk is longer: the links of a page come in its own order, so the first are those of the menu. What the other
#: language changes is words, so there a shorter walk does.
LONGEST = {"": 45, "/en": 15}

WALKS = {
    "director": ("director", "/ufficio/"),
    "case-officer": ("case_officer", "/ufficio/"),
    "agency": ("agency_staff", "/ufficio/"),
}


#: Kinds looked at already, over all walks, by language: for another person the same template is asked, and not measured again.
LOOKED_AT: set[tuple[str, str]] = set()


def kind_of(address: str) -> str:
    return THINGS.sub("*", address.split("?")[0])


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("walk", WALKS)
def test_every_kind_of_page(demo_visitor, walk, prefix):
    role, start = WALKS[walk]
    person = demo_visitor(role)
    page = person.page
    todo, seen, wrong = [prefix + start], set(), []
    while todo and len(seen) < LONGEST[prefix]:
        address = todo.pop(0)
        kind = kind_of(address)
        if kind in seen or LEFT_OUT.search(address) or address.startswith("/en/") != bool(prefix):
            continue
        seen.add(kind)
        if (prefix, kind) in LOOKED_AT:
            asked = page.request.get(person.address + address)
            wrong += [f"{address}: status {asked.status}"] if asked.status >= 400 else []
            todo += links_of(asked.text()) if "text/html" in asked.headers.get("content-type", "") else []
            continue
        LOOKED_AT.add((prefix, kind))
        person.complaints.clear()
        answer = page.goto(person.address + address, wait_until="load")
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        found = [f"status {answer.status}"] if answer.status >= 400 else []
        found += person.problems()
        page.set_viewport_size({"width": PHONE, "height": 800})
        found += [f"at {PHONE} px: {text}" for text in (person.too_wide(), *person.small_targets()) if text]
        page.set_viewport_size({"width": WIDE, "height": 800})
        wrong += [f"{address}: {text}" for text in found]
        links = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
        todo += [link.split("#")[0] for link in links if re.match(r"/(?!/)", link)]
    assert len(seen) > 8
    assert not wrong, "\n".join(wrong)
