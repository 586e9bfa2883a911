"""What the worker does for the directory: what profiles are found by, enquiries nobody confirmed, reminders, the link by mail."""

from procrastinate.contrib.django import app

from levante.directory.enquiring import drop_unconfirmed, remind_firms
from levante.directory.indexing import index_changed
from levante.directory.mail import send_link
from levante.kernel.api import system


@app.periodic(cron="50 3 * * *")
@app.task(name="directory.index", queueing_lock="directory.index")
def index_profiles(timestamp: int) -> None:
    """Every night: profiles whose enterprise changed, or with a certification that ended."""
    index_changed(actor=system("directory.index"))


@app.periodic(cron="55 3 * * *")
@app.task(name="directory.enquiries", queueing_lock="directory.enquiries")
def mind_enquiries(timestamp: int) -> None:
    """Every night: what nobody confirmed goes away; enterprises that have not answered are reminded once."""
    drop_unconfirmed(actor=system("directory.enquiries"))
    remind_firms(actor=system("directory.enquiries"))


__all__ = ["index_profiles", "mind_enquiries", "send_link"]
