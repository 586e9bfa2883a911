"""Every URL × every role, on the demonstration: nothing breaks, nobody gets where their role does not lead.

The table of who may open what is ``access.txt``: a new URL, or a wider door, changes that file and is seen in review. Write it anew with
``LEVANTE_WRITE_ACCESS=1 make test PYTEST_ARGS="tests/house/test_access.py -k reviewed"``.
"""

import os
import re
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import translation
from tests.house.people import NOBODY, everybody, may_enter

from levante.identity.api import roles
from levante.kernel.api import Refused
from levante.web import middleware

TABLE = Path(__file__).with_name("access.txt")


#: The desk of the Section, alone or with the agencies that pay from an account of their own.
DESKS = {False: "desk of the Section: ", True: "desk of the Section, or of an agency that pays: "}


def described(url_table) -> list[str]:
    lines = []
    for name, route, view in url_table:
        who = {
            "public": "everybody",
            "signed_in": "signed in",
            "enterprise": "enterprise: " + " ".join(sorted(getattr(view, "needed", ()))),
            "partner": " ".join(getattr(view, "kinds", ())) + ": " + " ".join(sorted(getattr(view, "needed", ()))),
            "party": "whoever acts for somebody: " + " ".join(sorted(getattr(view, "needed", ()))),
            "desk": ("desk: " if not getattr(view, "section", False) else DESKS[view.pays])
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
def test_every_url_for_every_role(demonstration, pages, url_table, monkeypatch):
    """A page is asked through the whole stack by nobody and by who may open it; whoever is known and may not, and is refused
    before anything is looked at, asks the view as the address leads to it, to read and to write. The page of a refusal is
    drawn once for each person: it is the same everywhere."""
    wrong, asked = [], 0
    people = everybody()
    known = {who: client.get("/accounts/password/reset/").wsgi_request for who, client in people.items()}
    drawn, draw = set(), middleware.render

    def drawn_once(request, template, context=None, *, status=None):
        if (request.user.pk, template) in drawn:
            return HttpResponse(status=status)
        drawn.add((request.user.pk, template))
        return draw(request, template, context, status=status)

    monkeypatch.setattr(middleware, "render", drawn_once)
    walked = {(visit.path, visit.who): visit.status for visit in pages}  # opened already, by the same people
    for name, route, view in url_table:
        for number, values in enumerate(examples(name, route, pages)):
            try:
                with translation.override("it"):
                    path = reverse(name, kwargs=values)
            except NoReverseMatch:
                continue
            nobody_was_there = False
            for who, client in people.items():
                enters = may_enter(view, who)
                if number and (not enters or nobody_was_there):
                    continue  # the door is before the thing, and what is nowhere is nowhere for all: one look is enough
                nobody_was_there = bool(number)
                asked += 1
                status = walked.get((path, who))
                if status is None:
                    known_and_refused = not enters and who != NOBODY
                    status = answered("get", path, known[who]) if known_and_refused else got(client, path)
                if not expected(view, who, "get", status):
                    wrong.append(f"get {path} as {who}: {status}")
                if enters:
                    continue  # writes of those who may are walked by the journeys
                asked += 1
                with transaction.atomic():
                    status = client.post(path).status_code if who == NOBODY else answered("post", path, known[who])
                if not expected(view, who, "post", status):
                    wrong.append(f"post {path} as {who}: {status}")
    assert not wrong, f"{len(wrong)} of {asked}:\n" + "\n".join(wrong[:60])
    assert asked > 5000


def got(client, path: str) -> int:
    with transaction.atomic():
        answer = client.get(path)
        if answer.streaming:
            answer.getvalue()
    return answer.status_code


def answered(method: str, path: str, known) -> int:
    """The status of a request by the person of an earlier one: the view that the address leads to, without the middleware."""
    request = getattr(RequestFactory(), method)(path)
    request.user, request.actor, request.session = known.user, known.actor, known.session
    request._messages = known._messages
    with translation.override("it"):  # the language of its address
        request.resolver_match = found = resolve(path)
        try:
            return found.func(request, *found.args, **found.kwargs).status_code
        except Refused:
            return 403


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
