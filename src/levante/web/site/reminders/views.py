"""A reminder switched off from the mail it came with."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from levante.messages.api import TOPICS, by_token, mute_by_link, muted
from levante.web.access import public


@csrf_exempt  # mail readers post here by themselves (RFC 8058): what is sent is a capability, and nothing of a session
@require_http_methods(["GET", "POST"])
@public
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing; its button, or the one click of a mail reader, does."""
    found = by_token(token)
    if found is None:
        raise Http404
    user, topic = found
    if request.method == "POST":
        mute_by_link(actor=request.actor, token=token)  # type: ignore[attr-defined]
    context = {"words": TOPICS[topic], "is_off": topic in muted(user.pk)}
    response = render(request, "site/reminders/off.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    return response
