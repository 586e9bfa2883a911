"""A fair with its act and line, ready for the call for interest."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from tests.programme.conftest import make_programme

from levante.initiatives import api
from levante.kernel.api import system
from levante.participations.api import set_selection
from levante.programme.api import Direction

SYSTEM = system("tests")
BEFORE, OPEN, AFTER = (datetime(2026, month, 15, 9, tzinfo=UTC) for month in (1, 2, 4))


def make_fair(**changes: Any) -> SimpleNamespace:
    made = make_programme()
    direction = Direction.objects.create(
        programme=made.root, code="B", name_it="Promozione", name_en="Promotion", text_it="t", text_en="t"
    )
    for line in (*made.first.lines, *made.second.lines):  # of no direction: those of the trial are of another
        line.direction = None
        line.save(update_fields=["direction"])
    fair = api.record_fair(actor=SYSTEM, code="boats", name="Boats", sectors=[made.sectors[1]])
    edition = api.record_edition(
        actor=SYSTEM, fair=fair, code="boats-2026", city="Dusseldorf", country="DE", starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 5), demonstration=True,
    )  # fmt: skip
    given = {
        "actor": SYSTEM, "code": "boats-abroad", "kind": "fair", "title_it": "Barche", "title_en": "Boats abroad",
        "direction": direction, "market": "DE", "city": "Dusseldorf", "edition": edition, "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 5), "lead_office": made.office, "sectors": [made.sectors[1]],
        "budget_line": made.second.lines[0], "act": made.second.act, "opens_at": datetime(2026, 2, 1, 9, tzinfo=UTC),
        "closes_at": datetime(2026, 3, 1, 11, tzinfo=UTC), "places": 10, "cost": Decimal("0.00"),
    }  # fmt: skip
    made.initiative = api.plan_initiative(**(given | changes))
    made.direction, made.edition = direction, edition
    return made


def called(made: SimpleNamespace, **rules: Any) -> Any:
    """Approve it, write how its places are given and open the call for interest."""
    made.initiative = api.move_initiative(actor=SYSTEM, initiative=made.initiative, step="approve")
    set_selection(actor=SYSTEM, initiative=made.initiative, **({"method": "chronological", "places": 10} | rules))
    made.initiative = api.move_initiative(actor=SYSTEM, initiative=made.initiative, step="call")
    return made.initiative
