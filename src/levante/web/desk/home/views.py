from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levante.kernel.api import Actor, now
from levante.kernel.api import today as present_day
from levante.web import worklist
from levante.web.access import for_desk
from levante.web.desk.home.groups import grouped

#: How far back “what moved” looks.
RECENT = timedelta(days=7)
#: Of what moved so much is shown at first.
MOVED = 10
#: What ends within so long is soon.
SOON = timedelta(days=7)


@for_desk()
def home(request: HttpRequest) -> HttpResponse:
    """Today: what only this person can do, then what anyone of the office may take up, kind by kind, soonest term first; what moved."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    items = worklist.my_turn("desk", actor)
    kind, term = request.GET.get("kind", ""), request.GET.get("term", "")
    late = [item for item in items if item.late_count]
    soon = [item for item in items if not item.late_count and worklist.instant(item.due) < now() + SOON]
    by_term = {"late": late, "soon": soon}
    term = term if term in by_term else ""
    shown = by_term.get(term, items)
    shown = [item for item in shown if not kind or item.kind == kind]
    own = [item for item in shown if not item.shared]
    office = [item for item in shown if item.shared]
    groups = {"own": grouped(own, actor, folded=not kind), "office": grouped(office, actor, folded=not kind)}
    # Who looks for one kind, or one term, asked for that alone.
    moved = [] if kind or term else worklist.moved("desk", actor, now() - RECENT)
    told = moved if request.GET.get("moved") == "all" else moved[:MOVED]
    return render(
        request,
        "desk/home/home.html",
        {
            **groups,
            "kind": kind,
            "kind_heading": next((group.heading for held in groups.values() for group in held), kind),
            "term": term,
            "all_count": sum(item.count for item in items),
            "late_count": sum(item.late_count for item in late),
            "soon_count": len(soon),
            "moved": told,
            "moved_left": len(moved) - len(told),
            "on": present_day(),
        },
    )
