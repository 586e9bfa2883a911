"""What the worker does for claims."""

from procrastinate.contrib.django import app

from levante.claims.reviewing import expire_requests
from levante.kernel.api import system


@app.periodic(cron="35 5 * * *")
@app.task(name="claims.expire_requests", queueing_lock="claims.expire_requests")
def expire_old_requests(timestamp: int) -> None:
    """Every morning: requests that nobody answered in time end, and the review goes on."""
    expire_requests(actor=system("claims.requests"))
