"""An agenda made in a process of its own is the same, and stops even while it hears nobody."""

import os

import pytest
from tests.matching.events import plain

from levante.matching.api import Task, bounds, check, instance_from, solve, solve_apart
from levante.matching.solving import Run


def never():
    return False


def test_the_agenda_is_the_same():
    instance = instance_from(plain())
    stages = []
    proved = []
    found = solve_apart(
        Task(instance, "fair", 3, 60.0, bounds=True), progress=lambda *said: stages.append(said[0]), stopped=never, bounds=proved.append
    )  # fmt: skip
    assert found is not None
    assert proved == [bounds(instance)]
    assert found.meetings == solve(instance, objective="fair", run=Run(seed=3)).meetings
    assert {"bound", "search"} <= set(stages)


def test_one_that_hears_nobody_is_ended_and_what_it_had_found_is_kept():
    said = []
    task = Task(instance_from(plain()), "weighted", 1, 100.0)
    found = solve_apart(
        task, progress=lambda *stage: said.append(stage), stopped=lambda: bool(said), grace=0.1, module="tests.matching.deaf"
    )  # fmt: skip
    assert found is not None
    assert [(m.a, m.b, m.slot) for m in found.meetings] == [("a1", "b1", "s0")]
    with pytest.raises(ProcessLookupError):
        os.kill(int(said[0][1]), 0)
    broken = Task(task.instance, "broken", 1, 100.0)
    with pytest.raises(RuntimeError, match="ended"):  # it ends without having said anything
        solve_apart(broken, progress=lambda *stage: None, stopped=never, module="tests.matching.deaf")


def test_what_is_found_on_the_way_keeps_the_rules():
    instance = instance_from(plain())
    found = []
    last = solve(instance, run=Run(found=found.append))
    assert len(found) >= 2
    for one in [*found, last]:
        assert check(instance, one, stated=("objective", "shortfall", "unmet_mutual", "bound")).valid
        assert one.least_shortfall <= last.least_shortfall
