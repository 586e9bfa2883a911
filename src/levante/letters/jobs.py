"""The worker's part: take letters as far as they go."""

import logging

from procrastinate.contrib.django import app

from levante.kernel.api import now, system

log = logging.getLogger(__name__)
#: Letters taken up by the sweep of a minute.
BATCH = 200


@app.task(name="letters.send_letter", queue="letters")
def send_letter(letter_id: int) -> None:
    """Number, PDF, way. Run again, it goes on from where it was."""
    from levante.letters.sending import advance

    advance(actor=system("letters"), letter_id=letter_id)


@app.periodic(cron="* * * * *")
@app.task(name="letters.sweep", queue="letters", queueing_lock="letters.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: letters that are ready and did not leave. A job can be lost with its worker; the letter is not."""
    from datetime import timedelta

    from levante.letters.models import Letter
    from levante.letters.sending import advance

    waiting = Letter.objects.filter(state="ready", ready_at__lt=now() - timedelta(minutes=1)).order_by("ready_at", "pk")
    for letter_id in waiting.values_list("pk", flat=True)[:BATCH]:
        try:
            advance(actor=system("letters"), letter_id=letter_id)
        except Exception:
            log.exception("letter %s could not leave", letter_id)  # it must not keep the others from leaving
