"""What the worker does for initiatives."""

from procrastinate.contrib.django import app

from levante.initiatives.moving import keep_the_days
from levante.kernel.api import system


@app.periodic(cron="5 3 * * *")
@app.task(name="initiatives.keep_the_days", queueing_lock="initiatives.keep_the_days")
def keep_days(timestamp: int) -> None:
    """Every morning: initiatives whose first or last day has come."""
    keep_the_days(actor=system("initiatives.days"))
