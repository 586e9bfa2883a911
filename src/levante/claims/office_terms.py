"""By when the office ends its part: the days that the call gives to pay a claim, or to decide a variation, from the day it was sent."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from levante.claims.models import Claim, ClaimRequest, Variation
from levante.kernel.api import day_of, today
from levante.law.terms import end_of_term


def days_to_pay(payment: Mapping[str, Any] | None, mode: str) -> int | None:
    """The days of the call (``payment``, as JSON) to pay a claim of a mode, from its sending; none where it does not say."""
    modes = (payment or {}).get("modes") or []
    found = next((row.get("days") for row in modes if row["code"] == mode), None)
    return int(found) if found else None


def due_after(sent_on: date, days: int | None, suspensions: Iterable[tuple[date, date]] = ()) -> date | None:
    """The last of so many days; what is suspended does not count. None where there are none."""
    if not days:
        return None
    return end_of_term(sent_on, days, kind="calendar", roll=True, suspensions=list(suspensions)).due


def pay_by(claim: Claim) -> date | None:
    """The last day to pay a claim that was sent: while documents are awaited the days do not run. Its requests and its call are read."""
    if claim.sent_at is None:
        return None
    away = [_away(one) for one in claim.requests.all()]  # type: ignore[attr-defined]
    days = days_to_pay(claim.award.act.call.payment, claim.mode)
    return due_after(day_of(claim.sent_at), days, [one for one in away if one is not None])


def _away(request: ClaimRequest) -> tuple[date, date] | None:
    """The days in which the answer was awaited: from the one after the request, to the day of the answer."""
    first = day_of(request.requested_at) + timedelta(days=1)
    if request.state == ClaimRequest.OPEN:
        last = max(today(), request.due_on)
    elif request.answered_at is not None:
        last = day_of(request.answered_at)
    else:
        last = request.due_on
    return (first, last) if last >= first else None


def decide_by(variation: Variation) -> date | None:
    """The last day to decide a variation that was sent: ``terms.variation_days`` of its call, read with it; the days in which its award
    was revoked by an act that was annulled do not count."""
    days = (variation.award.act.call.terms or {}).get("variation_days")
    if variation.sent_at is None or not days:
        return None
    return due_after(day_of(variation.sent_at), int(days) + variation.stopped_days)
