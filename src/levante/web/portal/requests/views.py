"""The requests of the enterprise to the Section: asked, followed, answered, reopened."""

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.cases.api import open_case
from levante.kernel.api import Refused
from levante.web.access import for_enterprise
from levante.web.components.requests import add_words, page_of, request_of, requests_of, with_states
from levante.web.portal.requests.forms import KINDS, RequestForm

PER_PAGE = 20


@for_enterprise()
def requests(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    page = Paginator(requests_of(actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/requests/list.html", {"page": page, "rows": with_states(page)})


@for_enterprise("apply")
def new(request: HttpRequest) -> HttpResponse:
    """Ask; sending twice the same page makes one request."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = request.GET.get("kind", "")
    initial = {"key": secrets.token_urlsafe(24), "kind": asked if asked in KINDS else "question"}
    form = RequestForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        key = data["key"] or secrets.token_urlsafe(24)
        try:
            case = open_case(
                actor=actor,
                kind=data["kind"],
                subject=data["subject"],
                text=data["text"],
                channel="portal",
                party=actor.party,
                idempotency_key=f"portal:{actor.enterprise_id}:{key}",
            )
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("Your request has number %(number)s.") % {"number": case.number})
            return redirect("portal:request", pk=case.pk)
    return render(request, "portal/requests/new.html", {"form": form})


@for_enterprise()
def one(request: HttpRequest, pk: int) -> HttpResponse:
    case = request_of(request, pk)
    return render(request, "portal/requests/page.html", page_of(request.actor, case))  # type: ignore[attr-defined]


@for_enterprise("apply")
@require_POST
def write(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Add something, or ask again."""
    add_words(request, request_of(request, pk), action)
    return redirect("portal:request", pk=pk)
