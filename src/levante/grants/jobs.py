"""What the worker does for grants."""

from procrastinate.contrib.django import app

from levante.grants.arrival import follow_arrivals
from levante.grants.rehearsal.asking import do_rehearsal
from levante.kernel.api import system


@app.task(name="grants.run_rehearsal", queue="rehearsals", pass_context=False)
def run_rehearsal(run_id: int) -> None:
    """A rehearsal asked from the page of a call."""
    do_rehearsal(run_id)


@app.periodic(cron="* * * * *")
@app.task(name="grants.follow_arrivals", queue="mail", queueing_lock="grants.follow_arrivals")
def follow_orders_of_arrival(timestamp: int) -> None:
    """Every minute: the orders of arrival that moved are kept as they are, and those whom the money does not reach are told."""
    follow_arrivals(actor=system("grants.arrival"))
