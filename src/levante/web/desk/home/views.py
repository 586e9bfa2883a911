from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levante.kernel.api import now
from levante.kernel.api import today as present_day
from levante.web import worklist
from levante.web.access import for_desk

#: How far back “what moved” looks.
RECENT = timedelta(days=7)


@for_desk()
def home(request: HttpRequest) -> HttpResponse:
    """Today: the work queue, soonest term first, and what moved."""
    actor = request.actor  # type: ignore[attr-defined]
    items = worklist.my_turn("desk", actor)
    kind = request.GET.get("kind", "")
    return render(
        request,
        "desk/home/home.html",
        {
            "items": [item for item in items if not kind or item.kind == kind],
            "kinds": worklist.kinds(items),
            "kind": kind,
            "all_count": len(items),
            "moved": worklist.moved("desk", actor, now() - RECENT),
            "on": present_day(),
        },
    )
