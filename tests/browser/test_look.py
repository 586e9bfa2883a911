"""Every public page and the homes of the three audiences, wide and on a phone, in both languages: nothing in the way."""

import re

import pytest

WIDE, PHONE = 1280, 360

PUBLIC = [
    "/",
    "/en/",
    "/cerca/",
    "/cerca/?q=esportare",
    "/en/cerca/?q=zzz",
    "/accounts/login/",
    "/en/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
]


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("path", PUBLIC)
def test_public_page(visitor, path, width):
    guest = visitor(width=width)
    guest.open(path)
    guest.check("public-" + re.sub(r"[^a-z]+", "-", path).strip("-") + f"-{width}")


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_desk_home(visitor, officer, prefix, width):
    staff = visitor(officer("director"), width=width)
    staff.open(f"{prefix}/ufficio/")
    staff.check(f"desk-home{prefix.replace('/', '-')}-{width}")


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_enterprise_home(visitor, enterprise, representative, prefix, width):
    firm = enterprise()
    person = visitor(representative(firm), firm, width=width)
    person.open(f"{prefix}/impresa/")
    person.check(f"portal-home{prefix.replace('/', '-')}-{width}")


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize(
    "path",
    [
        f"{prefix}/info/{name}/"
        for prefix in ("", "/en")
        for name in ("accessibilita", "privacy", "crediti", "contatti")
    ],
)
def test_static_page(visitor, path, width):
    guest = visitor(width=width)
    guest.open(path)
    guest.check()
