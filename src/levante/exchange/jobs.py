"""The worker's part: try what is due."""

import logging

from procrastinate.contrib.django import app

from levante.exchange.pec import mailbox_at, mailboxes
from levante.exchange.pec_reading import read_mailbox
from levante.exchange.services import deliver, due_requests
from levante.kernel.api import system

log = logging.getLogger(__name__)


@app.task(name="exchange.deliver_request", queue="exchange")
def deliver_request(request_id: int) -> None:
    """Try one request. What fails is scheduled again by the try itself; an answer that cannot be applied, by the sweep."""
    deliver(actor=system("exchange"), request_id=request_id)


@app.periodic(cron="* * * * *")
@app.task(name="exchange.sweep", queue="exchange", queueing_lock="exchange.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: whatever is due and nobody is trying. Jobs can be lost with their worker; the requests are not."""
    for request_id in due_requests():
        try:
            deliver(actor=system("exchange"), request_id=request_id)
        except Exception:
            # One request that cannot be applied must not keep the others from being tried: why is on it, and in the log.
            log.exception("request %s could not be completed", request_id)


@app.periodic(cron="* * * * *")
@app.task(name="exchange.read_mailboxes", queue="exchange", queueing_lock="exchange.read_mailboxes")
def read_mailboxes(timestamp: int) -> None:
    """Every minute: the receipts that came."""
    for mailbox in mailboxes():
        read_mailbox(actor=system("exchange.pec"), mailbox=mailbox)


@app.task(name="exchange.read_one_mailbox", queue="exchange")
def read_one_mailbox(address: str) -> None:
    """A message has just gone: its first receipt is about to come."""
    mailbox = mailbox_at(address)
    if mailbox is not None:
        read_mailbox(actor=system("exchange.pec"), mailbox=mailbox)
