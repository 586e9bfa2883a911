"""The worker's part."""

from django.db import transaction
from procrastinate.contrib.django import app

from levante.applications.drafts import locked
from levante.applications.later import remind_of_documents
from levante.applications.protocol import ask_missing_numbers
from levante.applications.sealing import finish_click_day, unfinished_days
from levante.applications.telling import tell_enterprise
from levante.kernel.api import system, today


@app.task(name="applications.tell_sent", queue="mail")
def tell_sent(application_id: int) -> None:
    """Tell the enterprise that its application was sent, with the number; run again, it tells nobody twice."""
    with transaction.atomic():
        tell_enterprise(locked(application_id), "submit")


@app.periodic(cron="* * * * *")
@app.task(name="applications.ask_protocol_numbers", queue="exchange", queueing_lock="applications.ask_protocol_numbers")
def ask_protocol_numbers(timestamp: int) -> None:
    """Every minute: the applications that came in and have no protocol number yet."""
    ask_missing_numbers(actor=system("applications.protocol"))


@app.periodic(cron="* * * * *")
@app.task(name="applications.finish_click_days", queue="intake", queueing_lock="applications.finish_click_days")
def finish_click_days(timestamp: int) -> None:
    """Every minute: the applications of the click days that were closed get their numbers, from where the last run was."""
    for log in unfinished_days():
        finish_click_day(actor=system("applications.click_day"), log=log)


@app.periodic(cron="20 6 * * *")
@app.task(name="applications.remind_of_documents", queue="mail", queueing_lock="applications.remind_of_documents")
def remind_of_promised_documents(timestamp: int) -> None:
    """Every morning: documents that were promised and whose term is near, or has passed."""
    with transaction.atomic():
        remind_of_documents(actor=system("applications.documents"), on=today())
