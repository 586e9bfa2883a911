"""Whom an application is awarded to: who applied, or each firm of the group with its part. One award for each firm."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levante.applications.api import Application, codes_as_sent, is_group, shares_of_amount
from levante.kernel.api import day_of
from levante.parties.api import Enterprise, Merge


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
    #: Whose place it took, where two files were merged since: ``{tax_code, name, on, reason}``, as it is kept with the award.
    stands_for: dict[str, str] | None = None


def firms_to_award(application: Application, amount: Decimal, *, besides: Collection[int] = ()) -> list[Firm]:
    """Who an amount of an application goes to, each with its part; ``besides`` are enterprises that have theirs already.

    The parts are those of the members as they were sent; who left since gets nothing, and leaves its part to nobody.
    """
    frozen = application.frozen or {}
    if not is_group(application):
        return [_alone(application, application.enterprise, amount)]
    copies = {row["enterprise"]["tax_code"]: row for row in frozen.get("members", [])}
    found = []
    for share in shares_of_amount(application, amount):
        enterprise = share.member.enterprise
        if not share.member.is_standing or not share.amount or enterprise.pk in besides:
            continue
        found.append(_member(enterprise, share.amount, copies[share.code]))
    return found


def firm_of(application: Application, enterprise: Enterprise) -> Firm:
    """The firm of an award, as it was sent: where its file was merged into another, that one with the copy of the first."""
    members = (application.frozen or {}).get("members", [])
    code = codes_as_sent(application, [enterprise]).get(enterprise.pk) if members else None
    for row in members:
        if row["enterprise"]["tax_code"] == code:
            return _member(enterprise, Decimal(row["amount"]), row)
    return _alone(application, enterprise, Decimal(0))


def _member(enterprise: Enterprise, amount: Decimal, row: dict[str, Any]) -> Firm:
    copy = row["enterprise"]
    return Firm(
        enterprise, amount, copy, row["facts"], not row["lead"], _own(row), stands_for=_stands_for(enterprise, copy)
    )


def _alone(application: Application, enterprise: Enterprise, amount: Decimal) -> Firm:
    frozen = application.frozen or {}
    copy = frozen.get("enterprise", {})
    return Firm(enterprise, amount, copy, frozen.get("facts", {}), stands_for=_stands_for(enterprise, copy))


def _stands_for(enterprise: Enterprise, copy: dict[str, Any]) -> dict[str, str] | None:
    """Whose copy it is, where it is of a file that was merged into this one. A query there, none otherwise."""
    code = copy.get("tax_code")
    if not code or code == enterprise.tax_code:
        return None
    merge = Merge.objects.filter(absorbed__tax_code=code, absorbed__merged_into=enterprise).first()
    if merge is None:
        return None
    return {
        "tax_code": code,
        "name": copy.get("name", ""),
        "on": day_of(merge.merged_at).isoformat(),
        "reason": merge.reason,
    }


def _own(row: dict[str, Any]) -> dict[str, Any] | None:
    return None if row["lead"] else row.get("answers") or {}
