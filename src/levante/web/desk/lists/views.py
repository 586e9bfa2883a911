"""Views of the lists of the desk that a person keeps: saved under a name, taken away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import SavedView, forget_view, roles, save_view
from levante.kernel.api import Refused
from levante.web.access import for_desk
from levante.web.components.listing import query_sent


@for_desk(*roles.EVERY_ROLE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is seen now, under a name."""
    listing = request.POST.get("listing", "")
    address = address_of(listing)
    query = query_sent(request).urlencode()
    try:
        save_view(
            actor=request.actor,  # type: ignore[attr-defined]
            listing=listing,
            name=request.POST.get("name", ""),
            query=query,
        )
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    else:
        messages.success(request, gettext("The view has been saved: you find it above the list."))
    return redirect(f"{address}?{query}")


@for_desk(*roles.EVERY_ROLE)
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, user_id=request.user.pk)
    address = address_of(view.listing)
    forget_view(actor=request.actor, view=view)  # type: ignore[attr-defined]
    messages.success(request, gettext("The view has been removed."))
    return redirect(address)


def address_of(listing: str) -> str:
    """The address of a list of the desk by the name of its URL; nothing else is gone back to."""
    if not listing.startswith("desk:"):
        raise Http404
    try:
        return reverse(listing)
    except NoReverseMatch as error:
        raise Http404 from error
