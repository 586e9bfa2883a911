"""Background work on aid."""

from procrastinate.contrib.django import app

from levante.aid.services import expire_reservations
from levante.kernel.api import system


@app.periodic(cron="10 0 * * *")
@app.task(queueing_lock="aid.expire_reservations")
def expire(timestamp: int) -> None:
    """Every night: headroom held past its last day is free."""
    expire_reservations(actor=system("aid.expire_reservations"))
