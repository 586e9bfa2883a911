"""Mail goes out of the worker, never out of a request."""

from procrastinate.contrib.django import app

from levante.messages.models import Notice
from levante.messages.services import send_pending


@app.task(name="messages.send_notice_mails", queue="mail", pass_context=False)
def send_notice_mails(kind: str, subject_type: str, subject_id: str, user_ids: list[int]) -> None:
    """Send the mails of one event; what could not go is tried again later, with growing pauses."""
    arguments = {"kind": kind, "subject_type": subject_type, "subject_id": subject_id, "user_ids": user_ids}
    send_pending(**arguments)  # type: ignore[arg-type]
    waiting = Notice.objects.filter(
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        user_id__in=user_ids,
        mail_state=Notice.WAITING,
        mail_tries__gt=0,
    ).order_by("-mail_tries")
    first = waiting.first()
    if first is not None:
        pause = 30 * 4**first.mail_tries
        send_notice_mails.configure(schedule_in={"seconds": pause}).defer(**arguments)
