"""The terms to claim, at the desk: who is late or about to be, and more days with their reason."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.claims.api import ClaimTerm, extend_term, rule_of
from levante.kernel.api import Actor, Refused, today
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.claims.views import PAGE, READERS


@for_desk(*READERS)
def claim_terms(request: HttpRequest) -> HttpResponse:
    """Payments that nobody claimed yet, the soonest term first; those whose days depend on a project that has none come last."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, typed: dict[str, str] | None = None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = ClaimTerm.objects.visible_to(actor).running().select_related(
        "award__enterprise", "award__application__opening__call"
    )  # fmt: skip
    late = request.GET.get("late", "")
    if late:
        rows = rows.filter(due_on__lt=today())
    page = Paginator(rows.order_by("due_on", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            {
                "term": row,
                "late": row.due_on is not None and row.due_on < today(),
                "most": (rule_of(row.award, row.mode) or {}).get("extension") or 0,
            }
            for row in page
        ],
        "late": late,
        "typed": typed or {},
    }
    return render(request, "desk/claims/terms.html", context, status=status)


@require_POST
@for_desk(*READERS)
def extend(request: HttpRequest, term_id: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(ClaimTerm.objects.visible_to(actor), pk=term_id)
    days, reason = request.POST.get("days", ""), request.POST.get("reason", "")
    try:
        extend_term(actor=actor, term=found, days=whole_number(days), reason=reason)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language() or "it"))
        return _page(request, status=409, typed={"term": str(found.pk), "days": days, "reason": reason})
    messages.success(request, gettext("Done."))
    return redirect("desk:claim_terms")
