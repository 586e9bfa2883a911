"""The demonstration of the directions tells the stories it promises, and telling it twice adds nothing."""

from pathlib import Path

import pytest
from django.apps import apps

from levante.cases.api import Case, states
from levante.demo import cases, competences, initiatives, investment, promotion
from levante.initiatives.api import Initiative
from levante.promotion.api import Commitment

FOLDER = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025"
ROOMS = ("cases", "initiatives", "promotion", "investment", "competences")


def counts():
    return {m._meta.label: m._base_manager.count() for room in ROOMS for m in apps.get_app_config(room).get_models()}


@pytest.mark.slow(reason="the whole demonstration")
@pytest.mark.django_db
def test_the_demonstration(demonstration):
    seen = counts()
    for room in (cases, initiatives, promotion, investment, competences):
        room.load(FOLDER / "demo")
    assert counts() == seen
    assert set(Case.objects.values_list("state", flat=True)) == set(states.STATES)
    assert Case.objects.overdue().exists()
    assert Commitment.objects.overdue().count() == 2
    assert set(Initiative.objects.values_list("state", flat=True)) == {
        "planned", "approved", "calling", "closed", "preparing", "following", "cancelled",
    }  # fmt: skip
    assert Initiative.objects.get(code="nautica-boot").interests.count() == 4
