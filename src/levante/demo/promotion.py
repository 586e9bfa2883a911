"""Agreements and commitments of the demonstration; twice changes nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from levante.demo.telling import read
from levante.identity.api import Office
from levante.kernel.api import system, today
from levante.programme.api import Intervention
from levante.promotion import api

SYSTEM = system("demonstration")
Row = dict[str, Any]


def load(folder: Path) -> None:
    """Everything in ``promotion.yaml``; an agreement that is there already is left as it is."""
    for row in read(folder, "promotion")["agreements"]:
        if not api.Agreement.objects.filter(code=row["code"]).exists():
            _agreement(row)


def _agreement(row: Row) -> None:
    signed_on = row.get("signed_on")
    if "signed_days" in row:
        signed_on = today() + timedelta(days=row["signed_days"])
    note = row.get("note", {"it": "", "en": ""})
    made = api.record_agreement(
        actor=SYSTEM,
        code=row["code"],
        kind=row["kind"],
        state=row["state"],
        title_it=row["title"]["it"],
        title_en=row["title"]["en"],
        summary_it=row["summary"]["it"],
        summary_en=row["summary"]["en"],
        office=Office.objects.get(code="sezione"),
        intervention=Intervention.objects.filter(code="c-accordi").first(),
        parties=[
            {"name_it": party["name"]["it"], "name_en": party["name"]["en"], "country": party["country"]}
            for party in row["parties"]
        ],
        signed_on=signed_on,
        in_force_from=signed_on if row["state"] == "in_force" else None,
        expires_on=today() + timedelta(days=row["expires_days"]) if "expires_days" in row else None,
        renewal=row.get("renewal", "unknown"),
        renewal_months=row.get("renewal_months"),
        clearance=row["clearance"],
        source=row.get("source", ""),
        confidence=row.get("confidence", "invented" if row.get("demonstration") else "assumption"),
        note_it=note["it"],
        note_en=note["en"],
        demonstration=row.get("demonstration", False),
    )
    for line in row["commitments"]:
        deadline = today() + timedelta(days=line["days"])
        commitment = api.add_commitment(
            actor=SYSTEM,
            agreement=made,
            title_it=line["title"]["it"],
            title_en=line["title"]["en"],
            office=Office.objects.get(code=line["office"]),
            deadline=deadline,
            demonstration=True,
        )
        if "outcome" in line:
            done = line["outcome"]
            api.close_commitment(
                actor=SYSTEM, commitment=commitment, state=done["state"], outcome=done["text"], on=deadline
            )
