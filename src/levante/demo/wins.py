"""Invented wins: one its customer confirmed, one that waits; the questions after an initiative."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from levante.demo.applications import DIRECTOR, at, officer
from levante.demo.initiatives import SYSTEM, acting_for, tax_codes
from levante.initiatives.api import Initiative
from levante.kernel.api import ANONYMOUS, clock_at, today
from levante.parties.api import Country, Enterprise
from levante.wins import api


def load(folder: Path) -> None:
    """Every win of ``wins.yaml`` that is not told yet, and the follow-ups whose day has come."""
    data: dict[str, Any] = yaml.safe_load((folder / "wins.yaml").read_text(encoding="utf-8"))
    keys = tax_codes(folder)
    for row in data["wins"]:
        firm = Enterprise.objects.get(tax_code=keys[row["enterprise"]])
        if not api.Win.objects.filter(enterprise=firm, what=row["what"]).exists():
            _win(firm, row)
    api.make_follow_ups(actor=SYSTEM)


def _win(firm: Enterprise, row: dict[str, Any]) -> None:
    actor = acting_for(firm.tax_code)
    assert actor is not None
    initiative = Initiative.objects.get(code=row["initiative"])
    with clock_at(at(row["ago"], 10)):
        win = api.tell_win(
            actor=actor, enterprise=firm, what=row["what"], customer=row["customer"], country=Country.objects.get(pk=row["country"]),
            kind=row["kind"], matter=row["matter"], won_on=today() - timedelta(days=2), anyway=row["anyway"], sooner=row["sooner"],
            expected={int(year): Decimal(amount) for year, amount in row["expected"].items()}, without_help=row["without_help"],
            origin=api.Share(api.WHOLE, initiative_id=initiative.pk),
        )  # fmt: skip
        _, token = api.ask_customer(actor=officer(DIRECTOR), win=win)
    if "answer" in row:
        with clock_at(at(row["answer"]["ago"], 10)):
            api.answer_as_customer(
                actor=ANONYMOUS,
                token=token,
                confirms=True,
                rating=row["answer"]["rating"],
                comment=row["answer"]["comment"],
            )
    for year, amount in row.get("realised", {}).items():
        source = "Fattura n. 12 (dimostrazione)"
        api.record_realised(actor=actor, win=win, year=int(year), amount=Decimal(amount), source=source)
