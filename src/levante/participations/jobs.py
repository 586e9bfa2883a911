"""What the worker does for who takes part."""

from procrastinate.contrib.django import app

from levante.kernel.api import system
from levante.participations.asking_in import drop_unconfirmed_asking
from levante.participations.conduct import remind_of_tasks
from levante.participations.inviting_mail import send_buyer_letter
from levante.participations.lapsing import lapse_offers, remind_of_offers
from levante.participations.personal import forget_old_invitations, forget_old_travel
from levante.participations.presence import keep_who_came, presence_to_keep


@app.periodic(cron="20 5 * * *")
@app.task(name="participations.lapse_offers", queueing_lock="participations.lapse_offers")
def lapse_late_offers(timestamp: int) -> None:
    """Every morning: places not accepted or not paid by their day go to the next."""
    lapse_offers(actor=system("participations.places"))


@app.periodic(cron="30 5 * * *")
@app.task(name="participations.remind_of_offers", queueing_lock="participations.remind_of_offers")
def remind_firms(timestamp: int) -> None:
    """Every morning: who has not answered or paid yet is reminded before the last day."""
    remind_of_offers(actor=system("participations.places"))


@app.periodic(cron="30 4 * * *")
@app.task(name="participations.keep_who_came", queueing_lock="participations.keep_who_came")
def keep_presence(timestamp: int) -> None:
    """Every night, before what came of it is asked: who was registered at the meetings of what is over came. Each by itself."""
    for initiative in presence_to_keep():
        keep_who_came(actor=system("participations.presence"), initiative=initiative)


@app.periodic(cron="10 6 * * *")
@app.task(name="participations.remind_of_tasks", queueing_lock="participations.remind_of_tasks")
def remind_owners(timestamp: int) -> None:
    """Every morning: who has something to arrange is reminded."""
    remind_of_tasks(actor=system("participations.tasks"))


@app.periodic(cron="10 4 * * *")
@app.task(name="participations.forget", queueing_lock="participations.forget")
def forget(timestamp: int) -> None:
    """Every night: who travelled, or was invited, long ago is not told any more; requests that nobody confirmed go away."""
    forget_old_travel(actor=system("participations.forget"))
    forget_old_invitations(actor=system("participations.forget"))
    drop_unconfirmed_asking(actor=system("participations.forget"))


__all__ = ["forget", "keep_presence", "lapse_late_offers", "remind_firms", "remind_owners", "send_buyer_letter"]
