"""The quotas that an enterprise pays to take part in initiatives, each with its notice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from levante.controls.api import Due, PaymentNotice, states, where_to_pay
from levante.kernel.api import Actor, today
from levante.web.access import for_enterprise
from levante.web.portal.applications.filling import actor_of
from levante.web.portal.controls.views import pdf_of_notice, tone_of_due
from levante.web.templatetags.levante import either


def _due(actor: Actor, pk: int) -> Due:
    rows = Due.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    return get_object_or_404(rows.select_related("initiative", "enterprise", "collected_by"), pk=pk)


@for_enterprise()
def due(request: HttpRequest, due_id: int) -> HttpResponse:
    """One quota: what for, by when, its notice, what was paid."""
    found = _due(actor_of(request), due_id)
    told = {
        "one": found,
        "tone": tone_of_due(found),
        "is_late": found.state == states.DUE_OPEN and found.due_on < today(),
        "notice": found.notices.filter(state=states.NOTICE_OPEN).first(),
        "being_made": found.notices.filter(state=states.NOTICE_ASKED).exists(),
        "incomings": list(found.incomings.order_by("-pk")),
        "what": either(found.what),
        "pay_to": where_to_pay(found),
        "refunds": list(found.refunds.order_by("-pk")),
    }
    return render(request, "portal/controls/due.html", told)


@for_enterprise()
def due_notice(request: HttpRequest, due_id: int, notice_id: int) -> HttpResponse:
    """The notice to be paid by pagoPA, as PDF with its QR."""
    found = _due(actor_of(request), due_id)
    rows = PaymentNotice.objects.visible_to(actor_of(request)).filter(due=found, state=states.NOTICE_OPEN)
    return pdf_of_notice(get_object_or_404(rows, pk=notice_id), found)
