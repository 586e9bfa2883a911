"""The served demonstration, walked by each of its people from the links they are shown.

Every kind of page a person is led to answers; each kind is looked at in the browser once, by the first who meets it, at
the desk's width and on a phone. A page that a later journey adds is walked as soon as something leads to it.
"""

import pytest
from tests.browser.walking import kind_of, links_of

#: The first walk waits for the demonstration to be made, which a busy machine does slowly.
pytestmark = pytest.mark.timeout(900)

#: Who walks, from where, and how many kinds of page they are led to at least. The first to meet a kind looks at it.
WALKS = {
    "guest": ("", "/", 20),
    "legal_representative": ("legal_representative", "/impresa/", 20),
}

#: Kinds already looked at, over all walks: the same template need not be measured again for another person.
LOOKED_AT: set[str] = set()


@pytest.mark.parametrize("name", WALKS)
def test_every_page_one_is_led_to(demo_visitor, name):
    role, start, at_least = WALKS[name]
    person = demo_visitor(role)
    todo, met, wrong = [start], set(), []
    while todo:
        address = todo.pop(0)
        kind = kind_of(address)
        if kind in met or not belongs(address, start):
            continue
        met.add(kind)
        if kind in LOOKED_AT:
            answer = person.page.request.get(person.address + address)
            status, text = answer.status, answer.text() if "html" in answer.headers["content-type"] else ""
            found = []
        else:
            LOOKED_AT.add(kind)
            answer = person.page.goto(person.address + address, wait_until="load")
            status, text, found = answer.status, "", []
            if "html" in answer.headers.get("content-type", ""):
                text = person.page.content()
                found = person.problems_at_both_widths()
        if status >= 400:
            found = [f"status {status}"]
        wrong += [f"{address}: {line}" for line in found]
        todo += links_of(text)
    assert not wrong, "\n".join(wrong)
    assert len(met) >= at_least, sorted(met)


def belongs(address: str, start: str) -> bool:
    """Each walks an own audience: guests the public pages, the others their own and their account; English goes by itself."""
    if address.startswith("/en/"):
        return False
    private = address.startswith(("/impresa/", "/ufficio/"))  # the desk is walked in test_demo_walk.py
    return not private if start == "/" else address.startswith(("/accounts/", start))
