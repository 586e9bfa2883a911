"""On drawn events, as those of the bench but smaller: near the bound, nearer than taking pairs one by one, also after a repair."""

import pytest
from bench.__main__ import line_of
from bench.matching import SCARCE, _row, draw

from levante.matching.api import Run, changes_from, check, instance_from, repair, solve
from levante.matching.event import event_of
from levante.matching.programs import least_shortfall, relax
from levante.matching.solving import figures, greedy, value_of


@pytest.fixture(scope="module", params=[{}, SCARCE], ids=["plain", "scarce"])
def drawn(request):
    instance = instance_from(draw(40, 25, 2, 500, 1, **request.param))
    return instance, solve(instance, run=Run(work=100_000))


def by_weight(instance):
    event = event_of(instance)
    return event, greedy(event, sorted(range(event.pairs), key=lambda p: -event.weight[p]))


def test_near_the_bound_and_far_nearer_than_by_weight(drawn):
    instance, agenda = drawn
    event, slots = by_weight(instance)
    assert agenda.shortfall == agenda.least_shortfall
    assert agenda.gap <= 0.0025
    assert agenda.bound - agenda.objective < (agenda.bound - value_of(event, slots)) / 10


def test_mutual_first_leaves_no_more_unmet_than_by_weight(drawn):
    instance, agenda = drawn
    event, slots = by_weight(instance)
    mutual = solve(instance, objective="mutual", run=Run(work=100_000))
    assert mutual.unmet_mutual <= sum(each and slots[p] < 0 for p, each in enumerate(event.mutual))
    assert mutual.unmet_mutual <= agenda.unmet_mutual


def test_the_fair_agenda_serves_the_worst_served_better(drawn):
    instance, agenda = drawn
    assert solve(instance, objective="fair", run=Run(work=100_000)).least_share > agenda.least_share


def test_a_repair_fills_the_holes_and_a_few_moves_add_to_it(drawn):
    instance, agenda = drawn
    changes = changes_from({"absent": [{"id": "a1"}, {"id": "b2", "from": "g2h1"}, {"id": "a9"}]}, instance)
    still = repair(instance, agenda, changes)
    moving = repair(instance, agenda, changes, moves="priced")
    held = {(m.a, m.b): m for m in still.agenda.meetings}
    left = sum(m.a not in ("a1", "a9") and not (m.b == "b2" and m.slot > "g2") for m in agenda.meetings)
    assert (still.kept, still.disturbed) == (left, 0)
    assert len(held) > left
    assert still.reach * 0.9995 <= still.agenda.objective <= still.reach + 1e-6  # nothing fills the same holes better
    assert moving.agenda.objective >= still.agenda.objective
    assert moving.disturbed <= 0.01 * moving.kept
    assert all(check(each.instance, each.agenda).valid for each in (still, moving))


def test_an_agenda_over_its_bound_is_an_error_and_not_a_gap_of_nothing(drawn):
    instance, _ = drawn
    event, slots = by_weight(instance)
    value = value_of(event, slots)
    assert figures(instance, event, slots, value - 1e-9, 0, Run()).gap == 0
    with pytest.raises(RuntimeError, match="over its bound"):
        figures(instance, event, slots, value - 1, 0, Run())


def test_no_program_is_begun_that_cannot_end_in_the_seconds(drawn):
    instance, agenda = drawn
    event, _ = by_weight(instance)
    assert relax(event, event.weight, seconds=0.0).relaxed is None
    assert relax(event, event.weight, seconds=0.0).value >= agenda.bound
    assert least_shortfall(event, seconds=0.0) <= agenda.least_shortfall
    told = solve(instance, run=Run(seconds=1e-6))
    assert check(instance, told).valid


def test_a_row_of_the_bench_says_whether_its_target_is_met():
    assert "(within 0.25)" in line_of(_row("gap", 0.25, "%", "greedy", 3.0, target=0.25))
    assert "(NOT within 20.00)" in line_of(_row("times", 19.0, "", at_least=20))
