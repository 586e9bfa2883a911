"""Sign-in by password with lock-out, second factor, and through a real OpenID Connect provider in a process of its own."""

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from levante.identity.api import User
from levante.identity.levels import asking_for_the_level, reaches, with_two_factors
from levante.identity.signin import fiscal_code_of

PASSWORD = "a-long-enough-password"
CODE = "DSNLCU68C52A662P"


@pytest.fixture
def verified(person):
    user = person("Lucia", "De Santis", email="lucia@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.mark.django_db
def test_email_and_password(client, verified):
    answer = client.post("/accounts/login/", {"login": "LUCIA@example.org", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/oggi/")


@pytest.mark.django_db
def test_wrong_passwords_lock_out_and_say_so(client, verified, settings):
    settings.AXES_ENABLED = True
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post("/accounts/login/", {"login": "lucia@example.org", "password": "wrong"})
    assert answer.status_code == 429
    assert "Aspetta 15 minuti" in answer.content.decode()
    right = client.post("/accounts/login/", {"login": "lucia@example.org", "password": PASSWORD})
    assert right.status_code == 429, "locked out means locked out, right password or not"
    other = client.post("/accounts/login/", {"login": "somebody@example.org", "password": "wrong"})
    assert other.status_code == 200, "the others behind the same address still come in"


@pytest.mark.django_db
def test_an_unverified_address_does_not_come_in(client, person):
    person("Ada", "Neri", email="ada@example.org")
    answer = client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    assert answer["Location"] == "/accounts/confirm-email/"


@pytest.mark.django_db
def test_signing_up_gives_a_person_and_no_power(client):
    form = {
        "given_name": "Ugo",
        "family_name": "Bassi",
        "email": "ugo@example.org",
        "password1": "una-frase-lunga-e-mia",
        "password2": "una-frase-lunga-e-mia",
        "codice_fiscale": CODE,
    }
    assert client.post("/accounts/signup/", form).status_code == 302
    user = User.objects.get(email="ugo@example.org")
    assert (user.get_full_name(), user.codice_fiscale) == ("Ugo Bassi", None), (
        "a fiscal code is never taken from a form"
    )
    assert not user.role_grants.exists()
    assert not user.mandates.exists()
    link = re.search(r"http://\S+(/accounts/confirm-email/\S+)", mail.outbox[-1].body)
    assert link
    client.post(link.group(1))
    assert EmailAddress.objects.get(user=user).verified


@pytest.mark.django_db
def test_a_second_factor_is_asked_and_opens_the_desk(client, officer, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    user = officer("director")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/ufficio/").status_code == 302, "half a sign-in opens nothing"
    counter = next(iter(yield_hotp_counters_from_time()))
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    code = format_hotp_value(hotp_value(secret, counter))
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/ufficio/").status_code == 200
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def half_signed_in(client, user) -> str:
    """Past the password, before the second factor; returns the code that would open."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["app", "recovery"])
def test_codes_cannot_be_tried_without_limit(client, officer, way):
    user = officer("director")
    right = half_signed_in(client, user)
    if way == "recovery":
        right = RecoveryCodes.activate(user).get_unused_codes()[0]
    for wrong in ("000001", "000002", "000003", "000004", "000005"):
        answer = client.post("/accounts/2fa/authenticate/", {"code": wrong}, REMOTE_ADDR=f"192.0.2.{wrong[-1]}")
        assert answer.status_code == 200
    answer = client.post("/accounts/2fa/authenticate/", {"code": right}, REMOTE_ADDR="192.0.2.9")
    assert answer.status_code == 200, "five wrong codes close the door to a right one too, whatever the address"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_attempts_are_counted_for_all_processes(client, officer):
    half_signed_in(client, officer("director"))
    client.post("/accounts/2fa/authenticate/", {"code": "000001"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM identity_counted WHERE cache_key LIKE %s", ["%login_failed%"])
        assert cursor.fetchone()[0] > 0


@pytest.mark.django_db
def test_behind_a_proxy_each_client_is_its_own(client, verified, settings):
    settings.AXES_ENABLED = True
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.AXES_FAILURE_LIMIT = 3

    def tried(password: str, client_is: str) -> int:
        given = {"login": "lucia@example.org", "password": password}
        told = f"203.0.113.99, {client_is}"  # what stands before the proxy's own word is the client's invention
        return client.post("/accounts/login/", given, HTTP_X_FORWARDED_FOR=told).status_code

    assert [tried("wrong", "198.51.100.1") for _ in range(3)] == [200, 200, 429]
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"198.51.100.1"}
    assert tried(PASSWORD, "198.51.100.1") == 429
    assert tried(PASSWORD, "198.51.100.2") == 302, "another client with the same name is not locked out"


@pytest.mark.django_db
def test_sign_ups_are_counted_by_client_behind_a_proxy(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    statuses = [
        client.post("/accounts/signup/", {}, HTTP_X_FORWARDED_FOR="198.51.100.1").status_code for _ in range(21)
    ]
    assert statuses[-2:] == [200, 429]
    assert client.post("/accounts/signup/", {}, HTTP_X_FORWARDED_FOR="198.51.100.2").status_code == 200


@pytest.mark.django_db
def test_there_is_no_technical_administration_behind_a_password(client):
    root = User.objects.create_superuser("root@example.org", PASSWORD, given_name="R", family_name="R")
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code == 404
    assert client.get("/admin/mfa/authenticator/").status_code == 404


def test_a_level_above_the_one_asked_is_enough():
    two, three = "https://www.spid.gov.it/SpidL2", "https://www.spid.gov.it/SpidL3"
    assert reaches(two, [two])
    assert reaches(three, [two])
    assert reaches("http://eidas.europa.eu/LoA/high", [two])
    assert not reaches(two, [three])
    assert not reaches("https://www.spid.gov.it/SpidL1", [two])
    assert not reaches(None, [two])
    assert not reaches(three, ["urn:example:gold"]), "a level of another kind is not compared"
    assert reaches("urn:example:gold", ["urn:example:gold"])
    assert not with_two_factors("urn:example:gold"), "nobody knows how many factors that is"


def test_fiscal_number_of_each_gateway():
    assert fiscal_code_of({"userinfo": {"https://attributes.spid.gov.it/fiscalNumber": f"TINIT-{CODE}"}}) == CODE
    assert fiscal_code_of({"id_token": {"https://attributes.eid.gov.it/fiscal_number": f"TINIT-{CODE}"}}) == CODE
    assert fiscal_code_of({"fiscal_number": CODE.lower()}) == CODE
    assert fiscal_code_of({"fiscal_number": "TINFR-123"}) is None
    assert fiscal_code_of({"fiscal_number": CODE[:-1] + "A"}) is None


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider process: its users and their claims are told to it over HTTP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            urllib.request.urlopen(url + "/.well-known/openid-configuration", timeout=5).close()
            break
        except OSError:
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(10)


def through_the_gateway(live_server, provider, settings, claims, acr_values=None):
    """Walk the sign-in as a browser does: our button, the provider's consent, back to us."""
    app = {
        "provider_id": "spid",
        "name": "SPID",
        "client_id": "levante",
        "secret": "not-a-secret",
        "settings": {"server_url": provider, **({"acr_values": acr_values} if acr_values else {})},
    }
    apps = asking_for_the_level([app])
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
    sub = claims["sub"]
    requests.put(f"{provider}/users/{sub}", json=claims, timeout=10).raise_for_status()
    browser = requests.Session()
    start = f"{live_server.url}/accounts/oidc/spid/login/"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(start, timeout=20).text)
    assert token
    at_provider = browser.post(start, data={"csrfmiddlewaretoken": token.group(1)}, timeout=20)
    assert at_provider.url.startswith(provider)
    asked = parse_qs(urlsplit(at_provider.url).query)
    assert asked.get("acr_values") == ([" ".join(acr_values)] if acr_values else None)
    back = browser.post(at_provider.url, data={"sub": sub}, timeout=20)
    return browser, back


CLAIMS = {
    "sub": "spid-1",
    "email": "lucia.spid@example.org",
    "email_verified": True,
    "given_name": "Lucia",
    "family_name": "De Santis",
    "fiscal_number": f"TINIT-{CODE}",
}


@pytest.mark.slow  # a provider process and a live server
@pytest.mark.django_db(transaction=True)
def test_spid_joins_the_person_of_that_fiscal_code(live_server, provider, settings, person):
    known = person("Lucia", "De Santis", email="lucia@example.org", codice_fiscale=CODE)
    browser, back = through_the_gateway(live_server, provider, settings, CLAIMS)
    assert back.url.startswith(live_server.url), back.text[:500]
    assert User.objects.count() == 1
    assert known.codice_fiscale in browser.get(f"{live_server.url}/utenza/", timeout=20).text
    assert not known.mandates.exists(), "a person is not an enterprise"


@pytest.mark.slow  # a provider process and a live server
@pytest.mark.django_db(transaction=True)
def test_spid_never_joins_by_address(live_server, provider, settings, person):
    other = person("Somebody", "Else", email="lucia.spid@example.org")
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    browser, _ = through_the_gateway(live_server, provider, settings, {**CLAIMS, "sub": "spid-2"})
    assert browser.get(f"{live_server.url}/utenza/", timeout=20).url.endswith("next=/utenza/")
    assert not User.objects.get(pk=other.pk).codice_fiscale


@pytest.mark.slow  # a provider process and a live server
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "acr", "words"),
    [({"fiscal_number": "TINIT-NOBODY"}, None, "codice fiscale"), ({}, ["https://www.spid.gov.it/SpidL2"], "livello")],
)
def test_no_fiscal_code_or_too_low_a_level_is_refused(live_server, provider, settings, change, acr, words):
    _, back = through_the_gateway(live_server, provider, settings, {**CLAIMS, "sub": "spid-3", **change}, acr)
    assert back.status_code == 403
    assert words in back.text
    assert not User.objects.exists()


@pytest.mark.slow  # a provider process and a live server
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("level", "asked", "opens"),
    [
        ("https://www.spid.gov.it/SpidL3", ["https://www.spid.gov.it/SpidL2"], True),
        ("https://www.spid.gov.it/SpidL3", None, False),
        ("https://www.spid.gov.it/SpidL1", ["https://www.spid.gov.it/SpidL1"], False),
    ],
)
def test_a_gateway_opens_the_desk_when_it_was_held_to_two_factors(
    live_server, provider, settings, officer, level, asked, opens
):
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    officer("director", codice_fiscale=CODE)
    claims = {**CLAIMS, "sub": f"spid-{level[-1]}-{bool(asked)}", "acr": level}
    browser, back = through_the_gateway(live_server, provider, settings, claims, asked)
    assert back.url.startswith(live_server.url), back.text[:500]
    desk = browser.get(f"{live_server.url}/ufficio/", timeout=20, allow_redirects=False)
    assert desk.status_code == (200 if opens else 302)
    assert opens or desk.headers["Location"].startswith("/accounts/2fa/")


@pytest.mark.django_db
def test_the_page_of_my_sessions_costs_the_same_however_many_and_ends_the_others(person):
    made = person()
    browsers = [Client() for _ in range(8)]

    def enter(some):
        for browser in some:
            browser.force_login(made, backend="django.contrib.auth.backends.ModelBackend")
            UserSession.objects.create(user=made, ip="192.0.2.1", session_key=browser.session.session_key)

    enter(browsers[:2])
    with CaptureQueriesContext(connection) as few:
        page = browsers[0].get("/accounts/sessions/")
    assert "questo" in page.content.decode()
    assert "un altro programma" in page.content.decode()  # never the header of the browser itself
    assert [one.session_key for one in page.context["sessions"]] == [one.session.session_key for one in browsers[:2]]
    enter(browsers[2:])
    browsers[7].logout()
    with CaptureQueriesContext(connection) as many:
        page = browsers[0].get("/accounts/sessions/")
    assert len(page.context["sessions"]) == 7, "one signed out"
    assert len(many) == len(few)
    assert browsers[0].post("/accounts/sessions/").status_code == 302
    assert len(browsers[0].get("/accounts/sessions/").context["sessions"]) == 1
    assert browsers[1].get("/utenza/").status_code == 302, "signed out"
