"""What buyers asked of the enterprise acted for, and its answers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from levante.cases.api import states as case_states
from levante.directory.api import answer_enquiry, enquiries, may_answer, states
from levante.kernel.api import Actor, require
from levante.web.access import for_enterprise
from levante.web.components.forms import done
from levante.web.portal.directory.forms import AnswerForm

PER_PAGE = 25


def _passed(actor: Actor) -> "object":
    return enquiries(actor).filter(profile__enterprise_id=actor.enterprise_id, passed_at__isnull=False)


@for_enterprise()
def received(request: HttpRequest) -> HttpResponse:
    page = Paginator(_passed(request.actor), PER_PAGE).get_page(request.GET.get("page"))  # type: ignore[attr-defined,arg-type]
    rows = [
        {"enquiry": row, "state": states.ENQUIRIES[row.state], "tone": "late" if row.is_late else states.ENQUIRY_TONES[row.state]}
        for row in page
    ]  # fmt: skip
    return render(request, "portal/directory/enquiries.html", {"rows": rows, "page": page})


@for_enterprise()
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, by whom, what was answered; and the answer."""
    actor = request.actor  # type: ignore[attr-defined]
    row = get_object_or_404(_passed(actor), pk=pk)  # type: ignore[arg-type]
    may = may_answer(actor, row) and row.case.state != case_states.CLOSED
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        require(may_answer(actor, row))
        if done(request, form, answer_enquiry, enquiry=row):
            messages.success(request, gettext("Your answer has left."))
            return redirect("portal:supplier_enquiry", pk=pk)
    written = row.case.messages.exclude(kind=case_states.NOTE).order_by("at", "pk")
    context = {
        "enquiry": row, "state": states.ENQUIRIES[row.state], "tone": states.ENQUIRY_TONES[row.state], "form": form if may else None,
        "written": [{"message": one, "kind": case_states.MESSAGE_KINDS[one.kind]} for one in written],
        "email": row.case.contact.email if row.case.contact else "",
    }  # fmt: skip
    return render(request, "portal/directory/enquiry.html", context)
