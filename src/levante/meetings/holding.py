"""What is locked, in which order: the initiative's agenda, then its rows."""

from levante.initiatives.api import Initiative
from levante.kernel.api import refuse
from levante.meetings.models import Agenda
from levante.meetings.voices import seat_interpreters


def locked_agenda(pk: int) -> Agenda:
    """The agenda, held until the end of the transaction."""
    rows = Agenda.objects.select_for_update(of=("self",)).select_related("initiative__lead_office")
    return rows.get(pk=pk)


def require_revision(agenda: Agenda, revision: int | None) -> None:
    """Refused when the agenda is no longer the one that was read; ``None``: none was."""
    if revision is not None and revision != agenda.revision:
        refuse(
            "Qualcuno ha cambiato l’agenda: ricarica la pagina.", "Somebody changed the agenda: load the page again."
        )


def changed(agenda: Agenda, *, event: bool = True) -> None:
    """What the solver reads or writes has changed: a run made before is not applied. ``event``: it may do better than before, so what
    a run proved holds no more; where meetings only changed place, or were taken off, its bound is still a bound. Who interprets follows."""
    agenda.revision += 1
    if event:
        agenda.event_revision = agenda.revision
    agenda.save(update_fields=["revision", "event_revision"])
    seat_interpreters(agenda)


def agenda_of_initiative(initiative: Initiative) -> Agenda | None:
    return Agenda.objects.select_related("initiative__lead_office").filter(initiative=initiative).first()
