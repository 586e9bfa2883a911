"""The worker's part."""

from procrastinate.contrib.django import app

from levante.applications.protocol import ask_missing_numbers
from levante.kernel.api import system


@app.periodic(cron="* * * * *")
@app.task(name="applications.ask_protocol_numbers", queue="exchange", queueing_lock="applications.ask_protocol_numbers")
def ask_protocol_numbers(timestamp: int) -> None:
    """Every minute: the applications that came in and have no protocol number yet."""
    ask_missing_numbers(actor=system("applications.protocol"))
