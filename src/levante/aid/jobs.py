"""Background work on aid."""

from procrastinate.contrib.django import app

from levante.aid.models import RnaRegistration
from levante.aid.registrations_ended import cancel_released, chase_registrations
from levante.aid.services import expire_reservations
from levante.kernel.api import system


@app.periodic(cron="10 0 * * *")
@app.task(queueing_lock="aid.expire_reservations")
def expire(timestamp: int) -> None:
    """Every night: headroom held past its last day is free."""
    expire_reservations(actor=system("aid.expire_reservations"))


@app.periodic(cron="20 0 * * *")
@app.task(name="aid.chase", queueing_lock="aid.chase_registrations")
def chase(timestamp: int) -> None:
    """Every night: acts still to be told to the RNA, codes that lapse, and what the RNA holds without headroom of ours."""
    chase_registrations(actor=system("aid.chase_registrations"))
    left = RnaRegistration.objects.live().filter(reservation__state__in=["released", "expired"], reason="")
    for reservation_id in sorted(set(left.values_list("reservation_id", flat=True))):
        cancel_released(actor=system("aid.chase_registrations"), reservation_id=reservation_id)


@app.task(name="aid.cancel_released")
def cancel_of_released(reservation_id: int) -> None:
    """A reservation was freed: what the RNA holds for it is cancelled there."""
    cancel_released(actor=system("aid.cancel_released"), reservation_id=reservation_id)
