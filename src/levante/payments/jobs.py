"""What the worker does for payments."""

from procrastinate.contrib.django import app

from levante.identity.api import Office
from levante.kernel.api import system
from levante.payments.certifying import issue_all
from levante.payments.checking import check_on, orders_to_check
from levante.payments.preparing import orders_to_prepare, prepare_on
from levante.payments.settling import ask_bank_again, orders_left, orders_to_ask, settle_on
from levante.payments.verifying import acts_left, verify_on


@app.task(name="payments.settle_order")
def settle_order(order_id: int) -> None:
    """Apply what the bank said of an order, from where it was left."""
    settle_on(order_id)


@app.task(name="payments.prepare_order")
def prepare_order(order_id: int) -> None:
    """Prepare a long order, from where it was left."""
    prepare_on(order_id)


@app.task(name="payments.check_order")
def check_order(order_id: int) -> None:
    """Ask the gates of a long order that is to leave, from where it was left."""
    check_on(order_id)


@app.task(name="payments.verify_rows")
def verify_rows(act_id: int) -> None:
    """Verify as due the rows of an act that came back, from where it was left."""
    verify_on(act_id)


@app.task(name="payments.issue_certificates", queueing_lock="payments.issue_certificates")
def issue_certificates(year: int, body_id: int | None = None) -> None:
    """Give the certificates of a year that are still to give, of what a body paid."""
    issue_all(year, Office.objects.get(pk=body_id) if body_id is not None else None)


@app.periodic(cron="* * * * *")
@app.task(name="payments.follow_orders", queueing_lock="payments.follow_orders")
def follow_orders(timestamp: int) -> None:
    """Every minute: orders and acts whose worker was lost go on; of those that the bank holds it is asked again, once an hour."""
    for order_id in orders_to_prepare():
        prepare_on(order_id)
    for order_id in orders_to_check():
        check_on(order_id)
    for act_id in acts_left():
        verify_on(act_id)
    for order_id in orders_left():
        settle_on(order_id)
    for order_id in orders_to_ask():
        ask_bank_again(actor=system("payments.follow"), order_id=order_id)
