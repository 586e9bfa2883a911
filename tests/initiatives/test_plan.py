"""The plan of a year: groups and totals, the year before, who sees what, the same at the desk, in a file and for everybody."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override
from tests.initiatives.world import SYSTEM, make_fair

from levante.initiatives import api
from levante.initiatives.models import Initiative
from levante.kernel.api import clock_at
from levante.participations.api import costs_of, costs_of_each
from levante.participations.models import Contract
from levante.programme.api import allocate, liquidate, pay

pytestmark = pytest.mark.django_db
IN_2026 = datetime(2026, 2, 10, 9, tzinfo=UTC)


def euro(value):
    return Decimal(value)


@pytest.fixture
def made(desk):
    """In 2026 boats (one sector, approved), both (two sectors, Emirates, approved), none (no sector, cancelled), draft (planned); in 2025
    earlier (approved)."""
    found = make_fair(cost=None, act=None)
    line = found.second.lines[0]
    allocate(actor=SYSTEM, line=line, amount=euro("1000.00"), act=found.second.act, exercise=2023, on=date(2023, 2, 1))

    def plan(code, market, starts_on, sectors, cost):
        return api.plan_initiative(
            actor=SYSTEM, code=code, kind="mission", title_it=f"{code} it", title_en=f"{code} en", market=market,
            starts_on=starts_on, ends_on=starts_on, lead_office=found.office, sectors=sectors, cost=euro(cost),
            direction=found.direction, budget_line=line, planning_act=found.second.act, tourism_tie="direct",
        )  # fmt: skip

    with clock_at(IN_2026):
        api.correct_initiative(
            actor=SYSTEM, initiative=found.initiative, cost=euro("100.00"), planning_act=found.second.act
        )
        rows = {"boats": found.initiative, "both": plan("both", "AE", date(2026, 12, 31), found.sectors, "40.00")}
        rows["none"] = plan("none", "DE", date(2026, 3, 1), [], "7.00")
        rows["earlier"] = plan("earlier", "DE", date(2025, 12, 31), [found.sectors[0]], "30.00")
        plan("draft", "DE", date(2026, 1, 1), [found.sectors[0]], "200.00")
        for name in ("boats", "both", "earlier"):
            api.move_initiative(
                actor=SYSTEM, initiative=rows[name], step="approve", number="12/DIR", adopted_on=date(2026, 1, 20)
            )
        api.move_initiative(actor=SYSTEM, initiative=rows["none"], step="cancel", reason="Poche adesioni")
    found.line, found.rows = line, rows
    return found


def plan(by="market", rows=None, year=2026):
    with clock_at(IN_2026):
        return api.plan_of(rows if rows is not None else Initiative.objects.all(), year=year, by=by)


@pytest.mark.parametrize("by", ["market", "direction"])
def test_groups_add_up_to_the_total(made, by):
    found = plan(by)
    for name in ("number", "cancelled", "undecided", "planned", "committed", "paid", "came_to"):
        assert sum(getattr(group.sums, name) for group in found.groups) == getattr(found.total, name), name
        assert sum(getattr(group.before, name) for group in found.groups) == getattr(found.before, name), name
    assert (found.total.number, found.total.cancelled, found.total.planned) == (3, 1, euro("340.00"))
    assert (found.total.committed, found.before.planned, found.before.number) == (euro("140.00"), euro("30.00"), 1)
    assert [len(lines) for lines in found.months] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]


def test_of_two_sectors_it_is_in_both_and_once_in_the_total(made):
    found = plan("sector")
    groups = {group.code: group for group in found.groups}
    assert {code: group.sums.planned for code, group in groups.items()} == {
        "ict": euro("240.00"), "nautica": euro("140.00"), "": 0,
    }  # fmt: skip
    assert found.groups[-1].code == "", "what is of every sector comes last"
    assert found.groups[-1].sums.cancelled == 1
    assert sum(group.sums.number for group in found.groups) == 4
    assert (found.total.number, found.total.planned) == (3, euro("340.00"))
    assert groups["ict"].before.number == 1
    assert groups["nautica"].before.number == 0


def test_what_was_only_in_the_year_before_is_told(made):
    found = plan(rows=Initiative.objects.filter(market_id="DE").public().exclude(code="boats-abroad"), year=2026)
    (group,) = found.groups
    assert (group.code, group.sums.number, group.before.number) == ("DE", 0, 1)
    (there,) = plan(rows=Initiative.objects.filter(market_id="AE"), year=2027).groups
    assert (there.lines, there.before.planned) == ([], euro("40.00"))


def test_money_is_what_the_budget_and_the_contracts_hold(made, django_assert_num_queries):
    boats = made.rows["boats"]
    act = Initiative.objects.get(pk=boats.pk).act
    given = {"subject_type": api.SUBJECT, "subject_id": str(boats.pk), "line": made.line, "exercise": 2026, "act": act}
    with clock_at(IN_2026):
        liquidate(actor=SYSTEM, amount=euro("60.00"), **given)
        pay(actor=SYSTEM, amount=euro("50.00"), **given)
    for subject, cost in (("Stand", euro("12.20")), ("Hall", None)):
        Contract.objects.create(
            initiative=boats, subject=subject, supplier="Ditta", no_cig="prova", amount=euro("10.00"), cost=cost,
            signed_on=date(2026, 1, 1), recorded_at=IN_2026,
        )  # fmt: skip
    with django_assert_num_queries(5):
        found = api.plan_of(Initiative.objects.all(), year=2026, came_to=costs_of_each)
        assert [group.label.en for group in found.groups] == ["Germany", "Emirates"]
    (line,) = [line for line in found.lines if line.initiative == boats]
    assert (line.planned, line.committed, line.paid, line.came_to) == tuple(
        map(euro, ("100.00", "100.00", "50.00", "22.20"))
    )
    assert costs_of(boats).total == line.came_to
    assert (found.total.paid, found.total.came_to) == (euro("50.00"), euro("22.20"))


def test_everybody_reads_what_is_public_and_nothing_else(made, client):
    with clock_at(IN_2026), override("it"):
        page = client.get("/fiere/piano/?year=2026&by=sector")
        shown = page.content.decode()
    assert page.status_code == 200
    assert "draft it" not in shown
    assert "boats" in shown or "Barche" in shown
    assert page.context["plan"].total.planned == euro("140.00")
    assert "Impegnato" not in shown
    assert "Costo finora" not in shown


def test_the_office_reads_the_plan_and_takes_it_away(made, desk, signed_in, django_assert_max_num_queries):
    browser = signed_in(desk.users.anna)
    with clock_at(IN_2026), override("it"):
        with django_assert_max_num_queries(25):
            page = browser.get("/ufficio/iniziative/piano/")
        assert "Iniziative che cominciano in ogni mese: 3 in tutto" in page.content.decode()
        assert page.context["plan"].total.planned == euro("340.00")
        few = browser.get("/ufficio/iniziative/piano/?sector=nautica&kind=mission&tourism=direct&by=sector&hide=act")
        assert {line.initiative.code for line in few.context["plan"].lines} == {"both"}
        assert "Il mese in cui ne cominciano di più è dicembre: 1 su 1" in few.content.decode()
        odd = browser.get("/ufficio/iniziative/piano/?year=banana&by=moon&sector=moon")
        assert odd.status_code == 200
        assert len(odd.context["plan"].lines) == 4
        sheet = browser.get("/ufficio/iniziative/piano/?year=2026&by=sector&export=csv")
        rows = b"".join(sheet.streaming_content).decode("utf-8-sig").splitlines()
        assert b"".join(browser.get("/ufficio/iniziative/piano/?export=xlsx").streaming_content)[:2] == b"PK"
    assert len(rows) == 5, "a row for each, in however many sectors"
    (both,) = [row for row in rows if row.startswith("both it")]
    assert "ict, nautica" in both
    assert "40.00" in both


def test_an_agency_reads_the_plan_of_what_it_leads_and_of_what_is_public(made, desk, signed_in):
    with clock_at(IN_2026), override("it"):
        page = signed_in(desk.users.paola).get("/ufficio/iniziative/piano/?year=2026")
    assert {line.initiative.code for line in page.context["plan"].lines} == {"boats-abroad", "both", "none"}
