"""Who works where, as what."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.identity.api import RoleGrant, User, grant_role, revoke_role, roles
from levante.kernel.api import Refused
from levante.web.access import for_desk
from levante.web.desk.settings.forms import GrantForm


@for_desk(roles.SYSTEM, roles.DIRECTOR)
def people(request: HttpRequest) -> HttpResponse:
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
        if user is None:
            form.add_error("email", gettext("Nobody has registered with this address."))
        else:
            try:
                grant_role(
                    actor=request.actor, user=user, office=form.cleaned_data["office"], role=form.cleaned_data["role"]
                )
            except Refused as refusal:
                form.add_error(refusal.field or None, refusal.reason.in_language(get_language()))
            else:
                messages.success(request, gettext("The role is in force."))
                return redirect("desk:settings")
    grants = (
        RoleGrant.objects.filter(until__isnull=True)
        .select_related("user", "office")
        .order_by("office__code", "user__family_name", "id")
    )
    rows = [{"grant": grant, "role": roles.LABELS[grant.role]} for grant in grants]
    return render(request, "desk/settings/people.html", {"form": form, "rows": rows})


@for_desk(roles.SYSTEM, roles.DIRECTOR)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    revoke_role(actor=request.actor, grant=get_object_or_404(RoleGrant, pk=pk))
    messages.success(request, gettext("The role has been taken away."))
    return redirect("desk:settings")
