"""The initiative is cancelled: its meetings are no more."""

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, now
from levante.meetings import states
from levante.meetings.holding import locked_agenda
from levante.meetings.models import Agenda


def call_off(*, actor: Actor, initiative: Initiative) -> None:
    """Called by initiatives in the transaction that cancels one; those who come are told by initiatives."""
    found = Agenda.objects.filter(initiative=initiative).values_list("pk", flat=True).first()
    if found is None:
        return
    agenda = locked_agenda(found)
    agenda.meetings.filter(state=states.PLANNED).update(state=states.CANCELLED, changed_at=now())
    agenda.runs.filter(state__in=[states.WAITING, states.RUNNING]).update(state=states.STOPPED, ended_at=now())
    agenda.state = states.CLOSED
    agenda.save(update_fields=["state"])
