"""The plan of this year and of the one before: what was approved, done, cancelled, what it came to; twice changes nothing."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from levante.demo.applications import DIRECTOR, officer
from levante.demo.initiatives import SYSTEM
from levante.demo.telling import read
from levante.identity.api import Office
from levante.initiatives import api
from levante.kernel.api import ROME, clock_at, now, today
from levante.participations.api import record_contract, record_cost
from levante.programme.api import (
    Act,
    BudgetLine,
    Direction,
    Intervention,
    Sector,
    main_programme,
    record_movement,
    vocabulary,
)

Row = dict[str, Any]
#: The line of each direction, without its year: a plan is on the line of the year before it, as its money comes.
LINES = {"B": "3.5.b", "C": "3.5.c", "D": "3.5.c"}
#: The intervention of the programme that the initiatives of each direction are of.
INTERVENTIONS = {"B": "b-promozione", "C": "c-marketing", "D": "d-attrazione"}
#: Days after the last one by which an initiative is concluded.
FOLLOWED = 45


def load(folder: Path) -> None:
    """Every row of ``plan.yaml``; an initiative that is there already is left as it is."""
    programme = main_programme()
    assert programme is not None
    known = set(api.Initiative.objects.values_list("code", flat=True))
    rows = [row for row in read(folder, "plan")["plan"] if row["code"] not in known]
    if not rows:
        return
    world: Row = {
        "sectors": {row.code: row for row in Sector.objects.of(programme)},
        "directions": {row.code: row for row in Direction.objects.filter(programme=programme)},
        "interventions": {row.code: row for row in Intervention.objects.filter(programme=programme)},
        "lines": {row.code: row for row in BudgetLine.objects.of(programme)},
        "act": Act.objects.get(programme=programme, code="dimostrazione-attuazione-2023"),
        "office": Office.objects.get(code="sezione"),
        "director": officer(DIRECTOR),
        "today": today(),
    }
    for row in rows:
        _planned(row, world)


def _planned(row: Row, world: Row) -> None:
    """Planned at the end of the year before, approved some months ahead of its first day, and from there as its days went."""
    year = world["today"].year + row["year"]
    starts_on = date(year, *row["first"])
    ends_on = starts_on + timedelta(days=row["days"] - 1)
    code = row.get("direction", "B")
    line = world["lines"][f"2023-2025/{code}/{LINES[code]}/{2025 + row['year']}"]
    with clock_at(_morning(date(year - 1, 12, 1))):
        made = api.plan_initiative(
            actor=SYSTEM, code=row["code"], kind=row["kind"], title_it=row["it"], title_en=row["en"], direction=world["directions"][code],
            intervention=world["interventions"][INTERVENTIONS[code]],
            market=row["country"], city=row["city"], starts_on=starts_on, ends_on=ends_on, lead_office=world["office"],
            sectors=[world["sectors"][one] for one in row["sectors"]], cost=Decimal(row["plan"]), budget_line=line,
            planning_act=world["act"], act=world["act"], tourism_tie=row.get("tourism", "none"), demonstration=True,
        )  # fmt: skip
    if starts_on > world["today"] + timedelta(days=120):
        return
    with clock_at(_morning(max(date(year - 1, 12, 15), starts_on - timedelta(days=120)))):
        made = api.move_initiative(actor=SYSTEM, initiative=made, step="approve")
    if "cancelled" in row:
        with clock_at(_morning(starts_on - timedelta(days=30))):
            api.move_initiative(actor=SYSTEM, initiative=made, step="cancel", reason=row["cancelled"])
        return
    _held(made, row, world)


def _held(made: api.Initiative, row: Row, world: Row) -> None:
    """Its days, as far as they went; once it is over, what it came to and what was paid of it."""
    last = made.ends_on + timedelta(days=1)
    if made.starts_on <= world["today"]:
        with clock_at(_morning(made.starts_on)):
            made = api.move_initiative(actor=SYSTEM, initiative=made, step="begin")
    if last > world["today"]:
        return
    with clock_at(_morning(last)):
        made = api.move_initiative(actor=SYSTEM, initiative=made, step="follow")
        contract = record_contract(
            actor=world["director"], initiative=made, subject="Spazi, allestimento e servizi", supplier="Fornitori vari (dimostrazione)",
            amount=Decimal(row["plan"]), signed_on=today(), no_cig="Dimostrazione: nessuna gara",
        )  # fmt: skip
    closed = made.ends_on + timedelta(days=FOLLOWED)
    if closed > world["today"]:
        return
    with clock_at(_morning(closed)):
        record_cost(actor=world["director"], contract=contract, cost=Decimal(row["cost"]))
        for kind in (vocabulary.LIQUIDAZIONE, vocabulary.PAYMENT):
            record_movement(
                actor=SYSTEM, line=made.budget_line, kind=kind, amount=min(Decimal(row["cost"]), Decimal(row["plan"])), act=world["act"],
                exercise=today().year, subject_type=api.SUBJECT, subject_id=str(made.pk), subject_label=made.title_it,
                reason=f"Spesa: {made.title_it}", demonstration=True,
            )  # fmt: skip
        api.move_initiative(actor=SYSTEM, initiative=made, step="conclude")


def _morning(day: date) -> datetime:
    """Eight in the morning of a day, never later than now."""
    return min(datetime.combine(day, time(8), ROME), now())
