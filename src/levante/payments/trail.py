"""The part of payments in the control trail of a file: accounts, papers, gates with their days, acts, orders, the bank’s words."""

from collections.abc import Iterator
from typing import Any

from levante.applications.api import Application, opens_to
from levante.claims.api import Claim
from levante.documents.api import GeneratedDocument, harmless_name
from levante.grants.api import Award, TrailFile, TrailPart, row_of, rows_of
from levante.kernel.api import Actor
from levante.payments.models import (
    BankAccount,
    BankAnswer,
    Check,
    DefaultOutcome,
    GuaranteeRelease,
    InsteadPayment,
    Liquidation,
    LiquidationRow,
    Payment,
    PaymentOrder,
    Undoing,
)

#: Why the text of an act is not there.
_OF_ANOTHER = "parla di una domanda che a chi ha preso la pista non si apre (art. 6-bis L. 241/1990)"
#: Of an order, what is not about other enterprises.
_ORDER = ("id", "message_id", "version", "state", "execute_on", "created_at", "prepared_by_id", "sent_at", "sent_by_id",
          "answered_at", "closed_at", "closing_reason")  # fmt: skip


def part_of(application: Application, reader: Actor) -> TrailPart:
    claims = Claim.objects.visible_to(reader).filter(award__application=application).order_by()
    rows = LiquidationRow.objects.visible_to(reader).filter(claim__in=claims.values("pk")).order_by()
    firms = (
        Award.objects.filter(application=application, claims__in=claims.values("pk")).order_by().values("enterprise")
    )
    payments = Payment.objects.filter(row__in=rows.values("pk")).order_by()
    used = payments.values("account")
    accounts = BankAccount.objects.visible_to(reader).filter(enterprise__in=firms).order_by()
    accounts |= BankAccount.objects.visible_to(reader).filter(pk__in=used).order_by()
    papers = Check.objects.visible_to(reader).filter(enterprise__in=firms).order_by()
    followed = DefaultOutcome.objects.filter(check_paper__in=papers.values("pk")).order_by()
    released = GuaranteeRelease.objects.filter(guarantee__in=papers.values("pk")).order_by()
    acts = Liquidation.objects.visible_to(reader).filter(pk__in=rows.values("liquidation")).order_by()
    undoings = Undoing.objects.filter(pk__in=rows.values("undoing")).order_by()
    orders = PaymentOrder.objects.filter(pk__in=payments.values("order")).order_by()

    def record() -> dict[str, Any]:
        return {
            "accounts": rows_of(accounts),
            "papers": rows_of(papers),
            "tax_defaults": rows_of(followed),
            "guarantees_released": rows_of(released),
            "liquidations": [_act(one) for one in acts.order_by("pk")],
            "undoings": [_act(one) for one in undoings.order_by("pk")],
            "rows": rows_of(rows),
            "orders": [{name: getattr(one, name) for name in _ORDER} for one in orders.order_by("pk")],
            "payments": [{**row_of(one), "answers": rows_of(BankAnswer.objects.filter(payment=one)),
                 "instead": rows_of(one.instead)} for one in payments.order_by("pk")],
        }  # fmt: skip

    def files() -> Iterator[TrailFile]:
        for account in accounts.select_related("evidence").order_by("pk"):
            if account.evidence is not None:
                yield f"conto-{account.pk}-{harmless_name(account.evidence.name)}", account.evidence, ""
        for paper in papers.select_related("document").order_by("pk"):
            if paper.document is not None:
                yield f"{paper.kind}-{paper.pk}-{harmless_name(paper.document.name)}", paper.document, ""
        for outcome in followed.select_related("document").order_by("pk"):
            if outcome.document is not None:
                name = f"ordine-agente-riscossione-{outcome.pk}-{harmless_name(outcome.document.name)}"
                yield name, outcome.document, ""
        for act in acts.select_related("document__file").order_by("pk"):
            yield _text(f"liquidazione-{act.pk}.pdf", act.document, closed=_closed(act, reader) and not act.number)
        for one in undoings.select_related("document__file", "liquidation").order_by("pk"):
            yield _text(
                f"annullamento-{one.pk}.pdf", one.document, closed=_closed(one.liquidation, reader) and not one.number
            )

    instead = InsteadPayment.objects.filter(payment__in=payments.values("pk")).order_by()
    about = [accounts, papers, followed, released, acts, undoings, rows, payments, orders, instead]
    return TrailPart("pagamenti", record, files(), about)


def _act(act: Liquidation | Undoing) -> dict[str, Any]:
    """An act with number and visa, and how the system of acts was asked for it."""
    asked = act.request
    if asked is None:
        return {**row_of(act), "request": None}
    told = ("key", "state", "their_id", "answer", "created_at", "answered_at", "applied_at")
    request = {name: getattr(asked, name) for name in told}
    return {**row_of(act), "request": {**request, "attempts": rows_of(asked.attempts)}}


def _closed(act: Liquidation, reader: Actor) -> bool:
    told = Application.objects.filter(awards__claims__liquidation_rows__liquidation=act)
    return told.annotate(opens=opens_to(reader)).filter(opens=False).exists()


def _text(name: str, document: GeneratedDocument | None, *, closed: bool) -> TrailFile:
    """Adopted, an act is published; before, it is for whom each of its files opens to."""
    if closed:
        return name, None, _OF_ANOTHER
    return name, document.file if document is not None else None, ""
