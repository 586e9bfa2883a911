"""Undoing a liquidation, an order in preparation, the institutes, what was withheld: pages without barriers, wide and on a phone."""
# ruff: noqa: F811

from datetime import timedelta
from decimal import Decimal

from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.claims.conftest import chief, voucher  # noqa: F401
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import admitted, desk, director, filled, firm, first_come, line, worker  # noqa: F401
from tests.payments.conftest import account, another, bank, cashier, claim, liquidated, loaded, papers  # noqa: F401
from tests.payments.test_at_size import many  # noqa: F401
from tests.payments.test_undoing import word

from levante.documents.ordering import make
from levante.identity.api import User
from levante.kernel.api import clock_at, now, system, today
from levante.payments.api import (
    WithholdingCertificate,
    cancel_order,
    draft_undoing,
    issue_certificates,
    order_payments,
    prepare_on,
    prepare_order,
    record_check,
    record_collector_order,
    record_instead,
    send_order,
)
from levante.payments.settling import hear_bank


def test_orders_and_what_is_taken_back(many, cashier, another, director, bank, visitor):
    rows = list(many.rows.order_by("pk"))
    finance = visitor(User.objects.get(pk=cashier.user_id))
    act = f"/ufficio/pagamenti/atti/{many.pk}/"
    finance.open(act).locator("summary", has_text="Prepara un atto che la annulla").click()
    finance.check_at_both_widths("payments-undo")
    draft_undoing(actor=cashier, act=many, rows=rows[-2:], reason="L’importo di due domande è sbagliato.")
    finance.open("/ufficio/pagamenti/da-pagare/")
    finance.check_at_both_widths("payments-due")
    order = order_payments(actor=cashier, rows=rows[:-2])
    draft = visitor(User.objects.get(pk=director.user_id))
    draft.open(f"/en{act}")
    draft.check_at_both_widths("payments-undoing")
    finance.open(f"/ufficio/pagamenti/ordini/{order.pk}/")
    finance.check_at_both_widths("payments-preparing")
    record_check(
        actor=cashier, enterprise=rows[0].claim.award.enterprise, kind="deggendorf", outcome="not_clear", number="2", issued_on=today()
    )  # fmt: skip
    prepare_on(order.pk)
    finance.open(f"/ufficio/pagamenti/ordini/{order.pk}/")
    finance.check_at_both_widths("payments-left-out")


def test_what_goes_to_the_institutes_and_what_was_withheld(liquidated, cashier, another, chief, bank, visitor):
    row, firm = liquidated, liquidated.claim.award.enterprise
    # As if a part were for capital goods, and the enterprise owed more than it is due: all of it goes to the institutes.
    type(row).objects.filter(pk=row.pk).update(subject=Decimal("4500.00"))
    durc = {"enterprise": firm, "kind": "durc", "outcome": "not_clear", "issued_on": today()}
    durc |= {"actor": cashier, "valid_until": today() + timedelta(days=90)}
    record_check(number="3", debt=Decimal("9000.00"), **durc)
    whole = prepare_order(actor=cashier, rows=[row])
    sender = visitor(User.objects.get(pk=another.user_id))
    sender.open(f"/ufficio/pagamenti/ordini/{whole.pk}/")
    sender.check_at_both_widths("payments-without-bank")
    cancel_order(actor=cashier, order=whole, reason="Il debito è di meno")
    record_check(number="4", debt=Decimal("60.00"), **durc)
    order = prepare_order(actor=cashier, rows=[row])
    send_order(actor=another, order=order)
    payment = order.payments.get()
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    payment.refresh_from_db()
    record_instead(
        actor=cashier,
        payment=payment,
        institute="inps",
        amount=Decimal("40.00"),
        paid_on=today(),
        reference="F24-2026-1",
    )
    finance = visitor(User.objects.get(pk=cashier.user_id))
    page = finance.open(f"/ufficio/pagamenti/domande/{row.claim_id}/")
    page.locator("summary", has_text="Registra ciò che è stato versato").click()
    finance.check_at_both_widths("payments-instead")
    told = {"actor": cashier, "enterprise": firm, "kind": "tax_debts", "outcome": "not_clear", "number": "V-2026-7"}
    paper = record_check(issued_on=today(), debt=Decimal("900.00"), **told)
    record_collector_order(
        actor=cashier, paper=paper, number="72bis-2026-5", amount=Decimal("900.00"), served_on=today()
    )
    page = sender.open(f"/en/ufficio/pagamenti/domande/{row.claim_id}/")
    page.locator("summary", has_text="Record the order of the collection agency").click()
    sender.check_at_both_widths("payments-default")
    with clock_at(now() + timedelta(days=400)):
        issue_certificates(actor=cashier, year=payment.executed_on.year)
        made = WithholdingCertificate.objects.get()
    make(made.document_id)
    finance.open(f"/ufficio/pagamenti/ritenute/?year={made.year}")
    finance.check_at_both_widths("payments-withheld")
    finance.open(f"/en/ufficio/pagamenti/ritenute/f24/?year={made.year}")
    finance.check_at_both_widths("payments-f24")
    mine = visitor(User.objects.get(pk=chief(row.claim.award).user_id), firm)
    mine.open("/impresa/conto/")
    mine.check_at_both_widths("payments-certificate")
    told = {"key": "x", "transfers": [[payment.end_to_end_id, "-", str(payment.amount)]], "refuse": ""}
    file = loaded(cashier, bank.notice(told).replace("DBIT", "CRDT").encode())
    sender.open(f"/en/ufficio/pagamenti/banca/{file.pk}/").locator("summary", has_text="Drop the file").click()
    sender.check_at_both_widths("payments-by-hand")
