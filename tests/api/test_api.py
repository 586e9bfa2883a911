"""The public API: open data without a key, one's own data with one, errors as problem documents."""

from datetime import timedelta

import pytest

from levante.api.models import ApiToken
from levante.api.services import create_token, revoke_token
from levante.kernel.api import Refused, clock_at, now, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed(enterprise, representative, actor_for):
    """An enterprise, the actor of its representative, and a key."""
    firm = enterprise("Cantieri del Salento S.r.l.")
    actor = actor_for(representative(firm), firm)
    return firm, actor, create_token(actor=actor, name="gestionale")


def ask(client, path, key=None):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.get(f"/api/v1{path}", headers=headers)


def test_the_description_is_there(client):
    answer = ask(client, "/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
    assert {"/api/v1/programme", "/api/v1/calls", "/api/v1/awards", "/api/v1/me"} <= set(answer.json()["paths"])


@pytest.mark.parametrize("path", ["/calls", "/awards", "/aid-in-kind", "/budget-lines"])
def test_open_data_needs_no_key(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        answer = ask(client, path)
    assert answer.json() == {"results": [], "next": None}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/calls/nothing", 404),
        ("/programme", 404),
        ("/calls?limit=0", 422),
        ("/calls?limit=ten", 422),
        ("/calls?cursor=%00", 400),
        ("/calls?cursor=zzz", 422),
        ("/calls?cursor=8000000000000000", 422),  # past the last key there can be
        ("/calls?cursor=000000000000000A", 422),
        ("/calls?cursor=0000000000000001%0A", 422),
        ("/me", 401),
        ("/me/applications", 401),
    ],
)
def test_errors_are_problem_documents(client, path, status):
    answer = ask(client, path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


@pytest.mark.parametrize(("method", "path"), [("post", "/awards"), ("delete", "/me"), ("put", "/calls/x")])
def test_a_method_that_is_not_there_is_a_problem_document(client, method, path):
    answer = getattr(client, method)(f"/api/v1{path}")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET"


@pytest.mark.parametrize("cursor", ["", "0000000000000000", "7fffffffffffffff"])
def test_whatever_has_the_form_of_a_cursor_is_one(client, cursor):
    assert ask(client, f"/calls?cursor={cursor}").json() == {"results": [], "next": None}


def test_a_key_reads_its_enterprise_only(client, keyed, enterprise):
    firm, _, token = keyed
    enterprise("Altra S.r.l.")
    answer = ask(client, "/me", token.plain).json()
    assert answer["tax_code"] == firm.tax_code
    assert ask(client, "/me/applications", token.plain).json() == {"results": [], "next": None}
    position = ask(client, "/me/aid-position", token.plain).json()
    assert position["ceiling"] == "300000.00"
    assert position["steps"]


def test_only_the_digest_is_kept(keyed):
    _, _, token = keyed
    row = ApiToken.objects.get()
    assert token.plain not in str(row.__dict__)
    assert len(row.digest) == 64


def test_a_key_ends_when_revoked_expired_or_without_mandate(client, keyed):
    firm, actor, token = keyed
    with clock_at(now() + timedelta(days=91)):
        assert ask(client, "/me", token.plain).status_code == 401
    mandate = firm.mandates.get()
    mandate.until = today() - timedelta(days=1)
    mandate.save()
    assert ask(client, "/me", token.plain).status_code == 401, "a key never outlives the mandate"
    mandate.until = None
    mandate.save()
    assert ask(client, "/me", token.plain).status_code == 200
    revoke_token(actor=actor, token=token)
    assert ask(client, "/me", token.plain).status_code == 401


def test_a_wrong_key_is_nobody(client, keyed):
    for key in ("lev_wrong", "", "x" * 5000):
        assert ask(client, "/me", key or "none").status_code == 401


def test_too_many_keys_and_too_long_a_life_are_refused(keyed):
    _, actor, _ = keyed
    with pytest.raises(Refused):
        create_token(actor=actor, name="eterna", days=366)
    for i in range(9):
        create_token(actor=actor, name=f"n. {i}")
    with pytest.raises(Refused):
        create_token(actor=actor, name="una di troppo")


def test_a_key_is_made_shown_once_and_revoked_in_the_portal(signed_in, enterprise, representative):
    firm = enterprise()
    browser = signed_in(representative(firm), firm)
    page = browser.post("/impresa/chiavi/", {"name": "gestionale", "days": 30}).content.decode()
    token = ApiToken.objects.get()
    assert page.count(token.prefix) == 2
    assert browser.get("/impresa/chiavi/").content.decode().count(token.prefix) == 1
    assert "lev_" in page
    browser.post(f"/impresa/chiavi/{token.pk}/revoca/")
    assert not ApiToken.objects.in_force().exists()
