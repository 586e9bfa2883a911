"""What buyers ask of enterprises, at the desk: who waits, what is late, what is passed on; the same rows as a file."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_POST

from levante.cases.api import states as case_states
from levante.cases.api import tells_people
from levante.directory.api import SupplierEnquiry, enquiries, pass_enquiry, states
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.web.access import for_desk
from levante.web.components import choices
from levante.web.components.forms import tell
from levante.web.components.listing import Column, Listing

WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK, roles.COMMUNICATION, roles.AGENCY_STAFF)
PER_PAGE = 50


class EnquiryFilters(forms.Form):
    """Which enquiries."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    late = forms.BooleanField(label=gettext_lazy("Only late ones"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = choices.labelled(states.ENQUIRIES, empty=gettext("All"))


@for_desk(*WORKERS, roles.AUDITOR)
def received(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    filters = EnquiryFilters(request.GET or None)
    chosen = filters.cleaned_data if filters.is_bound and filters.is_valid() else {}
    rows: Any = enquiries(actor)
    if chosen.get("state"):
        rows = rows.in_state(chosen["state"])
    if chosen.get("late"):
        rows = rows.late()
    listing = Listing(request, "desk:supplier_enquiries", gettext("buyers’ enquiries"), _columns(actor))
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "desk/directory/enquiries.html",
        {"rows": [_shown(actor, row) for row in page], "page": page, "filters": filters, "listing": listing},
    )  # fmt: skip


def _shown(actor: Actor, row: SupplierEnquiry) -> dict[str, Any]:
    return {
        "enquiry": row, "state": states.ENQUIRIES[row.state], "who": row.case.who_asks(actor),
        "tone": "late" if row.is_late else states.ENQUIRY_TONES[row.state],
    }  # fmt: skip


def _columns(actor: Actor) -> tuple[Column, ...]:
    language = get_language() or "it"
    return (
        Column("number", gettext("Number"), lambda row: row.case.number, fixed=True),
        Column("firm", gettext("Enterprise"), lambda row: row.profile.enterprise.name),
        Column("who", gettext("Who asks"), lambda row: row.case.who_asks(actor)),
        Column("asked", gettext("Received"), lambda row: row.case.opened_at),
        Column("term", gettext("Term"), lambda row: row.case.due_at),
        Column("by", gettext("The enterprise answers by"), lambda row: row.answer_by),
        Column("state", gettext("State"), lambda row: states.ENQUIRIES[row.state].in_language(language)),
        Column("late", gettext("Late"), lambda row: gettext("yes") if row.is_late else gettext("no"), shown=False),
        Column("owner", gettext("Person in charge"), lambda row: row.case.owner, shown=False),
    )


@for_desk(*WORKERS, roles.AUDITOR)
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    row = get_object_or_404(enquiries(actor), pk=pk)
    written = row.case.messages.order_by("at", "pk")
    context = _shown(actor, row) | {
        "tells_people": tells_people(actor),
        "written": [{"message": one, "kind": case_states.MESSAGE_KINDS[one.kind]} for one in written],
        "may_pass": row.passed_at is None and row.state == states.NEW and actor.has_role(*WORKERS),
    }  # fmt: skip
    return render(request, "desk/directory/enquiry.html", context)


@for_desk(*WORKERS)
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """To the enterprise; whoever does it takes the request, when nobody has."""
    row = get_object_or_404(enquiries(request.actor), pk=pk)  # type: ignore[attr-defined]
    tell(request, pass_enquiry, gettext("The enterprise has it, and was told."), enquiry=row)
    return redirect("desk:supplier_enquiry", pk=pk)
