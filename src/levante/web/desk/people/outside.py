"""Those who wrote from outside and have no account: what is held of them, their data as a file, erasure."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.cases.api import Case, ExternalContact, erase_contact, export_contact, states
from levante.identity.api import roles
from levante.kernel.api import Refused
from levante.parties.api import answering, forgiving
from levante.web.access import for_desk
from levante.web.components.personal_data import as_file

KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK, roles.COMMUNICATION)


@for_desk(*KEEPERS)
def contacts(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:100].strip()
    rows = ExternalContact.objects.filter(erased_at__isnull=True).order_by("name", "pk")
    if text:
        known = rows
        rows = forgiving(
            lambda loose: known.filter(
                Q(pk__in=answering(known, text, "organisation", "name", loose=loose).values("pk"))
                | Q(email__iexact=text)
            )
        )
    page = Paginator(rows.select_related("country"), 50).get_page(request.GET.get("page"))
    return render(request, "desk/people/outside.html", {"page": page, "q": text})


@for_desk(*KEEPERS)
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(ExternalContact.objects.select_related("country"), pk=pk)
    cases = Case.objects.visible_to(request.actor).filter(contact=one).order_by("-pk")  # type: ignore[attr-defined]
    return render(
        request,
        "desk/people/outside_one.html",
        {
            "contact": one,
            "rows": [
                {"case": row, "state": states.STATES[row.state], "tone": states.TONES[row.state]} for row in cases
            ],
        },
    )


@for_desk(*KEEPERS)
@require_POST
def data(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about a contact as a file, for who asked for it; a POST because it is written down."""
    one = get_object_or_404(ExternalContact.objects.select_related("country"), pk=pk)
    return as_file(export_contact(actor=request.actor, contact=one), f"contact-{one.pk}")  # type: ignore[attr-defined]


@for_desk(*KEEPERS)
@require_POST
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(ExternalContact.objects.filter(erased_at__isnull=True), pk=pk)
    try:
        erase_contact(actor=request.actor, contact=one)  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
        return redirect("desk:outside", one.pk)
    messages.success(
        request, gettext("The personal data have been erased; the requests stay with their number and terms.")
    )
    return redirect("desk:outside_all")
