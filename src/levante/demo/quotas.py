"""Invented quotas of initiatives: one paid, one late."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from levante.controls import api as controls
from levante.demo.applications import DIRECTOR, at, officer
from levante.demo.payments import FINANCE
from levante.initiatives.api import Initiative
from levante.kernel.api import clock_at, now, today
from levante.parties.api import Enterprise

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Every quota of ``controls.yaml`` that was not asked yet."""
    data: Row = yaml.safe_load((folder / "controls.yaml").read_text(encoding="utf-8"))
    parties: Row = yaml.safe_load((folder / "parties.yaml").read_text(encoding="utf-8"))
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    for row in data["quotas"]:
        initiative = Initiative.objects.filter(code=row["initiative"]).first()
        firm = Enterprise.objects.filter(tax_code=codes[row["enterprise"]], merged_into__isnull=True).first()
        if (
            initiative is None
            or firm is None
            or controls.Due.objects.filter(initiative=initiative, enterprise=firm).exists()
        ):
            continue
        with clock_at(min(at(int(row["ago"]), 10), now())):
            due = controls.issue_due(
                actor=officer(DIRECTOR), initiative=initiative, enterprise=firm, amount=Decimal(row["amount"]),
                due_on=today() + timedelta(days=int(row["days"])),
            )  # fmt: skip
        if "paid" in row:
            with clock_at(min(at(int(row["paid"]["ago"]), 10), now())):
                controls.record_due_payment(
                    actor=officer(FINANCE),
                    due=due,
                    source="treasury",
                    reference=row["paid"]["reference"],
                    on=today(),
                    amount=due.amount,
                )
