"""The worker's part: what the passing of the days does to agreements."""

from procrastinate.contrib.django import app

from levante.kernel.api import system
from levante.promotion.services import tell_expiries, turn_agreements


@app.periodic(cron="7 * * * *")
@app.task(name="promotion.turn_the_day", queueing_lock="promotion.turn_the_day")
def turn_the_day(timestamp: int) -> None:
    """Every hour, so that a worker stopped at midnight misses no day: what began, what expired, whom to tell."""
    turn_agreements(actor=system("promotion.turn_the_day"))
    tell_expiries(actor=system("promotion.turn_the_day"))
