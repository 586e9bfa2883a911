"""The demonstration of calls and applications: every state, twice the same."""

from pathlib import Path

import pytest

from levante.applications.api import STATES, Application, Ranking
from levante.calls.api import list_calls
from levante.kernel.api import now
from levante.kernel.models import AuditEntry

DEMO = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025" / "demo"

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # the whole demonstration


def test_the_story_is_told_once_and_shows_every_state(demonstration):
    from levante.demo import applications, calls

    found = list_calls(instant=now())
    assert found.open
    assert found.coming or found.closed
    assert found.planned
    states = set(Application.objects.values_list("state", flat=True))
    assert states == set(STATES)
    assert Ranking.objects.filter(state="published").count() == 4
    assert Ranking.objects.filter(state="published", scrolls__isnull=False).count() == 1
    assert {row for ranking in Ranking.objects.all() for row in ranking.rows.values_list("outcome", flat=True)} >= {
        "funded",
        "partial",
    }
    before = Application.objects.count(), Ranking.objects.count(), AuditEntry.objects.count()
    calls.load(DEMO)
    applications.load(DEMO)
    assert (Application.objects.count(), Ranking.objects.count(), AuditEntry.objects.count()) == before
