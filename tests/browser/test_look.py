"""Public pages with nothing in them yet, sign-in, the homes of the three audiences: nothing in the way, in both languages.

The pages of a portal that has data are walked in ``test_demo_walk.py``.
"""

import re

import pytest

PUBLIC = [
    "/",
    "/en/",
    "/cerca/",
    "/cerca/?q=esportare",
    "/en/cerca/?q=zzz",
    "/accounts/login/",
    "/en/accounts/signup/",
    "/bandi/",
    "/fiere/",
    "/verifica/",
    "/en/info/accessibilita/",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page(visitor, path):
    guest = visitor()
    guest.open(path)
    guest.check_at_both_widths("public-" + re.sub(r"[^a-z]+", "-", path).strip("-"))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_desk_home(visitor, officer, prefix):
    staff = visitor(officer("director"))
    staff.open(f"{prefix}/ufficio/")
    staff.check_at_both_widths(f"desk-home{prefix.replace('/', '-')}")


#: Pages of the work of many and of those who judge, with nothing in them yet.
DESK = [
    "/ufficio/graduatorie/", "/ufficio/atti/", "/ufficio/valutazioni/", "/ufficio/lettere/invii/",
    "/ufficio/pratiche/insieme/", "/ufficio/lettere/a-molti/",
]  # fmt: skip


def test_desk_pages_of_many(visitor, officer):
    staff = visitor(officer("director"))
    for path in (*DESK, "/en/ufficio/graduatorie/", "/en/ufficio/lettere/invii/"):
        staff.open(path)
        staff.check_at_both_widths("desk-" + re.sub(r"[^a-z]+", "-", path).strip("-"))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_enterprise_home(visitor, enterprise, representative, prefix):
    firm = enterprise()
    person = visitor(representative(firm), firm)
    person.open(f"{prefix}/impresa/")
    person.check_at_both_widths(f"portal-home{prefix.replace('/', '-')}")
