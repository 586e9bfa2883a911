"""Where the business register says otherwise than an office: shown on the file, decided with a button."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused
from levante.parties.api import KEEPERS, Enterprise, RegisterDifference, decide_difference
from levante.web.access import for_desk
from levante.web.desk.enterprises.present import field_label, figure


@for_desk(*KEEPERS, section=True)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the register's value, or keep ours."""
    rows = RegisterDifference.objects.filter(enterprise__in=Enterprise.objects.visible_to(request.actor))
    one = get_object_or_404(rows, pk=pk)
    decision = request.POST.get("decision")
    if decision not in ("take", "keep"):
        messages.error(request, gettext("Choose what to do."))
        return redirect("desk:enterprise", one.enterprise_id)
    try:
        decide_difference(actor=request.actor, difference=one, take=decision == "take")
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    else:
        messages.success(request, gettext("The decision has been recorded."))
    return redirect("desk:enterprise", one.enterprise_id)


def differences_of(enterprise: Enterprise) -> list[dict[str, Any]]:
    """What waits for a decision, a group for each fact and for the accounts of each year. One query."""
    rows = enterprise.differences.filter(decided_at=None).select_related("run").order_by("year", "field")
    groups: dict[Any, dict[str, Any]] = {}
    for row in rows:
        key = row.year or ("ateco" if row.field.startswith("ateco") else row.field)
        group = groups.setdefault(key, {"first": row, "year": row.year, "rows": []})
        group["rows"].append({"label": field_label(row.field), "ours": figure(row.ours), "theirs": figure(row.theirs)})
    return list(groups.values())
