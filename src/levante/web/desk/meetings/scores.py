"""The three ways to make an agenda beside each other: what each reaches, and what none can exceed, as pictures with their table."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from levante.meetings.api import Agenda, AgendaRun, Meeting, in_place, states

#: How wide a whole bar is (``components/bars.html``).
WHOLE = 300


def run_shown(run: AgendaRun, row: Agenda, meetings: Iterable[Meeting]) -> dict[str, Any]:
    """A run as the page tells it; ``meetings`` are those that stand. What was not reckoned by a run of before is ``None``."""
    fresh = run.revision == row.revision
    result = run.result or None
    return {
        "row": run,
        "result": result,
        "least_share": percent(result.get("least_share")) if result else None,
        "best_least_share": percent(result.get("best_least_share")) if result else None,
        "least_shortfall": result.get("least_shortfall") if result else None,
        "least_unmet": result.get("least_unmet_mutual") if result else None,
        "objective": states.OBJECTIVES[run.objective],
        "state": states.RUNS[run.state],
        "fresh": fresh,
        "stage": states.STAGES.get(run.stage) if run.state == states.RUNNING else None,
        "cut_short": run.state == states.STOPPED and bool(run.result),
        "usable": run.usable and fresh and row.state not in {states.PUBLISHED, states.CLOSED},
        "working": run.state in {states.WAITING, states.RUNNING},
        "in_use": run.applied_at is not None and in_place(run, meetings),
    }


def percent(share: float | None) -> str | None:
    return None if share is None else f"{number_format(round(share * 100, 1))} %"


def pictures_of(runs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A picture for each of the measures, with a bar for each way: points, the worst served, mutual requests, minimums. A whole bar is what
    no agenda can exceed. Those without a figure are left out, and so is a picture without bars."""
    done = [(run["objective"].in_language(get_language()), run["result"]) for run in runs if run["result"]]
    pictures = (
        (
            gettext("Points"),
            gettext("The bar begins at an agenda without meetings; whole, it is the bound."),
            [_points(label, result) for label, result in done],
        ),
        (
            gettext("To the worst served, of the best it could have alone"),
            gettext("Whole, the bar is what everybody can have at once at most."),
            [_share(label, result) for label, result in done],
        ),
        (
            gettext("Mutual requests met"),
            gettext("Whole, the bar is as many as can be met."),
            [_mutual(label, result) for label, result in done],
        ),
        (
            gettext("Meetings of the minimums"),
            gettext("Whole, the bar is as many of them as can be reached."),
            [_minimums(label, result) for label, result in done],
        ),
    )
    shown = [{"title": title, "note": note, "bars": [bar for bar in bars if bar]} for title, note, bars in pictures]
    return [picture for picture in shown if picture["bars"]]


def _points(label: str, result: dict[str, Any]) -> dict[str, Any] | None:
    """From nothing: an agenda without a meeting has the penalty of all the minimums, so that what a bar says is never negative."""
    value, bound = result["objective"], result["bound"]
    if "wanted" in result:
        nothing = -result["penalty"] * result["wanted"]
    elif bound > 0:
        nothing = 0.0  # a run of before: what it would lack was not kept
    else:
        return None
    if bound > 0 and value >= 0:
        figure = f"{number_format(round(100 * value / bound, 2))} %"
    else:
        figure = gettext("%(points)s under") % {"points": number_format(round(bound - value, 2))}
    return _bar(label, value - nothing, bound - nothing, figure)


def _share(label: str, result: dict[str, Any]) -> dict[str, Any] | None:
    if "best_least_share" not in result:
        return None
    value, most = result["least_share"], result["best_least_share"]
    return _bar(label, value, most, _of(percent(value), percent(most)))


def _mutual(label: str, result: dict[str, Any]) -> dict[str, Any] | None:
    if not result.get("mutual") or "least_unmet_mutual" not in result:
        return None
    value, most = result["mutual"] - result["unmet_mutual"], result["mutual"] - result["least_unmet_mutual"]
    return _bar(label, value, most, _of(number_format(value), number_format(most)))


def _minimums(label: str, result: dict[str, Any]) -> dict[str, Any] | None:
    if not result.get("wanted"):
        return None
    value, most = result["wanted"] - result["shortfall"], result["wanted"] - result["least_shortfall"]
    return _bar(label, value, most, _of(number_format(value), number_format(most)))


def _of(value: Any, most: Any) -> str:
    return gettext("%(value)s of %(most)s") % {"value": value, "most": most}


def _bar(label: str, value: float, most: float, figure: str) -> dict[str, Any]:
    share = max(0.0, min(1.0, value / most)) if most > 0 else 1.0
    return {"label": label, "width": round(share * WHOLE), "figure": figure}
