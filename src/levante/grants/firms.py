"""Whom an application is awarded to: who applied, or each firm of the group with its part. One award for each firm."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levante.applications.api import Application, is_group, shares_of_amount
from levante.parties.api import Enterprise


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm to be awarded: its part, the copy of its file and the facts that were sent, which requirements are its own."""

    enterprise: Enterprise
    amount: Decimal
    copy: dict[str, Any]
    facts: dict[str, Any]
    is_partner: bool = False
    #: A partner's own answers, where it gave some; those of the application are of who leads it.
    answers: dict[str, Any] | None = None


def firms_to_award(application: Application, amount: Decimal, *, besides: Collection[int] = ()) -> list[Firm]:
    """Who an amount of an application goes to, each with its part; ``besides`` are enterprises that have theirs already.

    The parts are those of the members as they were sent; who left since gets nothing, and leaves its part to nobody.
    """
    frozen = application.frozen or {}
    if not is_group(application):
        return [Firm(application.enterprise, amount, frozen.get("enterprise", {}), frozen.get("facts", {}))]
    copies = {row["enterprise"]["tax_code"]: row for row in frozen.get("members", [])}
    found = []
    for share in shares_of_amount(application, amount):
        enterprise = share.member.enterprise
        if not share.member.is_standing or not share.amount or enterprise.pk in besides:
            continue
        row = copies[enterprise.tax_code]
        found.append(
            Firm(enterprise, share.amount, row["enterprise"], row["facts"], not share.member.is_lead, _own(row))
        )
    return found


def firm_of(application: Application, enterprise: Enterprise) -> Firm:
    """The firm of an award, as it was sent."""
    frozen = application.frozen or {}
    for row in frozen.get("members", []):
        if row["enterprise"]["tax_code"] == enterprise.tax_code:
            return Firm(enterprise, Decimal(row["amount"]), row["enterprise"], row["facts"], not row["lead"], _own(row))
    return Firm(enterprise, Decimal(0), frozen.get("enterprise", {}), frozen.get("facts", {}))


def _own(row: dict[str, Any]) -> dict[str, Any] | None:
    return None if row["lead"] else row.get("answers") or {}
