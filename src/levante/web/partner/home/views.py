"""Today, for who acts for a buyer or an investor."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levante.cases.api import states
from levante.kernel.api import now, today
from levante.web import worklist
from levante.web.access import for_partner
from levante.web.components.requests import requests_of, with_states

#: How far back “what moved” looks.
RECENT = timedelta(days=30)


@for_partner()
def home(request: HttpRequest) -> HttpResponse:
    """What is my turn and why; what the offices are answering, who and by when; what moved; one suggestion."""
    actor = request.actor  # type: ignore[attr-defined]
    running = requests_of(actor).filter(state__in=states.RUNNING)[:10]
    return render(
        request,
        "partner/home/home.html",
        {
            "turn": worklist.my_turn("partner", actor),
            "running": with_states(running),
            "moved": worklist.moved("partner", actor, now() - RECENT),
            "suggestion": worklist.suggestion("partner", actor),
            "on": today(),
        },
    )
