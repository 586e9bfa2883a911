"""What the worker does for payments."""

from procrastinate.contrib.django import app

from levante.kernel.api import system
from levante.payments.settling import ask_bank_again, orders_left, orders_to_ask, settle_on


@app.task(name="payments.settle_order")
def settle_order(order_id: int) -> None:
    """Apply what the bank said of an order, from where it was left."""
    settle_on(order_id)


@app.periodic(cron="* * * * *")
@app.task(name="payments.follow_orders", queueing_lock="payments.follow_orders")
def follow_orders(timestamp: int) -> None:
    """Every minute: orders whose worker was lost go on; of those that the bank holds it is asked again, once an hour."""
    for order_id in orders_left():
        settle_on(order_id)
    for order_id in orders_to_ask():
        ask_bank_again(actor=system("payments.follow"), order_id=order_id)
