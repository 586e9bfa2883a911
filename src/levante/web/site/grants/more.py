"""Who received what, beside the list of the grants: what in kind, and how much in all for each beneficiary."""

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levante.controls.api import public_awards
from levante.kernel.pure import ZERO
from levante.participations.api import naming_place, place_published, published_places, unnamed_place
from levante.web.access import public
from levante.web.components.beneficiaries import beneficiaries as all_beneficiaries
from levante.web.components.numbers import whole_number
from levante.web.site.grants.views import PAGE, rules, years_of


@public
def in_kind(request: HttpRequest) -> HttpResponse:
    """Places of initiatives that are aid: to whom, of which initiative, their value, act and COR; the newest act first."""
    words = request.GET.get("q", "").replace("\0", "").strip()
    every = published_places()
    years = [day.year for day in every.order_by().dates("aid__granted_on", "year", order="DESC")]
    year = whole_number(request.GET.get("year", ""))
    rows = every.order_by("-aid__granted_on", "-pk")
    if words:
        rows = rows.filter(naming_place(words))
    if year in years:
        rows = rows.filter(aid__granted_on__year=year)
    told = rows.aggregate(
        count=Count("pk"), total=Sum("value_now"), granted=Sum("value_granted"), firms=Count("enterprise", distinct=True)
    )  # fmt: skip
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"place": row, "facts": place_published(row), "unnamed": unnamed_place(row)} for row in page],
        "count": told["count"],
        "firms": told["firms"],
        "total": told["total"] or ZERO,
        "granted": told["granted"] or ZERO,
        "words": words,
        "years": years,
        "year": year,
        "rules": rules(),
    }
    return render(request, "site/grants/in_kind.html", context)


@public
def beneficiaries(request: HttpRequest) -> HttpResponse:
    """How much each beneficiary received in all, with those that are one undertaking with it."""
    words = request.GET.get("q", "").replace("\0", "").strip()
    years = sorted(
        {
            *years_of(public_awards()),
            *(day.year for day in published_places().order_by().dates("aid__granted_on", "year")),
        },
        reverse=True,
    )
    year = whole_number(request.GET.get("year", ""))
    found = all_beneficiaries(year=year if year in years else None, words=words)
    context = {
        "page": (page := Paginator(found, PAGE).get_page(request.GET.get("page"))),
        "rows": list(page),
        "count": sum(not row.unnamed for row in found),
        "total": sum((row.amount for row in found), ZERO),
        "in_kind": sum((row.in_kind for row in found), ZERO),
        "paid": sum((row.paid for row in found), ZERO),
        "words": words,
        "years": years,
        "year": year,
        "rules": rules(),
    }
    return render(request, "site/grants/beneficiaries.html", context)
