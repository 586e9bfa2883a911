from datetime import timedelta
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from levante.kernel.api import Actor, now
from levante.kernel.api import today as present_day
from levante.parties.api import mandates_in_force, plain
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


#: From this many mandates on, the list has a search.
MANY = 8


@signed_in
def acting(request: HttpRequest) -> HttpResponse:
    """Choose the enterprise to act for, among those whose mandate is in force; one goes back to the page one was on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mandates = list(mandates_in_force(actor.user_id, present_day())) if actor.user_id is not None else []
    target = request.POST.get("next") or request.GET.get("next") or reverse("portal:home")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("portal:home")
    if request.method == "POST":
        chosen = request.POST.get("enterprise", "")
        if chosen not in {str(mandate.enterprise_id) for mandate in mandates}:
            raise Http404
        # Who acted for nobody, as after a session that ended, goes on to where they were going.
        if actor.enterprise_id is not None and chosen != str(actor.enterprise_id):
            target = page_for_another(target)
        request.session[ACTING_FOR] = int(chosen)
        return redirect(target)
    clients = list({mandate.enterprise_id: mandate for mandate in mandates}.values())
    text = request.GET.get("q", "")[:100].strip()
    words, code = plain(text).split(), text.upper().replace(" ", "")
    found = [
        mandate
        for mandate in clients
        if mandate.enterprise.tax_code.startswith(code) or all(word in plain(mandate.enterprise.name) for word in words)
    ]
    return render(
        request,
        "portal/home/acting.html",
        {"mandates": found, "next": target, "q": text, "many": len(clients) > MANY, "clients": len(clients)},
    )


def page_for_another(address: str) -> str:
    """The same page for another enterprise: what is of one enterprise alone gives way to the list it is in."""
    path = urlsplit(address).path
    while path.count("/") > 1:
        try:
            found = resolve(path)
        except Resolver404:
            found = None
        if found is not None and not found.kwargs and not found.args:
            return path if path != urlsplit(address).path else address
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return reverse("portal:home")
