from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from levante.kernel.api import Actor, now
from levante.kernel.api import today as present_day
from levante.parties.api import mandates_in_force
from levante.web import worklist
from levante.web.access import for_enterprise, signed_in
from levante.web.middleware import ACTING_FOR

#: How far back “what moved” looks.
RECENT = timedelta(days=14)


@for_enterprise()
def home(request: HttpRequest) -> HttpResponse:
    """Today: what is my turn, by when, why; what moved; one suggestion."""
    actor = request.actor  # type: ignore[attr-defined]
    return render(
        request,
        "portal/home/home.html",
        {
            "turn": worklist.my_turn("portal", actor),
            "moved": worklist.moved("portal", actor, now() - RECENT),
            "suggestion": worklist.suggestion("portal", actor),
            "on": present_day(),
        },
    )


@signed_in
def acting(request: HttpRequest) -> HttpResponse:
    """Choose the enterprise to act for, among those whose mandate is in force."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mandates = list(mandates_in_force(actor.user_id, present_day())) if actor.user_id is not None else []
    target = request.POST.get("next") or request.GET.get("next") or reverse("portal:home")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("portal:home")
    if request.method == "POST":
        chosen = request.POST.get("enterprise", "")
        if chosen not in {str(mandate.enterprise_id) for mandate in mandates}:
            raise Http404
        request.session[ACTING_FOR] = int(chosen)
        return redirect(target)
    by_enterprise = {mandate.enterprise_id: mandate for mandate in mandates}
    return render(request, "portal/home/acting.html", {"mandates": list(by_enterprise.values()), "next": target})
