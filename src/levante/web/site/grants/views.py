"""Who received what, for what, with what result: the awards in force, for everybody (art. 26-27 D.Lgs. 33/2013)."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from levante.calls.api import Call, expected
from levante.grants.api import Award, publication_of, published_awards
from levante.kernel.pure import ZERO
from levante.web.access import public
from levante.web.components.money_story import paid_by_award

PAGE = 50


@public
def grants(request: HttpRequest) -> HttpResponse:
    """The list, the newest act first: filtered by call and by words, with what was awarded and paid."""
    words, code = request.GET.get("q", "").replace("\0", "").strip(), request.GET.get("call", "")
    rows = published_awards().order_by("-act__act_date", "-pk")
    if words:
        rows = rows.filter(Q(enterprise__name__icontains=words) | Q(application__number__icontains=words))
    if code:
        rows = rows.filter(act__call__code=code)
    told = rows.aggregate(count=Count("pk"), total=Sum("amount"), firms=Count("enterprise", distinct=True))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    paid = paid_by_award(list(page))
    calls = Call.objects.filter(award_acts__awards__in=Award.objects.in_force()).distinct().order_by("title_it")
    return render(
        request,
        "site/grants/list.html",
        {
            "page": page,
            "rows": [{"award": row, "paid": paid.get(row.pk, ZERO)} for row in page],
            "count": told["count"],
            "firms": told["firms"],
            "total": told["total"] or ZERO,
            "calls": calls,
            "words": words,
            "code": code,
        },
    )


@public
def grant(request: HttpRequest, award_id: int) -> HttpResponse:
    """One award: who, how much, on what ground, for what, paid when, with which results."""
    found = get_object_or_404(published_awards().defer(None).prefetch_related("claims"), pk=award_id)
    facts: dict[str, Any] = publication_of(found)
    answers = (found.application.frozen or {}).get("answers", {})
    payments = sorted((one for one in found.claims.all() if one.paid), key=lambda one: one.number)
    return render(
        request,
        "site/grants/grant.html",
        {
            "award": found,
            "facts": facts,
            "paid": sum((one.paid for one in payments), ZERO),
            "claims": payments,
            "results": [one for one in expected(found.act.call.results, answers) if one.promised is not None],
        },
    )
