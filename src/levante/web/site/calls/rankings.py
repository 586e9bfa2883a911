"""Rankings for everybody: the places without names, the data, and the same list recomputed under one's eyes."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from levante.applications.api import Ranking, RankingRow
from levante.calls.api import RANKING_FORMAT, Call, rank_snapshot, recompute_ranking
from levante.grants.api import Award, unnamed, with_naming
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO, money_text
from levante.register.api import find_entry, key_ring, receipt_of
from levante.web.access import public
from levante.web.site.calls.views import visible_call

PAGE = 100
#: The log of the register that holds the publications.
LOG = "applications"
#: As many applications as the page recomputes while one waits; a longer list is recomputed with the command.
MOST_HERE = 20_000
#: As many renunciations as one may suppose.
MOST_SUPPOSED = 50


def ranking_or_404(request: HttpRequest, code: str, ranking_id: int) -> tuple[Call, Ranking]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = visible_call(request, code)
    rows = Ranking.objects.visible_to(actor).defer("snapshot").select_related("opening", "line", "act", "scrolls")
    return shown, get_object_or_404(rows, pk=ranking_id, opening__call=shown)


@public
def ranking(request: HttpRequest, code: str, ranking_id: int) -> HttpResponse:
    """A list by number and without names, with its points, its line and its hash. Whoever was granted is named, as the law
    wants (D.Lgs. 33/2013, arts. 26-27)."""
    shown, found = ranking_or_404(request, code, ranking_id)
    head: dict[str, Any] = found.head
    page = Paginator(found.rows.select_related("application").order_by("position"), PAGE).get_page(
        request.GET.get("page")
    )
    named = _granted([row.application_id for row in page])
    reserves = {row["code"]: row for row in head.get("reserves", [])}
    return render(
        request,
        "site/calls/ranking.html",
        {
            "call": shown,
            "ranking": found,
            "page": page,
            "rows": [
                {
                    "row": row,
                    "points": [Decimal(row.points.get(item["code"], "0.00")) for item in head["criteria"]],
                    "reserve": reserves.get(row.reserve),
                    "name": named.get(row.application_id, ""),
                }
                for row in page
            ],
            "criteria": head["criteria"],
            "scored": bool(head["criteria"]),
            "seed": head.get("seed", ""),
            "others": _versions(found),
        },
    )


def _granted(applications: list[int]) -> dict[int, str]:
    """The names of those whose award has effect; not of the natural persons whom art. 26 of D.Lgs. 33/2013 does not name."""
    rows = with_naming(Award.objects.filter(application__in=applications, state="effective")).order_by("pk")
    found: dict[int, list[str]] = {}
    for award in rows.select_related("enterprise").defer("checks", "final_checks"):
        instead = unnamed(award)
        name = award.enterprise.name if instead is None else instead.in_language(get_language() or "it")
        found.setdefault(award.application_id, []).append(name)
    return {application: ", ".join(names) for application, names in found.items()}


def _versions(found: Ranking) -> list[Ranking]:
    rows = Ranking.objects.filter(opening=found.opening_id, line=found.line_id, state=Ranking.PUBLISHED)
    return list(rows.exclude(pk=found.pk).defer("snapshot").select_related("act").order_by("-version"))


@public
def ranking_data(request: HttpRequest, code: str, ranking_id: int) -> StreamingHttpResponse:
    """The published document: the snapshot as it was hashed, the places, the receipt. With it anyone recomputes it."""
    shown, found = ranking_or_404(request, code, ranking_id)
    if found.state != Ranking.PUBLISHED:
        raise Http404
    response = StreamingHttpResponse(document(found), content_type="application/json; charset=utf-8")
    name = f"{shown.code}-{found.opening.code}-v{found.version}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def document(found: Ranking) -> Iterator[str]:
    """The document, place by place: what was published, not what would come out today."""
    entry = find_entry(found.number or "", LOG)
    lead = {
        "format": RANKING_FORMAT,
        "sha256": found.sha256,
        "number": found.number,
        "version": found.version,
        "act": found.act_as_published,
        "receipt": receipt_of(entry).as_json() if entry is not None and not entry.is_erased else None,
    }
    yield json.dumps(lead, ensure_ascii=False, indent=1)[:-2] + ',\n "snapshot": '
    yield json.dumps(found.snapshot, ensure_ascii=False) + ',\n "places": ['
    separator = "\n  "
    for row in found.rows.select_related("application").order_by("position").iterator(chunk_size=2000):
        yield separator + json.dumps(place_of(row), ensure_ascii=False)
        separator = ",\n  "
    yield "\n ]\n}\n"


def place_of(row: RankingRow) -> dict[str, Any]:
    return {
        "position": row.position,
        "id": row.application.number,
        "score": str(row.score),
        "outcome": row.outcome,
        "amount": money_text(row.amount),
        "decided_by": row.decided_by,
    }


@public
def ranking_recompute(request: HttpRequest, code: str, ranking_id: int) -> HttpResponse:
    """How anyone runs the list again, and the list run again from the published document, here and now; and what would
    happen if somebody gave up."""
    shown, found = ranking_or_404(request, code, ranking_id)
    if found.state != Ranking.PUBLISHED:
        raise Http404
    size = found.rows.count()
    asked = "calcola" in request.GET or "rinuncia" in request.GET
    supposed = supposed_numbers(request)
    outcome = changes = None
    unknown = ""
    if asked and size <= MOST_HERE:
        outcome = recompute_ranking(json.loads("".join(document(found))), key_ring().public_keys())
        if supposed:
            try:
                changes = what_if(found, supposed)
            except LookupError as error:
                unknown = str(error.args[0])
    return render(
        request,
        "site/calls/ranking_recompute.html",
        {
            "call": shown,
            "ranking": found,
            "size": size,
            "most": MOST_HERE,
            "outcome": outcome,
            "changes": changes,
            "supposed": " ".join(supposed),
            "unknown": unknown,
            "order": shown.rule.order_words,
        },
    )


def supposed_numbers(request: HttpRequest) -> list[str]:
    """The numbers that somebody supposes to give up, as typed: separated by spaces or commas."""
    words = request.GET.get("rinuncia", "")[:4000].upper().replace(",", " ").replace(";", " ").split()
    return list(dict.fromkeys(words))[:MOST_SUPPOSED]


def what_if(found: Ranking, renounced: list[str], budget: Any = None) -> list[dict[str, Any]]:
    """The places that would change, in order: before and after. ``LookupError`` for a number that is not in the list."""
    before = {row.id: row for row in rank_snapshot(found.snapshot).placed}
    after = rank_snapshot(found.snapshot, renounced=renounced, budget=budget)
    return [
        {"before": before[row.id], "after": row, "more": max(row.amount - before[row.id].amount, ZERO)}
        for row in after.placed
        if (row.outcome, row.amount) != (before[row.id].outcome, before[row.id].amount)
    ]
