import functools
from typing import Any

import pytest
from django.db import transaction
from tests import demonstration

from levante.kernel.api import system
from levante.parties.api import Comune, Country
from levante.parties.reference import load_places


@functools.cache
def _places() -> demonstration.Rows:
    with transaction.atomic():
        load_places("Puglia")
        rows = demonstration.take(only=("parties_country", "parties_province", "parties_comune"))
        transaction.set_rollback(True)
    return rows


@pytest.fixture
def places(db: None) -> None:
    """The countries, and the provinces and comuni of Puglia: their rows, read once."""
    if Country.objects.exists():
        load_places("Puglia")
        return
    with transaction.atomic():
        demonstration.add(_places())


@pytest.fixture
def comune(places: None) -> Any:
    def find(name: str) -> Comune:
        return Comune.objects.get(name=name)

    return find


@pytest.fixture
def by_system() -> Any:
    return system("test")
