"""Districts and supply chains an enterprise belongs to, in time."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from levante.kernel.api import Refused, today
from levante.parties.api import (
    KEEPERS,
    ChainMembership,
    DistrictMembership,
    Enterprise,
    ProductionDistrict,
    SupplyChain,
    join_chain,
    join_district,
    leave_chain,
    leave_district,
)
from levante.web.access import for_desk
from levante.web.components.forms import done, say
from levante.web.desk.enterprises.ownership_forms import EndLinkForm, MembershipForm
from levante.web.templatetags.levante import in_language


def networks() -> list[Any]:
    """Every district and supply chain, in two groups; two queries."""
    groups: list[Any] = []
    for mark, model, label in (
        ("district", ProductionDistrict, gettext("Production districts")),
        ("chain", SupplyChain, gettext("Supply chains")),
    ):
        rows = [(f"{mark}:{row.pk}", in_language(row, "name")) for row in model.objects.order_by("code")]
        if rows:
            groups.append((label, rows))
    return groups


@for_desk(*KEEPERS, section=True)
def join(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Enterprise.objects.visible_to(request.actor), pk=pk)  # type: ignore[attr-defined]
    form = MembershipForm(request.POST or None, networks=networks())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        mark, _, number = data["network"].partition(":")
        common = {"actor": request.actor, "enterprise": one, "since": data["since"], "role": data["role"]}  # type: ignore[attr-defined]
        try:
            if mark == "district":
                join_district(**common, district=get_object_or_404(ProductionDistrict, pk=number))
            else:
                join_chain(**common, chain=get_object_or_404(SupplyChain, pk=number))
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The membership has been recorded."))
            return redirect("desk:enterprise", one.pk)
    return render(
        request,
        "desk/enterprises/form.html",
        {"form": form, "enterprise": one, "title": gettext("Add a district or a supply chain")},
    )


@for_desk(*KEEPERS, section=True)
def leave(request: HttpRequest, mark: str, pk: int) -> HttpResponse:
    """Say until which day the enterprise belonged."""
    visible = Enterprise.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    membership: Any
    if mark == "distretto":
        rows = DistrictMembership.objects.select_related("district", "enterprise")
        membership = get_object_or_404(rows.filter(enterprise__in=visible), pk=pk)
        name, service = in_language(membership.district, "name"), leave_district
    else:
        chains = ChainMembership.objects.select_related("chain", "enterprise")
        membership = get_object_or_404(chains.filter(enterprise__in=visible), pk=pk)
        name, service = in_language(membership.chain, "name"), leave_chain
    form = EndLinkForm(request.POST or None, initial={"on": today()})
    if done(request, form, service, membership=membership):
        messages.success(request, gettext("The membership has ended; the past stays."))
        return redirect("desk:enterprise", membership.enterprise_id)
    return render(
        request,
        "desk/enterprises/form.html",
        {
            "form": form,
            "enterprise": membership.enterprise,
            "title": gettext("No longer in: %(name)s") % {"name": name},
        },
    )
