"""Every URL × every role, on the demonstration: nothing breaks, nobody gets where their role does not lead.

The table of who may open what is ``access.txt``: a new URL, or a wider door, changes that file and is seen in review. Write it anew with
``LEVANTE_WRITE_ACCESS=1 make test PYTEST_ARGS="tests/house/test_access.py -k reviewed"``.
"""

import os
import re
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from tests.house.people import NOBODY, everybody, may_enter

from levante.identity.api import roles

TABLE = Path(__file__).with_name("access.txt")


def described(url_table) -> list[str]:
    lines = []
    for name, route, view in url_table:
        who = {
            "public": "everybody",
            "signed_in": "signed in",
            "enterprise": "enterprise: " + " ".join(sorted(getattr(view, "needed", ()))),
            "partner": " ".join(getattr(view, "kinds", ())) + ": " + " ".join(sorted(getattr(view, "needed", ()))),
            "party": "whoever acts for somebody: " + " ".join(sorted(getattr(view, "needed", ()))),
            "desk": ("desk of the Section: " if getattr(view, "section", False) else "desk: ")
            + ("every role" if view.roles == frozenset(roles.EVERY_ROLE) else " ".join(sorted(view.roles)))
            if hasattr(view, "roles")
            else "",
        }[view.audience]
        lines.append(f"{name} | {route} | {who}")
    return sorted(lines)


def test_the_table_is_the_one_reviewed(url_table):
    now = "\n".join(described(url_table)) + "\n"
    if os.environ.get("LEVANTE_WRITE_ACCESS"):
        TABLE.write_text(now, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == now


@pytest.mark.slow  # the first page of a run imports every room
@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/en/", "/healthz", "/readyz", "/accounts/login/"])
def test_with_an_empty_database_the_front_doors_answer(client, path):
    assert client.get(path).status_code == 200


#: Values of variable parts that exist nowhere.
NOWHERE = {"int": 999_999_999, "uuid": "00000000-0000-0000-0000-000000000000"}


def examples(name: str, route: str, pages) -> list[dict]:
    """Values for the variable parts of a route: those of a page of the demonstration, and those of no page at all."""
    parts = re.findall(r"<(?:(\w+):)?(\w+)>", route)
    if not parts:
        return [{}]
    real = [visit.kwargs for visit in pages if visit.name == name][:1]
    if not real:  # reached by POST only: the values of a page that has the same parts
        names = {part for _, part in parts}
        real = [{part: visit.kwargs[part] for part in names} for visit in pages if names <= visit.kwargs.keys()][:1]
    return [*real, {part: NOWHERE.get(kind, "nothing") for kind, part in parts}]


@pytest.mark.slow  # every address, every role
@pytest.mark.timeout(1500)
def test_every_url_for_every_role(demonstration, pages, url_table):
    wrong, asked = [], 0
    people = everybody()
    for name, route, view in url_table:
        for number, values in enumerate(examples(name, route, pages)):
            try:
                path = reverse(name, kwargs=values)
            except NoReverseMatch:
                continue
            for who, client in people.items():
                enters = may_enter(view, who)
                if number and not enters:
                    continue  # the door is before the thing: one look is enough
                for method in ("get", "post"):
                    if method == "post" and enters:
                        continue  # writes of those who may are walked by the journeys
                    asked += 1
                    with transaction.atomic():
                        answer = getattr(client, method)(path)
                        if answer.streaming:
                            answer.getvalue()
                    status = answer.status_code
                    if not expected(view, who, method, status):
                        wrong.append(f"{method} {path} as {who}: {status}")
    assert not wrong, f"{len(wrong)} of {asked}:\n" + "\n".join(wrong[:60])
    assert asked > 500


def expected(view, who: str, method: str, status: int) -> bool:
    if status >= 500:
        return False
    if who == NOBODY and view.audience != "public":
        return status == 302  # to the sign-in page
    if method == "get" and status == 405:
        return True
    if may_enter(view, who):
        return status in {200, 302, 400, 403, 404, 422}
    return status == (403 if view.audience == "desk" else 302) or status == 405
