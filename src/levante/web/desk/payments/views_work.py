"""What waits in payments: claims to be verified as due, money to be paid, what was withheld in a year."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from levante.applications.api import opens_to
from levante.calls.api import Call
from levante.claims.api import Claim
from levante.kernel.api import today
from levante.kernel.pure import reads_english
from levante.payments.api import (
    LiquidationRow,
    claims_to_liquidate,
    gates_of,
    may_liquidate,
    may_order,
    rows_to_pay,
)
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.desk.payments.shared import ORDER_READERS, PAGE, READERS, actor_of, language, tabs, words


@for_desk(*READERS, section=True, pays=True)
def payments(request: HttpRequest) -> HttpResponse:
    """Assessed claims that wait for an act of liquidation, of one call at a time when there are many; each with what its gate misses."""
    actor = actor_of(request)
    calls = waiting_calls(request)
    code = request.GET.get("call", "") or (calls[0]["code"] if len(calls) == 1 else "")
    rows = claims_to_liquidate(actor).annotate(opens=opens_to(actor, of="award__application"))
    if code:
        rows = rows.filter(award__act__call__code=code)
    listing = Listing(request, "desk:payments", gettext("to be liquidated"), _columns())
    if listing.wants_file:
        return listing.file(_told(list(rows[:5000])))
    found = list(rows[: PAGE + 1])
    return render(
        request,
        "desk/payments/list.html",
        {
            **tabs(request, "desk:payments"),
            "rows": _told(found[:PAGE]),
            "more": len(found) > PAGE,
            "listing": listing,
            "calls": calls,
            "code": code,
            "may_liquidate": bool(may_liquidate(actor)) and bool(code),
        },
    )


def waiting_calls(request: HttpRequest) -> list[dict[str, Any]]:
    """The calls of which claims wait, with how many and how much. One query."""
    rows = claims_to_liquidate(actor_of(request)).order_by()
    names = {
        "code": "award__act__call__code",
        "title_it": "award__act__call__title_it",
        "title_en": "award__act__call__title_en",
    }
    told = rows.values(*names.values()).annotate(count=Count("pk"), total=Sum("due")).order_by(names["code"])
    return [
        {
            "code": row[names["code"]],
            "title": (row[names["title_en"]] if reads_english(language()) else "") or row[names["title_it"]],
            "count": row["count"],
            "total": row["total"],
        }
        for row in told
    ]


def _told(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    gates = gates_of(claims, on=today())
    return [
        {"claim": one, "gate": gates[one.pk], "missing": [check.label for check in gates[one.pk].closed]}
        for one in claims
    ]


def _columns() -> tuple[Column, ...]:
    later = gettext("after the declaration")
    return (
        Column("claim", gettext("Claim"), lambda row: row["claim"].register_number, fixed=True),
        Column("enterprise", gettext("Enterprise"), lambda row: row["claim"].award.enterprise.name),
        Column("mode", gettext("Payment"), lambda row: words(row["claim"].mode_label)),
        Column("decided", gettext("Assessed on"), lambda row: row["claim"].decided_at),
        Column("due", gettext("Due"), lambda row: row["claim"].due if row["claim"].opens else later),
        Column("gate", gettext("Missing"), lambda row: ", ".join(words(one) for one in row["missing"])),
    )


@for_desk(*READERS, section=True, pays=True)
def due(request: HttpRequest) -> HttpResponse:
    """What acts in effect verified and the bank was not asked yet to pay, each with its gate of today."""
    actor = actor_of(request)
    call = request.GET.get("call", "")
    rows = rows_to_pay(actor).annotate(opens=opens_to(actor, of="claim__award__application"))
    if call:
        rows = rows.filter(liquidation__call__code=call)
    listing = Listing(request, "desk:payments_due", gettext("to be paid"), _due_columns())
    if listing.wants_file:
        return listing.file(_told_due(list(rows[:20000])))
    found = list(rows[:1001])
    told = _told_due(found[:1000])
    sums = rows.order_by().aggregate(count=Count("pk"), net=Sum("net"))
    return render(
        request,
        "desk/payments/due.html",
        {
            **tabs(request, "desk:payments_due"),
            "rows": told,
            "count": sums["count"],
            "net": sums["net"],
            "listing": listing,
            "calls": Call.objects.filter(pk__in=rows_to_pay(actor).order_by().values("liquidation__call")).order_by(
                "code"
            ),
            "call": call,
            "may_order": may_order(actor),
            "reads_orders": actor.in_section(*ORDER_READERS),
            "today": today(),
        },
    )


def _told_due(rows: Sequence[LiquidationRow]) -> list[dict[str, Any]]:
    gates = gates_of([row.claim for row in rows], on=today())
    return [
        {"row": row, "gate": gates[row.claim_id], "missing": [one.label for one in gates[row.claim_id].closed]}
        for row in rows
    ]


def _due_columns() -> tuple[Column, ...]:
    later = gettext("after the declaration")
    return (
        Column("claim", gettext("Claim"), lambda one: one["row"].claim.register_number, fixed=True),
        Column("enterprise", gettext("Enterprise"), lambda one: one["row"].claim.award.enterprise.name),
        Column("act", gettext("Act"), lambda one: str(one["row"].liquidation)),
        Column("gross", gettext("Gross"), lambda one: one["row"].gross if one["row"].opens else later),
        Column("withheld", gettext("Withheld"), lambda one: one["row"].withheld if one["row"].opens else later),
        Column("net", gettext("Net"), lambda one: one["row"].net if one["row"].opens else later),
        Column("gate", gettext("Missing"), lambda one: ", ".join(words(label) for label in one["missing"])),
    )
