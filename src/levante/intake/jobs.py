"""The closing of click days, by itself."""

import logging

from procrastinate.contrib.django import app

from levante.intake.queries import ended_logs
from levante.intake.services import close_log
from levante.kernel.api import Refused, system

told = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="intake.close_ended", queue="intake", queueing_lock="intake.close_ended")
def close_ended(timestamp: int) -> None:
    """Every minute: the logs whose window ended long enough ago are computed again and closed.

    One that does not hold stays open: the office sees why on the page of the day.
    """
    for log in ended_logs():
        try:
            close_log(actor=system("intake.closing"), log=log)
        except Refused as refusal:
            told.error("the log of %s was not closed: %s", log.code, refusal.reason.en)
