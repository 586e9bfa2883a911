"""What tests begin from is put back as it was made, and only where it would be made the same (``tests/kept.py``)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from tests import demonstration
from tests.cases.conftest import _countries
from tests.kept import _Place, kept
from tests.participations.world import decided, make_world

from levante.identity.api import Office

pytestmark = pytest.mark.django_db


@contextmanager
def another_test() -> Iterator[None]:
    """In an empty database, which is empty again after it."""
    _Place.test = None
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def office(name: str = "Sezione") -> Office:
    return Office.objects.create(code="sezione", kind="section", name_it=name, name_en=name)


def rename() -> None:
    Office.objects.update(name_it="Altra")


@pytest.mark.slow  # a digest of every table
def test_it_is_the_same_to_the_last_byte(enterprise, representative, actor_for):
    found: list[Any] = []
    for time in range(5):  # made, made and kept, put back with the list made upon it, that too kept, both put back
        with another_test():
            kept("countries", _countries)
            made = decided(make_world(enterprise, representative, actor_for, firms=2, places=1))
            pairs = sorted((name, value.pk) for name, value in vars(made).items() if hasattr(value, "pk"))
            rows = demonstration.fingerprint() if time > 2 else {}
            found.append((rows, pairs, made.states(), made.actors))
            assert made.row(made.firms[0]).state == made.states()[0]
    assert found[3] == found[4]
    assert sum(rows for rows, _ in found[4][0].values()) > 20


def test_a_row_that_changed_comes_back_changed():
    for _ in range(4):
        with another_test():
            kept("an office", office)
            kept("renamed", rename)
            assert [one.name_it for one in Office.objects.all()] == ["Altra"]


def test_upon_what_somebody_wrote_it_is_made_anew(person):
    for _ in range(3):
        with another_test():
            same = kept("its office", office).pk
    with another_test():
        assert kept("its office", office).pk == same
        kept("nothing", lambda: None)
        Office.objects.update(name_it="Altra")
        made = kept("seen", lambda: Office.objects.get().name_it)
    assert made == "Altra"
    with another_test():
        person()
        assert kept("its office", office).pk > same


@pytest.mark.django_db(transaction=True)
def test_where_a_test_commits_it_is_made_anew():
    made = [kept("committed", lambda: object()) for _ in range(3)]
    assert len(set(map(id, made))) == 3
