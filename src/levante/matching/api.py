"""The door of the agendas: make one, check one, mend one, bound one, and what an edit would cost. No Django, no database.

From and to JSON: ``instance_from``, ``agenda_from``, ``changes_from`` (which raise ``Bad``, naming the field), and
``instance_json``, ``agenda_json``, ``report_json``, ``repair_json``, ``cost_json``. What takes long is told to a ``Run``
and may be cancelled there: what was found until then is given back.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from levante.matching.changes import Absence, Changes, changed, changes_from
from levante.matching.checking import KINDS, Report, Violation, check
from levante.matching.editing import EDITS, Cost, Edit, NoSuchEdit, cost_between, edit_cost, edited
from levante.matching.fields import Bad
from levante.matching.instance import Agenda, Instance, Interpreters, Meeting, Pair, Participant, Slot
from levante.matching.reading import agenda_from, instance_from

if TYPE_CHECKING:
    from levante.matching.apart import Task, solve_apart
    from levante.matching.bounding import Bounds, bounds, bounds_json
    from levante.matching.repairing import MOVES, Change, Repair, repair
    from levante.matching.solving import OBJECTIVES, Run, solve
    from levante.matching.writing import agenda_json, cost_json, instance_json, repair_json, report_json

#: What stands on numpy and scipy, taken when it is first asked for: a process that only reads agendas never loads them.
_LATE = {
    "apart": ("Task", "solve_apart"),
    "bounding": ("Bounds", "bounds", "bounds_json"),
    "repairing": ("MOVES", "Change", "Repair", "repair"),
    "solving": ("OBJECTIVES", "Run", "solve"),
    "writing": ("agenda_json", "cost_json", "instance_json", "repair_json", "report_json"),
}


def __getattr__(name: str) -> Any:
    for module, names in _LATE.items():
        if name in names:
            return getattr(import_module(f"levante.matching.{module}"), name)
    raise AttributeError(name)


__all__ = [
    "EDITS",
    "KINDS",
    "MOVES",
    "OBJECTIVES",
    "Absence",
    "Agenda",
    "Bad",
    "Bounds",
    "Change",
    "Changes",
    "Cost",
    "Edit",
    "Instance",
    "Interpreters",
    "Meeting",
    "NoSuchEdit",
    "Pair",
    "Participant",
    "Repair",
    "Report",
    "Run",
    "Slot",
    "Task",
    "Violation",
    "agenda_from",
    "agenda_json",
    "bounds",
    "bounds_json",
    "changed",
    "changes_from",
    "check",
    "cost_between",
    "cost_json",
    "edit_cost",
    "edited",
    "instance_from",
    "instance_json",
    "repair",
    "repair_json",
    "report_json",
    "solve",
    "solve_apart",
]
