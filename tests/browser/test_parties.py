"""The screens of enterprises, people, imports and search: no barrier, at the desk and on a phone, in both languages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse as django_reverse
from django.utils import translation

from levante.demo import parties as demo
from levante.identity.api import User
from levante.parties.api import Correction, Enterprise, Mandate, Person

FOLDER = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025" / "demo"


def at(name: str, *arguments: Any) -> str:
    with translation.override("it"):
        return django_reverse(name, args=arguments)


@pytest.fixture
def story(db: None) -> Enterprise:
    demo.load(FOLDER)
    return Enterprise.objects.get(name="Cantieri Scirocco S.r.l.")


def test_desk(visitor: Callable[..., Any], officer: Callable[..., Any], story: Enterprise) -> None:
    twin = Enterprise.objects.get(name="CANTIERI SCIROCCO SRL")
    window = visitor(officer("case_officer"))
    person = Person.objects.filter(contacts__enterprise=story).order_by("id").first()
    assert person is not None
    pages = {
        "list": at("desk:enterprises"),
        "search-list": at("desk:enterprises") + "?q=calzatur&province=BT",
        "file": at("desk:enterprise", story.pk),
        "new": at("desk:enterprise_new"),
        "edit": at("desk:enterprise_edit", story.pk),
        "merge": at("desk:enterprise_merge_with", story.pk, twin.pk),
        "corrections": at("desk:corrections"),
        "correction": at("desk:correction", Correction.objects.get().pk),
        "people": at("desk:people"),
        "person": at("desk:person", person.pk),
        "mandates": at("desk:mandates"),
        "imports": at("desk:imports"),
        "search": at("desk:search") + "?q=scirocco",
    }
    for name, path in pages.items():
        window.open(path)
        window.check_at_both_widths(f"parties-desk-{name}")
    window.open("/en" + at("desk:enterprise", story.pk))
    window.check()


def test_portal(visitor: Callable[..., Any], story: Enterprise) -> None:
    owner = User.objects.get(email="anna.greco@demo.levante.example")
    assert Mandate.objects.filter(user=owner, enterprise=story).exists()
    window = visitor(owner, story)
    pages = {
        "enterprise": at("portal:enterprise"),
        "correct": at("portal:enterprise_correct", "facts"),
        "people": at("portal:people"),
        "grant": at("portal:mandate_grant"),
        "mandates": at("portal:mandates"),
        "ask": at("portal:mandate_ask"),
        "data": at("portal:my_data"),
    }
    for name, path in pages.items():
        window.open(path)
        window.check_at_both_widths(f"parties-portal-{name}")
    window.open("/en" + at("portal:enterprise"))
    window.check()


def test_duplicates_appear_while_typing(
    visitor: Callable[..., Any], officer: Callable[..., Any], story: Enterprise
) -> None:
    window = visitor(officer("front_desk"))
    page = window.open(at("desk:enterprise_new"))
    page.fill("#id_comune", "Brindisi")
    page.type("#id_name", "Cantieri Sciroco")
    page.wait_for_selector("#duplicates a")
    assert story.name in page.inner_text("#duplicates")
    assert not window.complaints
