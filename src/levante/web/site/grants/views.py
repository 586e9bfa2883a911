"""Who received what, for what, with what result, for everybody (art. 26-27 D.Lgs. 33/2013); what was revoked or reduced stays."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from levante.aid.api import threshold_of_persons, years_published
from levante.calls.api import Call, expected
from levante.claims.api import Reached, added_results, reached_of
from levante.controls.api import public_awards, recovered_of
from levante.grants.api import Award, naming, publication_of, unnamed
from levante.kernel.api import today
from levante.kernel.pure import ZERO
from levante.web.access import public
from levante.web.components.money_story import paid_by_award
from levante.web.components.numbers import whole_number

PAGE = 50


@public
def grants(request: HttpRequest) -> HttpResponse:
    """The list, the newest act first: filtered by call, by year of the act (art. 27(2) D.Lgs. 33/2013: lists of each year) and by
    words, with what was awarded and paid."""
    words, code = request.GET.get("q", "").replace("\0", "").strip(), request.GET.get("call", "")
    every = public_awards()
    rows = every.order_by("-act__act_date", "-pk")
    if words:
        rows = rows.filter(naming(words))
    if code:
        rows = rows.filter(act__call__code=code)
    years = years_of(every)
    year = whole_number(request.GET.get("year", ""))
    if year in years:
        rows = rows.filter(act__act_date__year=year)
    told = rows.aggregate(
        count=Count("pk"), total=Sum("amount"), granted=Sum(Coalesce("granted", "amount")), firms=Count("enterprise", distinct=True)
    )  # fmt: skip
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    paid, back = paid_by_award(list(page)), recovered_of(page)
    calls = Call.objects.filter(award_acts__awards__in=every.values("pk")).distinct().order_by("title_it")
    return render(
        request,
        "site/grants/list.html",
        {
            "page": page,
            "rows": [
                {"award": row, "paid": paid.get(row.pk, ZERO), "back": back.get(row.pk), "unnamed": unnamed(row)}
                for row in page
            ],
            "count": told["count"],
            "firms": told["firms"],
            "total": told["total"] or ZERO,
            "granted": told["granted"] or ZERO,
            "results": added_results([one for one in calls if one.code == code] if code else None),
            "calls": calls,
            "words": words,
            "code": code,
            "years": years,
            "year": year,
            "rules": rules(),
        },
    )


def years_of(awards: "QuerySet[Award]") -> list[int]:
    """The years of the acts, the last first. One query."""
    return [day.year for day in awards.order_by().dates("act__act_date", "year", order="DESC")]


def rules() -> dict[str, Any]:
    """How long things are published, up to which sum a natural person is not named, and the day of the figures."""
    day = today()
    return {"years": years_published(on=day), "threshold": threshold_of_persons(on=day), "on": day}


@public
def grant(request: HttpRequest, award_id: int) -> HttpResponse:
    """One award: who, how much, on what ground, for what, paid when, with which results."""
    found = get_object_or_404(public_awards().defer(None).prefetch_related("claims"), pk=award_id)
    facts: dict[str, Any] = publication_of(found)
    results = _with_promise(found, reached_of([found]).get(found.pk, []))
    payments = sorted((one for one in found.claims.all() if one.paid), key=lambda one: one.number)
    return render(
        request,
        "site/grants/grant.html",
        {
            "award": found,
            "facts": facts,
            "instead": unnamed(found),
            "paid": sum((one.paid for one in payments), ZERO),
            "claims": payments,
            "results": results,
            "led": found.enterprise_id == found.application.enterprise_id,
            "back": recovered_of([found]).get(found.pk),
        },
    )


def _with_promise(award: Award, reached: list[Reached]) -> list[Reached]:
    """What was promised, also of results that are not yet due: as the application was sent."""
    answers = (award.application.frozen or {}).get("answers", {})
    promised = {one.code: one.promised for one in expected(award.act.call.results, answers)}
    return [one if one.promised else replace(one, promised=promised.get(one.code)) for one in reached]
