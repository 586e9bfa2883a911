"""What the worker does for grants."""

from procrastinate.contrib.django import app

from levante.grants.arrival import follow_arrivals
from levante.grants.drafting import acts_left, draft_on
from levante.grants.effects import effect_on
from levante.grants.rehearsal.asking import do_rehearsal
from levante.kernel.api import system


@app.task(name="grants.run_rehearsal", queue="rehearsals", pass_context=False)
def run_rehearsal(run_id: int) -> None:
    """A rehearsal asked from the page of a call."""
    do_rehearsal(run_id)


@app.task(name="grants.draft_act")
def draft_act(act_id: int) -> None:
    """Put in an act the applications that it was asked for, from where it was left."""
    draft_on(act_id)


@app.task(name="grants.take_effect")
def take_effect(act_id: int) -> None:
    """Let the awards of an act that came back take effect, from where it was left."""
    effect_on(act_id)


@app.periodic(cron="* * * * *")
@app.task(name="grants.follow_acts", queueing_lock="grants.follow_acts")
def follow_acts(timestamp: int) -> None:
    """Every minute: acts whose worker was lost go on."""
    for act_id, drafting in acts_left():
        (draft_on if drafting else effect_on)(act_id)


@app.periodic(cron="* * * * *")
@app.task(name="grants.follow_arrivals", queue="mail", queueing_lock="grants.follow_arrivals")
def follow_orders_of_arrival(timestamp: int) -> None:
    """Every minute: the orders of arrival that moved are kept as they are, and those whom the money does not reach are told."""
    follow_arrivals(actor=system("grants.arrival"))
