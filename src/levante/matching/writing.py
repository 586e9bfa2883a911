"""Instances, agendas and what is said of them, as JSON values in the order people read them."""

from typing import Any

from levante.matching.checking import KINDS, Report, Violation
from levante.matching.editing import Cost
from levante.matching.instance import Agenda, Instance, Meeting, Pair
from levante.matching.repairing import Repair

__all__ = ["agenda_json", "cost_json", "figures_json", "instance_json", "repair_json", "report_json"]


def instance_json(instance: Instance) -> dict[str, Any]:
    """What ``instance_from`` reads back as the same instance."""
    return {
        "slots": [{"id": s.id, "day": s.day, "start": s.start, "minutes": s.minutes} for s in instance.slots],
        "tables": instance.tables,
        "table_slots": dict(instance.table_slots),
        "participants": [
            {
                "id": p.id,
                "side": p.side,
                "min": p.min,
                "max": p.max,
                "max_per_day": p.max_per_day,
                "available": list(p.available),
                "own_table": p.own_table,
                "languages": list(p.languages),
                "rest_after": p.rest_after,
            }
            for p in instance.participants
        ],
        "pairs": [pair_json(pair) for pair in instance.pairs],
        "interpreters": {
            language: {"default": there.default, "slots": dict(there.slots)}
            for language, there in instance.interpreters.items()
        },
        "shortfall_penalty": _number(instance.shortfall_penalty),
    }


def pair_json(pair: Pair) -> dict[str, Any]:
    written: dict[str, Any] = {"a": pair.a, "b": pair.b, "weight": _number(pair.weight)}
    if pair.mutual:
        written["mutual"] = True
    if pair.interpreter is not None:
        written["interpreter"] = pair.interpreter
    if pair.pinned is not None:
        written["pinned"] = pair.pinned
    return written


def meeting_json(meeting: Meeting) -> dict[str, Any]:
    written: dict[str, Any] = {"a": meeting.a, "b": meeting.b, "slot": meeting.slot}
    if meeting.table is not None:
        written["table"] = meeting.table
    if meeting.interpreter is not None:
        written["interpreter"] = meeting.interpreter
    return written


def agenda_json(agenda: Agenda) -> dict[str, Any]:
    """The agenda with its meetings; what ``agenda_from`` reads."""
    return {"meetings": [meeting_json(meeting) for meeting in agenda.meetings], **figures_json(agenda)}


def figures_json(agenda: Agenda) -> dict[str, Any]:
    """How good an agenda is, without its meetings."""
    return {
        "objective": _number(agenda.objective),
        "bound": _number(agenda.bound),
        "gap": None if agenda.gap is None else round(agenda.gap, 8),
        "shortfall": agenda.shortfall,
        "least_shortfall": agenda.least_shortfall,
        "unmet_mutual": agenda.unmet_mutual,
        "least_share": round(agenda.least_share, 6),
        "seconds": round(agenda.seconds, 2),
        "seed": agenda.seed,
    }


def report_json(report: Report) -> dict[str, Any]:
    return {
        "valid": report.valid,
        "objective": _number(report.objective),
        "shortfall": report.shortfall,
        "unmet_mutual": report.unmet_mutual,
        "violations": [violation_json(violation) for violation in report.violations],
    }


def violation_json(violation: Violation) -> dict[str, Any]:
    return {
        "kind": violation.kind,
        "who": list(violation.who),
        "slot": violation.slot,
        "meetings": list(violation.meetings),
        "message": KINDS[violation.kind][0],
        "message_en": KINDS[violation.kind][1],
    }


def repair_json(repair: Repair) -> dict[str, Any]:
    """The mended agenda, with ``repair``: how much was kept, and for each participant who is told something, what."""
    told = {
        who: [
            {
                "kind": change.kind,
                "a": change.a,
                "b": change.b,
                "was": None if change.was is None else _where(change.was),
                "now": None if change.now is None else _where(change.now),
            }
            for change in changes
        ]
        for who, changes in repair.told().items()
    }
    kinds = [change.kind for change in repair.changes]
    return {
        **agenda_json(repair.agenda),
        "repair": {
            "kept": repair.kept,
            "disturbed": repair.disturbed,
            "reach": repair.reach,
            **{kind: kinds.count(kind) for kind in ("added", "cancelled", "moved", "table")},
            "told": told,
        },
    }


def _where(meeting: Meeting) -> dict[str, Any]:
    written: dict[str, Any] = {"slot": meeting.slot}
    if meeting.table is not None:
        written["table"] = meeting.table
    return written


def cost_json(cost: Cost) -> dict[str, Any]:
    return {
        "allowed": cost.allowed,
        "change": _number(cost.change),
        "shortfall": cost.shortfall,
        "unmet_mutual": cost.unmet_mutual,
        "conflicts": [violation_json(violation) for violation in cost.conflicts],
    }


def _number(value: float) -> float | int:
    """A whole number without a point; what the machine adds of its own is rounded away."""
    rounded = round(value, 6)
    return int(rounded) if rounded.is_integer() else rounded
