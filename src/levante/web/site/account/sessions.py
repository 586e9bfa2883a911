"""Where I am signed in: allauth's page, whose own view asks three questions of the database for each session."""

from allauth.account.adapter import get_adapter
from allauth.usersessions.forms import ManageUserSessionsForm
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

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
    context = {"sessions": found, "session_count": len(found), "show_last_seen_at": False}
    return render(request, "usersessions/usersession_list.html", context)
