"""Who has not accepted an award in time: the office gives more days, decides the forfeiture, or takes a late acceptance by an act."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.claims.api import Acceptance, carrying_states, lapse_acceptance, prolong_acceptance
from levante.controls.api import NOT_ACCEPTED, Revocation, admit_late_acceptance, may_admit_late
from levante.kernel.api import Refused, today
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.variations.views import LONG, PAGE, READERS, _actor, _may_revoke, language

TONES = {"waiting": "waiting", "accepted": "done", "over": "attention", "lapsed": "refused"}
#: What is typed in the forms of a row.
TYPED = ("days", "reason", "number", "act_date")


@for_desk(*READERS)
def acceptances(request: HttpRequest) -> HttpResponse:
    """Those whose days are over first, then those that wait, by the day."""
    return _page(request)


def _page(request: HttpRequest, *, refused: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    actor = _actor(request)
    rows = Acceptance.objects.visible_to(actor).select_related(
        "award__application", "award__enterprise", "award__act__call__office", "late_act"
    ).defer(*LONG[4:]).prefetch_related("award__application__conflict_declarations")  # fmt: skip
    state, told = request.GET.get("state", ""), refused or {}
    if told:
        rows = rows.filter(pk=told["pk"])
    elif state in carrying_states.ACCEPTANCE_STATES:
        rows = rows.filter(state=state)
    elif state != "all":
        waits = [carrying_states.WAITING, carrying_states.OVER, carrying_states.LAPSED]
        rows = rows.filter(state__in=waits, award__state="effective")
    first = Case(When(state=carrying_states.OVER, then=Value(0)), default=Value(1), output_field=IntegerField())
    page = Paginator(rows.order_by(first, "due_on", "pk"), PAGE).get_page(request.GET.get("page"))
    open_on = dict(
        Revocation.objects.visible_to(actor)
        .standing()
        .filter(award__in=[row.award_id for row in page])
        .order_by()
        .values_list("award", "pk")
    )
    context = {
        "page": page,
        "rows": [
            {
                "row": row,
                "tone": TONES[row.state],
                "late": row.due_on < today(),
                "lapsed": row.state == carrying_states.LAPSED and row.award.state == "effective",
                "revocation": open_on.get(row.award_id),
                "admits": row.award_id not in open_on and bool(may_admit_late(actor, row.award)),
                "typed": told if told.get("pk") == row.pk else {},
            }
            for row in page
        ],
        "states": carrying_states.ACCEPTANCE_STATES,
        "state": state,
        "may_revoke": _may_revoke(actor),
        "not_accepted": NOT_ACCEPTED,
    }
    return render(request, "desk/variations/acceptances.html", context, status=status)


@require_POST
@for_desk(*READERS)
def decide_acceptance(request: HttpRequest, acceptance_id: int, action: str) -> HttpResponse:
    """Give more days, decide the forfeiture, or take a late acceptance, with the reason; what was typed is not lost."""
    actor = _actor(request)
    found = get_object_or_404(Acceptance.objects.visible_to(actor), pk=acceptance_id)
    typed = {name: request.POST.get(name, "") for name in TYPED}
    days, reason = whole_number(typed["days"]), typed["reason"]
    try:
        if action == "proroga":
            prolong_acceptance(actor=actor, acceptance=found, days=days, reason=reason)
        elif action == "decadenza":
            lapse_acceptance(actor=actor, acceptance=found, reason=reason)
        elif action == "tardiva":
            admit_late_acceptance(
                actor=actor, acceptance=found, days=days, reason=reason, number=typed["number"], act_date=_day(typed["act_date"])
            )  # fmt: skip
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return _page(request, refused={"pk": found.pk, "action": action, **typed}, status=409)
    messages.success(request, gettext("Done."))
    return redirect("desk:acceptances")


def _day(text: str) -> Any:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None
