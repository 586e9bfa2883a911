"""An invitation to act for somebody: read by who has its link, accepted by who owns the address it was sent to."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import verified_addresses
from levante.kernel.api import Refused
from levante.parties.api import Invitation, accept_invitation, invitation_by, scopes_in_words
from levante.web.access import public, signed_in
from levante.web.acting import choose, home_of


@public
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered, by whom, until when; to who has signed in with that address, the button to accept."""
    return _page(request, _of_link(token), token)


@signed_in
@require_POST
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Accept it, and act for who offered it from here on."""
    found = _of_link(token)
    try:
        mandate = accept_invitation(actor=request.actor, invitation=found)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _page(request, found, token, refusal.reason.in_language(get_language()))
    choose(request, mandate.party)
    messages.success(request, gettext("Accepted: from now on you act for %(name)s.") % {"name": found.holder.name})
    return redirect(home_of(mandate.party))


def _page(request: HttpRequest, found: Invitation, token: str, reason: str = "") -> HttpResponse:
    user = request.user
    context = {
        "invitation": found,
        "token": token,
        "scopes": scopes_in_words(found.party.kind, found.kind, found.scopes),
        "mine": user.is_authenticated and found.email.lower() in verified_addresses(user.pk),
        "accepted": user.is_authenticated and found.accepted_by_id == user.pk,
        "reason": reason,
    }
    return render(request, "site/account/invitation.html", context, status=403 if reason else 200)


def _of_link(token: str) -> Invitation:
    found = invitation_by(token)
    if found is None:
        raise Http404
    return found
