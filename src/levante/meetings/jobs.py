"""What the worker does for agendas."""

from procrastinate.contrib.django import app

from levante.meetings.arranging import work_run


@app.task(name="meetings.make_agenda")
def make_agenda(run_id: int) -> None:
    """An agenda asked for at the desk."""
    work_run(run_id)
