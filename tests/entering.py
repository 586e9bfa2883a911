"""A browser of its own for each person of a test, signed in and acting for somebody."""

from typing import Any

from django.test import Client


def enter(user: Any, party: str = "") -> Client:
    """``party`` is written as the session keeps it: ``"buyer:12"``."""
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if party:
        session = browser.session
        session["acting_for"] = party
        session.save()
    return browser
