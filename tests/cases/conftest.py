"""The Section with its agencies, people of each, and an enterprise that asks."""

from types import SimpleNamespace
from typing import Any

import pytest
from tests.kept import kept

from levante.cases.api import open_case
from levante.kernel.api import Actor
from levante.parties.api import Country

CONTACT = {
    "name": "Jane Doe",
    "email": "jane@example.org",
    "organisation": "Doe Industries",
    "country": "DE",
    "language": "en",
    "consent_wording": "test-1",
}


@pytest.fixture
def countries(db: None) -> None:
    kept("countries", _countries)


def _countries() -> None:
    Country.objects.get_or_create(
        code="IT", defaults={"name_it": "Italia", "name_en": "Italy", "eu_since": "1958-01-01"}
    )
    Country.objects.get_or_create(
        code="DE", defaults={"name_it": "Germania", "name_en": "Germany", "eu_since": "1958-01-01"}
    )
    Country.objects.get_or_create(code="AE", defaults={"name_it": "Emirati", "name_en": "Emirates"})


@pytest.fixture
def desk(officer: Any, actor_for: Any, countries: None) -> SimpleNamespace:
    """``.anna`` and ``.bruno`` work in the Section, ``.dir`` directs it, ``.paola`` and ``.nino`` work in two agencies."""
    return kept("desk of cases", lambda: _desk(officer, actor_for))  # type: ignore[no-any-return]


def _desk(officer: Any, actor_for: Any) -> SimpleNamespace:
    made = SimpleNamespace(users=SimpleNamespace())
    for name, role, office in (
        ("anna", "case_officer", "sezione"),
        ("bruno", "case_officer", "sezione"),
        ("dir", "director", "sezione"),
        ("paola", "agency_staff", "puglia-sviluppo"),
        ("nino", "agency_staff", "arti"),
        ("eva", "evaluator", "sezione"),
    ):
        user = officer(role, office, given=name.title())
        setattr(made.users, name, user)
        setattr(made, name, actor_for(user))
    return made


@pytest.fixture
def asked(desk: SimpleNamespace) -> Any:
    """Open a case of an external contact: ``asked()``."""

    def make(**changes: Any) -> Any:
        given = {
            "actor": Actor(label="anonymous"),
            "kind": "investment",
            "subject": "A plant",
            "text": "We look for 5,000 m².",
            "channel": "web",
            "contact": dict(CONTACT),
        }
        return open_case(**(given | changes))

    return make
