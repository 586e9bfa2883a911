"""A claim as a page finds it, and the way back to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from levante.claims.api import Claim, ExpenseDocument, documents_left
from levante.kernel.api import Refused
from levante.web.portal.applications.filling import actor_of, language


def claim_or_404(request: HttpRequest, claim_id: int) -> Claim:
    actor = actor_of(request)
    rows = Claim.objects.visible_to(actor).filter(award__enterprise_id=actor.enterprise_id)
    rows = rows.select_related(
        "award__act__call",
        "award__acceptance",
        "award__aid",
        "award__application__opening__call",
        "award__application__form",
        "award__enterprise",
    )
    return get_object_or_404(rows, pk=claim_id)


def draft_or_404(request: HttpRequest, claim_id: int) -> Claim:
    found = claim_or_404(request, claim_id)
    if not found.is_draft:
        raise Http404
    return found


def documents_shown(found: Claim) -> Any:
    """Those of the claim; of a draft, also those of the award of which something is left to ask for."""
    if found.is_draft:
        rows = documents_left(found)
    else:
        rows = ExpenseDocument.objects.filter(award=found.award_id, charges__claim=found).distinct()
    return rows.select_related("file").order_by("issued_on", "pk")


def act_on(request: HttpRequest, found: Claim, work: Callable[[], object], said: str, anchor: str = "") -> HttpResponse:
    """Do one thing and go back to the claim, saying what was done or why not."""
    try:
        work()
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    else:
        messages.success(request, said)
    return redirect(f"{reverse('portal:claim', args=[found.pk])}{f'#{anchor}' if anchor else ''}")
