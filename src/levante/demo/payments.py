"""Invented payments: accounts and papers, an act of liquidation, an order that the simulated bank carries out but for one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from levante.claims.api import Claim
from levante.demo.applications import CASE_OFFICER, DIRECTOR, at, enterprise_actor, officer
from levante.demo.grants import served_acts
from levante.demo.processes import PAYS_FROM
from levante.demo.telling import read
from levante.exchange.api import BankSystem, ExternalRequest, deliver, serve_bank
from levante.kernel.api import clock_at, now, system, today
from levante.parties.api import Enterprise
from levante.payments import api as payments

Row = dict[str, Any]
FINANCE, SENDS = "ornella.rizzo@demo.levante.example", "cosimo.fanelli@demo.levante.example"


def load(folder: Path) -> None:
    """Everything in ``payments.yaml`` that is not there yet; an enterprise whose claim was not assessed is left alone."""
    data: Row = read(folder, "payments")
    parties: Row = read(folder, "parties")
    firms = {
        row["key"]: Enterprise.objects.get(tax_code=row["tax_code"])
        for row in parties["enterprises"]
        if _named(row, data)
    }
    for row in data["enterprises"]:
        if not payments.Check.objects.filter(enterprise=firms[row["enterprise"]]).exists():
            with clock_at(min(at(int(row["ago"]), 9, 30), now())):
                _papers(firms[row["enterprise"]], row)
    for row in data["acts"]:
        if not payments.Liquidation.objects.filter(title=row["title"]).exists():
            _act(row, firms)


def _named(row: Row, data: Row) -> bool:
    return any(row["key"] == one["enterprise"] for one in data["enterprises"])


def _papers(firm: Enterprise, row: Row) -> None:
    """The account, verified by who examined the claim, and the papers that were recorded."""
    if "iban" in row:
        made = payments.declare_account(
            actor=enterprise_actor(firm), enterprise=firm, iban=row["iban"], holder=firm.name
        )
        payments.verify_account(
            actor=officer(CASE_OFFICER), account=made, how="Attestazione della banca (dimostrazione)"
        )
    for told in row["papers"]:
        one = told if isinstance(told, dict) else {"kind": told}
        kind, debt, kept = one["kind"], one.get("debt"), one.get("keep")
        payments.record_check(
            actor=officer(FINANCE), enterprise=firm, kind=kind, outcome="not_clear" if debt else "clear", number=f"DEMO-{kind}-{firm.pk}",
            issued_on=today(), valid_until=today() + timedelta(days=120) if kind == "durc" else None,
            debt=Decimal(debt) if debt else None, amount=Decimal(kept) if kept else None,
        )  # fmt: skip


def _act(row: Row, firms: dict[str, Enterprise]) -> None:
    claims = Claim.objects.filter(
        award__act__call__code=row["call"],
        award__enterprise__in=[firms[key] for key in row["enterprises"]],
        state="assessed",
    )
    if not claims.exists():
        return
    with served_acts() as acts, _bank() as bank:
        with clock_at(min(at(int(row["ago"]), 10, 5), now())):
            made = payments.draft_liquidation(actor=officer(FINANCE), claims=list(claims), title=row["title"])
            if row["then"] == "draft":
                return
            sent = payments.send_liquidation(actor=officer(DIRECTOR), act=made)
            acts.behave({"day": today().isoformat()})
            deliver(actor=system("demonstration"), request_id=sent.request_id or 0)
        if "order" in row:
            with clock_at(min(at(int(row["order"]["ago"]), 11, 40), now())):
                _order(made, row["order"], firms, bank)
        if "instead" in row:
            with clock_at(min(at(int(row["instead"]["ago"]), 9, 50), now())):
                _instead(made, row["instead"], firms)


def _order(act: payments.Liquidation, row: Row, firms: dict[str, Enterprise], bank: BankSystem) -> None:
    rows = list(act.rows.filter(state="due"))
    if not rows:
        return
    order = payments.prepare_order(actor=officer(FINANCE), rows=rows)
    wrong = {firms[key].pk: code for key, code in row.get("rejected", {}).items()}
    told = order.payments.select_related("account").order_by("pk")
    reject = {one.iban: wrong[one.account.enterprise_id] for one in told if one.account.enterprise_id in wrong}
    bank.behave({"reject": reject, "day": today().isoformat()})
    payments.send_order(actor=officer(SENDS), order=order)
    for _ in range(2):  # what it makes of the order, then what moved
        for request in ExternalRequest.objects.filter(system="bank", state="waiting").order_by("pk"):
            deliver(actor=system("demonstration"), request_id=request.pk)


def _instead(act: payments.Liquidation, row: Row, firms: dict[str, Enterprise]) -> None:
    """What an irregular DURC kept is paid to an institute by one person of finance, and confirmed by another."""
    paid = payments.Payment.objects.filter(row__liquidation=act, account__enterprise=firms[row["enterprise"]])
    for one in paid.filter(state="executed").order_by("pk"):
        made = payments.record_instead(
            actor=officer(FINANCE), payment=one, institute=row["institute"], amount=Decimal(row["amount"]), paid_on=today(),
            reference=row["reference"],
        )  # fmt: skip
        payments.confirm_instead(actor=officer(SENDS), instead=made)


@contextmanager
def _bank() -> Iterator[BankSystem]:
    """The bank on a free port, with the memory that the served demonstration goes on with."""
    server = serve_bank(0, state=settings.VAR / "bank.json")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    before = getattr(settings, "BANK_URL", None), settings.PAYER
    settings.BANK_URL = f"http://127.0.0.1:{server.server_address[1]}"
    settings.PAYER = {"name": "Regione (dimostrazione)", "iban": PAYS_FROM}
    try:
        yield server.memory
    finally:
        settings.BANK_URL, settings.PAYER = before
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
