"""What the worker does for wins and follow-ups."""

from procrastinate.contrib.django import app

from levante.kernel.api import system
from levante.wins.asking import lapse_wins
from levante.wins.following import make_follow_ups, remind_of_follow_ups


@app.periodic(cron="35 4 * * *")
@app.task(name="wins.lapse", queueing_lock="wins.lapse")
def lapse_late_wins(timestamp: int) -> None:
    """Every night: wins whose customer did not confirm in time do not count."""
    lapse_wins(actor=system("wins.lapse"))


@app.periodic(cron="45 4 * * *")
@app.task(name="wins.follow_up", queueing_lock="wins.follow_up")
def follow_up(timestamp: int) -> None:
    """Every night: enterprises that took part are asked what came of it; who does not answer is reminded once."""
    make_follow_ups(actor=system("wins.follow_up"))
    remind_of_follow_ups(actor=system("wins.follow_up"))
