"""What we know of an enterprise, in the words that the rules of a call use (``facts`` in CEL). Unknown is absent."""

from datetime import date
from decimal import Decimal
from typing import Any

#: Each fact with its meaning: what a call designer may use (docs/how-to/write-a-call.md).
FACTS = {
    "legal_form": "code of the business register (SR, DI, …)",
    "ateco": "main activity, dotted",
    "artisan": "in the register of artisan firms",
    "founded_on": "day of foundation, ISO",
    "age_years": "whole years since then",
    "active": "not ceased, not merged",
    "size": "micro, small, medium or large",
    "sectors": "codes of the programme's sectors",
    "has_website": "a website is in its file",
    "regions": "names of the regions of its seats in force",
    "provinces": "letters of the provinces of its seats in force",
    "operating_regions": "names of the regions where it has an operating seat, or its legal one when it declares no other",
    "turnover": "turnover of the last approved accounts, euro",
    "export_turnover": "turnover abroad of the same accounts, euro",
    "export_share": "turnover abroad over turnover, per cent",
    "headcount": "annual work units of the same accounts",
    "accounts": "how many approved accounts we hold",
}


def enterprise_facts(enterprise: Any, *, on: date) -> dict[str, Any]:
    """The facts of an enterprise on a day. Two queries (seats, accounts), none when they are prefetched.

    ``enterprise`` is a ``parties.Enterprise``; ``seats`` come with their province, ``accounts`` newest first.
    """
    seats = [
        {"kind": seat.kind, "province": seat.province_id, "region": seat.province.region if seat.province else None}
        for seat in enterprise.seats.select_related("province")
        if (seat.since is None or seat.since <= on) and (seat.until is None or seat.until >= on)
    ]
    accounts = [
        {
            "year": account.year,
            "turnover": account.turnover,
            "export_turnover": account.export_turnover,
            "headcount": account.headcount,
        }
        for account in enterprise.accounts.all()
        if account.approved
    ]
    return facts_from(
        {
            "legal_form": enterprise.legal_form,
            "ateco": enterprise.ateco,
            "artisan": enterprise.artisan,
            "founded_on": enterprise.founded_on,
            "active": enterprise.status == "active",
            "size": enterprise.size,
            "sectors": list(enterprise.sectors),
            "website": enterprise.website,
        },
        seats,
        accounts,
        on=on,
    )


def facts_from(
    enterprise: dict[str, Any], seats: list[dict[str, Any]], accounts: list[dict[str, Any]], *, on: date
) -> dict[str, Any]:
    """The same from plain values: seats ``{kind, province, region}`` in force, approved accounts in any order."""
    facts: dict[str, Any] = {"active": enterprise.get("active", True), "artisan": bool(enterprise.get("artisan"))}
    for name in ("legal_form", "ateco", "size"):
        if enterprise.get(name):
            facts[name] = enterprise[name]
    founded = enterprise.get("founded_on")
    if founded:
        facts["founded_on"] = founded.isoformat()
        facts["age_years"] = on.year - founded.year - ((on.month, on.day) < (founded.month, founded.day))
    if enterprise.get("sectors"):
        facts["sectors"] = enterprise["sectors"]
    if enterprise.get("website"):
        facts["has_website"] = True
    if seats:
        operating = [seat for seat in seats if seat["kind"] == "operating"] or seats
        facts["regions"] = _distinct(seats, "region")
        facts["provinces"] = _distinct(seats, "province")
        facts["operating_regions"] = _distinct(operating, "region")
    facts["accounts"] = len(accounts)
    if accounts:
        last = max(accounts, key=lambda account: int(account["year"]))
        facts["turnover"] = float(last["turnover"])
        facts["headcount"] = float(last["headcount"])
        if last.get("export_turnover") is not None:
            facts["export_turnover"] = float(last["export_turnover"])
            if last["turnover"]:
                share = Decimal(last["export_turnover"]) * 100 / Decimal(last["turnover"])
                facts["export_share"] = float(share.quantize(Decimal("0.0001")))
    return facts


def _distinct(seats: list[dict[str, Any]], name: str) -> list[str]:
    return sorted({str(seat[name]) for seat in seats if seat.get(name)})
