"""What the worker does for controls."""

from procrastinate.contrib.django import app

from levante.controls.dues import remind_dues
from levante.controls.hearing import expire_terms
from levante.controls.noticing import ask_receipts
from levante.controls.overdue import chase_instalments
from levante.kernel.api import system


@app.periodic(cron="40 5 * * *")
@app.task(name="controls.expire_terms", queueing_lock="controls.expire_terms")
def expire_old_terms(timestamp: int) -> None:
    """Every morning: procedures whose term to answer is over wait for a decision."""
    expire_terms(actor=system("controls.terms"))


@app.periodic(cron="45 5 * * *")
@app.task(name="controls.chase_instalments", queueing_lock="controls.chase_instalments")
def chase_missed_instalments(timestamp: int) -> None:
    """Every morning: instalments that were missed are told; after too many the whole is due."""
    chase_instalments(actor=system("controls.recoveries"))


@app.periodic(cron="50 5 * * *")
@app.task(name="controls.remind_dues", queueing_lock="controls.remind_dues")
def remind_late_dues(timestamp: int) -> None:
    """Every morning: quotas whose day passed are told."""
    remind_dues(actor=system("controls.dues"))


@app.periodic(cron="*/10 * * * *")
@app.task(name="controls.ask_receipts", queueing_lock="controls.ask_receipts")
def ask_for_receipts(timestamp: int) -> None:
    """Every ten minutes: what was paid by notice since the last answer."""
    ask_receipts(actor=system("controls.pagopa"))
