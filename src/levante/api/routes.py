"""The public API, version 1: the programme, its money, its calls and awards as open data; one's own data with a key."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI
from ninja.security import HttpBearer

from levante.aid.api import position
from levante.api import problems
from levante.api.pages import Cursor, Limit, Page, page_of
from levante.api.schemas import (
    AwardOut,
    BudgetLineOut,
    CallOut,
    DayPlaceOut,
    OwnApplicationOut,
    PlaceOfAidOut,
    Problem,
    ProgrammeOut,
    SelfOut,
    text,
)
from levante.api.services import actor_of_token
from levante.applications.api import Application, all_as_told, received_among
from levante.calls.api import Call, Opening
from levante.controls.api import public_awards, published_rows
from levante.grants.api import ArrivalPlace, arrival_places
from levante.intake.api import entries_of, log_of, order_row
from levante.kernel.api import Actor, now, today
from levante.participations.api import published_place_rows, published_places
from levante.parties.api import Enterprise
from levante.programme.api import BudgetLine, main_programme

DESCRIPTION = """Open data of the programme, without a key (CC-BY 4.0), and an enterprise's own data, with one.

Lists are paged by cursor: pass `next` back as `cursor`. Errors are `application/problem+json` (RFC 9457).
Amounts are strings with two digits, in euro. What is invented for the demonstration says so in `demonstration`.
"""


class Key(HttpBearer):
    """``Authorization: Bearer lev_…``"""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return actor_of_token(token)


class DescribedApi(NinjaAPI):
    """The API with its errors described as what they are: ``application/problem+json``."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(*args, **kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation.get("responses", {}).items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        answer["content"] = {"application/problem+json": content["application/json"]}
        return schema


api = DescribedApi(
    title="Levante",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-1",
)
problems.install(api)
own = Key()

BAD: dict[int, Any] = {400: Problem, 422: Problem}


def _definition(row: Any, **more: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": text(row, "name"),
        "source": row.source,
        "confidence": row.confidence,
        "demonstration": row.demonstration,
        **more,
    }


@api.get("/programme", response={200: ProgrammeOut, 404: Problem}, tags=["programme"], summary="The programme")
def programme(request: HttpRequest) -> Any:
    """Its directions in the words of the act, its sectors, its acts."""
    row = main_programme()
    if row is None:
        raise Http404
    return {
        "code": row.code,
        "name": text(row, "name"),
        "region": text(row, "region"),
        "directions": [_definition(d, text=text(d, "text")) for d in row.direction_set.all()],
        "sectors": [_definition(s, kind=s.kind) for s in row.sector_set.all()],
        "acts": [
            _definition(a, number=a.number, adopted_on=a.adopted_on, title=text(a, "title"), url=a.url)
            for a in row.act_set.all()
        ],
    }


@api.get("/budget-lines", response={200: Page[BudgetLineOut], **BAD}, tags=["programme"], summary="Budget lines")
def budget_lines(request: HttpRequest, cursor: str = Cursor, limit: int = Limit) -> Any:
    """Each line with its balances today."""
    rows = BudgetLine.objects.select_related("triennium", "direction", "action", "fund")
    page = page_of(rows, cursor=cursor, limit=limit)
    page["results"] = [
        _definition(
            line,
            triennium=line.triennium.code,
            direction=line.direction.code if line.direction else None,
            action=line.action.code if line.action else None,
            fund=line.fund.code if line.fund else None,
            year=line.year,
            allocated=line.allocated,
            reserved=line.reserved,
            committed=line.committed,
            liquidated=line.liquidated,
            paid=line.paid,
            available=line.available,
        )
        for line in page["results"]
    ]
    return page


def _public_calls() -> Any:
    openings = Opening.objects.select_related("call").order_by("opens_at", "id")
    return (
        Call.objects.public()
        .select_related("act", "direction", "office")
        .prefetch_related("sectors", Prefetch("openings", openings))
    )


def _call(call: Call) -> dict[str, Any]:
    instant = now()
    return {
        "code": call.code,
        "title": text(call, "title"),
        "summary": text(call, "summary"),
        "procedure": call.procedure,
        "direction": call.direction.code if call.direction else None,
        "sectors": [sector.code for sector in call.sectors.all()],
        "regime": call.regime,
        "act": call.act.code if call.act else None,
        "office": call.office.code,
        "published_at": call.published_at,
        "demonstration": call.is_demo,
        "openings": [
            {
                "code": opening.code,
                "opens_at": opening.opens_at,
                "closes_at": opening.closes_at,
                "budget": opening.budget,
                "phase": opening.phase(instant).code,
            }
            for opening in call.openings.all()
        ],
    }


@api.get("/calls", response={200: Page[CallOut], **BAD}, tags=["calls"], summary="Published calls")
def calls(request: HttpRequest, cursor: str = Cursor, limit: int = Limit) -> Any:
    page = page_of(_public_calls(), cursor=cursor, limit=limit)
    page["results"] = [_call(call) for call in page["results"]]
    return page


@api.get("/calls/{slug:code}", response={200: CallOut, 404: Problem, **BAD}, tags=["calls"], summary="One call")
def call(request: HttpRequest, code: str) -> Any:
    return _call(get_object_or_404(_public_calls(), code=code))


@api.get(
    "/calls/{slug:code}/openings/{slug:opening}/order",
    response={200: Page[DayPlaceOut], 404: Problem, **BAD},
    tags=["calls"],
    summary="The frozen order of a click day",
)
def click_day_order(request: HttpRequest, code: str, opening: str, cursor: str = Cursor, limit: int = Limit) -> Any:
    """Place by place, once the day is closed. Whole, with its signed head and the case from which the money is recomputed, it
    is a file of the call's page (`ordine.json`, `caso.json`)."""
    found = get_object_or_404(Opening.objects.filter(call__in=Call.objects.public()), call__code=code, code=opening)
    log = log_of(found)
    if log is None or log.closed_at is None:
        raise Http404
    page = page_of(entries_of(log), cursor=cursor, limit=limit)
    page["results"] = [order_row(row) for row in page["results"]]
    return page


@api.get("/awards", response={200: Page[AwardOut], **BAD}, tags=["awards"], summary="Awards in force")
def awards(request: HttpRequest, cursor: str = Cursor, limit: int = Limit) -> Any:
    """Awards with effect (arts. 26-27 D.Lgs. 33/2013): act complete and aid registered in the RNA. Before they are not here; reduced or
    revoked later they stay, with what was granted, what is in force and what came back."""
    page = page_of(public_awards(), cursor=cursor, limit=limit)
    page["results"] = list(published_rows(page["results"]))
    return page


@api.get("/aid-in-kind", response={200: Page[PlaceOfAidOut], **BAD}, tags=["awards"], summary="Aid in kind")
def aid_in_kind(request: HttpRequest, cursor: str = Cursor, limit: int = Limit) -> Any:
    """Places of initiatives that an act says are aid (arts. 26-27 D.Lgs. 33/2013), granted with their COR; those reduced or taken back
    stay, with what was granted and what is in force."""
    page = page_of(published_places(), cursor=cursor, limit=limit)
    page["results"] = list(published_place_rows(page["results"]))
    return page


@api.get(
    "/me",
    response={200: SelfOut, 401: Problem, 404: Problem},
    auth=own,
    tags=["own data"],
    summary="The enterprise of the key",
)
def me(request: HttpRequest) -> Any:
    return get_object_or_404(Enterprise.objects.visible_to(request.auth), pk=request.auth.enterprise_id)  # type: ignore[attr-defined]


@api.get(
    "/me/applications",
    response={200: Page[OwnApplicationOut], 401: Problem, **BAD},
    auth=own,
    tags=["own data"],
    summary="Its applications",
)
def my_applications(request: HttpRequest, cursor: str = Cursor, limit: int = Limit) -> Any:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    rows = Application.objects.visible_to(actor).select_related("opening__call").defer("answers", "frozen")
    page = page_of(rows, cursor=cursor, limit=limit)
    told = all_as_told(page["results"])
    places, received = arrival_places(told), received_among([row for row in told if row.is_sealed])
    page["results"] = [
        {
            "id": row.pk,
            "call": row.opening.call.code,
            "opening": row.opening.code,
            "state": row.state,
            "number": row.number,
            "submitted_at": row.submitted_at,
            "requested_amount": row.requested_amount,
            "admitted_amount": row.admitted_amount,
            "place": _place(places.get(row.pk), received.get(row.pk)),
        }
        for row in told
    ]
    return page


#: Of a place on a click day whose order is not settled yet.
RECEIVED = {
    "it": "ricevuta: che cosa copre il denaro si sa dopo la chiusura",
    "en": "received: what the money covers is known after the closing",
}


def _place(settled: ArrivalPlace | None, received: int | None) -> dict[str, Any] | None:
    if settled is not None:
        return {
            "position": settled.position,
            "standing": settled.standing,
            "meaning": settled.meaning.as_json(),
            "covered": settled.amount,
            "as_of": settled.order.computed_at,
        }
    if received is None:
        return None
    return {"position": received, "standing": "received", "meaning": RECEIVED, "covered": None, "as_of": None}


@api.get(
    "/me/aid-position",
    response={200: dict[str, Any], 401: Problem, 404: Problem},
    auth=own,
    tags=["own data"],
    summary="Its de minimis position today, explained",
)
def my_position(request: HttpRequest) -> Any:
    """The answer of the `de-minimis` rule (docs/algorithms/de-minimis.md) on what the register and the portal know."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    enterprise = get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)
    return position(enterprise, on=today(), outside=True)


__all__ = ["api"]
