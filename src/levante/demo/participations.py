"""Who takes part in the invented initiatives: lists decided, places accepted and paid, the stand, contracts, tasks, who came."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from levante.aid.api import THREE, Visura
from levante.controls.api import Refund, confirm_told_incoming, dispose_refund, tell_due_payment
from levante.demo.applications import DIRECTOR, at, officer
from levante.demo.initiatives import acting_for, go_on, in_its_name, tax_codes
from levante.demo.payments import FINANCE, SENDS
from levante.demo.telling import read
from levante.identity.api import User
from levante.initiatives.api import Initiative, act_of
from levante.kernel.api import clock_at, today
from levante.participations import api
from levante.parties.api import Enterprise

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Every ``selection`` of ``initiatives.yaml`` that is not decided yet: its rules were written before the call."""
    data: Row = read(folder, "initiatives")
    keys = tax_codes(folder)
    for row in data["initiatives"]:
        found = Initiative.objects.filter(code=row["code"]).first()
        selection = api.selection_of(found) if "selection" in row and found is not None else None
        if found is not None and selection is not None and selection.decided_at is None:
            _selection(selection, row["selection"], keys)
            go_on(found, row["state"])


def _selection(selection: api.Selection, row: Row, keys: dict[str, str]) -> None:
    chief, initiative = officer(DIRECTOR), selection.initiative
    with clock_at(at(row["decided"], 9)):
        act = act_of(initiative, None, f"D{row['decided']}", today())
        assert act is not None
        value = row["aid"].get("value")
        api.decide_aid(
            actor=chief, initiative=initiative, is_aid=row["aid"]["is_aid"], reason=row["aid"]["reason"], act=act,
            value=Decimal(value) if value else None,
        )  # fmt: skip
        api.decide_list(actor=chief, initiative=initiative, act=act)
        parts = api.first_drawing(selection) if initiative.kind == "fair" else []
        extra = [
            api.Drawn(one["code"], one["kind"], one["x"], one["y"], one["width"], one["depth"], one["it"], one["en"])
            for one in row.get("stand", [])
        ]
        if parts or extra:
            api.draw_stand(actor=chief, initiative=initiative, parts=[*parts, *extra])
    for key, cor in row["aid"].get("cor", {}).items():
        with clock_at(at(row["aid"]["admitted"], 9)):
            place = api.write_cor(actor=chief, row=_row(initiative, keys[key]), cor=cor)
            for number, kind in enumerate(THREE, 1):
                api.record_place_visura(
                    actor=chief, row=place, kind=kind, vercor=f"{number}{cor}", made_on=today(),
                    listed=False if kind == Visura.DEGGENDORF else None, whole=True,
                )  # fmt: skip
    if row["aid"].get("cor"):
        with clock_at(at(row["aid"]["admitted"], 12)):
            admission = act_of(initiative, None, f"A{row['aid']['admitted']}", today())
            assert admission is not None
            api.admit_with_act(actor=chief, initiative=initiative, act=admission, cors=row["aid"]["cor"].values())
    for key, told in row.get("accepted", {}).items():
        _accepted(initiative, keys[key], told)
    if "all_accepted" in row:
        rows = api.Participation.objects.filter(selection=selection, state=api.states.OFFERED).order_by("position")
        for place in rows.select_related("enterprise"):
            _accepted(initiative, place.enterprise.tax_code, row["all_accepted"])
    for seat, told in row.get("renounced", {}).items():
        with clock_at(at(told["ago"], 15)):
            place = api.Participation.objects.select_related("enterprise").get(selection=selection, seat=seat)
            tax_code = place.enterprise.tax_code
            api.renounce_place(actor=acting_for(tax_code) or in_its_name(tax_code), row=place, reason=told["reason"])
    if "filled" in row:
        offered = api.Participation.objects.filter(selection=selection, state=api.states.OFFERED).order_by("-position")
        _accepted(initiative, offered[0].enterprise.tax_code, row["filled"])
    _conduct(initiative, row)
    if "came" in row:
        with clock_at(at((today() - initiative.ends_on).days, 9)):
            present = {_row(initiative, keys[key]).pk: came for key, came in row["came"].items()}
            api.record_presence(actor=chief, initiative=initiative, present=present)


def _accepted(initiative: Initiative, tax_code: str, told: Row) -> None:
    actor = acting_for(tax_code) or in_its_name(tax_code)
    with clock_at(at(told["ago"], 11)):
        place = api.accept_place(actor=actor, row=_row(initiative, tax_code))
        if "paid" in told and place.due is not None:
            amount = place.due.amount + Decimal(told.get("more", "0"))
            given = {"source": "treasury", "reference": told["paid"], "on": today(), "amount": amount}
            paid = tell_due_payment(actor=officer(FINANCE), due=place.due, **given)
            confirm_told_incoming(actor=officer(SENDS), told=paid)
            for refund in Refund.objects.filter(due=place.due).order_by("pk"):  # more was paid: it is to go back
                dispose_refund(actor=officer(FINANCE), refund=refund)
        if "text" in told:
            api.tell_details(
                actor=actor, row=place, graphic_name=told["graphic_name"], needs=told.get("needs", []), needs_note="",
                text_it=told["text"]["it"], text_en=told["text"]["en"],
            )  # fmt: skip
        free = (
            api.StandElement.objects.filter(selection=place.selection, kind="module", holder=None)
            .order_by("code")
            .first()
        )
        if free is not None:
            api.assign_module(actor=officer(DIRECTOR), element=free, row=place)


def _conduct(initiative: Initiative, row: Row) -> None:
    """Contracts and tasks; those whose day is past were given some days before it."""
    chief = officer(DIRECTOR)
    for one in row.get("contracts", []):
        with clock_at(at(one["ago"], 10)):
            made = api.record_contract(
                actor=chief, initiative=initiative, subject=one["subject"], supplier=one["supplier"], amount=Decimal(one["amount"]),
                signed_on=today(), no_cig=one["no_cig"],
            )  # fmt: skip
        if "cost" in one:
            api.record_cost(actor=chief, contract=made, cost=Decimal(one["cost"]))
    for one in row.get("tasks", []):
        due_on = today() + timedelta(days=one["days"])
        with clock_at(at(3, 10)):
            owner = User.objects.get(email=one["who"])
            api.add_task(
                actor=chief,
                initiative=initiative,
                kind=one["kind"],
                what=one["what"],
                owner=owner,
                due_on=due_on,
            )


def _row(initiative: Initiative, tax_code: str) -> api.Participation:
    firm = Enterprise.objects.get(tax_code=tax_code)
    return api.Participation.objects.get(selection__initiative=initiative, enterprise=firm)
