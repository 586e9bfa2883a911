"""The arithmetic of the register against a naive model, under long random stories."""

import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from levante.kernel.api import Refused, clock_at
from levante.programme import api
from levante.programme.balances import AMOUNTS, Balances, change_of, first_problem_in_time, problem_of_line, total
from levante.programme.models import Movement
from levante.programme.queries import reconcile

ROOT = django_settings.ROOT
FIRST_DAY = date(2024, 1, 1)
KINDS = [
    "allocation", "reservation", "commitment", "release", "liquidazione", "undone", "payment", "returned", "recovery", "reprogramming",
]  # fmt: skip

event = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "line": st.integers(0, 1),
        "subject": st.sampled_from("xyz"),
        "cents": st.sampled_from([1, 99, 2_500, 10_000, 20_000]),
        "day": st.integers(0, 4),
        "release_of": st.sampled_from(["reserved", "committed"]),
    }
)


class Naive:
    """What the register should be, kept as plain numbers and recomputed from the whole story at every step."""

    def __init__(self):
        self.story = []

    def holds(self, story):
        """Every day of the story, in order, is possible for every line and subject."""
        for day in sorted({row.day for row in story}):
            lines, subjects = defaultdict(lambda: defaultdict(int)), defaultdict(lambda: defaultdict(int))
            for row in story:
                if row.day <= day:
                    for key, name, cents in row.effects:
                        lines[row.line][name] += cents
                        subjects[key][name] += cents
            for line in lines.values():
                if line["allocated"] - line["reserved"] - line["committed"] < 0 or line["allocated"] < 0:
                    return False
            for held in subjects.values():
                walk = held["committed"] >= held["liquidated"] >= held["paid"] >= held["recovered"] >= 0
                if held["reserved"] < 0 or not walk:
                    return False
        return True

    def sums(self, line, name):
        return sum(cents for row in self.story if row.line == line for _, what, cents in row.effects if what == name)

    def try_one(self, event):
        """Append the event if the story stays possible; say whether it did."""
        rows = []
        key, cents, kind = (event["line"], event["subject"]), event["cents"], event["kind"]
        reserved = sum(c for row in self.story for k, what, c in row.effects if k == key and what == "reserved")
        if kind == "reprogramming":
            for line, sign in ((event["line"], -1), (1 - event["line"], 1)):
                rows.append(
                    SimpleNamespace(line=line, day=event["day"], effects=[((line, ""), "allocated", sign * cents)])
                )
        else:
            effects = {
                "allocation": lambda: [((event["line"], ""), "allocated", cents)],
                "reservation": lambda: [(key, "reserved", cents)],
                "commitment": lambda: [(key, "reserved", -min(cents, reserved)), (key, "committed", cents)],
                "release": lambda: [(key, event["release_of"], -cents)],
                "liquidazione": lambda: [(key, "liquidated", cents)],
                "undone": lambda: [(key, "liquidated", -cents)],
                "payment": lambda: [(key, "paid", cents)],
                "returned": lambda: [(key, "paid", -cents)],
                "recovery": lambda: [(key, "recovered", cents)],
            }[kind]()
            rows.append(SimpleNamespace(line=event["line"], day=event["day"], effects=effects))
        possible = self.holds([*self.story, *rows])
        if possible:
            self.story += rows
        return possible


def record(made, event):
    line, other = made.second.lines[event["line"]], made.second.lines[1 - event["line"]]
    common = {
        "actor": made.system,
        "amount": Decimal(event["cents"]) / 100,
        "act": made.second.act,
        "exercise": 2024,
        "on": FIRST_DAY + timedelta(days=event["day"]),
    }
    if event["kind"] == "reprogramming":
        return api.reprogramme(source=line, target=other, **common)
    subject = {} if event["kind"] == "allocation" else {"subject_type": "grants.Award", "subject_id": event["subject"]}
    if event["kind"] == "release":
        subject["release_of"] = event["release_of"]
    return api.record_movement(line=line, kind=event["kind"], **common, **subject)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(event, min_size=1, max_size=30))
def test_the_register_does_what_a_naive_model_does(programme, story):
    """Sixty stories of up to thirty movements take some seconds."""
    naive = Naive()
    undo = transaction.savepoint()
    with clock_at(datetime(2025, 1, 1, tzinfo=UTC)):
        for step in story:
            possible = naive.try_one(step)
            if possible:
                record(programme, step)
            else:
                with pytest.raises(Refused):
                    record(programme, step)
        for index, line in enumerate(programme.second.lines):
            now = api.availability(line)
            for name in AMOUNTS:
                assert getattr(now, name) == Decimal(naive.sums(index, name)) / 100, name
            assert api.availability(line, on=FIRST_DAY + timedelta(days=30)) == now
        assert reconcile(programme.root) == []
        assert sum(row.amount for row in Movement.objects.filter(kind="reprogramming")) == 0
    transaction.savepoint_rollback(undo)


amounts = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(st.tuples(st.sampled_from(KINDS), amounts), max_size=20))
def test_a_total_is_the_sum_of_its_changes_in_any_order(rows):
    changes = [(kind, amount, Decimal("0.00")) for kind, amount in rows]
    assert total(changes) == total(reversed(changes))


def test_unknown_kinds_are_no_movement():
    with pytest.raises(ValueError, match="no movement"):
        change_of("gift", Decimal("1.00"))


def test_the_first_impossible_day_is_named():
    later = {
        date(2024, 3, 1): Balances(committed=Decimal("5.00")),
        date(2024, 2, 1): Balances(committed=Decimal("7.00")),
    }
    day, reason = first_problem_in_time(Balances(allocated=Decimal("10.00")), later, of_line=True)
    assert day == date(2024, 3, 1)
    assert "mancano 2,00" in reason.it
    assert problem_of_line(Balances(allocated=Decimal("12.00"), committed=Decimal("12.00"))) is None


def test_the_worked_case_of_the_documentation_is_true():
    page = (ROOT / "docs" / "algorithms" / "budget.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.split("## Worked case")[1].splitlines()
    ]
    story = [row for row in rows if row[0] in KINDS]
    assert len(story) == 9
    balances = Balances()
    for kind, amount, of, *written in story:
        from_reserved = Decimal(0)
        if kind == "commitment":
            from_reserved = min(Decimal(amount), balances.reserved)
        elif of == "reserved":
            from_reserved = Decimal(amount)
        balances = balances.plus(change_of(kind, Decimal(amount), from_reserved))
        shown = (balances.allocated, balances.reserved, balances.committed, balances.liquidated, balances.paid)
        assert [str(value) for value in (*shown, balances.available)] == written
        assert problem_of_line(balances) is None


def test_the_how_to_names_every_section_and_field():
    from levante.programme.schema import SECTIONS, BodyEntry, Entry, ProgrammeFile

    page = (ROOT / "docs" / "how-to" / "write-a-programme.md").read_text(encoding="utf-8")
    written = {}
    for line in page.splitlines():
        if line.startswith("| `"):
            cells = line.strip("|").split(" | ")
            written[cells[0].strip(" `")] = set(re.findall(r"[a-z_]+", re.sub(r"\(.*?\)", "", cells[2])))
    for section, schema in {"programme": ProgrammeFile, **SECTIONS}.items():
        common = set() if schema in (BodyEntry, ProgrammeFile) else set(Entry.model_fields)
        if section == "movements":
            common = {"code"}
        assert written[section] == set(schema.model_fields) - common, section
