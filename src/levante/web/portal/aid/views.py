"""Aid received: the headroom of the enterprise and of its group, when it frees, and the arithmetic."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from levante.aid.api import quarantine_of
from levante.grants.api import Award
from levante.kernel.api import Actor, today
from levante.parties.api import Enterprise
from levante.web.access import for_enterprise
from levante.web.components.aid_story import story_context


@for_enterprise()
def received(request: HttpRequest) -> HttpResponse:
    """The position of the enterprise acted for, today."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    enterprise = get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)
    context = story_context(enterprise, on=today())
    awards = (
        Award.objects.visible_to(actor)
        .filter(enterprise=enterprise)
        .effective()
        .select_related("act__call", "application")
        .order_by("-effective_on", "-id")
    )
    return render(
        request,
        "portal/aid/received.html",
        {
            **context,
            "enterprise": enterprise,
            "awards": awards,
            "doubtful": quarantine_of([enterprise.tax_code]).count(),
            "next_freeing": context["story"].freeings[0] if context["story"].freeings else None,
        },
    )
