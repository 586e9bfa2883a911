"""On drawn events, as those of the bench but smaller: near the bound, nearer than taking pairs one by one, also after a repair."""

import pytest
from bench.matching import SCARCE, draw

from levante.matching.api import Run, changes_from, check, instance_from, repair, solve
from levante.matching.event import event_of
from levante.matching.solving import greedy, value_of


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
    assert moving.agenda.objective >= still.agenda.objective
    assert moving.disturbed <= 0.01 * moving.kept
    assert all(check(each.instance, each.agenda).valid for each in (still, moving))
