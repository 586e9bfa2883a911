from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from levante.applications.api import Application, all_as_told
from levante.grants.api import arrival_places
from levante.kernel.api import ENTERPRISE, Actor, Party, now
from levante.kernel.api import today as present_day
from levante.parties.api import plain
from levante.web import worklist
from levante.web.access import for_enterprise, signed_in
from levante.web.acting import MANY_CLIENTS, choose, home_of, invitations_of, is_for, page_for_another, parties_of
from levante.web.templatetags.levante import in_language

#: How far back “what moved” looks.
RECENT = timedelta(days=14)
#: Places that the first page shows: the others are in the list of applications.
MOST_PLACES = 10


@for_enterprise()
def home(request: HttpRequest) -> HttpResponse:
    """Today: what is my turn, by when, why; what moved; one suggestion."""
    actor = request.actor  # type: ignore[attr-defined]
    return render(
        request,
        "portal/home/home.html",
        {
            "turn": worklist.my_turn("portal", actor),
            "places": _places(actor),
            "moved": worklist.moved("portal", actor, now() - RECENT),
            "suggestion": worklist.suggestion("portal", actor),
            "on": present_day(),
        },
    )


def _places(actor: Actor) -> list[worklist.Item]:
    """The place in order of arrival of each application that nothing awards yet, and what it means. Two queries."""
    sent = Application.objects.visible_to(actor).filter(
        enterprise_id=actor.enterprise_id, arrival_place__award_stands=False
    )
    sent = sent.select_related("opening__call").defer("answers", "frozen").order_by("-submitted_at", "-pk")
    rows = all_as_told(sent[:MOST_PLACES])
    places = arrival_places(rows)
    return [
        worklist.Item(
            f"{in_language(row.opening.call, 'title')}, {row.number}",
            reverse("portal:application", args=[row.pk]),
            why=render_to_string("components/place_line.html", {"place": places[row.pk]}).strip(),
        )
        for row in rows
        if row.pk in places
    ]


#: From this many parties on, the list has a search.
MANY = 8


@signed_in
def acting(request: HttpRequest) -> HttpResponse:
    """Choose whom to act for, among those whose mandate is in force; one goes back to the page one was on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mandates = parties_of(actor.user_id)
    target = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = ""
    if request.method == "POST":
        chosen = Party.read(request.POST.get("party", ""))
        if chosen is None or chosen not in mandates:
            raise Http404
        # Who acted for nobody, as after a session that ended, goes on to where they were going.
        if target and (not is_for(target, chosen) or (actor.party is not None and chosen != actor.party)):
            target = page_for_another(target, chosen)
        choose(request, chosen)
        request.session[MANY_CLIENTS] = sum(party.kind == ENTERPRISE for party in mandates) > 1
        return redirect(target or home_of(chosen))
    text = request.GET.get("q", "")[:100].strip()
    words, code = plain(text).split(), text.upper().replace(" ", "")
    found = [
        {"party": str(party), "mandate": mandate, "now": party == actor.party}
        for party, mandate in mandates.items()
        if getattr(mandate.holder, "tax_code", "-").startswith(code)
        or all(word in plain(mandate.holder.name) for word in words)
    ]
    return render(
        request,
        "portal/home/acting.html",
        {
            "rows": found,
            "next": target,
            "q": text,
            "many": len(mandates) > MANY,
            "firms": sum(party.kind == ENTERPRISE for party in mandates),
            "count": len(mandates),
            "invitations": invitations_of(request.user.pk),
        },
    )
