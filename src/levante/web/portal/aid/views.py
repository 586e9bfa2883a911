"""Aid received: the headroom of the enterprise and of its group, when it frees, and the arithmetic."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from levante.aid.api import declare_own_aid, unreadable_of
from levante.grants.api import Award
from levante.kernel.api import Actor, today
from levante.parties.api import Enterprise
from levante.web.access import for_enterprise
from levante.web.components.aid_story import story_context
from levante.web.desk.aid.forms import AidFacts
from levante.web.desk.aid.lines import headroom_told
from levante.web.portal.applications.standing import codes_told


@for_enterprise()
def received(request: HttpRequest) -> HttpResponse:
    """The position of the enterprise acted for, today."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    enterprise = get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)
    context = story_context(enterprise, on=today(), outside=True, actor=actor)
    awards = (
        Award.objects.visible_to(actor)
        .filter(enterprise=enterprise)
        .effective()
        .select_related("act__call", "application", "aid")
        .order_by("-effective_on", "-id")
    )
    return render(
        request,
        "portal/aid/received.html",
        {
            **context,
            "enterprise": enterprise,
            "may_declare": "submit" in actor.scopes,
            "awards": [{"award": award, "codes": codes_told(award)} for award in awards],
            "doubtful": unreadable_of([enterprise.tax_code]).count(),
            "next_freeing": context["story"].freeings[0] if context["story"].freeings else None,
        },
    )


class OwnAid(AidFacts):
    """An aid the enterprise declares in the place of a certificate."""

    truth = forms.BooleanField(
        label=gettext_lazy(
            "I declare that it is true, knowing that false declarations are punished (DPR 445/2000, arts. 47 and 76)"
        )
    )


@for_enterprise("submit")
def declare(request: HttpRequest) -> HttpResponse:
    """Declare an aid that is missing: it counts from then on; what it does to the headroom is told first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    enterprise = get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)
    form = OwnAid(request.POST or None)

    def write() -> None:
        values: dict[str, Any] = dict(form.cleaned_data)
        values.pop("truth")
        declare_own_aid(actor=actor, enterprise=enterprise, **values)

    told, written = headroom_told(request, form, enterprise.tax_code, write, outside=True)
    if written:
        messages.success(request, gettext("Declared: it counts from now on."))
        back = request.GET.get("next", "")
        here = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return redirect(back if here else "portal:aid")
    return render(request, "portal/aid/declare.html", {"form": form, "told": told})
