"""The worker's part: take letters as far as they go."""

import logging
from typing import TYPE_CHECKING

from procrastinate.contrib.django import app

from levante.kernel.api import now, system

if TYPE_CHECKING:
    from levante.letters.models import Letter

log = logging.getLogger(__name__)
#: Letters taken up by the sweep of a minute.
BATCH = 200
#: The priority of runs and of their letters: everything else that waits for a worker goes before a hundred thousand letters.
BEHIND = -10
#: How the key of a letter of a run begins.
OF_A_RUN = "run:"


@app.task(name="letters.send_letter", queue="letters")
def send_letter(letter_id: int) -> None:
    """Number, PDF, way. Run again, it goes on from where it was."""
    from levante.letters.sending import advance

    advance(actor=system("letters"), letter_id=letter_id)


@app.task(name="letters.write_run", queue="letters")
def write_run(run_id: int) -> None:
    """The letters of a run, from the first that is not written; after some of them the other jobs have their turn. Run again,
    or twice at once, each is written once."""
    from levante.letters.runs import TURN, go_on, to_work

    if go_on(actor=system("letters.runs"), run_id=run_id, most=TURN):
        to_work(run_id)


def send_soon(letter: "Letter") -> None:
    """It leaves after the commit; the letters of a run after what else there is to do."""
    priority = BEHIND if letter.key.startswith(OF_A_RUN) else 0
    send_letter.configure(priority=priority).defer(letter_id=letter.pk)


@app.periodic(cron="* * * * *")
@app.task(name="letters.sweep", queue="letters", queueing_lock="letters.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: runs whose worker is silent, letters that are ready and did not leave. A job can be lost with its worker;
    the letter is not."""
    from datetime import timedelta

    from levante.letters.models import Letter
    from levante.letters.runs import take_up
    from levante.letters.sending import advance

    take_up()
    waiting = Letter.objects.filter(state="ready", ready_at__lt=now() - timedelta(minutes=1)).order_by("ready_at", "pk")
    for letter_id in waiting.values_list("pk", flat=True)[:BATCH]:
        try:
            advance(actor=system("letters"), letter_id=letter_id)
        except Exception:
            log.exception("letter %s could not leave", letter_id)  # it must not keep the others from leaving
