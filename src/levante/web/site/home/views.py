from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from levante.kernel.api import today as present_day
from levante.programme.api import Triennium, main_programme, present_triennium
from levante.web.access import public, signed_in
from levante.web.acting import choose_the_only_one, home_of
from levante.web.site.home import queries


@public
def home(request: HttpRequest) -> HttpResponse:
    """What can be done here, what is open now, the programme in figures, where, and the next fairs."""
    programme = main_programme()
    triennium = present_triennium(Triennium.objects.of(programme)) if programme else None
    calls = queries.calls_now()
    return render(
        request,
        "site/home/home.html",
        {
            "open_calls": calls.open[:3],
            "coming_calls": calls.coming[:3],
            "triennium": triennium,
            "figures": queries.figures(triennium) if triennium else [],
            "fairs": queries.next_fairs(),
            "enterprises": queries.enterprises_by_comune(),
            "on": present_day(),
            "invented": settings.DEMO,
        },
    )


@public
def search(request: HttpRequest) -> HttpResponse:
    """One box over what is public; a journey is offered when the words name one."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:200]
    found = queries.search(text) if text else {}
    return render(request, "site/home/search.html", {"text": text, "hide_search": True, **found})


@signed_in
def today(request: HttpRequest) -> HttpResponse:
    """Where a person lands after signing in: the desk for staff, for the others the page of whom they act for."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.is_staff:
        return redirect("desk:home")
    return redirect(home_of(actor.party or choose_the_only_one(request)))
