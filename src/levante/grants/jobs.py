"""What the worker does for grants."""

from procrastinate.contrib.django import app

from levante.grants.rehearsal.asking import do_rehearsal


@app.task(name="grants.run_rehearsal", queue="rehearsals", pass_context=False)
def run_rehearsal(run_id: int) -> None:
    """A rehearsal asked from the page of a call."""
    do_rehearsal(run_id)
