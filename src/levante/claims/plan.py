"""The costs plan of an award as it was sent: each item once, of a firm of a group its own costs."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from levante.applications.api import Application, is_group, read_application, share_field_of
from levante.applications.api import codes_as_sent as sent_with
from levante.claims.reckoning import real_items, simplified_items
from levante.grants.api import Award
from levante.kernel.pure import Bilingual, money_text

#: A row of a plan: ``{item, amount}`` of a real cost, ``{item, quantity}`` of a simplified one, with a ``note``.
Row = dict[str, str]


def items_of_plan(money: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a plan, in the order of the call: code, name, and whether it is told in units. One of no item where costs are a total."""
    if money.get("kind") != "items":
        if money.get("kind") in ("percentage", "lump_sum"):
            return [{"code": "", "label": Bilingual("Costi del progetto", "Costs of the project"), "units": False}]
        return []
    real = {item["code"] for item in real_items(money)}
    units = {item["code"] for item in simplified_items(money)}
    return [
        {"code": item["code"], "label": Bilingual(item["it"], item["en"]), "units": item["code"] in units}
        for item in money["items"]
        if item["code"] in real | units
    ]


def plan_as_sent(award: Award) -> list[Row]:
    """The plan of the application as it was sent, each item once; of a firm of a group, its own costs."""
    application = award.application
    code = codes_as_sent(award).get(award.pk) if is_group(application) else None
    return plan_of_firm(application, code or award.first_firm.tax_code)


def codes_as_sent(award: Award, others: Iterable[Award] | None = None) -> dict[int, str]:
    """By key of the awards of a group’s application, the tax code with which the firm of each is among its members: its own, or, after a
    merger, that of the one whose place it took. ``others`` are the other awards of the application, where they were read."""
    if others is None:
        rows = Award.objects.filter(application=award.application_id).exclude(pk=award.pk)
        others = rows.select_related("enterprise", "awarded_to").order_by("pk")
    first = {one.pk: one.first_firm for one in [award, *others]}
    sent = sent_with(award.application, first.values())
    return {pk: sent[firm.pk] for pk, firm in first.items() if firm.pk in sent}


def plan_of_firm(application: Application, tax_code: str) -> list[Row]:
    """The same of any firm of an application, also one with no award."""
    money = application.opening.call.money
    answers = read_application(application).answers
    if money.get("kind") != "items":
        return [{"item": "", "amount": _text(answers.get(money.get("base")))}] if items_of_plan(money) else []
    column, quantity = str(money.get("amount") or "amount"), str(money.get("quantity") or "quantity")
    lump = {item["code"] for item in money["items"] if item["basis"]["kind"] == "lump"}
    rows = answers.get(money["field"]) or []
    if is_group(application):
        whose = share_field_of(application)
        rows = [row for row in rows if whose and row.get(whose) == tax_code]
    found: list[Row] = []
    for item in items_of_plan(money):
        mine = [row for row in rows if row.get(money["item"]) == item["code"]]
        if item["units"]:
            each = [Decimal(1) if item["code"] in lump else number_of(row.get(quantity)) for row in mine]
            found.append({"item": item["code"], "quantity": _text(sum(each, Decimal(0)))})
        else:
            amounts = [number_of(row.get(column)) for row in mine]
            found.append({"item": item["code"], "amount": money_text(sum(amounts, Decimal(0)))})
    return found


def number_of(told: Any) -> Decimal:
    try:
        return Decimal(str(told or 0))
    except InvalidOperation:
        return Decimal(0)


def _text(told: Any) -> str:
    return f"{number_of(told):f}"
