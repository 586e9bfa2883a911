from typing import Any

import pytest

from levante.kernel.api import system
from levante.parties.api import Comune
from levante.parties.reference import load_places


@pytest.fixture
def places(db: None) -> None:
    load_places("Puglia")


@pytest.fixture
def comune(places: None) -> Any:
    def find(name: str) -> Comune:
        return Comune.objects.get(name=name)

    return find


@pytest.fixture
def by_system() -> Any:
    return system("test")
