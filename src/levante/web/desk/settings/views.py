"""Who works where, as what."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.identity.api import RoleGrant, RoleOffer, offer_role, revoke_role, roles, withdraw_offer
from levante.web.access import for_desk
from levante.web.components.forms import done, tell
from levante.web.desk.settings.forms import GrantForm


@for_desk(roles.SYSTEM, roles.DIRECTOR)
def people(request: HttpRequest) -> HttpResponse:
    form = GrantForm(request.POST or None)
    if done(request, form, offer_role):
        messages.success(
            request, gettext("We have written to that address: who owns it holds the role from their next sign-in.")
        )
        return redirect("desk:settings")
    grants = (
        RoleGrant.objects.filter(until__isnull=True)
        .select_related("user", "office")
        .order_by("office__code", "user__family_name", "id")
    )
    offers = RoleOffer.objects.filter(taken_at=None, withdrawn_at=None).select_related("office", "offered_by")
    context = {
        "form": form,
        "rows": [{"grant": grant, "role": roles.LABELS[grant.role]} for grant in grants],
        "offers": [{"offer": offer, "role": roles.LABELS[offer.role]} for offer in offers.order_by("-offered_at")],
    }
    return render(request, "desk/settings/people.html", context)


@for_desk(roles.SYSTEM, roles.DIRECTOR)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(RoleGrant, pk=pk)
    tell(request, revoke_role, gettext("The role has been taken away."), grant=grant)
    return redirect("desk:settings")


@for_desk(roles.SYSTEM, roles.DIRECTOR)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    offer = get_object_or_404(RoleOffer, pk=pk)
    tell(request, withdraw_offer, gettext("The offer has been withdrawn."), offer=offer)
    return redirect("desk:settings")
