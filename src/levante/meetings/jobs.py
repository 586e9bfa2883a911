"""What the worker does for agendas."""

from procrastinate.contrib.django import app

from levante.kernel.api import system
from levante.meetings.arranging import work_run
from levante.meetings.personal import forget_old_words
from levante.meetings.reminding import remind_of_tomorrow


@app.task(name="meetings.make_agenda")
def make_agenda(run_id: int) -> None:
    """An agenda asked for at the desk."""
    work_run(run_id, apart=True)


@app.periodic(cron="12 * * * *")
@app.task(name="meetings.remind", queueing_lock="meetings.remind")
def remind(timestamp: int) -> None:
    """Every hour, since it is evening at different hours: who has meetings tomorrow reads them, once."""
    remind_of_tomorrow(actor=system("meetings.remind"))


@app.periodic(cron="5 4 * * *")
@app.task(name="meetings.forget", queueing_lock="meetings.forget")
def forget(timestamp: int) -> None:
    """Every night: words about meetings of long ago are emptied."""
    forget_old_words(actor=system("meetings.forget"))
