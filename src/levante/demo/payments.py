"""Invented payments: accounts and papers, an act of liquidation, an order that the simulated bank carries out but for one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from levante.applications.api import Application, declare_about_many, undeclared_among
from levante.claims.api import Claim
from levante.demo.applications import CASE_OFFICER, DIRECTOR, at, enterprise_actor, officer
from levante.demo.grants import served_acts
from levante.demo.processes import PAYERS, PAYS_FROM
from levante.demo.telling import read
from levante.exchange.api import BankSystem, ExternalRequest, deliver, serve_bank
from levante.grants.api import Award
from levante.kernel.api import clock_at, now, system, today
from levante.parties.api import Enterprise
from levante.payments import api as payments

Row = dict[str, Any]
FINANCE, SENDS = "ornella.rizzo@demo.levante.example", "cosimo.fanelli@demo.levante.example"
#: Who prepares, signs and sends: of the Section, and of the agency that pays what it manages.
PEOPLE = {
    "sezione": (FINANCE, DIRECTOR, SENDS),
    "puglia-sviluppo": (
        "irene.colucci@demo.levante.example", "silvana.perrone@demo.levante.example", "dario.mele@demo.levante.example",
    ),
}  # fmt: skip


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
        if row := _not_there(row, firms[row["enterprise"]]):
            with clock_at(min(at(int(row["ago"]), 9, 30), now())):
                _papers(firms[row["enterprise"]], row)
    for row in data["acts"]:
        if not payments.Liquidation.objects.filter(title=row["title"]).exists():
            _act(row, firms)


def _named(row: Row, data: Row) -> bool:
    return any(row["key"] == one["enterprise"] for one in data["enterprises"])


def _not_there(row: Row, firm: Enterprise) -> Row | None:
    """Of an enterprise, the papers that nobody recorded yet (a demonstration loaded by an earlier version has some); none where all are."""
    known = set(payments.Check.objects.filter(enterprise=firm).values_list("kind", flat=True))
    papers = [one for one in row["papers"] if (one["kind"] if isinstance(one, dict) else one) not in known]
    if not papers:
        return None
    account = {"iban": ""} if payments.BankAccount.objects.filter(enterprise=firm).exists() else {}
    return {**row, **account, "papers": papers}


def _papers(firm: Enterprise, row: Row) -> None:
    """The account, verified by who examined the claim, and the papers that were recorded."""
    if row.get("iban"):
        made = payments.declare_account(
            actor=enterprise_actor(firm), enterprise=firm, iban=row["iban"], holder=firm.name
        )
        payments.verify_account(
            actor=officer(CASE_OFFICER), account=made, how="Attestazione della banca (dimostrazione)"
        )
    for told in row["papers"]:
        one = told if isinstance(told, dict) else {"kind": told}
        kind, debt, kept = one["kind"], one.get("debt"), one.get("keep")
        if kind == "guarantee":
            award = (
                Award.objects.in_force().filter(application__opening__call__code=one["call"], enterprise=firm).first()
            )
            if award is None:
                continue
            payments.record_check(
                actor=officer(FINANCE), enterprise=firm, award=award, kind=kind, outcome="clear", number=one["number"], issued_on=today(),
                valid_until=today() + timedelta(days=int(one["days"])), amount=Decimal(one["amount"]), guarantor=one["from"],
                confirmed=True,
            )  # fmt: skip
            continue
        paper = payments.record_check(
            actor=officer(FINANCE), enterprise=firm, kind=kind, outcome="not_clear" if debt else "clear", number=f"DEMO-{kind}-{firm.pk}",
            issued_on=today(), valid_until=today() + timedelta(days=120) if kind == "durc" else None,
            debt=Decimal(debt) if debt else None, amount=Decimal(kept) if kept else None,
        )  # fmt: skip
        if kept and Decimal(kept) < Decimal(debt):
            payments.agree_to_less(
                actor=officer(SENDS), paper=paper, why="Il resto è già a rate, e le rate sono pagate."
            )


def _another_account(firm: Enterprise, row: Row) -> None:
    """The bank refused the first account: the enterprise names another, and two persons verify it."""
    with clock_at(min(at(int(row["ago"]), 9, 30), now())):
        made = payments.declare_account(
            actor=enterprise_actor(firm), enterprise=firm, iban=row["iban"], holder=firm.name
        )
        for email in (CASE_OFFICER, DIRECTOR):
            payments.verify_account(actor=officer(email), account=made, how="Attestazione della banca (dimostrazione)")


def _act(row: Row, firms: dict[str, Enterprise]) -> None:
    claims = Claim.objects.filter(
        award__act__call__code=row["call"],
        award__enterprise__in=[firms[key] for key in row["enterprises"]],
        state="assessed",
    )
    if "mode" in row:
        claims = claims.filter(mode=row["mode"])
    found = list(claims)
    if not found:
        return
    prepares, signs, sends = PEOPLE[row.get("by", "sezione")]
    with served_acts() as acts, _bank() as bank:
        with clock_at(min(at(int(row["ago"]), *row.get("hour", (10, 5))), now())):
            made = payments.draft_liquidation(actor=officer(prepares), claims=found, title=row["title"])
            if row["then"] == "draft":
                return
            director = officer(signs)
            files = undeclared_among(director, Application.objects.filter(awards__claims__in=found))
            if files.exists():
                declare_about_many(actor=director, files=files.values_list("pk", flat=True), conflicts={})
            sent = payments.send_liquidation(actor=director, act=made)
            acts.behave({"day": today().isoformat()})
            deliver(actor=system("demonstration"), request_id=sent.request_id or 0)
        if "order" in row:
            with clock_at(min(at(int(row["order"]["ago"]), 11, 40), now())):
                _order(made, row["order"], firms, bank, prepares, sends)
        if "again" in row:
            _another_account(firms[row["again"]["enterprise"]], row["again"])
        if "held" in row:
            with clock_at(min(at(int(row["ago"]), 11, 50), now())):
                _held(row["held"], firms, prepares)
        if "instead" in row:
            with clock_at(min(at(int(row["instead"]["ago"]), 9, 50), now())):
                _instead(made, row["instead"], firms)
        if "release" in row:
            with clock_at(min(at(int(row["release"]), 12, 30), now())):
                for paper in payments.guarantees_to_release(officer(prepares)):
                    payments.release_guarantee(actor=officer(prepares), guarantee=paper)


def _order(
    act: payments.Liquidation, row: Row, firms: dict[str, Enterprise], bank: BankSystem, prepares: str, sends: str
) -> None:
    rows = list(act.rows.filter(state="due"))
    if not rows:
        return
    order = payments.prepare_order(actor=officer(prepares), rows=rows)
    wrong = {firms[key].pk: code for key, code in row.get("rejected", {}).items()}
    told = order.payments.select_related("account").order_by("pk")
    reject = {one.iban: wrong[one.account.enterprise_id] for one in told if one.account.enterprise_id in wrong}
    bank.behave({"reject": reject, "day": today().isoformat()})
    payments.send_order(actor=officer(sends), order=order)
    for _ in range(2):  # what it makes of the order, then what moved
        for request in ExternalRequest.objects.filter(system="bank", state="waiting").order_by("pk"):
            deliver(actor=system("demonstration"), request_id=request.pk)


def _held(row: Row, firms: dict[str, Enterprise], prepares: str) -> None:
    """An order that is ready, and a paper that comes after it and holds up one of its payments: whoever is to send it reads which."""
    person = officer(prepares)
    payments.prepare_order(actor=person, rows=list(payments.rows_to_pay(person)))
    firm = firms[row["enterprise"]]
    payments.record_check(
        actor=person, enterprise=firm, kind="durc", outcome="not_clear", number=f"DEMO-durc-2-{firm.pk}", issued_on=today(),
        valid_until=today() + timedelta(days=120), debt=Decimal(row["debt"]), amount=None,
    )  # fmt: skip


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
        with an_agency_pays():
            yield server.memory
    finally:
        settings.BANK_URL, settings.PAYER = before
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@contextmanager
def an_agency_pays() -> Iterator[None]:
    """An agency has an account of its own, as where the demonstration is served."""
    before = settings.PAYERS
    settings.PAYERS = PAYERS
    try:
        yield
    finally:
        settings.PAYERS = before
