"""Where I am signed in, in the place of allauth's page: its view asks three questions of the database for each session."""

from allauth.account.adapter import get_adapter
from allauth.usersessions.forms import ManageUserSessionsForm
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from levante.identity.api import live_sessions
from levante.web.access import signed_in


@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """The sessions that hold, the oldest first; a POST ends the others."""
    if request.method == "POST":
        ManageUserSessionsForm(request.POST, request=request).save(request)
        get_adapter().add_message(request, messages.INFO, "usersessions/messages/sessions_logged_out.txt")
        return redirect("usersessions_list")
    found = live_sessions(request.user)
    rows = [(session, browser_in_words(session.user_agent)) for session in found]
    context = {"sessions": found, "rows": rows, "session_count": len(found)}
    return render(request, "usersessions/usersession_list.html", context)


#: What the header of a browser holds, the more telling first (every one of them says that it is others too).
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_in_words(header: str) -> str:
    """``Chrome, Android``: what people call the browser and the device that a User-Agent tells; never the header itself."""
    told = [next((name for mark, name in known if mark in header), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in told if name) or gettext("another program")
