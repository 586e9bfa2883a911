"""Every URL × every role, on the demonstration: nothing breaks, nobody gets where their role does not lead.

The table of who may open what is ``access.txt``: a new URL, or a wider door, changes that file and is seen in review. Write it anew with
``LEVANTE_WRITE_ACCESS=1 make test PYTEST_ARGS=tests/house/test_access.py``.
"""

import os
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from levante.identity.api import roles

TABLE = Path(__file__).with_name("access.txt")
BACKEND = "django.contrib.auth.backends.ModelBackend"


def described(url_table) -> list[str]:
    lines = []
    for name, route, view in url_table:
        who = {
            "public": "everybody",
            "signed_in": "signed in",
            "enterprise": "enterprise: " + " ".join(sorted(getattr(view, "needed", ()))),
            "desk": "desk: "
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


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/en/", "/healthz", "/readyz", "/accounts/login/"])
def test_with_an_empty_database_the_front_doors_answer(client, path):
    assert client.get(path).status_code == 200


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The demonstration, loaded once in a transaction that is never committed."""
    from django.conf import settings

    hashers, settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS, ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            from levante.demo.load import load_demonstration

            for _ in load_demonstration():
                pass
            yield
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
            settings.PASSWORD_HASHERS = hashers


def personas() -> dict[str, Client]:
    """One test browser per kind of person."""
    from levante.identity.api import RoleGrant, User
    from levante.parties.api import Mandate

    found: dict[str, Client] = {"nobody": Client()}
    stranger = User.objects.create_user("stranger@example.org", "x", given_name="Nessuno", family_name="Qui")
    found["a person without mandates"] = _browser(stranger)
    for role in roles.EVERY_ROLE:
        grant = RoleGrant.objects.filter(role=role, until=None).select_related("user").order_by("pk").first()
        assert grant is not None, f"the demonstration has nobody as {role}"
        found[role] = _browser(grant.user)
    mandates = Mandate.objects.filter(
        state=Mandate.CONFIRMED, kind=Mandate.LEGAL_REPRESENTATIVE, until=None, enterprise__applications__isnull=False
    )
    first = mandates.select_related("user", "enterprise").order_by("pk").first()
    assert first is not None
    other = mandates.exclude(enterprise=first.enterprise).exclude(user=first.user).order_by("pk").first()
    found["an enterprise"] = _browser(first.user, first.enterprise_id)
    found["another enterprise"] = _browser(other.user, other.enterprise_id)
    return found


def _browser(user, enterprise_id=None) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user, backend=BACKEND)
    if enterprise_id is not None:
        session = client.session
        session["acting_for"] = enterprise_id
        session.save()
    return client


def examples(route: str) -> list[dict]:
    """Values for the variable parts of a route: ids that exist in the demonstration, and ids that exist nowhere."""
    import re

    parts = re.findall(r"<(?:(\w+):)?(\w+)>", route)
    if not parts:
        return [{}]
    known = {
        "int": [1, 999_999_999],
        "slug": ["nothing"],
        "str": ["nothing"],
        "uuid": ["0" * 8 + "-0000-0000-0000-" + "0" * 12],
    }
    longest = max(len(known.get(kind or "str", ["nothing"])) for kind, _ in parts)
    rows = []
    for i in range(longest):
        row = {}
        for kind, name in parts:
            values = known.get(kind or "str", ["nothing"])
            row[name] = values[min(i, len(values) - 1)]
        rows.append(row)
    return rows


@pytest.mark.slow  # the whole demonstration, every address, every role
def test_every_url_for_every_role(world, url_table, django_db_blocker, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = False
    wrong, asked = [], 0
    with django_db_blocker.unblock(), transaction.atomic():
        people = personas()
        for name, route, view in url_table:
            for values in examples(route):
                try:
                    path = reverse(name, kwargs=values)
                except NoReverseMatch:
                    continue
                for who, client in people.items():
                    for method in ("get", "post"):
                        if method == "post" and may_enter(view, who):
                            continue  # writes of those who may are walked by the journeys
                        asked += 1
                        with transaction.atomic():
                            status = getattr(client, method)(path).status_code
                        if not expected(view, who, method, status):
                            wrong.append(f"{method} {path} as {who}: {status}")
        transaction.set_rollback(True)
    assert not wrong, f"{len(wrong)} of {asked}:\n" + "\n".join(wrong[:60])
    assert asked > 500


def may_enter(view, who: str) -> bool:
    if view.audience == "desk":
        return who in view.roles
    if view.audience == "enterprise":
        return who in {"an enterprise", "another enterprise"}
    return view.audience == "public" or who != "nobody"


def expected(view, who: str, method: str, status: int) -> bool:
    if status >= 500:
        return False
    if who == "nobody" and view.audience != "public":
        return status == 302  # to the sign-in page
    if method == "get" and status == 405:
        return True
    if may_enter(view, who):
        return status in {200, 302, 400, 403, 404, 422}
    return status == (403 if view.audience == "desk" else 302) or status == 405
