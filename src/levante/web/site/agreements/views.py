"""The public register of agreements."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from levante.kernel.api import today
from levante.programme.api import vocabulary
from levante.promotion.api import Agreement, states
from levante.web.access import public
from levante.web.site.files.views import send

PER_PAGE = 30


@public
def agreements(request: HttpRequest) -> HttpResponse:
    rows = Agreement.objects.public().prefetch_related("parties", "sectors").order_by("-signed_on", "code")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "site/agreements/list.html", {"page": page, "rows": [described(row) for row in page.object_list]}
    )


@public
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(
        Agreement.objects.public()
        .select_related("office", "act", "intervention", "document")
        .prefetch_related("parties__country", "sectors", "commitments__office"),
        code=code,
    )
    commitments = [
        {"row": row, "state": states.COMMITMENT_STATES[row.state], "tone": states.COMMITMENT_TONES[row.state]}
        for row in found.commitments.all()
    ]
    return render(request, "site/agreements/page.html", {**described(found), "commitments": commitments})


@public
def document(request: HttpRequest, code: str) -> HttpResponse:
    """The text of a signed agreement."""
    found = get_object_or_404(
        Agreement.objects.public().filter(document__isnull=False).select_related("document"), code=code
    )
    return send(found.document)


def described(agreement: Agreement) -> dict[str, object]:
    """An agreement with the words of its codes and the expiry of the term running today."""
    return {
        "agreement": agreement,
        "kind": states.KINDS[agreement.kind],
        "state": states.STATES[agreement.state],
        "tone": states.TONES[agreement.state],
        "renewal": states.RENEWALS[agreement.renewal],
        "clearance": states.CLEARANCES[agreement.clearance],
        "confidence": vocabulary.CONFIDENCE[agreement.confidence],
        "expiry": agreement.expiry_on(today()),
    }
