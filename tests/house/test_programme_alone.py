"""A region's own start: the programme loaded into an empty database, without the demonstration."""

import json
from pathlib import Path

import pytest
from tests.demonstration import fingerprint
from tests.house.people import NOBODY, walk

from levante.calls import cli as calls
from levante.kernel.models import AuditEntry
from levante.parties.api import Comune, Country
from levante.programme import cli

PUGLIA = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025"

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # a whole programme, with the places of Italy
def test_the_programme_alone_opens_every_public_page_and_loading_it_again_leaves_no_trace(client, capsys, url_table):
    assert cli.main(["load", str(PUGLIA)]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["created"] > 100
    assert Comune.objects.count() > 7000
    assert Country.objects.filter(code="DE").exists()
    assert calls.main(["load", str(PUGLIA / "calls")]) == 0
    capsys.readouterr()
    before, entries = fingerprint(), AuditEntry.objects.count()
    assert cli.main(["load", str(PUGLIA)]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["created"], again["updated"], again["removed"]) == (0, 0, 0)
    assert calls.main(["load", str(PUGLIA / "calls")]) == 0
    after = fingerprint()
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
    assert AuditEntry.objects.count() == entries
    visits = walk(NOBODY, client, url_table)
    assert [visit.path for visit in visits if visit.linked and visit.status != 200] == []
    assert len({visit.name for visit in visits}) > 10
