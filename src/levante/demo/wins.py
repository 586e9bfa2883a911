"""Invented wins, some with a buyer that was met: confirmed by their customer, or that wait; the questions after an initiative."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from levante.demo.applications import DIRECTOR, at, officer
from levante.demo.initiatives import SYSTEM, acting_for, in_its_name, tax_codes
from levante.demo.telling import read
from levante.initiatives.api import Initiative, move_initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import ANONYMOUS, ROME, clock_at, now, today
from levante.meetings.api import Meeting
from levante.meetings.api import states as meeting_states
from levante.parties.api import Buyer, Country, Enterprise
from levante.wins import api


def load(folder: Path) -> None:
    """Every win of ``wins.yaml`` that is not told yet, the follow-ups whose day has come, what was answered, what is concluded."""
    data: dict[str, Any] = read(folder, "wins")
    keys = tax_codes(folder)
    for row in data["wins"]:
        firm = Enterprise.objects.get(tax_code=keys[row["enterprise"]]) if "enterprise" in row else _first_met(row)
        if not api.Win.objects.filter(enterprise=firm, what=row["what"]).exists():
            _win(firm, row)
    for code in data["concluded"]:
        _followed(Initiative.objects.get(code=code), data["follow_ups"], keys)
    api.make_follow_ups(actor=SYSTEM)
    for row in data["follow_ups"]:
        for months, said in row["said"].items():
            _answer(row["initiative"], keys[row["enterprise"]], months, said)


def _first_met(row: dict[str, Any]) -> Enterprise:
    """The enterprise that met first, at the initiative, the buyer that the win is with."""
    met = Meeting.objects.filter(
        agenda__initiative__code=row["initiative"], b__buyer__name=row["buyer"], state=meeting_states.HELD
    )
    first = met.select_related("a__enterprise").order_by("slot__starts_at", "pk").first()
    if first is None or first.a.enterprise is None:
        raise LookupError(f"nobody met {row['buyer']} at {row['initiative']}")
    return first.a.enterprise


def _followed(initiative: Initiative, rows: list[dict[str, Any]], keys: dict[str, str]) -> None:
    """Every question on its day, with its answers; then it is concluded."""
    if initiative.state == initiative_states.DONE:
        return
    mine = [row for row in rows if row["initiative"] == initiative.code]
    for months in mine[0]["said"]:
        day = initiative.ends_on + relativedelta(months=months) + timedelta(days=1)
        with clock_at(min(datetime.combine(day, time(9), ROME), now())):
            api.make_follow_ups(actor=SYSTEM)
            for row in mine:
                _answer(initiative.code, keys[row["enterprise"]], months, row["said"][months])
    move_initiative(actor=SYSTEM, initiative=initiative, step="conclude")


def _answer(initiative: str, tax_code: str, months: int, said: list[Any]) -> None:
    asked = api.FollowUp.objects.filter(initiative__code=initiative, enterprise__tax_code=tax_code, months=months)
    row = asked.filter(state="open").first()
    if row is not None:
        actor = acting_for(tax_code) or in_its_name(tax_code)
        contacts, offers, orders, expected = said
        api.answer_follow_up(
            actor=actor, row=row, contacts=contacts, offers=offers, orders=orders, expected=Decimal(expected)
        )


def _win(firm: Enterprise, row: dict[str, Any]) -> None:
    actor = acting_for(firm.tax_code) or in_its_name(firm.tax_code)
    initiative = Initiative.objects.get(code=row["initiative"])
    buyer = Buyer.objects.select_related("country").get(name=row["buyer"], is_demo=True) if "buyer" in row else None
    with clock_at(at(row["ago"], 10)):
        win = api.tell_win(
            actor=actor, enterprise=firm, what=row["what"], customer=row.get("customer", ""), buyer=buyer,
            country=buyer.country if buyer is not None else Country.objects.get(pk=row["country"]),
            kind=row["kind"], matter=row["matter"], won_on=today() - timedelta(days=2), anyway=row["anyway"], sooner=row["sooner"],
            expected={int(year): Decimal(amount) for year, amount in row["expected"].items()}, without_help=row["without_help"],
            origin=api.Share(api.WHOLE, initiative_id=initiative.pk),
        )  # fmt: skip
        if "letter" in row:
            api.send_customer_letter(actor=actor, win=win, email=row["letter"], language="en", declared=True)
        else:
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
