"""Ways of signing in, walked in a real browser: a passkey registered and used, an app that gives codes, a lock-out."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

PASSWORD = "a-long-enough-password"
#: What a phone or a computer with a fingerprint reader is, for the browser: the key stays inside, the person is verified.
PLATFORM = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def verified(officer: Callable[..., Any]) -> Any:
    user = officer("director", given="Lucia", family="De Santis", email="lucia@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(window: Any, password: str = PASSWORD) -> Any:
    page = window.open("/accounts/login/")
    page.fill("[name=login]", "lucia@example.org")
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.locator("main form:has([name=password]) button[type=submit]").first.click()
    return page


def open_confirming(window: Any, path: str) -> Any:
    """Open a page of security: who is asked for the password again gives it."""
    page = window.open(path)
    if page.locator("main form [name=password]").count():
        page.fill("main form [name=password]", PASSWORD)
        page.locator("main form:has([name=password]) button[type=submit]").first.click()
        page.wait_for_url(lambda address: "/reauthenticate/" not in address)
    return page


def sign_out(page: Any) -> None:
    page.locator("details.lv-person summary").click()
    with page.expect_navigation():
        page.locator("details.lv-person form button").click()


def test_a_passkey_is_registered_and_signs_in(visitor: Callable[..., Any], verified: Any, settings: Any) -> None:
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    window = visitor()
    page = sign_in(window)
    page.wait_for_url(lambda address: "/accounts/login" not in address)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable", {"enableUI": False})
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM})
    page = open_confirming(window, "/accounts/2fa/webauthn/add/")
    window.check("identity-passkey-add")
    page.fill("[name=name]", "Portatile dell’ufficio")
    page.check("[name=passwordless]")
    with page.expect_navigation():
        page.click("#mfa_webauthn_add")
    key = Authenticator.objects.get(user=verified, type=Authenticator.Type.WEBAUTHN)
    assert key.wrap().name == "Portatile dell’ufficio"
    assert key.wrap().is_passwordless
    held = device.send("WebAuthn.getCredentials", {"authenticatorId": made["authenticatorId"]})["credentials"]
    assert len(held) == 1, "the private key is in the device and nowhere else"
    window.open("/accounts/2fa/webauthn/")
    window.check("identity-passkeys")
    sign_out(page)
    page = window.open("/accounts/login/")
    with page.expect_navigation(url=lambda address: "/accounts/login" not in address):
        page.click("#passkey_login")
    page = window.open("/ufficio/")
    assert "Lucia De Santis" in page.inner_text("header")
    assert not window.complaints


def test_codes_of_an_app_are_set_up_and_asked(visitor: Callable[..., Any], verified: Any, settings: Any) -> None:
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    window = visitor()
    page = sign_in(window)
    page.wait_for_url(lambda address: "/accounts/login" not in address)
    page = open_confirming(window, "/accounts/2fa/totp/activate/")
    window.check("identity-totp-activate")
    secret = page.input_value("#authenticator_secret")

    def code(step: int = 0) -> str:
        counters = list(yield_hotp_counters_from_time())
        return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2] + step)))

    settings.MFA_TOTP_TOLERANCE = 2  # half a minute may end between the code and its reading
    page.fill("[name=code]", code())
    with page.expect_navigation():
        page.locator("main form:has([name=code]) button[type=submit]").first.click()
    assert Authenticator.objects.filter(user=verified, type=Authenticator.Type.TOTP).exists()
    sign_out(page)
    page = sign_in(window)
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    window.check("identity-totp-asked")
    page.fill("[name=code]", "000000")
    with page.expect_navigation():
        page.locator("main form:has([name=code]) button[type=submit]").first.click()
    assert page.locator(".lv-field-error, .lv-errors, .invalid-feedback, [aria-invalid=true]").count()
    # A code is used once: the one of the next half minute is as good, within the tolerance.
    page.fill("[name=code]", code(1))
    page.locator("main form:has([name=code]) button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/accounts/" not in address)


def test_too_many_wrong_passwords_are_told_in_words(visitor: Callable[..., Any], verified: Any, settings: Any) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    window = visitor(width=360)
    for _ in range(3):
        page = sign_in(window, "wrong")
    assert "Aspetta 15 minuti" in page.inner_text("main")
    assert window.complaints, "the browser too says 429"
    window.complaints.clear()
    window.check("identity-locked-out")
