"""Opportunities and enquiries of the demonstration; twice changes nothing."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from levante.demo.cases import walk
from levante.demo.initiatives import acting_for_partner, noon
from levante.demo.telling import read
from levante.identity.api import Office
from levante.investment import api
from levante.kernel.api import clock_at, now, system, today
from levante.parties.api import Comune, Investor
from levante.programme.api import Sector, main_programme

SYSTEM = system("demonstration")
Row = dict[str, Any]


def load(folder: Path) -> None:
    """Everything in ``investment.yaml``; what is there already is left as it is."""
    data: Row = read(folder, "investment")
    programme = main_programme()
    if programme is None:
        raise LookupError("load the programme first")
    sectors = {row.code: row for row in Sector.objects.of(programme)}
    for row in data["opportunities"]:
        if not api.Opportunity.objects.filter(code=row["code"]).exists():
            _opportunity(row, sectors)
    for row in data["enquiries"]:
        key = f"demo:enquiry:{row['key']}"
        if not api.Enquiry.objects.filter(case__idempotency_key=key).exists():
            _enquiry(row, key, sectors)


def _opportunity(row: Row, sectors: dict[str, Sector]) -> None:
    comune = Comune.objects.get(name=row["comune"], province__region="Puglia")
    api.record_opportunity(
        actor=SYSTEM,
        code=row["code"],
        kind=row["kind"],
        state="published",
        title_it=row["title"]["it"],
        title_en=row["title"]["en"],
        summary_it=row["summary"]["it"],
        summary_en=row["summary"]["en"],
        office=Office.objects.get(code=row["office"]),
        verified_on=today() + timedelta(days=row["verified"]),
        sectors=[sectors[code] for code in row["sectors"]],
        comune=comune.pk,
        area_m2=row.get("area_m2"),
        figures=[figure | {"demonstration": True} for figure in row["figures"]],
        demonstration=True,
    )


def _enquiry(row: Row, key: str, sectors: dict[str, Sector]) -> None:
    opportunity = api.Opportunity.objects.get(code=row["opportunity"])
    announced = row.get("announced", {})
    if "investor" in row:
        actor = acting_for_partner(Investor.objects.get(name=row["investor"], is_demo=True))
        who: Row = {"actor": actor, "party": actor.party, "channel": "portal"}
        name = actor.party_name
    else:
        who = {"actor": SYSTEM, "contact": row["contact"] | {"language": "en", "consent_wording": "demonstration"}}
        name = row["contact"]["organisation"]
    with clock_at(min(noon(row["days"]), now())):
        made = api.receive_enquiry(
            **who,
            subject=f"{opportunity.title_en} – {name}"[:200],
            text=row["text"],
            opportunity=opportunity,
            sector=sectors[row["sector"]],
            mode=row["mode"],
            announced_capex=Decimal(announced["capex"]) if announced else None,
            announced_jobs=announced.get("jobs"),
            idempotency_key=key,
            is_demo=True,
        )
    walk(made.case, row["steps"], row["days"])
    if "realised" in row:
        found = row["realised"]
        api.record_realised(actor=SYSTEM, enquiry=made, capex=Decimal(found["capex"]), jobs=found["jobs"], on=today())
